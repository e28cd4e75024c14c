import { checkManifests } from '../../src/findings/check-manifests';
import { beside, engine, type KubernetesObject } from '../reading/manifests';

const SELECTOR = { matchLabels: { app: 'engine' } };

function budget(spec: object, name = 'engine'): KubernetesObject {
  return beside('PodDisruptionBudget', 'policy/v1', name, { spec: { selector: SELECTOR, ...spec } });
}

function engines(kind: string, replicas?: number): KubernetesObject {
  return engine(({ workload: object }) => {
    if (replicas !== undefined) {
      object.spec.replicas = replicas;
    }
  }, kind);
}

/** Returns the findings about disruption budgets, each with its location and reason. */
function found(...objects: KubernetesObject[]): string[] {
  return checkManifests(objects)
    .filter(({ name }) => name === 'blocked-evictions')
    .map(({ key, object, why }) => `${object.name} ${key}: ${why}`);
}

const BLOCKS = 'so Kubernetes would reject every eviction, and node drains would never finish';

test.each<[string, KubernetesObject, object, string[]]>([
  [
    'a single engine',
    engines('StatefulSet', 1),
    { minAvailable: 1 },
    [`engine spec.minAvailable: the only engine may not be stopped, ${BLOCKS}`],
  ],
  ['three engines', engines('StatefulSet', 3), { minAvailable: 1 }, []],
  [
    'all of three engines',
    engines('Deployment', 3),
    { minAvailable: '90%' },
    [`engine spec.minAvailable: none of the 3 engines may be stopped, ${BLOCKS}`],
  ],
  [
    'no unavailable engine',
    engines('Deployment', 3),
    { maxUnavailable: 0 },
    [`engine spec.maxUnavailable: no engine may be stopped, ${BLOCKS}`],
  ],
  [
    'a DaemonSet',
    engines('DaemonSet'),
    { maxUnavailable: 1 },
    [`engine spec.maxUnavailable: a DaemonSet has no number of replicas to compute this limit from, ${BLOCKS}`],
  ],
  ['a DaemonSet with an absolute minimum', engines('DaemonSet'), { minAvailable: 1 }, []],
  ['other pods', engines('StatefulSet', 1), { minAvailable: 1, selector: { matchLabels: { app: 'other' } } }, []],
  ['a value that is not a percentage', engines('StatefulSet', 1), { minAvailable: 'all' }, []],
])('checks the budget of %s', (_, object, spec, expected) => {
  expect(found(object, budget(spec))).toEqual(expected);
});

test('checks the budget of autoscaled engines with the minimum of the autoscaler', () => {
  const autoscaler = beside('HorizontalPodAutoscaler', 'autoscaling/v2', 'engine', {
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'engine' },
      minReplicas: 3,
      maxReplicas: 5,
    },
  });
  const workload = engine(({ workload: object }) => {
    delete object.spec.replicas;
  }, 'StatefulSet');
  expect(found(workload, autoscaler, budget({ minAvailable: 2 }))).toEqual([]);
  expect(found(workload, autoscaler, budget({ minAvailable: 3 }))).toEqual([
    `engine spec.minAvailable: none of the 3 engines may be stopped, ${BLOCKS}`,
  ]);
});

test('reports two budgets for the same pods', () => {
  expect(found(engines('StatefulSet', 3), budget({ minAvailable: 1 }), budget({ minAvailable: 1 }, 'second'))).toEqual([
    'second spec.selector: the PodDisruptionBudget "engine" selects the same pods, and Kubernetes rejects evictions of pods with two budgets',
  ]);
});

import { checkManifests } from '../../src/findings/check-manifests';
import { beside, engine, type KubernetesObject } from '../reading/manifests';

const NODES = { nodeSelector: { pool: 'builds' }, tolerations: [{ key: 'builds', operator: 'Exists' }] };

function pool(template: object, name = 'builds'): KubernetesObject {
  return beside('NodePool', 'karpenter.sh/v1', name, {
    spec: {
      template: {
        metadata: { labels: { pool: 'builds' } },
        spec: { taints: [{ key: 'builds', effect: 'NoSchedule' }], ...template },
      },
    },
  });
}

function engineOn(spec: object, annotations: object = {}): KubernetesObject {
  return engine(({ pod, workload }) => {
    Object.assign(pod.spec, spec);
    workload.spec.template.metadata.annotations = annotations;
  }, 'StatefulSet');
}

/** Returns the findings about autoscalers, each with its location and reason. */
function found(...objects: KubernetesObject[]): string[] {
  return checkManifests(objects)
    .filter(({ name }) =>
      ['stop-exceeds-node-limit', 'blocked-node-removal', 'not-drained', 'ignored-annotation'].includes(name),
    )
    .map(({ key, name, object, why }) => `${object.kind} ${name} ${key}: ${why}`);
}

const GRACE = { terminationGracePeriodSeconds: 900 };

test('reports a grace period that is longer than that of the nodes', () => {
  expect(found(engineOn({ ...NODES, ...GRACE }), pool({ terminationGracePeriod: '10m' }))).toEqual([
    'StatefulSet stop-exceeds-node-limit spec.template.spec.terminationGracePeriodSeconds: when Karpenter removes a node, pods have only 600 s; got "900 s"; allowed: at most 600 s',
  ]);
});

test('reports a DaemonSet whose grace period is the whole limit of the nodes', () => {
  const daemonSet = engine(({ pod }) => Object.assign(pod.spec, { ...NODES, ...GRACE }), 'DaemonSet');
  expect(found(daemonSet, pool({ terminationGracePeriod: '15m' }))).toEqual([
    'NodePool stop-exceeds-node-limit spec.template.spec.terminationGracePeriod: when Karpenter removes a node, it stops the engine at once instead of after the clients on the node, because pods have 900 s, and the grace period of the engine is 900 s',
  ]);
  expect(found(daemonSet, pool({ terminationGracePeriod: '901s' }))).toEqual([]);
});

test.each<[string, object, object]>([
  ['a longer one', { ...NODES, ...GRACE }, { terminationGracePeriod: '1h30m' }],
  ['none', { ...NODES, ...GRACE }, {}],
  [
    'nodes with another label',
    { ...NODES, nodeSelector: { pool: 'other' }, ...GRACE },
    { terminationGracePeriod: '1m' },
  ],
  [
    'nodes whose taint the engine does not tolerate',
    { ...NODES, tolerations: [], ...GRACE },
    { terminationGracePeriod: '1m' },
  ],
])('accepts a pool with %s', (_, spec, template) => {
  expect(found(engineOn(spec), pool(template))).toEqual([]);
});

test('finds the pool by a requirement, and by its name', () => {
  const requirement = { requirements: [{ key: 'disk', operator: 'In', values: ['nvme', 'ssd'] }] };
  for (const nodeSelector of [{ disk: 'nvme' }, { 'karpenter.sh/nodepool': 'builds' }]) {
    expect(
      found(engineOn({ ...NODES, ...GRACE, nodeSelector }), pool({ terminationGracePeriod: '10m', ...requirement })),
    ).toHaveLength(1);
  }
});

test('reports nodes that wait forever for an engine', () => {
  const annotated = engineOn(NODES, { 'karpenter.sh/do-not-disrupt': 'true' });
  expect(found(annotated, pool({ expireAfter: '24h' }))).toEqual([
    'StatefulSet blocked-node-removal spec.template.metadata.annotations["karpenter.sh/do-not-disrupt"]: the NodePool "builds" has no terminationGracePeriod, so Karpenter waits forever for this pod when a node expires',
  ]);
  expect(found(annotated, pool({ expireAfter: 'Never' }))).toEqual([]);
  expect(found(annotated, pool({ terminationGracePeriod: '1h' }))).toEqual([]);
});

test('reports tolerations and annotations in manifests', () => {
  expect(found(engineOn({ tolerations: [{ operator: 'Exists' }] }, { 'karpenter.sh/do-not-disrupt': 'no' }))).toEqual([
    "StatefulSet not-drained spec.template.spec.tolerations[0]: it also tolerates karpenter.sh/disrupted, so Karpenter removes a node without stopping the engine: builds are interrupted, and the engine can't save its cache",
    'StatefulSet ignored-annotation spec.template.metadata.annotations["karpenter.sh/do-not-disrupt"]: Karpenter ignores the value "no"',
  ]);
});

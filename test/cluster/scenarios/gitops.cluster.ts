import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Size } from 'cdk8s';
import { parse } from 'yaml';
import {
  Autoscaling,
  CacheVolume,
  EngineDaemonSet,
  EngineDaemonSetUpdateStrategy,
  EngineDeployment,
  EngineStatefulSet,
  EngineStatefulSetUpdateStrategy,
  ScaleIn,
  ScaleMetric,
  type EngineStatefulSetProps,
} from '../../../src/index';
import { distributed } from '../../manifests';
import { inNamespacesOf } from '../apply';
import { argoCdFolder, driftOf, healthOf, type Health } from '../argo-cd';
import type { Manifest, Ref } from '../client';
import { GONE_AFTER, READY_AFTER } from '../control-plane';
import { fluxStatusOf, type FluxStatus } from '../flux';
import { addNodes } from '../nodes';
import { CONTROL_PLANE, moduleFolder } from '../programs';
import { controlPlane, onNewestKubernetes } from '../suite';
import { startStorage } from '../volumes';
import { apply, program, seen, settled } from './scenario';

const RESOURCES = { requests: { cpu: '1', memory: '1Gi' } };

/** Objects of operators that don't run here, as their controllers write them, with their state in Argo CD and Flux. */
const RECORDED: ReadonlyArray<readonly [title: string, object: any, health: string, status: FluxStatus['status']]> = [
  ['a Certificate without a status', certificate(undefined), 'Progressing', 'Current'],
  [
    'a Certificate that cert-manager issues',
    certificate({ Ready: 'False', Issuing: 'True' }),
    'Progressing',
    'InProgress',
  ],
  ['a Certificate that cannot be issued', certificate({ Ready: 'False' }), 'Degraded', 'InProgress'],
  ['a Certificate', certificate({ Ready: 'True' }), 'Healthy', 'Current'],
  ['a ScaledObject without a status', scaledObject(undefined), 'Progressing', 'Current'],
  ['a ScaledObject', scaledObject({ Ready: 'True', Fallback: 'False', Paused: 'False' }), 'Healthy', 'Current'],
  ['a ScaledObject whose trigger fails', scaledObject({ Ready: 'False' }), 'Degraded', 'InProgress'],
  ['a ScaledObject that uses its fallback', scaledObject({ Ready: 'True', Fallback: 'True' }), 'Degraded', 'Current'],
  ['a paused ScaledObject', scaledObject({ Ready: 'True', Paused: 'True' }), 'Suspended', 'Current'],
];

/** Returns a StatefulSet with three ready engines, none of which is updated. */
function oldEngines(type: string): any {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'pool', namespace: 'ci', generation: 2 },
    spec: { replicas: 3, updateStrategy: { type } },
    status: {
      observedGeneration: 2,
      replicas: 3,
      readyReplicas: 3,
      currentRevision: 'pool-1',
      updateRevision: 'pool-2',
    },
  };
}

function recorded(apiVersion: string, kind: string, conditions: { [type: string]: string } | undefined): any {
  const status = conditions && {
    conditions: Object.entries(conditions).map(([type, is]) => ({ type, status: is, message: `${type} is ${is}` })),
  };
  return { apiVersion, kind, metadata: { name: 'pool', namespace: 'ci' }, ...(status && { status }) };
}

function certificate(conditions: { [type: string]: string } | undefined): any {
  return recorded('cert-manager.io/v1', 'Certificate', conditions);
}

function scaledObject(conditions: { [type: string]: string } | undefined): any {
  return recorded('keda.sh/v1alpha1', 'ScaledObject', conditions);
}

function isFailed({ status }: FluxStatus): boolean {
  return status === 'Failed';
}

/** Skips the tests by name without Go, which builds Argo CD's and Flux's code. */
const hasGo = spawnSync('go', ['version']).status === 0;
if (!hasGo) {
  process.stderr.write("skipped: the tests of Argo CD's and Flux's health code need Go\n");
}

(hasGo ? test : test.skip).each(RECORDED)(
  'Argo CD and Flux report the health of %s (recorded state)',
  (_, object, health, status) => {
    expect(healthOf([object])[0]!.status).toBe(health);
    expect(fluxStatusOf([{ object }])[0]!.status).toBe(status);
  },
);

(hasGo ? test : test.skip)('Argo CD does not wait for onDelete(), and some kinds have no health', () => {
  const without = [
    recorded('networking.k8s.io/v1', 'NetworkPolicy', undefined),
    recorded('v1', 'ConfigMap', undefined),
  ];
  const all = healthOf([oldEngines('OnDelete'), oldEngines('RollingUpdate'), ...without]);
  expect(all.map(({ status }) => status)).toEqual(['Healthy', 'Progressing', '', '']);
});

(hasGo ? onNewestKubernetes : (): void => undefined)(CONTROL_PLANE, (version) => {
  const cluster = controlPlane({ version, controllerManager: true, scheduler: true, kwok: true });
  beforeAll(() => startStorage(cluster()));

  const live = async (ref: Ref): Promise<any> => ({ ...ref, ...(await cluster().client.get(ref)) });
  const health = async (ref: Ref): Promise<Health> => healthOf([await live(ref)])[0]!;
  const podsOf = ({ metadata: { namespace } }: Ref): Promise<any[]> =>
    cluster().client.list('v1', 'Pod', { namespace });
  const fluxStatus = async (ref: Ref): Promise<FluxStatus> =>
    fluxStatusOf([{ object: await live(ref), pods: await podsOf(ref) }])[0]!;
  const pool = (props: Partial<EngineStatefulSetProps> = {}): EngineStatefulSet =>
    new EngineStatefulSet(program('pools'), 'pool', {
      version: 'v0.21.7',
      replicas: 3,
      resources: RESOURCES,
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200) }),
      // The time of a drain.
      podAnnotations: { [GONE_AFTER]: '1s' },
      ...props,
    });

  /**
   * Applies the next version of the pool. Returns the health and status of each state until the update is complete.
   *
   * @param updated the number of engines that the update replaces
   */
  async function update(
    props: Partial<EngineStatefulSetProps>,
    updated: number,
  ): Promise<Array<{ readonly health: Health; readonly status: FluxStatus; readonly isComplete: boolean }>> {
    const states: any[] = [];
    const isComplete = ({ metadata, status }: any): boolean =>
      status.observedGeneration === metadata.generation &&
      (status.updatedReplicas ?? 0) === updated &&
      status.readyReplicas === 3;
    const stop = await cluster().client.watch('apps/v1', 'StatefulSet', { namespace: 'pools' }, ({ object }) => {
      if (object.metadata.labels['app.kubernetes.io/version'] === props.version) {
        states.push({ apiVersion: 'apps/v1', kind: 'StatefulSet', ...object });
      }
    });
    await apply(cluster(), pool(props));
    await cluster().until(() => states.some(isComplete), 'the update to be complete', 120_000);
    stop();
    const statuses = fluxStatusOf(states.map((object) => ({ object })));
    return healthOf(states).map((one, index) => ({
      health: one,
      status: statuses[index]!,
      isComplete: isComplete(states[index]),
    }));
  }

  test('a StatefulSet is progressing until its engines are ready, and while they drain', async () => {
    const ref = pool().workload.toJson() as Ref;
    const claim: Ref = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'cache-pool-0', namespace: 'pools' },
    };
    await apply(cluster(), pool());
    // There are no nodes yet, so the pods are stuck, and the claims wait for them.
    await cluster().until(async () => (await live(ref)).status.replicas === 3, 'pods to exist');
    expect(await health(ref)).toEqual({ status: 'Progressing', message: 'Waiting for 3 pods to be ready...' });
    expect((await health(claim)).status).toBe('Progressing');
    expect((await fluxStatus(claim)).status).toBe('InProgress');
    // After 15 s, pods without a node count as failed, but not their StatefulSet: a node may be on its way.
    await cluster().until(
      async () => fluxStatusOf((await podsOf(ref)).map((object) => ({ object }))).every(isFailed),
      'pods to count as failed',
      60_000,
    );
    expect(await fluxStatus(ref)).toEqual({ status: 'InProgress', message: 'Ready: 0/3' });

    await addNodes(cluster(), 3);
    await settled(cluster(), pool());
    expect((await health(ref)).status).toBe('Healthy');
    expect((await health(claim)).status).toBe('Healthy');
    expect((await fluxStatus(ref)).status).toBe('Current');
    expect((await fluxStatus(claim)).status).toBe('Current');

    const all = await update({ version: 'v0.21.8' }, 3);
    expect(all.map((one) => [one.health.status, one.status.status])).toEqual(
      all.map(({ isComplete }) => (isComplete ? ['Healthy', 'Current'] : ['Progressing', 'InProgress'])),
    );
    expect(all.filter(({ isComplete }) => !isComplete)).not.toEqual([]);
    seen(cluster(), `a StatefulSet in ${all.length} states of an update: Progressing, InProgress until it is complete`);
  });

  test('a partitioned update is healthy when the engines above the partition are updated', async () => {
    const updateStrategy = EngineStatefulSetUpdateStrategy.rollingUpdate({ partition: 2 });
    const all = await update({ version: 'v0.21.9', updateStrategy }, 1);
    expect(all.at(-1)).toEqual({
      health: { status: 'Healthy', message: 'partitioned roll out complete: 1 new pods have been updated...' },
      status: { status: 'Current', message: 'Partition rollout complete. updated: 1' },
      isComplete: true,
    });
  });

  test('Flux stops waiting for a StatefulSet whose engine crashes (the state of the pod is written by the test)', async () => {
    const ref = pool().workload.toJson() as Ref;
    const object = await live(ref);
    const [pod, ...others] = await podsOf(ref);
    const crashing = {
      ...pod,
      status: {
        phase: 'Running',
        containerStatuses: [{ name: 'dagger-engine', state: { waiting: { reason: 'CrashLoopBackOff' } } }],
      },
    };
    const notReady = { ...object, status: { ...object.status, readyReplicas: 2 } };
    expect(healthOf([notReady])[0]!.status).toBe('Progressing');
    expect(
      fluxStatusOf([
        { object: notReady, pods: [pod, ...others] },
        { object: notReady, pods: [crashing, ...others] },
      ]),
    ).toEqual([
      { status: 'InProgress', message: 'Ready: 2/3' },
      { status: 'Failed', message: '1 pods have failed' },
    ]);
  });

  test('a DaemonSet is progressing when a node is added', async () => {
    const engine = new EngineDaemonSet(program('nodes'), 'engine', {
      version: 'v0.21.7',
      resources: RESOURCES,
      podAnnotations: { [READY_AFTER]: '2s' },
    });
    const ref = engine.workload.toJson() as Ref;
    await apply(cluster(), engine);
    await settled(cluster(), engine);
    expect((await health(ref)).status).toBe('Healthy');
    const states: any[] = [];
    const stop = await cluster().client.watch('apps/v1', 'DaemonSet', { namespace: 'nodes' }, ({ object }) => {
      states.push({ apiVersion: 'apps/v1', kind: 'DaemonSet', ...object });
    });
    await addNodes(cluster(), 1, { name: 'added' });
    await settled(cluster(), engine);
    stop();
    expect(healthOf(states).map(({ status }) => status)).toContain('Progressing');
    expect(fluxStatusOf(states.map((object) => ({ object }))).map(({ status }) => status)).toContain('InProgress');
    expect((await health(ref)).status).toBe('Healthy');
    expect((await fluxStatus(ref)).status).toBe('Current');
  });

  test('with onDelete(), only Flux waits until the engines of a DaemonSet are deleted', async () => {
    const engines = (version: string): readonly [EngineStatefulSet, EngineDaemonSet] => [
      new EngineStatefulSet(program('manual-pool'), 'pool', {
        version,
        resources: RESOURCES,
        cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200) }),
        updateStrategy: EngineStatefulSetUpdateStrategy.onDelete(),
      }),
      new EngineDaemonSet(program('manual-nodes'), 'engine', {
        version,
        resources: RESOURCES,
        updateStrategy: EngineDaemonSetUpdateStrategy.onDelete(),
      }),
    ];
    for (const engine of engines('v0.21.7')) {
      await apply(cluster(), engine);
      await settled(cluster(), engine);
    }
    const [poolRef, nodesRef] = engines('v0.21.8').map((engine) => engine.workload.toJson() as Ref);
    for (const engine of engines('v0.21.8')) {
      await apply(cluster(), engine);
    }
    for (const ref of [poolRef!, nodesRef!]) {
      await cluster().until(async () => {
        const { metadata, status } = await live(ref);
        const updated = status.updatedReplicas ?? status.updatedNumberScheduled ?? 0;
        return status.observedGeneration === metadata.generation && updated === 0;
      }, `${ref.kind} to be observed`);
      expect((await health(ref)).status).toBe('Healthy');
    }
    expect((await fluxStatus(poolRef!)).status).toBe('Current');
    expect(await fluxStatus(nodesRef!)).toEqual({
      status: 'InProgress',
      message: expect.stringMatching(/^Updated: 0/),
    });
    for (const pod of await podsOf(nodesRef!)) {
      await cluster().client.delete(pod);
    }
    await settled(cluster(), engines('v0.21.8')[1]);
    expect((await fluxStatus(nodesRef!)).status).toBe('Current');
  });

  test('a Deployment beyond its progress deadline is degraded', async () => {
    const engine = new EngineDeployment(program('stuck'), 'engine', {
      version: 'v0.21.7',
      resources: RESOURCES,
      cache: CacheVolume.emptyDir(),
      nodeSelector: { 'example.com/missing': 'true' },
    });
    const ref = engine.workload.toJson() as Ref;
    await apply(cluster(), engine);
    expect((await health(ref)).status).toBe('Progressing');
    expect((await fluxStatus(ref)).status).toBe('InProgress');
    await cluster().client.patch(ref, { spec: { progressDeadlineSeconds: 1 } });
    await cluster().until(async () => (await health(ref)).status === 'Degraded', 'the deadline to pass', 60_000);
    expect((await fluxStatus(ref)).status).toBe('Failed');
  });

  test('an autoscaler without metrics is degraded in Argo CD, and a budget is healthy', async () => {
    const engine = new EngineStatefulSet(program('scaled'), 'pool', {
      version: 'v0.21.7',
      resources: RESOURCES,
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200) }),
      autoscaling: Autoscaling.horizontal({
        minReplicas: 2,
        maxReplicas: 3,
        scaleIn: ScaleIn.disabled(),
        metrics: [ScaleMetric.cpu({ utilization: 70 })],
      }),
    });
    await apply(cluster(), engine);
    const ref = engine.autoscaler!.toJson() as Ref;
    await cluster().until(async () => (await health(ref)).status === 'Degraded', 'metrics to be missing', 120_000);
    await cluster().until(
      async () => (await health(engine.disruptionBudget!.toJson() as Ref)).status === 'Healthy',
      'the budget to be observed',
    );
    expect((await fluxStatus(ref)).status).toBe('Current');
    expect((await fluxStatus(engine.disruptionBudget!.toJson() as Ref)).status).toBe('Current');
  });

  test('Argo CD finds no drift in the manifests of dist/', async () => {
    const { client } = cluster();
    const builtIn = /^(v1|(apps|autoscaling|batch|policy|(networking|rbac\.authorization|storage)\.k8s\.io)\/.*)$/;
    const pairs: Array<{ config: Manifest; live: any }> = [];
    for (const [index, objects] of Object.values(distributed()).entries()) {
      const placed = (objects as unknown as Manifest[])
        .filter(({ apiVersion }) => builtIn.test(apiVersion))
        .map((object) => inNamespacesOf(`drift-${index}`, object));
      for (const name of new Set(placed.flatMap(({ metadata }) => metadata.namespace ?? []))) {
        await client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      }
      for (const config of placed) {
        pairs.push({ config, live: (await client.apply(config, { fieldManager: 'argocd-controller' })).object });
      }
    }
    const drifted = driftOf(pairs)
      .map((drift, index) => ({ ...drift, config: pairs[index]!.config }))
      .filter(({ modified }) => modified)
      .map(({ config, live: before, predicted }) => ({
        object: `${config.kind} ${config.metadata.name}`,
        before,
        predicted,
      }));
    expect(drifted).toEqual([]);
    // The comparison finds a change.
    const { config, live: stored } = pairs.find((pair) => pair.config.kind === 'StatefulSet')!;
    const changed = { ...config, spec: { ...(config.spec as object), minReadySeconds: 5 } };
    expect(driftOf([{ config: changed, live: stored }])[0]!.modified).toBe(true);
    seen(cluster(), `${pairs.length} objects of dist/ without drift`);
  });

  test.each([
    ['Application', () => join(argoCdFolder(), 'manifests/crds/application-crd.yaml')],
    [
      'Kustomization',
      () =>
        join(
          moduleFolder('github.com/fluxcd/kustomize-controller', 'v1.9.6'),
          'config/crd/bases/kustomize.toolkit.fluxcd.io_kustomizations.yaml',
        ),
    ],
  ])('the API server accepts every field of the %s', async (kind, definition) => {
    const { client } = cluster();
    const { apiVersion, metadata, spec } = parse(readFileSync(definition(), 'utf8'));
    await client.call('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions?fieldValidation=Ignore', {
      apiVersion,
      kind: 'CustomResourceDefinition',
      metadata: { name: metadata.name, annotations: metadata.annotations },
      spec,
    });
    const object = Object.values(distributed())
      .flat()
      .find((one) => one.kind === kind) as Manifest;
    await cluster().until(() => client.serves(object.apiVersion, kind), `${kind} to be served`);
    const { namespace } = object.metadata;
    await client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace! } });
    const { object: stored } = await client.apply(object);
    // The kinds have defaults, for example for the deletion policy, so only written fields are compared.
    expect(stored.spec).toMatchObject(object.spec as object);
  });
});

import { Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { CacheVolume, Certificates, DedicatedNodes, Engine, Listener, NodeStopLimit } from '../../src/index';
import { chart, daemonSet, deployment, podTemplate, statefulSet, warnings } from '../engines';

const REQUESTS = { resources: { requests: { cpu: '4', memory: '16Gi' } } };
const ANNOTATION = 'karpenter.sh/do-not-disrupt';
const SAFE_TO_EVICT = 'cluster-autoscaler.kubernetes.io/safe-to-evict';
const EVICTION = 'cluster-autoscaler.kubernetes.io/enable-ds-eviction';

describe('tolerations', () => {
  const NOT_DRAINED =
    "[test/engine] warning not-drained: tolerations[0]: it also tolerates karpenter.sh/disrupted, so Karpenter removes a node without stopping the engine: builds are interrupted, and the engine can't save its cache; fix: set key to the key of the nodes' taint";

  it.each<k8s.Toleration>([
    { operator: 'Exists' },
    { operator: 'Exists', effect: 'NoSchedule' },
    { key: 'karpenter.sh/disrupted', operator: 'Exists' },
    { key: 'karpenter.sh/disrupted', effect: 'NoSchedule' },
  ])('warns about %j, which tolerates the taint of Karpenter', (toleration) => {
    expect(warnings(daemonSet({ ...REQUESTS, tolerations: [toleration] }))).toEqual([NOT_DRAINED]);
    expect(warnings(statefulSet({ ...REQUESTS, tolerations: [toleration] }))).toEqual([NOT_DRAINED]);
  });

  it.each<k8s.Toleration>([
    { operator: 'Exists', effect: 'NoExecute' },
    { key: 'ci', operator: 'Exists' },
    { key: 'karpenter.sh/disrupted', value: 'other' },
  ])('accepts %j', (toleration) => {
    expect(warnings(daemonSet({ ...REQUESTS, tolerations: [toleration] }))).toEqual([]);
  });
});

describe('annotations', () => {
  it('warns about do-not-disrupt on every node', () => {
    expect(warnings(daemonSet({ ...REQUESTS, podAnnotations: { [ANNOTATION]: 'true' } }))).toEqual([
      '[test/engine] warning blocked-node-removal: podAnnotations["karpenter.sh/do-not-disrupt"]: every node runs a pod with this annotation, so Karpenter keeps idle nodes until they expire or drift; fix: remove it, and add it to the pods of the clients',
    ]);
  });

  it('accepts do-not-disrupt for other kinds, and for a limited time', () => {
    expect(warnings(deployment({ ...REQUESTS, podAnnotations: { [ANNOTATION]: 'true' } }))).toEqual([]);
    expect(warnings(daemonSet({ ...REQUESTS, podAnnotations: { [ANNOTATION]: '30m' } }))).toEqual([]);
  });

  it.each(['false', 'yes', '30', '0s', '-5m'])('warns about the value %j', (value) => {
    expect(warnings(deployment({ ...REQUESTS, podAnnotations: { [ANNOTATION]: value } }))).toEqual([
      `[test/engine] warning ignored-annotation: podAnnotations["karpenter.sh/do-not-disrupt"]: Karpenter ignores the value "${value}"; fix: use 'true' or a duration such as '30m', or remove it`,
    ]);
  });

  it('warns about wrong annotations of cluster-autoscaler on a DaemonSet', () => {
    expect(
      warnings(daemonSet({ ...REQUESTS, podAnnotations: { [SAFE_TO_EVICT]: 'false', [EVICTION]: 'false' } })),
    ).toEqual([
      '[test/engine] warning ignored-annotation: podAnnotations["cluster-autoscaler.kubernetes.io/safe-to-evict"]: cluster-autoscaler ignores it on the pods of a DaemonSet; fix: remove it, and add it to the pods of the clients',
      "[test/engine] warning not-drained: podAnnotations[\"cluster-autoscaler.kubernetes.io/enable-ds-eviction\"]: cluster-autoscaler removes a node without stopping the engine, so the engine can't save its cache; fix: set it to 'true'",
    ]);
    expect(warnings(deployment({ ...REQUESTS, podAnnotations: { [SAFE_TO_EVICT]: 'false' } }))).toEqual([]);
  });

  it('lets cluster-autoscaler stop the engines of a DaemonSet', () => {
    const limits = [NodeStopLimit.clusterAutoscaler()];
    const annotations = { [EVICTION]: 'true' };
    expect(podTemplate(daemonSet({ nodeStopLimits: limits })).metadata.annotations).toMatchObject(annotations);
    expect(podTemplate(daemonSet({ nodes: DedicatedNodes.of({ stopLimits: limits }) })).metadata.annotations).toEqual(
      annotations,
    );
    expect(podTemplate(deployment({ nodeStopLimits: limits })).metadata.annotations ?? {}).not.toHaveProperty([
      EVICTION,
    ]);
    expect(
      podTemplate(daemonSet({ nodeStopLimits: [NodeStopLimit.awsSpot()] })).metadata.annotations ?? {},
    ).not.toHaveProperty([EVICTION]);
  });
});

describe('local volumes', () => {
  const LOCAL_VOLUMES = 'cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes';
  const listener = Listener.tls({ certificates: Certificates.issuedBy({ name: 'ours' }) });
  const nodeStopLimits = [NodeStopLimit.clusterAutoscaler()];
  const annotations = (engine: Engine) => podTemplate(engine).metadata.annotations ?? {};

  it('lets cluster-autoscaler remove nodes despite the emptyDir of the TLS sidecar', () => {
    for (const engine of [statefulSet({ listener, nodeStopLimits }), deployment({ listener, nodeStopLimits })]) {
      expect(annotations(engine)).toHaveProperty([LOCAL_VOLUMES], 'socket');
      expect(podTemplate(engine).spec.volumes).toContainEqual({ name: 'socket', emptyDir: {} });
    }
  });

  it('adds no annotation for other limits, DaemonSets and engines without the sidecar', () => {
    for (const engine of [
      statefulSet({ listener }),
      statefulSet({ listener, nodeStopLimits: [NodeStopLimit.awsSpot()] }),
      statefulSet({ nodeStopLimits }),
      daemonSet({ listener, nodeStopLimits }),
    ]) {
      expect(annotations(engine)).not.toHaveProperty([LOCAL_VOLUMES]);
    }
  });

  it('does not give up a cache in an emptyDir, unless the user adds it', () => {
    const cache = CacheVolume.emptyDir({ sizeLimit: Size.gibibytes(50) });
    expect(annotations(statefulSet({ cache, listener, nodeStopLimits }))).toHaveProperty([LOCAL_VOLUMES], 'socket');
    const podAnnotations = { [LOCAL_VOLUMES]: 'cache,socket' };
    expect(annotations(statefulSet({ cache, listener, nodeStopLimits, podAnnotations }))).toHaveProperty(
      [LOCAL_VOLUMES],
      'cache,socket',
    );
  });
});

describe('clients', () => {
  function client(priorityClassName: string, engine: object): string[] {
    const scope = chart();
    const made = daemonSet({ ...REQUESTS, ...engine }, scope);
    const runner = new k8s.KubePod(scope, 'runner', {
      spec: { priorityClassName, containers: [{ name: 'runner', image: 'runner' }] },
    });
    made.connect(runner);
    return warnings(made);
  }

  it('warns about a client that stops after the engine', () => {
    expect(client('system-cluster-critical', {})).toEqual([
      '[test/engine] warning stops-after-engine: connect: the client "runner" has the priority class system-cluster-critical, so Karpenter stops it after the engine of its node, and its builds are interrupted; fix: use another priority class',
    ]);
  });

  it('accepts other priorities, and an engine with a system priority', () => {
    expect(client('high', {})).toEqual([]);
    expect(client('system-cluster-critical', { priorityClassName: 'system-node-critical' })).toEqual([]);
  });
});

import { App, Chart, Duration, Size } from 'cdk8s';
import {
  Autoscaling,
  CacheSeed,
  CacheVolume,
  Certificates,
  ClaimRetention,
  DiskSpace,
  Drain,
  EngineDaemonSet,
  EngineDaemonSetUpdateStrategy,
  EngineDeployment,
  EngineDeploymentUpdateStrategy,
  EngineFleet,
  EngineImage,
  EngineJson,
  EngineNodes,
  EngineServiceType,
  EngineStatefulSet,
  EngineStatefulSetUpdateStrategy,
  EngineToml,
  FleetTopology,
  HostSocket,
  KarpenterNodeClass,
  Listener,
  LogLevel,
  PodCount,
  PodManagementPolicy,
  Retirement,
  ScaleIn,
  ScaleMetric,
  type EngineDaemonSetProps,
  type EngineDeploymentProps,
  type EngineStatefulSetProps,
  type FleetMemberOptions,
} from '../../src/index';

/** A Kubernetes object. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** A change to the manifests of engines. */
export interface ChangeCase {
  readonly title: string;
  readonly before: readonly KubernetesObject[];
  readonly after: readonly KubernetesObject[];
  /** The manifests that were applied before `before`. The diff doesn't know them. */
  readonly earlier?: readonly KubernetesObject[];
}

const ENGINES = { EngineDaemonSet, EngineDeployment, EngineStatefulSet };

interface Props {
  EngineDaemonSet: Partial<EngineDaemonSetProps>;
  EngineDeployment: Partial<EngineDeploymentProps>;
  EngineStatefulSet: Partial<EngineStatefulSetProps>;
}

const COMMON = { version: 'v0.21.7', resources: { requests: { cpu: '2', memory: '8Gi' } } };
const DEFAULTS = {
  EngineDaemonSet: COMMON,
  EngineDeployment: { ...COMMON, cache: CacheVolume.emptyDir() },
  EngineStatefulSet: { ...COMMON, replicas: 3, cache: CacheVolume.claimTemplate({ size: Size.gibibytes(100) }) },
} satisfies Props;

/** Returns the manifests of a program. Warnings of the library are hidden. */
export function manifestsOf(program: (chart: Chart) => unknown): KubernetesObject[] {
  const { warn } = console;
  console.warn = () => undefined;
  try {
    const chart = new Chart(new App(), 'ci', { namespace: 'ci' });
    program(chart);
    return chart.toJson() as KubernetesObject[];
  } finally {
    console.warn = warn;
  }
}

/** Returns the manifests of one engine. */
export function manifests<C extends keyof Props>(className: C, props: Props[C], id = 'pool'): KubernetesObject[] {
  const Engine = ENGINES[className] as new (scope: Chart, id: string, props: unknown) => unknown;
  return manifestsOf((chart) => new Engine(chart, id, { name: id, ...DEFAULTS[className], ...props }));
}

function change<C extends keyof Props>(title: string, className: C, before: Props[C], after: Props[C]): ChangeCase {
  return {
    title: `${className.replace('Engine', '')}: ${title}`,
    before: manifests(className, before),
    after: manifests(className, after),
  };
}

/** Returns a copy of the objects in which the object of a kind is edited. */
export function edited(
  objects: readonly KubernetesObject[],
  kind: string,
  edit: (object: any) => void,
): KubernetesObject[] {
  const copy = structuredClone(objects) as KubernetesObject[];
  copy.filter((object) => object.kind === kind).forEach(edit);
  return copy;
}

const POOL = manifests('EngineStatefulSet', {});
const NODES = manifests('EngineDaemonSet', {});
const TCP_POOL = edited(
  manifests('EngineStatefulSet', { listener: Listener.insecureTcp() }),
  'NetworkPolicy',
  ({ spec }) => {
    spec.ingress = [
      { from: [{ podSelector: { matchLabels: { app: 'runner' } } }], ports: [{ port: 1234, protocol: 'TCP' }] },
    ];
  },
);

function edit(
  title: string,
  objects: readonly KubernetesObject[],
  kind: string,
  apply: Parameters<typeof edited>[2],
): ChangeCase {
  return { title, before: objects, after: edited(objects, kind, apply) };
}

const tls = (...allowedClients: string[]): Listener =>
  Listener.tls({
    certificates: Certificates.issuedBy({ name: 'ca' }),
    ...(allowedClients.length > 0 && { allowedClients }),
  });
const limit = (gibibytes: number): EngineJson =>
  EngineJson.of({
    gc: {
      maxUsedSpace: DiskSpace.size(Size.gibibytes(gibibytes)),
      minFreeSpace: DiskSpace.size(Size.gibibytes(10)),
      reservedSpace: DiskSpace.size(Size.gibibytes(10)),
    },
  });
const autoscaling = (maxReplicas: number): Autoscaling =>
  Autoscaling.horizontal({ maxReplicas, scaleIn: ScaleIn.disabled(), metrics: [ScaleMetric.cpu({ utilization: 70 })] });
const claims = (gibibytes: number, more: object = {}): CacheVolume =>
  CacheVolume.claimTemplate({ size: Size.gibibytes(gibibytes), ...more });
const object = (
  apiVersion: string,
  kind: string,
  name: string,
  fields: { readonly [field: string]: unknown },
): KubernetesObject => ({ apiVersion, kind, metadata: { name, namespace: 'ci' }, ...fields });

const claim = (storage: string, more: object = {}): KubernetesObject =>
  object('v1', 'PersistentVolumeClaim', 'cache', {
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } }, ...more },
  });
const withClaim = manifests('EngineDeployment', {
  cache: CacheVolume.fromClaimName('cache'),
  updateStrategy: EngineDeploymentUpdateStrategy.recreate(),
});

const role = (verbs: readonly string[]): KubernetesObject[] => [
  object('rbac.authorization.k8s.io/v1', 'Role', 'builds', {
    rules: [{ apiGroups: [''], resources: ['pods/exec'], resourceNames: ['pool-0'], verbs }],
  }),
  object('rbac.authorization.k8s.io/v1', 'RoleBinding', 'builds', {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'builds' },
    subjects: [{ kind: 'ServiceAccount', name: 'runner', namespace: 'ci' }],
  }),
];
const runner = (image: string): KubernetesObject =>
  object('apps/v1', 'Deployment', 'runner', {
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'runner' } },
      template: {
        metadata: { labels: { app: 'runner' } },
        spec: { containers: [{ name: 'runner', image }] },
      },
    },
  });
const secret = (value: string, more: object = {}): KubernetesObject =>
  object('v1', 'Secret', 'token', { stringData: { token: value }, ...more });
const withSecret = edited(POOL, 'StatefulSet', ({ spec }) => {
  spec.template.spec.containers[0].env = [
    { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'token', key: 'token' } } },
  ];
});
const job = (image: string): KubernetesObject =>
  object('batch/v1', 'Job', 'build', {
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'build', image }] } } },
  });

const tomlLimit = (gibibytes: number): EngineToml =>
  EngineToml.of({ worker: { maxUsedSpace: DiskSpace.size(Size.gibibytes(gibibytes)) } });

/** Returns the manifests of a seed, of engines that are copied from it, or of both. */
export function seeded(
  version: string,
  parts: ReadonlyArray<'engines' | 'seed'> = ['seed', 'engines'],
  podLabels: { readonly [label: string]: string } = {},
): KubernetesObject[] {
  const common = { version, resources: COMMON.resources };
  const size = Size.gibibytes(100);
  return manifestsOf((chart) => {
    const seed = parts.includes('seed')
      ? new CacheSeed(chart, 'seed', { ...common, size })
      : CacheSeed.fromCacheSeedAttributes(chart, 'seed', { name: 'seed', version, size });
    if (parts.includes('engines')) {
      const cache = CacheVolume.ephemeral({ size: Size.gibibytes(200), seed });
      new EngineDeployment(chart, 'engines', { ...common, podLabels, cache });
    }
  });
}

const SUCCESSOR = 'v0-21-8';

/** The topologies of a fleet. */
const FLEETS = {
  StatefulSet: FleetTopology.statefulSet({ ...DEFAULTS.EngineStatefulSet, listener: Listener.insecureTcp() }),
  Deployment: FleetTopology.deployment({ ...DEFAULTS.EngineDeployment, listener: Listener.insecureTcp() }),
  DaemonSet: FleetTopology.daemonSet({ ...COMMON, cache: CacheVolume.hostPath({ size: Size.gibibytes(100) }) }),
};

/** Returns the manifests of a fleet, with or without the member that retires. */
function fleet(kind: keyof typeof FLEETS, retiring?: Partial<FleetMemberOptions>): KubernetesObject[] {
  const members = [...(retiring === undefined ? [] : [{ version: 'v0.21.7', ...retiring }]), { version: 'v0.21.8' }];
  return manifestsOf((chart) => new EngineFleet(chart, 'fleet', { topology: FLEETS[kind], members }));
}

/** Returns the commits that retire a member of a fleet. */
function retirement(kind: keyof typeof FLEETS, claims?: ClaimRetention): ChangeCase[] {
  const steps = [
    fleet(kind, {}),
    fleet(kind, { retirement: Retirement.noNewClients(SUCCESSOR) }),
    fleet(kind, { retirement: Retirement.drained(SUCCESSOR, claims && { claims }) }),
    fleet(kind),
  ];
  const suffix = claims === undefined ? '' : ', whose claims are deleted';
  return ['closed', 'drained', 'removed'].map((step, index) => ({
    title: `Fleet of a ${kind}: a member that is ${step}${suffix}`,
    before: steps[index]!,
    after: steps[index + 1]!,
    // A drained member has claims because its engines ran.
    ...(index === 2 && { earlier: steps[0]! }),
  }));
}

/** Realistic changes. The cluster test applies them to an API server. */
export const CASES: readonly ChangeCase[] = [
  // ---- releases
  change('a patch release', 'EngineStatefulSet', {}, { version: 'v0.21.8' }),
  change('a patch release', 'EngineDaemonSet', {}, { version: 'v0.21.8' }),
  change('a patch release', 'EngineDeployment', {}, { version: 'v0.21.8' }),
  change('a release with another cache schema', 'EngineStatefulSet', {}, { version: 'v1.0.0-beta.10' }),
  change('a release with another cache schema', 'EngineDaemonSet', {}, { version: 'v1.0.0-beta.10' }),
  change('a release that rejects older clients', 'EngineStatefulSet', { version: 'v0.18.19' }, {}),
  change('an older release that newer clients reject', 'EngineStatefulSet', {}, { version: 'v0.18.19' }),
  change(
    'a release whose cache schema is unknown',
    'EngineStatefulSet',
    { version: 'v1.0.0-beta.11' },
    { version: 'v1.0.0-beta.21' },
  ),
  change(
    'an older release with the same cache schema',
    'EngineStatefulSet',
    { version: 'v0.21.8' },
    { version: 'v0.21.3' },
  ),
  change('a release whose cache schema is not confirmed', 'EngineStatefulSet', {}, { version: 'v0.21.11' }),
  change(
    'an image without a release',
    'EngineStatefulSet',
    {},
    { image: EngineImage.fromReference('registry.example.com/engine:ours') },
  ),
  // ---- restarts
  change('a configuration', 'EngineStatefulSet', {}, { engineJson: EngineJson.of({ logLevel: LogLevel.DEBUG }) }),
  change('a variable', 'EngineDaemonSet', {}, { podAnnotations: { 'example.com/team': 'ci' } }),
  change(
    'a longer drain',
    'EngineStatefulSet',
    { version: 'v0.21.8' },
    { version: 'v0.21.8', drain: Drain.untilIdle({ atMost: Duration.minutes(20) }) },
  ),
  change('a shorter drain', 'EngineStatefulSet', { drain: Drain.untilIdle({ atMost: Duration.minutes(20) }) }, {}),
  change(
    'a change without a drain',
    'EngineStatefulSet',
    { drain: Drain.none() },
    { drain: Drain.none(), podLabels: { team: 'ci' } },
  ),
  change(
    'a canary',
    'EngineStatefulSet',
    {},
    { version: 'v0.21.8', updateStrategy: EngineStatefulSetUpdateStrategy.canary({ engines: 1 }) },
  ),
  change(
    'a lower partition',
    'EngineStatefulSet',
    { updateStrategy: EngineStatefulSetUpdateStrategy.rollingUpdate({ partition: 2 }) },
    {},
  ),
  change(
    'a release for pods that are deleted by hand',
    'EngineDaemonSet',
    { updateStrategy: EngineDaemonSetUpdateStrategy.onDelete() },
    { version: 'v0.21.8', updateStrategy: EngineDaemonSetUpdateStrategy.onDelete() },
  ),
  change(
    'a release on several nodes at a time',
    'EngineDaemonSet',
    { updateStrategy: EngineDaemonSetUpdateStrategy.rollingUpdate({ maxUnavailable: PodCount.percent(20) }) },
    {
      version: 'v0.21.8',
      updateStrategy: EngineDaemonSetUpdateStrategy.rollingUpdate({ maxUnavailable: PodCount.percent(20) }),
    },
  ),
  change('a release for a pool at zero', 'EngineStatefulSet', { replicas: 0 }, { replicas: 0, version: 'v0.21.8' }),
  change(
    'several engines that are replaced one by one',
    'EngineDeployment',
    { replicas: 4 },
    { replicas: 4, version: 'v0.21.8' },
  ),
  change('labels of the workload', 'EngineStatefulSet', {}, { labels: {} }),
  edit(
    'StatefulSet: an annotation of the workload',
    POOL,
    'StatefulSet',
    ({ metadata }) => (metadata.annotations = { owner: 'ci' }),
  ),
  edit('StatefulSet: defaults of the API server', POOL, 'StatefulSet', ({ spec }) => {
    spec.template.spec.dnsPolicy = 'ClusterFirst';
    spec.template.spec.containers[0].imagePullPolicy = 'IfNotPresent';
    spec.template.spec.containers[0].resources.requests.cpu = '2000m';
  }),
  edit(
    'StatefulSet: reordered volumes',
    manifests('EngineStatefulSet', { engineJson: EngineJson.of({ logLevel: LogLevel.DEBUG }) }),
    'StatefulSet',
    ({ spec }) => spec.template.spec.containers[0].volumeMounts.reverse(),
  ),
  {
    title: 'Deployment of clients: another image',
    before: [...POOL, runner('runner:1')],
    after: [...POOL, runner('runner:2')],
  },
  // ---- configuration that doesn't restart pods
  edit(
    'ConfigMap: another configuration without a checksum',
    edited(
      manifests('EngineStatefulSet', { engineJson: EngineJson.of({ logLevel: LogLevel.INFO }) }),
      'StatefulSet',
      ({ spec }) => delete spec.template.metadata.annotations,
    ),
    'ConfigMap',
    ({ data }) => {
      data['engine.json'] = '{"logLevel": "debug"}';
    },
  ),
  edit(
    'ConfigMap: a reformatted configuration without a checksum',
    edited(
      manifests('EngineStatefulSet', { engineJson: EngineJson.of({ logLevel: LogLevel.INFO }) }),
      'StatefulSet',
      ({ spec }) => delete spec.template.metadata.annotations,
    ),
    'ConfigMap',
    ({ data }) => {
      data['engine.json'] = JSON.stringify(JSON.parse(data['engine.json']));
    },
  ),
  {
    title: 'Secret: another value of a variable',
    before: [...withSecret, secret('a')],
    after: [...withSecret, secret('b')],
  },
  // ---- number of engines
  change('more engines', 'EngineStatefulSet', {}, { replicas: 5 }),
  change('fewer engines', 'EngineStatefulSet', {}, { replicas: 1 }),
  change('more engines without volumes', 'EngineDeployment', {}, { replicas: 2 }),
  change('engines again after zero', 'EngineStatefulSet', { replicas: 0 }, { replicas: 2 }),
  change('fewer engines behind TLS', 'EngineStatefulSet', { listener: tls() }, { listener: tls(), replicas: 2 }),
  change(
    'fewer engines, whose claims are deleted',
    'EngineStatefulSet',
    { cache: claims(100, { whenScaled: ClaimRetention.DELETE }) },
    { replicas: 1, cache: claims(100, { whenScaled: ClaimRetention.DELETE }) },
  ),
  change(
    'fewer engines without a drain',
    'EngineDeployment',
    { replicas: 3, drain: Drain.none() },
    { replicas: 1, drain: Drain.none() },
  ),
  edit('StatefulSet: replicas for an autoscaler', POOL, 'StatefulSet', ({ spec }) => delete spec.replicas),
  change(
    'a higher limit of the autoscaler',
    'EngineStatefulSet',
    { replicas: undefined, autoscaling: autoscaling(3) },
    { replicas: undefined, autoscaling: autoscaling(6) },
  ),
  { title: 'StatefulSet: added', before: [], after: POOL },
  {
    title: 'StatefulSet: added next to a DaemonSet',
    before: NODES,
    after: [...NODES, ...manifests('EngineStatefulSet', {}, 'second')],
  },
  { title: 'StatefulSet: removed', before: [...NODES, ...manifests('EngineStatefulSet', {}, 'second')], after: NODES },
  {
    title: 'StatefulSet: removed with its claims',
    before: [
      ...NODES,
      ...manifests('EngineStatefulSet', { cache: claims(100, { whenDeleted: ClaimRetention.DELETE }) }, 'second'),
    ],
    after: NODES,
  },
  { title: 'StatefulSet: renamed', before: POOL, after: manifests('EngineStatefulSet', {}, 'engines') },
  { title: 'DaemonSet: removed', before: [...POOL, ...manifests('EngineDaemonSet', {}, 'nodes')], after: POOL },
  // ---- caches
  change(
    'another directory of the node',
    'EngineDaemonSet',
    {},
    { cache: CacheVolume.hostPath({ path: '/mnt/nvme', mustExist: true }) },
  ),
  change('other nodes', 'EngineDaemonSet', { nodeSelector: { pool: 'a' } }, { nodeSelector: { pool: 'b' } }),
  change('fewer nodes', 'EngineDaemonSet', {}, { nodeSelector: { pool: 'a' } }),
  change('more nodes', 'EngineDaemonSet', { nodeSelector: { pool: 'a' } }, {}),
  change('other nodes', 'EngineStatefulSet', { nodeSelector: { pool: 'a' } }, { nodeSelector: { pool: 'b' } }),
  change(
    'claims that are deleted from now on',
    'EngineStatefulSet',
    {},
    { cache: claims(100, { whenDeleted: ClaimRetention.DELETE, whenScaled: ClaimRetention.DELETE }) },
  ),
  change('an emptyDir instead of claims', 'EngineStatefulSet', {}, { cache: CacheVolume.emptyDir() }),
  change(
    'a claim of each pod',
    'EngineDeployment',
    {},
    { cache: CacheVolume.ephemeral({ size: Size.gibibytes(100) }) },
  ),
  change(
    'lower limits of garbage collection',
    'EngineStatefulSet',
    { engineJson: limit(80) },
    { engineJson: limit(40) },
  ),
  change(
    'higher limits of garbage collection',
    'EngineStatefulSet',
    { engineJson: limit(40) },
    { engineJson: limit(80) },
  ),
  change(
    'lower limits in engine.toml',
    'EngineStatefulSet',
    { engineToml: tomlLimit(80) },
    { engineToml: tomlLimit(40) },
  ),
  change(
    'a lower limit in the engine.toml of an old release',
    'EngineStatefulSet',
    { version: 'v0.12.0', engineToml: tomlLimit(80) },
    { version: 'v0.12.0', engineToml: tomlLimit(40) },
  ),
  { title: 'Deployment: a removed claim', before: [...withClaim, claim('100Gi')], after: withClaim },
  {
    title: 'Deployment: a larger claim',
    before: [...withClaim, claim('100Gi')],
    after: [...withClaim, claim('200Gi')],
  },
  // ---- updates that the API server rejects
  {
    title: 'Deployment: a smaller claim',
    before: [...withClaim, claim('100Gi')],
    after: [...withClaim, claim('50Gi')],
  },
  {
    title: 'Deployment: a claim of another class',
    before: [...withClaim, claim('100Gi', { storageClassName: 'a' })],
    after: [...withClaim, claim('100Gi', { storageClassName: 'b' })],
  },
  change('larger claims', 'EngineStatefulSet', {}, { cache: claims(200) }),
  change('another storage class', 'EngineStatefulSet', {}, { cache: claims(100, { storageClassName: 'fast' }) }),
  change('another headless Service', 'EngineStatefulSet', {}, { serviceName: 'pods' }),
  change('another order', 'EngineStatefulSet', {}, { podManagementPolicy: PodManagementPolicy.ORDERED_READY }),
  change('another selector', 'EngineStatefulSet', {}, { takeOver: true, podSelector: { app: 'dagger' } }),
  change('another selector', 'EngineDaemonSet', {}, { takeOver: true, podSelector: { app: 'dagger' } }),
  change(
    'pods that are deleted by hand',
    'EngineStatefulSet',
    {},
    { updateStrategy: EngineStatefulSetUpdateStrategy.onDelete() },
  ),
  change(
    'pods that are deleted by hand',
    'EngineDaemonSet',
    {},
    { updateStrategy: EngineDaemonSetUpdateStrategy.onDelete() },
  ),
  change('the old engine first', 'EngineDeployment', {}, { updateStrategy: EngineDeploymentUpdateStrategy.recreate() }),
  change(
    'the old engine first, from explicit limits',
    'EngineDeployment',
    {
      updateStrategy: EngineDeploymentUpdateStrategy.rollingUpdate({
        maxSurge: PodCount.absolute(1),
        maxUnavailable: PodCount.absolute(0),
      }),
    },
    { updateStrategy: EngineDeploymentUpdateStrategy.recreate() },
  ),
  edit('StatefulSet: a longer minimum ready time', POOL, 'StatefulSet', ({ spec }) => (spec.minReadySeconds = 5)),
  { title: 'Job: another image', before: [...POOL, job('build:1')], after: [...POOL, job('build:2')] },
  {
    title: 'Secret: another value of an immutable Secret',
    before: [...withSecret, secret('a', { immutable: true })],
    after: [...withSecret, secret('b', { immutable: true })],
  },
  {
    title: 'RoleBinding: another role',
    before: [...POOL, ...role(['create'])],
    after: edited([...POOL, ...role(['create'])], 'RoleBinding', ({ roleRef }) => (roleRef.name = 'others')),
  },
  change(
    'another class of load balancer',
    'EngineStatefulSet',
    {
      listener: Listener.insecureTcp({
        service: { type: EngineServiceType.LOAD_BALANCER, loadBalancerClass: 'a.example.com/lb' },
      }),
    },
    {
      listener: Listener.insecureTcp({
        service: { type: EngineServiceType.LOAD_BALANCER, loadBalancerClass: 'b.example.com/lb' },
      }),
    },
  ),
  edit('Service: a headless Service that becomes a normal one', TCP_POOL, 'Service', ({ metadata, spec }) => {
    if (metadata.name.endsWith('headless')) {
      delete spec.clusterIP;
    }
  }),
  edit('Service: a normal Service that becomes headless', TCP_POOL, 'Service', ({ metadata, spec }) => {
    if (!metadata.name.endsWith('headless')) {
      spec.clusterIP = 'None';
    }
  }),
  // ---- access
  change('a port without TLS', 'EngineStatefulSet', {}, { listener: Listener.insecureTcp() }),
  change('a port with mutual TLS', 'EngineStatefulSet', {}, { listener: tls() }),
  change(
    'TLS instead of plain TCP',
    'EngineStatefulSet',
    { listener: Listener.insecureTcp({ port: 8443 }) },
    { listener: tls() },
  ),
  change(
    'another port',
    'EngineStatefulSet',
    { listener: Listener.insecureTcp() },
    { listener: Listener.insecureTcp({ port: 5000 }) },
  ),
  change('no port', 'EngineStatefulSet', { listener: Listener.insecureTcp() }, {}),
  change('another client', 'EngineStatefulSet', { listener: tls('ci') }, { listener: tls('ci', 'laptop') }),
  change('fewer clients', 'EngineStatefulSet', { listener: tls('ci', 'laptop') }, { listener: tls('ci') }),
  change('every certificate', 'EngineStatefulSet', { listener: tls('ci') }, { listener: tls() }),
  change('metrics', 'EngineStatefulSet', {}, { metrics: {} }),
  change('no socket on the node', 'EngineDaemonSet', {}, { hostSocket: HostSocket.none() }),
  change('another socket on the node', 'EngineDaemonSet', {}, { hostSocket: HostSocket.fromPath('/run/ci') }),
  change(
    'a load balancer',
    'EngineStatefulSet',
    { listener: Listener.insecureTcp() },
    {
      listener: Listener.insecureTcp({
        service: { type: EngineServiceType.LOAD_BALANCER, loadBalancerSourceRanges: ['10.0.0.0/8'] },
      }),
    },
  ),
  change(
    'no load balancer',
    'EngineStatefulSet',
    { listener: Listener.insecureTcp({ service: { type: EngineServiceType.LOAD_BALANCER } }) },
    { listener: Listener.insecureTcp() },
  ),
  {
    title: 'NetworkPolicy: removed',
    before: TCP_POOL,
    after: TCP_POOL.filter(({ kind }) => kind !== 'NetworkPolicy'),
  },
  change(
    'blocked private networks',
    'EngineStatefulSet',
    {},
    { networkPolicy: { egress: { privateNetworks: false } } },
  ),
  edit('NetworkPolicy: another peer', TCP_POOL, 'NetworkPolicy', ({ spec }) => {
    spec.ingress[0].from.push({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'builds' } } });
  }),
  edit('NetworkPolicy: a rule for every source', TCP_POOL, 'NetworkPolicy', ({ spec }) =>
    spec.ingress.push({ ports: [{ port: 1234 }] }),
  ),
  {
    title: 'Role: another permission',
    before: [...POOL, ...role(['get'])],
    after: [...POOL, ...role(['get', 'create'])],
  },
  { title: 'Role: removed', before: [...POOL, ...role(['create'])], after: POOL },
  edit('Role: every permission', [...POOL, ...role(['get'])], 'Role', ({ rules }) => {
    rules[0] = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] };
  }),
  change(
    'another CA',
    'EngineStatefulSet',
    { listener: tls() },
    { listener: Listener.tls({ certificates: Certificates.issuedBy({ name: 'other' }) }) },
  ),
  edit('Certificate: fewer names', manifests('EngineStatefulSet', { listener: tls() }), 'Certificate', ({ spec }) =>
    spec.dnsNames.pop(),
  ),
  // ---- evictions
  {
    title: 'PodDisruptionBudget: removed',
    before: POOL,
    after: POOL.filter(({ kind }) => kind !== 'PodDisruptionBudget'),
  },
  edit('PodDisruptionBudget: no eviction', POOL, 'PodDisruptionBudget', ({ spec }) => (spec.maxUnavailable = 0)),
  edit('PodDisruptionBudget: more evictions', POOL, 'PodDisruptionBudget', ({ spec }) => (spec.maxUnavailable = 2)),
  // ---- costs
  change('higher requests', 'EngineStatefulSet', {}, { resources: { requests: { cpu: '4', memory: '16Gi' } } }),
  change('higher requests', 'EngineDaemonSet', {}, { resources: { requests: { cpu: '4', memory: '8Gi' } } }),
  change('lower requests', 'EngineStatefulSet', {}, { resources: { requests: { cpu: '1', memory: '8Gi' } } }),
  // ---- seeds
  {
    title: 'Seed: labels of the engines',
    before: seeded('v0.21.8'),
    after: seeded('v0.21.8', undefined, { team: 'ci' }),
  },
  { title: 'Seed: another cache schema', before: seeded('v0.21.8'), after: seeded('v1.0.0-beta.10') },
  { title: 'Seed: removed, while engines use it', before: seeded('v0.21.8'), after: seeded('v0.21.8', ['engines']) },
  { title: 'Seed: removed with its engines', before: [...NODES, ...seeded('v0.21.8')], after: NODES },
  { title: 'Seed: engines that use it', before: seeded('v0.21.8', ['seed']), after: seeded('v0.21.8') },
  {
    title: 'Seed: instead of an emptyDir',
    before: [...seeded('v0.21.8', ['seed']), ...manifests('EngineDeployment', { version: 'v0.21.8' }, 'engines')],
    after: seeded('v0.21.8'),
  },
  // ---- members of a fleet
  ...retirement('StatefulSet'),
  ...retirement('StatefulSet', ClaimRetention.DELETE).slice(1),
  ...retirement('Deployment').slice(1),
  ...retirement('DaemonSet').slice(1),
  {
    title: 'Fleet of a DaemonSet: a drained member that returns',
    before: fleet('DaemonSet', { retirement: Retirement.drained(SUCCESSOR) }),
    after: fleet('DaemonSet', {}),
    earlier: fleet('DaemonSet', {}),
  },
];

const namespace = (annotations: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'ci', annotations },
});

const KARPENTER = manifestsOf((chart) => {
  const nodes = EngineNodes.karpenter(chart, 'nvme', {
    nodeClass: KarpenterNodeClass.ec2({ clusterName: 'ci', role: 'ci', amiAlias: 'al2023@v20260801' }),
    limits: { cpu: '200' },
  });
  const drain = Drain.untilIdle({ atMost: Duration.minutes(20) });
  new EngineDaemonSet(chart, 'pool', { name: 'pool', ...COMMON, nodes, drain });
});

/** Changes that the cluster test doesn't apply. */
export const UNAPPLIED_CASES: readonly ChangeCase[] = [
  { title: 'Namespace: removed with its engines', before: [namespace(), ...POOL], after: [] },
  { title: 'Namespace: removed, but its engines remain', before: [namespace(), ...NODES], after: NODES },
  {
    title: 'Namespace: removed, with an annotation against pruning',
    before: [namespace({ 'kustomize.toolkit.fluxcd.io/prune': 'disabled' }), ...POOL],
    after: POOL,
  },
  edit('Karpenter: another AMI', KARPENTER, 'EC2NodeClass', ({ spec }) => {
    spec.amiSelectorTerms = [{ alias: 'al2023@v20260901' }];
  }),
  edit('Karpenter: less time to stop', KARPENTER, 'NodePool', ({ spec }) => {
    spec.template.spec.terminationGracePeriod = '5m';
  }),
  edit('Karpenter: consolidation of nodes in use', KARPENTER, 'NodePool', ({ spec }) => {
    spec.disruption = { consolidationPolicy: 'WhenEmptyOrUnderutilized', consolidateAfter: '5m' };
  }),
  edit('Karpenter: higher limits', KARPENTER, 'NodePool', ({ spec }) => (spec.limits.cpu = '2000')),
  edit('Karpenter: lower limits', KARPENTER, 'NodePool', ({ spec }) => (spec.limits.cpu = '20')),
  edit('Karpenter: the same times in other units', KARPENTER, 'NodePool', ({ spec }) => {
    spec.template.spec.terminationGracePeriod = '60m';
  }),
  {
    title: 'Karpenter: a removed NodePool',
    before: KARPENTER,
    after: KARPENTER.filter(({ kind }) => kind !== 'NodePool'),
  },
];

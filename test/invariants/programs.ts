import { Chart, Duration, Size, type App } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import * as fc from 'fast-check';
import {
  DedicatedNodes,
  Autoscaling,
  type AutoscalingLimits,
  DisruptionBudget,
  Drain,
  CacheVolume,
  ClaimRetention,
  EngineCapability,
  EngineDaemonSet,
  EngineDaemonSetUpdateStrategy,
  EngineDeployment,
  EngineDeploymentUpdateStrategy,
  EngineImage,
  EngineProbe,
  EngineRisk,
  EngineServiceAccount,
  EngineServiceType,
  IpFamily,
  IpFamilyPolicy,
  EngineStatefulSet,
  EngineStatefulSetUpdateStrategy,
  EngineVersion,
  EnvFrom,
  EnvVar,
  HostSocket,
  ImagePullPolicy,
  KeySelector,
  LifecycleHook,
  Listener,
  Monitoring,
  NetworkPeer,
  NodeStopLimit,
  PodCount,
  PodManagementPolicy,
  SessionAffinity,
  TrafficPolicy,
  Transport,
  VolumeAccessMode,
  VolumeMode,
  VolumeSharing,
  type ClaimOptions,
  type ClaimTemplateOptions,
  type DaemonSetRollingUpdateOptions,
  type DeploymentRollingUpdateOptions,
  type EmptyDirCacheOptions,
  type Engine,
  type EngineDaemonSetProps,
  type EngineDeploymentProps,
  type EngineEgressOptions,
  type EngineGpu,
  type EngineMetrics,
  type EngineNetworkPolicyOptions,
  type EnginePodProps,
  type EnginePodSecurity,
  type EngineProbeOptions,
  type DrainOptions,
  type EngineProbes,
  type EngineRemoteCache,
  type EngineTelemetry,
  type EngineVolume,
  OtlpProtocol,
  type EngineProps,
  type EngineProxy,
  type EngineResourceClaim,
  type EngineResources,
  type EngineServiceOptions,
  type EngineStatefulSetProps,
  type ExistingClaimCacheOptions,
  type HostPathCacheOptions,
  type INetworkPeer,
  type EnvFromOptions,
  type InsecureTcpOptions,
  type LifecycleHookOptions,
  type NewServiceAccountOptions,
  type NfsCacheOptions,
  type StatefulSetRollingUpdateOptions,
  type VolumeCacheOptions,
} from '../../src/index';
import { engineJson, engineToml } from './config-programs';
import { RELEASES } from './releases';
import type { Admitted } from './invariants';
import {
  anyOf,
  call,
  list,
  listed,
  mapOf,
  plain,
  set,
  SourceCode,
  struct,
  type Code,
  type ShapeOf,
} from './source-code';

/** The prefix in the names of objects outside the program. The names of user-defined volumes start with `user-`. */
export const EXTERNAL = 'ext-';

/** A separate namespace for clients. */
export const RUNNERS = 'runners';

/** Choices about an engine that are generated before its properties, so that the properties are consistent. */
export interface Setting {
  /** A number that makes names unique in the program. */
  readonly index: number;
  readonly version: EngineVersion;
  readonly className: 'EngineDaemonSet' | 'EngineStatefulSet' | 'EngineDeployment';
  readonly replicas: number;
  readonly cache: CacheSetting;
  readonly listens: boolean;
  readonly port: number;
  readonly hostNetwork: boolean;
  readonly hasGpu: boolean;
  readonly ownDns: boolean;
  readonly volumes: string[];
}

/** A cache volume, and its constraints on the configuration. */
export interface CacheSetting {
  readonly code: SourceCode<CacheVolume>;
  /** The size in MiB, if known. */
  readonly size?: number;
  /** Whether limits can be percentages of the volume. */
  readonly percentages: boolean;
  readonly perPod: boolean;
  /** Whether the size is a limit that garbage collection must respect. */
  readonly isLimit?: boolean;
  readonly isNfs?: boolean;
}

const seconds = (min: number, max: number): Code<Duration> =>
  call('Duration.seconds', (n: number) => Duration.seconds(n), plain(fc.integer({ min, max })));
const mebibytes = (min: number, max: number): Code<Size> =>
  call('Size.mebibytes', (n: number) => Size.mebibytes(n), plain(fc.integer({ min, max })));
const gibibytes = (size: number): Code<Size> => call('Size.gibibytes', (n: number) => Size.gibibytes(n), anyOf(size));
const flag = anyOf(true, false);

const labels = mapOf(['team', 'example.com/cost-centre'], anyOf('builds', 'a.b-c_d', ''));
const annotations = mapOf(['example.com/note', 'team'], anyOf('any text: {"a": 1}', ''));

/** Returns an expression that creates an object, or refers to an existing one, at each evaluation. */
function inChart<T>(text: string, make: (chart: Construct, id: string) => T): Code<T> {
  return fc.constant(new SourceCode(text, (chart) => make(chart, `given-${chart.node.children.length}`)));
}

const secret = inChart(`Secret.fromSecretName(chart, 'given', '${EXTERNAL}secret-c')`, (chart, id) =>
  kplus.Secret.fromSecretName(chart, id, `${EXTERNAL}secret-c`),
);
const configMap = inChart(
  "new ConfigMap(chart, 'given', { data: { 'ca.crt': 'PEM' } })",
  (chart, id) => new kplus.ConfigMap(chart, id, { data: { 'ca.crt': 'PEM' } }),
);

/** Generates a key of a Secret or ConfigMap. No two of these objects share both a name and a key. */
export const keySelector: Code<KeySelector> = fc.oneof(
  call(
    'KeySelector.fromSecretName',
    KeySelector.fromSecretName,
    anyOf(`${EXTERNAL}secret-a`, `${EXTERNAL}secret.with.dots`),
    anyOf('ca.crt', 'tls.crt', 'token'),
  ),
  call(
    'KeySelector.fromConfigMapName',
    KeySelector.fromConfigMapName,
    anyOf(`${EXTERNAL}config-a`, `${EXTERNAL}${'config'.repeat(20)}`),
    anyOf('ca.crt', 'other.pem'),
  ),
  call('KeySelector.fromSecret', KeySelector.fromSecret, secret, anyOf('ca.crt')),
  call('KeySelector.fromConfigMap', KeySelector.fromConfigMap, configMap, anyOf('ca.crt')),
);

// ---- storage

function cacheOf(className: Setting['className'], replicas: number, index: number): fc.Arbitrary<CacheSetting> {
  // The engine's default policy for cache volumes keeps 512 MB, so smaller volumes are useless.
  const sizes = fc.oneof(
    fc.integer({ min: 512, max: 4096 }),
    fc.integer({ min: 1, max: 5000 }).map((gibibyte) => gibibyte * 1024),
  );
  const sized = (
    percentages: boolean,
    perPod: boolean,
    of: (size: Code<Size>) => Code<CacheVolume>,
  ): fc.Arbitrary<CacheSetting> =>
    sizes.chain((size) =>
      of(size % 1024 === 0 ? gibibytes(size / 1024) : mebibytes(size, size)).map((code) => ({
        code,
        size,
        percentages,
        perPod,
      })),
    );
  const unsized = (perPod: boolean, code: Code<CacheVolume>): fc.Arbitrary<CacheSetting> =>
    code.map((cache) => ({ code: cache, percentages: true, perPod }));
  /** Generates a volume with or without a size. */
  const maybe = (
    percentages: boolean,
    perPod: boolean,
    of: (size: Code<Size> | undefined) => Code<CacheVolume>,
  ): fc.Arbitrary<CacheSetting> => fc.oneof(sized(percentages, perPod, of), unsized(perPod, of(undefined)));
  const volumeName = anyOf('data', 'varlibdagger');
  const claim = (size: Code<Size>): Parameters<typeof struct<Omit<ClaimOptions, 'seed'>>>[0] => ({
    size,
    volumeName,
    volumeMode: anyOf(VolumeMode.FILESYSTEM),
    storageClassName: anyOf('', 'gp3'),
    accessModes: fc.oneof(
      list(anyOf(VolumeAccessMode.READ_WRITE_ONCE, VolumeAccessMode.READ_WRITE_MANY), { minLength: 1, maxLength: 1 }),
      listOf1(VolumeAccessMode.READ_WRITE_ONCE_POD),
    ),
    labels,
    annotations,
    selector: anyOf({ matchLabels: { disk: 'nvme' } }, { matchExpressions: [{ key: 'disk', operator: 'Exists' }] }),
    dataSource: anyOf({ apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'warm' }),
    dataSourceRef: anyOf({ apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'warm' }),
    volumeAttributesClassName: anyOf('fast'),
  });

  const hostPath = maybe(false, false, (size) =>
    call(
      'CacheVolume.hostPath',
      CacheVolume.hostPath,
      struct<HostPathCacheOptions>(
        { path: anyOf(`/mnt/nvme-${index}`), mustExist: flag, size, volumeName },
        size ? ['size'] : [],
      ),
    ),
  );
  const ephemeral = sized(true, true, (size) =>
    call('CacheVolume.ephemeral', CacheVolume.ephemeral, struct<Omit<ClaimOptions, 'seed'>>(claim(size), ['size'])),
  );
  const emptyDir = maybe(false, true, (sizeLimit) =>
    call(
      'CacheVolume.emptyDir',
      CacheVolume.emptyDir,
      struct<EmptyDirCacheOptions>({ sizeLimit, inMemory: flag, volumeName }, sizeLimit ? ['sizeLimit'] : []),
    ),
  ).map((cache) => ({ ...cache, isLimit: cache.size !== undefined }));
  const claimTemplate = sized(true, true, (size) =>
    call(
      'CacheVolume.claimTemplate',
      CacheVolume.claimTemplate,
      struct(
        {
          ...claim(size),
          whenDeleted: anyOf(ClaimRetention.DELETE, ClaimRetention.RETAIN),
          whenScaled: anyOf(ClaimRetention.DELETE),
        },
        ['size'],
      ),
    ),
  );
  const takenTemplate = maybe(true, true, (size) =>
    call(
      'CacheVolume.fromClaimTemplate',
      CacheVolume.fromClaimTemplate,
      inChart(
        "{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: Quantity.fromString('50Gi') } } } }",
        () => ({
          metadata: { name: 'data' },
          spec: {
            accessModes: ['ReadWriteOnce'],
            resources: { requests: { storage: kplus.k8s.Quantity.fromString('50Gi') } },
          },
        }),
      ),
      struct<ClaimTemplateOptions>(
        { size, whenDeleted: anyOf(ClaimRetention.DELETE), whenScaled: anyOf(ClaimRetention.DELETE) },
        size ? ['size'] : [],
      ),
    ),
  );
  const fromClaimName = maybe(true, false, (size) =>
    fc.oneof(
      call(
        'CacheVolume.fromClaimName',
        CacheVolume.fromClaimName,
        anyOf(`${EXTERNAL}claim-${index}`),
        struct<ExistingClaimCacheOptions>({ size, volumeName }, size ? ['size'] : []),
      ),
      call(
        'CacheVolume.fromClaim',
        CacheVolume.fromClaim,
        inChart(`PersistentVolumeClaim.fromClaimName(chart, 'given', '${EXTERNAL}claim-${index}')`, (chart, id) =>
          kplus.PersistentVolumeClaim.fromClaimName(chart, id, `${EXTERNAL}claim-${index}`),
        ),
        struct<ExistingClaimCacheOptions>({ size, volumeName }, size ? ['size'] : []),
      ),
    ),
  );
  const nfs = maybe(true, false, (size) =>
    call(
      'CacheVolume.nfs',
      CacheVolume.nfs,
      struct<NfsCacheOptions>(
        { server: anyOf('nfs.example.com'), path: anyOf(`/exports/dagger-${index}`), size, volumeName },
        size ? ['server', 'path', 'size'] : ['server', 'path'],
      ),
    ),
  ).map((cache) => ({ ...cache, isNfs: true }));
  const volume = anyOf<kplus.k8s.Volume>(
    { name: 'scratch', csi: { driver: 'disk.example.com' } },
    { name: 'scratch', rbd: { image: 'i', monitors: ['m'] } },
  );
  const anyVolume = (sharing: VolumeSharing, perPod: boolean): fc.Arbitrary<CacheSetting> =>
    maybe(true, perPod, (size) =>
      call(
        'CacheVolume.fromVolume',
        CacheVolume.fromVolume,
        volume,
        struct<VolumeCacheOptions>({ sharing: anyOf(sharing), size }, size ? ['sharing', 'size'] : ['sharing']),
      ),
    );

  const perPod = [
    ephemeral,
    emptyDir,
    anyVolume(VolumeSharing.POD, true),
    ...(className === 'EngineStatefulSet' ? [claimTemplate, claimTemplate, takenTemplate] : []),
  ];
  if (className === 'EngineDaemonSet') {
    return fc.oneof(hostPath, hostPath, ...perPod, anyVolume(VolumeSharing.NODE, false));
  }
  return replicas > 1
    ? fc.oneof(...perPod)
    : fc.oneof(...perPod, hostPath, fromClaimName, nfs, anyVolume(VolumeSharing.CLUSTER, false));
}

function listOf1<T>(value: T): Code<T[]> {
  return list(anyOf(value), { minLength: 1, maxLength: 1 });
}

// ---- pod

function envVar(): Code<EnvVar> {
  return fc.oneof(
    call('EnvVar.fromValue', EnvVar.fromValue, anyOf('text', '', 'yes', 'with "quotes" and\nlines')),
    call('EnvVar.fromKey', EnvVar.fromKey, keySelector),
    call('EnvVar.fromField', EnvVar.fromField, anyOf('status.podIP', 'metadata.name')),
    call('EnvVar.fromResource', EnvVar.fromResource, anyOf('requests.cpu', 'limits.memory')),
    call(
      'EnvVar.fromSource',
      EnvVar.fromSource,
      anyOf<kplus.k8s.EnvVarSource>({ secretKeyRef: { name: `${EXTERNAL}secret-a`, key: 'token', optional: true } }),
    ),
    call(
      'EnvVar.fromEnvValue',
      EnvVar.fromEnvValue,
      inChart("EnvValue.fromValue('plus')", () => kplus.EnvValue.fromValue('plus')),
    ),
  );
}

const envFromOptions = struct<EnvFromOptions>({ prefix: anyOf('X_', 'y'), optional: flag });
const envFrom = fc.oneof(
  call('EnvFrom.fromSecretName', EnvFrom.fromSecretName, anyOf(`${EXTERNAL}env`), envFromOptions),
  call('EnvFrom.fromSecret', EnvFrom.fromSecret, secret, envFromOptions),
  call('EnvFrom.fromConfigMapName', EnvFrom.fromConfigMapName, anyOf(`${EXTERNAL}env`), envFromOptions),
  call('EnvFrom.fromConfigMap', EnvFrom.fromConfigMap, configMap, envFromOptions),
);

function probe({ version, listens }: Setting, kind: keyof EngineProbes): Code<EngineProbe> {
  const options = struct<EngineProbeOptions>({
    initialDelay: seconds(0, 60),
    period: seconds(1, 60),
    timeout: seconds(1, 60),
    failureThreshold: plain(fc.integer({ min: 1, max: 100 })),
    successThreshold: kind === 'readiness' ? plain(fc.integer({ min: 1, max: 3 })) : anyOf(1),
    // Longer than the grace period of any pod in these programs.
    terminationGracePeriod: kind === 'readiness' ? undefined : seconds(3601, 7200),
  });
  return fc.oneof(
    call('EngineProbe.connect', EngineProbe.connect, options),
    call('EngineProbe.exec', EngineProbe.exec, anyOf(['true'], ['sh', '-c', 'exit 0']), options),
    call(
      'EngineProbe.fromProbe',
      EngineProbe.fromProbe,
      anyOf<kplus.k8s.Probe>(
        { exec: { command: ['true'] } },
        { exec: { command: ['true'] }, periodSeconds: 7 },
        { exec: { command: ['true'] }, failureThreshold: 9 },
      ),
    ),
    call('EngineProbe.none', EngineProbe.none),
    ...(version.supports(EngineCapability.CLI_IN_IMAGE)
      ? [call('EngineProbe.session', EngineProbe.session, options)]
      : []),
    ...(listens ? [call('EngineProbe.tcp', EngineProbe.tcp, options)] : []),
  );
}

const hookOptions = { maxDuration: seconds(0, 300) };
const hook = (bounds: Code<LifecycleHookOptions>): Code<LifecycleHook> =>
  fc.oneof(
    call('LifecycleHook.exec', LifecycleHook.exec, anyOf(['sh', '-c', 'sleep 5']), bounds),
    call(
      'LifecycleHook.fromHandler',
      LifecycleHook.fromHandler,
      anyOf<kplus.k8s.LifecycleHandler>({ exec: { command: ['true'] } }),
      bounds,
    ),
  );

function container(prefix: string, volumes: readonly string[]): Code<kplus.k8s.Container[]> {
  const one = (name: string): Code<kplus.k8s.Container> =>
    anyOf(
      { name, image: 'busybox:1.36' },
      {
        name,
        image: 'busybox:latest',
        command: ['sleep', 'infinity'],
        ...(volumes.length > 0 && {
          volumeMounts: volumes.map((volume) => ({ name: volume, mountPath: `/${volume}` })),
        }),
        ...(prefix === 'sidecar' && { livenessProbe: { grpc: { port: 5000 } } }),
      },
    );
  return fc
    .integer({ min: 0, max: 2 })
    .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => one(`${prefix}-${index}`))))
    .map(listed);
}

function userVolume(name: string): Code<kplus.k8s.Volume> {
  return anyOf(
    { name, emptyDir: {} },
    { name, secret: { secretName: `${EXTERNAL}volume` } },
    { name, configMap: { name: `${EXTERNAL}volume` } },
    {
      name,
      projected: {
        sources: [{ downwardApi: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } }],
      },
    },
  );
}

function podOptions({ hasGpu, hostNetwork, ownDns, volumes }: Setting): ShapeOf<EnginePodProps> {
  return {
    podLabels: labels,
    podAnnotations: annotations,
    nodeSelector: mapOf(['disk', 'node.kubernetes.io/instance-type'], anyOf('nvme')),
    tolerations: list(
      anyOf<kplus.k8s.Toleration>({ key: 'dagger', operator: 'Exists', effect: 'NoSchedule' }, { operator: 'Exists' }),
    ),
    affinity: anyOf<kplus.k8s.Affinity>({
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'disk', operator: 'In', values: ['nvme'] }] }],
        },
      },
    }),
    topologySpreadConstraints: list(
      anyOf<kplus.k8s.TopologySpreadConstraint>(
        { maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway' },
        {
          maxSkew: 1,
          topologyKey: 'kubernetes.io/hostname',
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: { matchLabels: { team: 'builds' } },
        },
      ),
      { maxLength: 1 },
    ),
    priorityClassName: anyOf('system-cluster-critical'),
    runtimeClassName: hasGpu ? undefined : anyOf('kata'),
    schedulerName: anyOf('volcano'),
    hostAliases: list(anyOf<kplus.k8s.HostAlias>({ ip: '10.0.0.1', hostnames: ['registry.example.com'] }), {
      maxLength: 1,
    }),
    dnsPolicy: ownDns ? anyOf('None') : anyOf('Default', 'ClusterFirst', 'ClusterFirstWithHostNet'),
    dnsConfig: anyOf<kplus.k8s.PodDnsConfig>({
      nameservers: ['10.0.0.10'],
      searches: ['example.com'],
      options: [{ name: 'ndots', value: '2' }],
    }),
    hostNetwork: anyOf(hostNetwork),
    shareProcessNamespace: flag,
    // This parameter is namespaced, so it doesn't change the node.
    sysctls: anyOf<kplus.k8s.Sysctl[]>([{ name: 'kernel.shm_rmid_forced', value: '1' }]),
    seccompProfile: anyOf<kplus.k8s.SeccompProfile>({ type: 'RuntimeDefault' }),
    seLinuxOptions: anyOf<kplus.k8s.SeLinuxOptions>({ level: 's0:c1,c2' }),
    // Rarely set, because older API servers reject it.
    resourceClaims: anyOf<EngineResourceClaim[]>(
      [],
      [],
      [],
      [{ name: 'device', resourceClaimName: `${EXTERNAL}device` }],
    ),
    imagePullSecrets: set(anyOf(`${EXTERNAL}pull-a`, `${EXTERNAL}pull-b`)),
    sidecars: container('sidecar', volumes),
    initContainers: container('init', volumes),
    volumes: fc.tuple(...volumes.map(userVolume)).map(listed),
    automountServiceAccountToken: flag,
  };
}

// ---- network

function serviceOptions(index: number): Code<EngineServiceOptions> {
  const of = (type: EngineServiceType): Code<EngineServiceOptions> =>
    struct<EngineServiceOptions>(
      {
        create: anyOf(true),
        type: anyOf(type),
        name: anyOf(`service-${index}`),
        port: anyOf(7000 + index),
        appProtocol: anyOf('kubernetes.io/h2c'),
        ipFamilies: set(anyOf(IpFamily.IPV4)),
        ipFamilyPolicy: anyOf(IpFamilyPolicy.SINGLE_STACK),
        labels,
        annotations,
        nodePort: type === EngineServiceType.CLUSTER_IP ? undefined : anyOf(30000 + index, 30080 - index),
        allocateLoadBalancerNodePorts: type === EngineServiceType.LOAD_BALANCER ? anyOf(true) : undefined,
        loadBalancerClass: type === EngineServiceType.LOAD_BALANCER ? anyOf('example.com/internal') : undefined,
        loadBalancerSourceRanges:
          type === EngineServiceType.LOAD_BALANCER ? set(anyOf('10.0.0.0/8', 'fd00::/8')) : undefined,
        sessionAffinity: fc.oneof(
          call('SessionAffinity.none', SessionAffinity.none),
          call('SessionAffinity.clientIp', SessionAffinity.clientIp, seconds(1, 86400)),
        ),
        internalTrafficPolicy: anyOf(TrafficPolicy.CLUSTER, TrafficPolicy.LOCAL),
        externalTrafficPolicy:
          type === EngineServiceType.CLUSTER_IP ? undefined : anyOf(TrafficPolicy.CLUSTER, TrafficPolicy.LOCAL),
      },
      ['type'],
    );
  return fc.oneof(
    of(EngineServiceType.CLUSTER_IP),
    of(EngineServiceType.NODE_PORT),
    of(EngineServiceType.LOAD_BALANCER),
  );
}

function listener({ hostNetwork, index, port }: Setting): Code<Listener> {
  return call(
    'Listener.insecureTcp',
    Listener.insecureTcp,
    struct<InsecureTcpOptions>(
      {
        port: anyOf(port),
        address: anyOf('0.0.0.0', '[::]'),
        hostPort: hostNetwork ? anyOf(port) : anyOf(port, 5999),
        // The value false is only for existing workloads, which declare the port in another property.
        declarePort: anyOf(true),
        service: serviceOptions(index),
      },
      ['port'],
    ),
  );
}

/** Peers that a program can allow, and their form in a policy for an engine in `namespace`. */
const PEERS: ReadonlyArray<
  readonly [
    text: string,
    make: (chart: Construct) => INetworkPeer,
    wire: (namespace: string | undefined) => Admitted['clients'],
  ]
> = [
  [
    "NetworkPeer.pods({ labels: { app: 'runner' } })",
    () => NetworkPeer.pods({ labels: { app: 'runner' } }),
    () => [{ podSelector: { matchLabels: { app: 'runner' } } }],
  ],
  [
    "NetworkPeer.pods({ labels: { app: 'runner' }, namespace: 'ci' })",
    () => NetworkPeer.pods({ labels: { app: 'runner' }, namespace: 'ci' }),
    (namespace) => [
      {
        ...(namespace !== 'ci' && { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ci' } } }),
        podSelector: { matchLabels: { app: 'runner' } },
      },
    ],
  ],
  [
    "NetworkPeer.pods({ labels: { app: 'runner' }, namespaceLabels: {} })",
    () => NetworkPeer.pods({ labels: { app: 'runner' }, namespaceLabels: {} }),
    () => [{ namespaceSelector: {}, podSelector: { matchLabels: { app: 'runner' } } }],
  ],
  [
    "NetworkPeer.namespace('monitoring')",
    () => NetworkPeer.namespace('monitoring'),
    () => [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
  ],
  [
    "NetworkPeer.cidr('10.0.0.0/8', ['10.1.0.0/16'])",
    () => NetworkPeer.cidr('10.0.0.0/8', ['10.1.0.0/16']),
    () => [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }],
  ],
  [
    "Namespaces.select(chart, 'given', { names: ['a', 'b'] })",
    (chart) => kplus.Namespaces.select(chart, `given-${chart.node.children.length}`, { names: ['a', 'b'] }),
    () => ['a', 'b'].map((name) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } })),
  ],
  [
    "NetworkPolicyIpBlock.ipv6(chart, 'given', 'fd00::/8')",
    (chart) => kplus.NetworkPolicyIpBlock.ipv6(chart, `given-${chart.node.children.length}`, 'fd00::/8'),
    () => [{ ipBlock: { cidr: 'fd00::/8' } }],
  ],
];

const egress = fc.oneof(
  struct<EngineEgressOptions>({
    publicInternet: anyOf(true),
    privateNetworks: anyOf(false),
    cloudMetadata: flag,
    allowTo: list(call('NetworkPeer.namespace', NetworkPeer.namespace, anyOf('registry'))),
    dnsServers: list(call('NetworkPeer.clusterDns', NetworkPeer.clusterDns)),
  }),
  struct<EngineEgressOptions>(
    {
      publicInternet: anyOf(true),
      privateNetworks: anyOf(true),
      cloudMetadata: anyOf(false),
      allowTo: list(call('NetworkPeer.cidr', NetworkPeer.cidr, anyOf('10.0.0.0/8'))),
      dnsServers: list(call('NetworkPeer.cidr', NetworkPeer.cidr, anyOf('169.254.20.10/32'))),
    },
    ['privateNetworks'],
  ),
  struct<EngineEgressOptions>(
    {
      publicInternet: anyOf(false),
      privateNetworks: anyOf(false),
      cloudMetadata: anyOf(false),
      allowTo: list(call('NetworkPeer.cidr', NetworkPeer.cidr, anyOf('10.0.0.0/8'))),
      dnsServers: list(call('NetworkPeer.cidr', NetworkPeer.cidr, anyOf('169.254.20.10/32'))),
    },
    ['publicInternet'],
  ),
);
const networkPolicy = fc.oneof(
  anyOf<EngineNetworkPolicyOptions>({ enabled: false }),
  struct<EngineNetworkPolicyOptions>({ enabled: anyOf(true), egress }),
);

// ---- all properties of an engine

function props(setting: Setting): Parameters<typeof struct<EngineProps>>[0] {
  const { className, hasGpu, index, listens, version, volumes } = setting;
  const nameMax = className === 'EngineStatefulSet' ? 52 : 55;
  const args = [
    '--extra-debug',
    '--network-cidr=10.99.0.0/16',
    '--oci-max-parallelism=4',
    '--debugaddr=127.0.0.1:6060',
    ...(version.supports(EngineCapability.WCPROF_FLAG) ? ['--wcprof'] : []),
  ];
  return {
    version: anyOf(version.tag),
    name: anyOf(`named-${index}`, `named-${index}-${'x'.repeat(nameMax - 8)}`),
    labels,
    annotations,
    takeOver: anyOf(true),
    podSelector: anyOf<{ [key: string]: string }>(
      { name: `selected-${index}` },
      { 'app.kubernetes.io/instance': `selected-${index}`, tier: 'ci' },
    ),
    image: fc.oneof(
      call('EngineImage.fromRepository', EngineImage.fromRepository, anyOf('mirror.example.com:5000/dagger/engine')),
      call(
        'EngineImage.fromReference',
        EngineImage.fromReference,
        anyOf('registry.example.com/engine:ours', `registry.example.com/engine@sha256:${'0'.repeat(64)}`),
      ),
    ),
    configVolumeName: anyOf('engine-files'),
    imagePullPolicy: anyOf(...Object.values(ImagePullPolicy)),
    resources: struct<EngineResources>({
      requests: mapOf(['cpu', 'memory', 'ephemeral-storage'], anyOf('2e6', '2000k', '1900000')),
      // The library rejects memory and storage limits below the size of the cache.
      limits: mapOf(['cpu'], anyOf('4e9', '5e6')),
    }),
    env: mapOf(['APP_A', '_APP_B', 'OTEL_SERVICE_NAME', '_EXPERIMENTAL_DAGGER_CACHESERVICE_URL'], envVar()),
    envFrom: set(envFrom),
    args: set(anyOf(...args)),
    extraPorts: set(
      anyOf<kplus.k8s.ContainerPort>(
        { containerPort: 20000, name: 'extra-a' },
        { containerPort: 20001 },
        { containerPort: 20000, protocol: 'UDP' },
      ),
    ),
    volumeMounts: fc.subarray(volumes).map((names) => listed(names.map((name) => literalMount(name)))),
    proxy: struct<EngineProxy>(
      {
        http: envVarUrl,
        https: envVarUrl,
        ftp: envVarUrl,
        all: envVarUrl,
        noProxy: set(anyOf('10.0.0.0/8', '.example.com', 'localhost')),
      },
      ['https'],
    ),
    caCertificates: set(keySelector),
    gpu: hasGpu
      ? struct<EngineGpu>({
          count: plain(fc.integer({ min: 1, max: 8 })),
          resourceName: anyOf('nvidia.com/gpu', 'nvidia.com/mig-1g.5gb'),
          runtimeClassName: anyOf('', 'nvidia-cdi'),
        })
      : undefined,
    probes: struct<EngineProbes>({
      startup: probe(setting, 'startup'),
      readiness: probe(setting, 'readiness'),
      liveness: probe(setting, 'liveness'),
    }),
    terminationGracePeriod: seconds(301, 3600),
    nodes: call('DedicatedNodes.of', DedicatedNodes.of),
    nodeStopLimits: set(
      fc.oneof(
        call('NodeStopLimit.awsSpot', NodeStopLimit.awsSpot),
        call('NodeStopLimit.karpenter', NodeStopLimit.karpenter, seconds(3600, 7200)),
      ),
    ),
    // Drain.untilIdle() conflicts with preStop.
    drain: call('Drain.none', Drain.none),
    disruptionBudget: fc.oneof(
      call('DisruptionBudget.none', DisruptionBudget.none),
      className === 'EngineDaemonSet'
        ? call(
            'DisruptionBudget.minAvailable',
            DisruptionBudget.minAvailable,
            call('PodCount.absolute', PodCount.absolute, plain(fc.integer({ min: 1, max: 5 }))),
          )
        : call('DisruptionBudget.maxUnavailable', DisruptionBudget.maxUnavailable, podCount),
    ),
    preStop: hook(struct<LifecycleHookOptions>(hookOptions, ['maxDuration'])),
    postStart: hook(struct<LifecycleHookOptions>(hookOptions)),
    security: struct<EnginePodSecurity>({
      group: plain(fc.integer({ min: 0, max: 65535 })),
      runAsGroup: plain(fc.integer({ min: 0, max: 65535 })),
      fsGroup: plain(fc.integer({ min: 0, max: 65535 })),
      capabilities: anyOf(['ALL'], ['SYS_ADMIN', 'NET_ADMIN']),
    }),
    serviceAccount: fc.oneof(
      call(
        'EngineServiceAccount.create',
        EngineServiceAccount.create,
        struct<NewServiceAccountOptions>({ name: anyOf(`account-${index}`), annotations }),
      ),
      call('EngineServiceAccount.fromName', EngineServiceAccount.fromName, anyOf(`${EXTERNAL}account`)),
      call(
        'EngineServiceAccount.fromServiceAccount',
        EngineServiceAccount.fromServiceAccount,
        inChart(`ServiceAccount.fromServiceAccountName(chart, 'given', '${EXTERNAL}account')`, (chart, id) =>
          kplus.ServiceAccount.fromServiceAccountName(chart, id, `${EXTERNAL}account`),
        ),
      ),
    ),
    ...podOptions(setting),
    engineJson: version.supports(EngineCapability.ENGINE_JSON) ? engineJson(setting, keySelector) : undefined,
    engineToml: engineToml(setting, keySelector),
    listener: listens ? listener(setting) : undefined,
    metrics: version.supports(EngineCapability.METRICS)
      ? struct<EngineMetrics>({
          port: plain(fc.integer({ min: 9000, max: 9999 })),
          cacheUpdateInterval: seconds(1, 600),
          service: plain(fc.boolean()),
        })
      : undefined,
    monitoring: version.supports(EngineCapability.METRICS)
      ? call('Monitoring.annotations', Monitoring.annotations)
      : undefined,
    networkPolicy,
    telemetry: version.supports(EngineCapability.JSON_TELEMETRY_RESOURCE_METRICS)
      ? struct<EngineTelemetry>(
          {
            endpoint: anyOf('http://collector.example.com:4318', 'https://collector.example.com/otlp'),
            protocol: anyOf(...Object.values(OtlpProtocol)),
            headers: call(
              'KeySelector.fromSecretName',
              KeySelector.fromSecretName,
              anyOf('collector'),
              anyOf('headers'),
            ),
            collector: call('NetworkPeer.namespace', NetworkPeer.namespace, anyOf('monitoring')),
          },
          ['endpoint'],
        )
      : undefined,
    remoteCache: version.supports(EngineCapability.JSON_REMOTE_CACHE)
      ? struct<EngineRemoteCache>(
          {
            url: anyOf('https://cache.example.com'),
            token: call('KeySelector.fromSecretName', KeySelector.fromSecretName, anyOf('cloud'), anyOf('token')),
            destinations: list(call('NetworkPeer.cidr', NetworkPeer.cidr, anyOf('10.0.0.0/8'))),
          },
          ['url', 'token'],
        )
      : undefined,
    engineVolumes: version.supports(EngineCapability.ENGINE_VOLUMES)
      ? set(
          anyOf<EngineVolume>(
            { name: 'models', volume: { name: 'models', persistentVolumeClaim: { claimName: `${EXTERNAL}models` } } },
            { name: 'sets/a.b', volume: { name: 'sets', emptyDir: {} }, subPath: 'a', readOnly: true },
          ),
        )
      : undefined,
    insecureRootCapabilities: undefined,
    acceptRisks: undefined,
  };
}

const envVarUrl: Code<EnvVar> = fc.oneof(
  call('EnvVar.fromValue', EnvVar.fromValue, anyOf('http://proxy.example.com:3128')),
  call('EnvVar.fromKey', EnvVar.fromKey, keySelector),
);

function literalMount(name: string): SourceCode<kplus.k8s.VolumeMount> {
  const mount = { name, mountPath: `/mnt/${name}`, readOnly: true };
  return new SourceCode(`{ name: '${name}', mountPath: '${mount.mountPath}', readOnly: true }`, () => mount);
}

function required(setting: Setting): Array<keyof EngineProps> {
  return [
    'version',
    // Other properties require it.
    'takeOver',
    ...(setting.listens ? (['listener'] as const) : []),
    ...(setting.hasGpu ? (['gpu'] as const) : []),
    'volumes',
    'hostNetwork',
    ...(setting.ownDns ? (['dnsPolicy', 'dnsConfig'] as const) : []),
  ];
}

const replicaCount = (setting: Setting): Code<number> => anyOf(setting.replicas);
const times = { minReady: seconds(0, 60), revisionHistoryLimit: plain(fc.integer({ min: 0, max: 10 })) };
const podCount = fc.oneof(
  call('PodCount.absolute', PodCount.absolute, plain(fc.integer({ min: 1, max: 5 }))),
  call('PodCount.percent', PodCount.percent, plain(fc.integer({ min: 1, max: 100 }))),
);

function daemonSet(setting: Setting): Code<EngineDaemonSetProps> {
  return struct<EngineDaemonSetProps>(
    {
      ...props(setting),
      ...times,
      cache: fc.constant(setting.cache.code),
      hostSocket: fc.oneof(
        call('HostSocket.none', HostSocket.none),
        call('HostSocket.fromPath', HostSocket.fromPath, anyOf(`/run/engine-${setting.index}`)),
      ),
      updateStrategy: fc.oneof(
        call('EngineDaemonSetUpdateStrategy.onDelete', EngineDaemonSetUpdateStrategy.onDelete),
        call(
          'EngineDaemonSetUpdateStrategy.rollingUpdate',
          EngineDaemonSetUpdateStrategy.rollingUpdate,
          struct<DaemonSetRollingUpdateOptions>({ maxUnavailable: podCount }),
        ),
      ),
    },
    [...required(setting), 'cache'],
  );
}

const claimTemplate = (name: string): Code<kplus.k8s.KubePersistentVolumeClaimProps> =>
  inChart(
    `{ metadata: { name: '${name}' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: Quantity.fromString('10Gi') } } } }`,
    () => ({
      metadata: { name },
      spec: {
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: kplus.k8s.Quantity.fromString('10Gi') } },
      },
    }),
  );

/** The property that determines the number of engines. */
type CountedBy = 'replicas' | 'autoscaling';

const countedBy = ({ replicas }: Setting): fc.Arbitrary<CountedBy> =>
  replicas > 1 ? fc.constantFrom<CountedBy>('replicas', 'replicas', 'autoscaling') : fc.constant<CountedBy>('replicas');

const drained = (count: CountedBy): 'drain'[] => (count === 'autoscaling' ? ['drain'] : []);

/** Returns the properties of an engine with an autoscaler. */
const autoscaled = (setting: Setting) => ({
  autoscaling: call(
    'Autoscaling.fromExisting',
    Autoscaling.fromExisting,
    struct<AutoscalingLimits>({ minReplicas: undefined, maxReplicas: replicaCount(setting) }, ['maxReplicas']),
  ),
  drain: call(
    'Drain.untilIdle',
    Drain.untilIdle,
    struct<DrainOptions>({ atMost: seconds(10, 30), idleFor: undefined, admitNewClients: undefined }, ['atMost']),
  ),
  preStop: undefined,
  podManagementPolicy: undefined,
});

function statefulSet(setting: Setting): Code<EngineStatefulSetProps> {
  return countedBy(setting).chain((count) => statefulSetCountedBy(count, setting));
}

function statefulSetCountedBy(count: CountedBy, setting: Setting): Code<EngineStatefulSetProps> {
  return struct<EngineStatefulSetProps>(
    {
      ...props(setting),
      ...times,
      cache: fc.constant(setting.cache.code),
      replicas: count === 'replicas' ? replicaCount(setting) : undefined,
      autoscaling: undefined,
      claimTemplates: set(fc.oneof(claimTemplate('user-scratch'), claimTemplate('user-logs'))),
      ordinalsStart: plain(fc.integer({ min: 0, max: 9 })),
      serviceName: anyOf(`pods-${setting.index}`),
      // The value false is only for taking over an existing engine.
      headlessService: anyOf(true),
      hostSocket: poolSocket(setting),
      podManagementPolicy: anyOf(...Object.values(PodManagementPolicy)),
      updateStrategy: fc.oneof(
        call('EngineStatefulSetUpdateStrategy.onDelete', EngineStatefulSetUpdateStrategy.onDelete),
        call(
          'EngineStatefulSetUpdateStrategy.rollingUpdate',
          EngineStatefulSetUpdateStrategy.rollingUpdate,
          struct<StatefulSetRollingUpdateOptions>({ partition: anyOf(0, 2) }),
        ),
      ),
      ...(count === 'autoscaling' && autoscaled(setting)),
    },
    [...required(setting), 'cache', count, ...drained(count)],
  );
}

function poolSocket({ index }: Setting): Code<HostSocket> {
  return fc.oneof(
    call('HostSocket.none', HostSocket.none),
    call('HostSocket.fromPath', HostSocket.fromPath, anyOf(`/run/engines/${index}`)),
    call(
      'HostSocket.fromVolume',
      HostSocket.fromVolume,
      anyOf<kplus.k8s.Volume>({ name: 'run', hostPath: { path: `/run/engines/${index}` } }),
    ),
  );
}

function deployment(setting: Setting): Code<EngineDeploymentProps> {
  return countedBy(setting).chain((count) => deploymentCountedBy(count, setting));
}

function deploymentCountedBy(count: CountedBy, setting: Setting): Code<EngineDeploymentProps> {
  const recreate = call('EngineDeploymentUpdateStrategy.recreate', EngineDeploymentUpdateStrategy.recreate);
  return struct<EngineDeploymentProps>(
    {
      ...props(setting),
      ...times,
      cache: fc.constant(setting.cache.code),
      replicas: count === 'replicas' ? replicaCount(setting) : undefined,
      autoscaling: undefined,
      updateStrategy: setting.cache.perPod
        ? fc.oneof(
            recreate,
            call(
              'EngineDeploymentUpdateStrategy.rollingUpdate',
              EngineDeploymentUpdateStrategy.rollingUpdate,
              struct<DeploymentRollingUpdateOptions>({ maxUnavailable: podCount, maxSurge: podCount }),
            ),
          )
        : recreate,
      progressDeadline: seconds(100, 1200),
      hostSocket: poolSocket(setting),
      ...(count === 'autoscaling' && autoscaled(setting)),
    },
    [...required(setting), 'cache', count, ...drained(count)],
  );
}

/** An engine in a program, with its properties and allowed peers. */
export interface MadeEngine {
  readonly engine: Engine;
  readonly props: EngineProps;
  readonly admitted: Admitted;
}

export const settings = (index: number, releases: readonly string[] = RELEASES): fc.Arbitrary<Setting> =>
  fc
    .record({
      version: fc.constantFrom(...releases).map((tag) => EngineVersion.of(tag)),
      className: fc.constantFrom('EngineDaemonSet' as const, 'EngineStatefulSet' as const, 'EngineDeployment' as const),
      replicas: fc.constantFrom(1, 1, 0, 2, 3),
      listens: fc.boolean(),
      port: fc.constantFrom(1234, 2555, 8080),
      hostNetwork: fc.constantFrom(false, false, true),
      hasGpu: fc.constantFrom(false, false, true),
      ownDns: fc.constantFrom(false, false, true),
      volumes: fc.constantFrom<string[]>([], [], ['user-a'], ['user-a', 'user-b']),
    })
    .chain((setting) =>
      cacheOf(setting.className, setting.replicas, index).map((cache) => ({ ...setting, index, cache })),
    );

const WORKLOADS = {
  EngineDaemonSet: [EngineDaemonSet, daemonSet],
  EngineStatefulSet: [EngineStatefulSet, statefulSet],
  EngineDeployment: [EngineDeployment, deployment],
} as const;

/** Accepts the risk of an open port if there is no NetworkPolicy. */
function withoutPolicy(given: EngineProps): EngineProps {
  const isOpen = [given.listener, given.metrics, given.monitoring].some((property) => property !== undefined);
  return given.networkPolicy?.enabled === false && isOpen
    ? { ...given, acceptRisks: [{ risk: EngineRisk.NO_NETWORK_POLICY, reason: "the platform's own policies" }] }
    : given;
}

function engine(id: string, index: number): Code<MadeEngine> {
  return settings(index).chain((setting) => {
    const [Workload, told] = WORKLOADS[setting.className];
    const peers = fc.subarray([...PEERS]);
    const runners = fc.subarray<"the engine's" | typeof RUNNERS>(["the engine's", RUNNERS]);
    return fc.tuple(told(setting) as Code<EngineProps>, peers, peers, runners, fc.boolean()).map(
      ([code, clients, scrapers, connected, exec]) =>
        new SourceCode(
          [
            `const made = new ${setting.className}(chart, '${id}', ${code})`,
            ...clients.map(([text]) => `if (made.listenerPort && made.networkPolicy) made.allowFrom(${text})`),
            ...scrapers.map(([text]) => `if (made.metricsPort && made.networkPolicy) made.allowMetricsFrom(${text})`),
            ...(exec
              ? [
                  "if (made.namespace) made.addClient({ serviceAccountName: 'runner', transport: Transport.kubePod({ podName: '$POD' }) })",
                ]
              : []),
            ...connected.map(
              (namespace) =>
                `if (made.listenerPort && made.namespace) made.connect(a Deployment in namespace ${namespace})`,
            ),
          ].join(';\n'),
          (chart) => {
            const given = withoutPolicy(code.evaluate(chart));
            const made = new (Workload as new (scope: Construct, id: string, props: EngineProps) => Engine)(
              chart,
              id,
              given,
            );
            const admit = (
              who: typeof clients,
              port: number | undefined,
              allow: (peer: INetworkPeer) => void,
            ): Admitted['clients'] =>
              port === undefined || made.networkPolicy === undefined
                ? []
                : who.flatMap(([, make, wire]) => {
                    allow(make(chart));
                    return wire(made.namespace);
                  });
            for (const where of made.listenerPort === undefined || made.namespace === undefined ? [] : connected) {
              made.connect(
                new kplus.Deployment(chart, `${id}-client-${where === RUNNERS ? RUNNERS : 'beside'}`, {
                  metadata: { namespace: where === RUNNERS ? RUNNERS : made.namespace },
                  containers: [{ image: 'runner:1' }],
                }),
                { transport: Transport.tcp() },
              );
            }
            if (exec && made.namespace !== undefined) {
              made.addClient({
                serviceAccountName: 'runner',
                namespace: RUNNERS,
                transport: Transport.kubePod({ podName: '$POD' }),
              });
            }
            return {
              engine: made,
              props: given,
              admitted: {
                clients: admit(clients, made.listenerPort, (peer) => made.allowFrom(peer)),
                scrapers: admit(scrapers, made.metricsPort, (peer) => made.allowMetricsFrom(peer)),
              },
            };
          },
        ),
    );
  });
}

/** A change of one property of an engine. */
export interface Change {
  readonly className: Setting['className'];
  readonly before: SourceCode<EngineProps>;
  /** The properties that contain the new value. */
  readonly after: SourceCode<EngineProps>;
  /** A number that selects the property. */
  readonly which: number;
}

/** Changes of any property to any other value. Some are invalid. */
export const changes: fc.Arbitrary<Change> = fc
  .tuple(settings(0), settings(0), fc.boolean())
  .chain(([setting, other, near]) => {
    const told = WORKLOADS[setting.className][1] as (setting: Setting) => Code<EngineProps>;
    return fc.record({
      className: fc.constant(setting.className),
      before: told(setting),
      after: told(near ? setting : { ...other, className: setting.className }),
      which: fc.nat(),
    });
  });

interface ChartCode {
  readonly props: { readonly namespace?: string; readonly labels?: { [key: string]: string } };
  readonly engines: ReadonlyArray<SourceCode<MadeEngine>>;
}

/** A program: charts with engines. */
export class Program {
  public constructor(private readonly charts: readonly ChartCode[]) {}

  /** Adds the charts to an app. Returns their engines. */
  public evaluate(app: App): MadeEngine[] {
    return this.charts.flatMap(({ engines, props: chartProps }, index) => {
      const chart = new Chart(app, `chart-${index}`, chartProps);
      return engines.map((code) => code.evaluate(chart));
    });
  }

  public get namespaces(): Array<string | undefined> {
    return this.charts.map(({ props: { namespace } }) => namespace);
  }

  public toString(): string {
    return this.charts
      .map(({ engines, props: chartProps }, index) =>
        [
          `const chart = new Chart(app, 'chart-${index}', ${JSON.stringify(chartProps)});`,
          ...engines.map((code) => `${code};`),
        ].join('\n'),
      )
      .join('\n');
  }

  public [fc.toStringMethod](): string {
    return `\n${this.toString()}\n`;
  }
}

function chartIn(first: number, ...namespaces: Array<string | undefined>): fc.Arbitrary<ChartCode> {
  return fc.record({
    props: fc.record({
      namespace: fc.constantFrom(...namespaces),
      labels: fc.constantFrom(undefined, { 'app.kubernetes.io/part-of': 'ci' }),
    }),
    engines: fc
      .constantFrom(1, 1, 1, 2, 3)
      .chain((count) =>
        fc.tuple(...Array.from({ length: count }, (_, index) => engine(`engine-${index}`, first + index))),
      ),
  });
}

/** Any valid program. Its properties suit the release and the topology, so evaluating it must not throw. */
export const programs: fc.Arbitrary<Program> = fc
  .oneof(
    { weight: 9, arbitrary: fc.tuple(chartIn(0, undefined, 'ci')) },
    // Two charts with the same names in different namespaces.
    { weight: 1, arbitrary: fc.tuple(chartIn(0, undefined, 'ci'), chartIn(3, 'build-system')) },
  )
  .map((charts) => new Program(charts));

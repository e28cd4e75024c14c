import { Duration } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import {
  DedicatedNodes,
  DisruptionBudget,
  Drain,
  EngineImage,
  EngineJson,
  EngineProbe,
  EngineServiceAccount,
  EngineServiceType,
  IpFamily,
  IpFamilyPolicy,
  EngineToml,
  EnvFrom,
  EnvVar,
  ImagePullPolicy,
  KeySelector,
  LifecycleHook,
  Listener,
  LogLevel,
  Monitoring,
  NetworkPeer,
  NodeStopLimit,
  PemFile,
  PodCount,
  SessionAffinity,
  TrafficPolicy,
  UnhealthyPodEvictionPolicy,
  type EngineEgressOptions,
  type EngineGpu,
  type EngineMetrics,
  type EngineNetworkPolicyOptions,
  type EnginePodProps,
  type EnginePodSecurity,
  type EngineProbeOptions,
  type EngineProbes,
  type EngineProps,
  type EngineProxy,
  type EngineResources,
  type EngineServiceOptions,
  type EnvFromOptions,
  type InsecureTcpOptions,
  type LifecycleHookOptions,
  type NewServiceAccountOptions,
  EngineRisk,
} from '../../src/index';

// With `Required`, this file doesn't compile until a new property is added to it.

const gpu: Required<EngineGpu> = { count: 2, resourceName: 'nvidia.com/gpu', runtimeClassName: 'nvidia' };

const pod: Required<EnginePodProps> = {
  podLabels: { team: 'builds' },
  podAnnotations: { 'karpenter.sh/do-not-disrupt': 'true' },
  nodeSelector: { pool: 'builds' },
  tolerations: [{ key: 'builds', operator: 'Exists', effect: 'NoSchedule' }],
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        {
          topologyKey: 'kubernetes.io/hostname',
          labelSelector: { matchLabels: { name: 'dagger-dagger-helm-engine' } },
        },
      ],
    },
  },
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway' },
  ],
  priorityClassName: 'builds',
  runtimeClassName: gpu.runtimeClassName,
  schedulerName: 'packer',
  hostAliases: [{ ip: '10.0.0.1', hostnames: ['registry.example.com'] }],
  dnsPolicy: 'ClusterFirstWithHostNet',
  dnsConfig: { searches: ['example.com'], options: [{ name: 'ndots', value: '2' }] },
  hostNetwork: true,
  shareProcessNamespace: true,
  sysctls: [{ name: 'kernel.shm_rmid_forced', value: '1' }],
  seccompProfile: { type: 'RuntimeDefault' },
  seLinuxOptions: { level: 's0:c1,c2' },
  resourceClaims: [{ name: 'fpga', resourceClaimTemplateName: 'fpga' }],
  imagePullSecrets: ['registry'],
  sidecars: [
    {
      name: 'log-shipper',
      image: 'registry.example.com/shipper:1',
      volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }],
    },
  ],
  initContainers: [{ name: 'prepare', image: 'busybox:1.36', command: ['true'] }],
  volumes: [{ name: 'scratch', emptyDir: { sizeLimit: k8s.Quantity.fromString('1Gi') } }],
  automountServiceAccountToken: true,
};

const probe: Required<EngineProbeOptions> = {
  initialDelay: Duration.seconds(10),
  period: Duration.seconds(20),
  timeout: Duration.seconds(15),
  failureThreshold: 30,
  successThreshold: 1,
  terminationGracePeriod: Duration.minutes(15),
};
const { terminationGracePeriod: _, ...readiness } = probe;
const probes: Required<EngineProbes> = {
  startup: EngineProbe.tcp(probe),
  readiness: EngineProbe.session(readiness),
  liveness: EngineProbe.connect(probe),
};

const service: Required<EngineServiceOptions> = {
  create: true,
  type: EngineServiceType.LOAD_BALANCER,
  name: 'builds',
  labels: { exposure: 'internal' },
  annotations: { 'service.beta.kubernetes.io/aws-load-balancer-internal': 'true' },
  port: 443,
  appProtocol: 'kubernetes.io/h2c',
  ipFamilies: [IpFamily.IPV6, IpFamily.IPV4],
  ipFamilyPolicy: IpFamilyPolicy.REQUIRE_DUAL_STACK,
  nodePort: 30123,
  allocateLoadBalancerNodePorts: true,
  loadBalancerClass: 'service.k8s.aws/nlb',
  loadBalancerSourceRanges: ['10.0.0.0/8'],
  sessionAffinity: SessionAffinity.clientIp(Duration.hours(1)),
  internalTrafficPolicy: TrafficPolicy.LOCAL,
  externalTrafficPolicy: TrafficPolicy.LOCAL,
};
const listener: Required<InsecureTcpOptions> = {
  port: 2555,
  address: '[::]',
  hostPort: 2555,
  declarePort: true,
  service,
};

const metrics: Required<EngineMetrics> = {
  port: 9100,
  cacheUpdateInterval: Duration.minutes(1),
  service: true,
};
const egress: Required<EngineEgressOptions> = {
  publicInternet: true,
  privateNetworks: true,
  cloudMetadata: false,
  allowTo: [NetworkPeer.cidr('169.254.7.0/24')],
  dnsServers: [NetworkPeer.clusterDns(), NetworkPeer.cidr('169.254.20.10/32')],
};
/** `reason` is only for engines without a policy. */
const networkPolicy: Omit<Required<EngineNetworkPolicyOptions>, 'reason'> = { enabled: true, egress };
const proxy: Required<EngineProxy> = {
  http: EnvVar.fromValue('http://proxy.example.com:3128'),
  https: EnvVar.fromKey(KeySelector.fromSecretName('proxy', 'url')),
  ftp: EnvVar.fromValue('http://proxy.example.com:3128'),
  all: EnvVar.fromValue('socks5://proxy.example.com:1080'),
  noProxy: ['.example.com'],
};
const resources: Required<EngineResources> = {
  requests: { cpu: '4', memory: '16Gi' },
  limits: { memory: '64Gi', 'ephemeral-storage': '10Gi' },
};
const security: Required<EnginePodSecurity> = { group: 2000, runAsGroup: 3000, fsGroup: 4000, capabilities: ['ALL'] };
const serviceAccount: Required<NewServiceAccountOptions> = {
  name: 'builder',
  annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/builder' },
};
const envFrom: Required<EnvFromOptions> = { prefix: 'CI_', optional: true };
const hook: Required<LifecycleHookOptions> = { maxDuration: Duration.minutes(2) };

/**
 * Properties that the release in this file doesn't support. test/network/uplinks.test.ts and
 * test/pod/engine-volume.test.ts cover them.
 */
export type OfOtherReleases = 'telemetry' | 'remoteCache' | 'engineVolumes';

/** Every property that all engines have. The tests in test/config cover the configuration files. */
export const EVERY_PROPERTY: Required<Omit<EngineProps, OfOtherReleases>> = {
  version: 'v0.21.7',
  name: 'pool',
  labels: { 'example.com/cost-center': '42' },
  annotations: { 'example.com/owner': 'platform' },
  takeOver: true,
  podSelector: { name: 'dagger-dagger-helm-engine' },
  engineJson: EngineJson.of({
    logLevel: LogLevel.INFO,
    registries: {
      'docker.io': {
        mirrors: ['mirror.example.com'],
        ca: [PemFile.fromSelector(KeySelector.fromConfigMapName('company-ca', 'ca.crt'))],
      },
    },
  }),
  configVolumeName: 'engine-files',
  insecureRootCapabilities: false,
  engineToml: EngineToml.of({ worker: { platforms: ['linux/amd64'] } }),
  listener: Listener.insecureTcp(listener),
  metrics,
  monitoring: Monitoring.annotations({ scraper: NetworkPeer.namespace('monitoring') }),
  networkPolicy,
  acceptRisks: [
    { risk: EngineRisk.UNKNOWN_FLAG, property: 'args', reason: 'a fork of the engine has this flag' },
    { risk: EngineRisk.SECRET_IN_PLAIN_TEXT, property: 'env.SAMPLE_TOKEN', reason: 'a sample' },
  ],
  image: EngineImage.fromRepository('mirror.example.com/dagger/engine'),
  imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT,
  resources,
  env: {
    DO_NOT_TRACK: EnvVar.fromValue('1'),
    SAMPLE_TOKEN: EnvVar.fromValue('abc'),
    POD_IP: EnvVar.fromField('status.podIP'),
  },
  envFrom: [EnvFrom.fromConfigMapName('engine-env', envFrom)],
  args: ['--oci-worker-labels', 'pool=builds', '--unknown'],
  extraPorts: [{ name: 'debug', containerPort: 6060, protocol: 'TCP' }],
  volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }],
  proxy,
  caCertificates: [
    KeySelector.fromConfigMapName('company-ca', 'ca.crt'),
    KeySelector.fromSecretName('partner-ca', 'tls.crt'),
  ],
  gpu,
  probes,
  terminationGracePeriod: Duration.minutes(15),
  nodes: DedicatedNodes.of({ key: 'example.com/pool' }),
  nodeStopLimits: [NodeStopLimit.clusterAutoscaler(Duration.minutes(15)), NodeStopLimit.awsSpot()],
  drain: Drain.none(),
  // All kinds of workloads support an absolute minimum, and no other budget.
  disruptionBudget: DisruptionBudget.minAvailable(PodCount.absolute(1), {
    unhealthyPodEvictionPolicy: UnhealthyPodEvictionPolicy.IF_HEALTHY_BUDGET,
  }),
  preStop: LifecycleHook.exec(['sh', '-c', 'sleep 10'], hook),
  postStart: LifecycleHook.exec(['true'], hook),
  security,
  serviceAccount: EngineServiceAccount.create(serviceAccount),
  ...pod,
};

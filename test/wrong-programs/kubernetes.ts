import { Duration, Size } from 'cdk8s';
import {
  CacheVolume,
  EngineProbe,
  EngineServiceType,
  EnvVar,
  Listener,
  VolumeSharing,
  type ClaimTemplateCacheOptions,
  type EngineDaemonSetProps,
  type EngineServiceOptions,
} from '../../src/index';
import { daemonSet, statefulSet, untyped, type WrongProgram } from './program';

const told =
  (props: Partial<EngineDaemonSetProps>): WrongProgram['program'] =>
  (chart) =>
    daemonSet(chart, props);
const claim =
  (options: Partial<ClaimTemplateCacheOptions>): WrongProgram['program'] =>
  (chart) =>
    statefulSet(chart, { cache: CacheVolume.claimTemplate({ size: Size.gibibytes(100), ...options }) });
const served =
  (service: EngineServiceOptions): WrongProgram['program'] =>
  (chart) =>
    daemonSet(chart, { listener: Listener.insecureTcp({ service }) });

/** Programs that a real API server rejects (test/cluster/wrong-programs.cluster.ts). */
export const KUBERNETES_PROGRAMS: readonly WrongProgram[] = [
  {
    title: 'an unknown resource',
    program: told({ resources: { limits: { memroy: '16Gi' } } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - resources.limits: must be a resource name; got "memroy"; allowed: cpu, memory, ephemeral-storage, hugepages-SIZE, or a domain-qualified name such as 'nvidia.com/gpu'; fix: rename it`,
  },
  {
    title: 'a GPU without a device plugin',
    program: told({ gpu: { resourceName: 'nvidia' } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - gpu.resourceName: must be a resource name; got "nvidia"; allowed: cpu, memory, ephemeral-storage, hugepages-SIZE, or a domain-qualified name such as 'nvidia.com/gpu'; fix: rename it`,
  },
  {
    title: 'an unknown pull policy',
    program: told({ imagePullPolicy: untyped('Sometimes') }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - imagePullPolicy: is not a member of ImagePullPolicy; got "Sometimes"; allowed: ImagePullPolicy.ALWAYS, ImagePullPolicy.IF_NOT_PRESENT, ImagePullPolicy.NEVER; fix: use ImagePullPolicy.NEVER',
  },
  {
    title: 'a variable from an unknown pod field',
    program: told({ env: { NODE: EnvVar.fromField('spec.node') } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - env.NODE: must be a pod field that the downward API supports; got "spec.node"; allowed: metadata.name, metadata.namespace, metadata.uid, spec.nodeName, spec.serviceAccountName, status.hostIP, status.hostIPs, status.podIP, status.podIPs, metadata.labels['KEY'], metadata.annotations['KEY']; fix: choose one of them`,
  },
  {
    title: 'a variable from an unknown container resource',
    program: told({ env: { LIMIT: EnvVar.fromResource('memory') } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - env.LIMIT: must be a container resource; got "memory"; allowed: limits.NAME or requests.NAME, where NAME is cpu, memory, ephemeral-storage or hugepages-SIZE; fix: use a value such as 'limits.memory'`,
  },
  {
    title: 'a variable from a Secret with an invalid name',
    program: told({
      env: { TOKEN: EnvVar.fromSource({ secretKeyRef: { name: 'CI Token', key: 'token', optional: true } }) },
    }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - env.TOKEN: must be a valid object name; got "CI Token"; allowed: lower-case letters, digits, '-' and '.', at most 253 characters; fix: set the name to "ci-token"`,
  },
  {
    title: 'a port with an unknown protocol',
    program: told({ extraPorts: [{ containerPort: 6060, protocol: 'HTTP' }] }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - extraPorts[0].protocol: must be one of the values that Kubernetes supports; got "HTTP"; allowed: TCP, UDP, SCTP; fix: write one of them',
  },
  {
    title: 'a probe with an invalid port',
    program: told({ probes: { readiness: EngineProbe.fromProbe({ grpc: { port: 70000 } }) } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - probes.readiness.grpc.port: must be a TCP port; got 70000; allowed: a whole number from 1 to 65535; fix: choose another port',
  },
  {
    title: 'a grace period of seventy years',
    program: told({ terminationGracePeriod: Duration.days(25000) }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - terminationGracePeriod: is too large for Kubernetes, which uses 32-bit numbers; got "2160000000 s"; allowed: at most 2147483647 s; fix: use a value such as Duration.seconds(600)',
  },
  {
    title: 'an invalid sidecar name',
    program: told({ sidecars: [{ name: 'Logs', image: 'logs:1' }] }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - sidecars[0].name: must be a valid name; got "Logs"; allowed: lower-case letters, digits and '-', starting and ending with a letter or digit, at most 63 characters; fix: set the name to "logs"`,
  },
  {
    title: 'a sidecar without an image',
    program: told({ sidecars: [{ name: 'logs' }] }),
    says: "[ci/engine] EngineDaemonSet has 1 problem:\n  - sidecars[0].image: is required; allowed: a non-empty string; fix: use a value such as 'registry.example.com/app:1'",
  },
  {
    title: "a sidecar with a claim that the pod doesn't have",
    program: told({
      sidecars: [{ name: 'train', image: 'train:1', resources: { claims: [{ name: 'gpu' }] } }],
    }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - sidecars[0].resources.claims[0].name: the pod has no resource claim with this name; got "gpu"; allowed: none: the pod has no resourceClaims; fix: add the claim to resourceClaims in the pod',
  },
  {
    title: 'an affinity to an invalid label',
    program: told({
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'node pool', operator: 'Exists' }] }],
          },
        },
      },
    }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].key: must be a valid key; got "node pool"; allowed: an optional DNS prefix and '/', then at most 63 letters, digits, '-', '_' and '.'; fix: rename the key`,
  },
  {
    title: 'an unknown operator',
    program: told({
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            {
              topologyKey: 'kubernetes.io/hostname',
              labelSelector: { matchExpressions: [{ key: 'app', operator: 'Equals', values: ['dagger'] }] },
            },
          ],
        },
      },
    }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector.matchExpressions[0].operator: must be one of the values that Kubernetes supports; got "Equals"; allowed: In, NotIn, Exists, DoesNotExist; fix: write one of them',
  },
  {
    title: 'an operator without values',
    program: told({
      affinity: {
        nodeAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { weight: 1, preference: { matchExpressions: [{ key: 'pool', operator: 'In' }] } },
          ],
        },
      },
    }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[0].values: the operator 'In' requires values; got []; allowed: values only with 'In' and 'NotIn'; fix: add a value`,
  },
  {
    title: 'an operator with an invalid label value',
    program: told({
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'pool', operator: 'In', values: ['ci builds'] }] }],
          },
        },
      },
    }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values[0]: must be a valid label value; got "ci builds"; allowed: letters, digits, '-', '_' and '.', starting and ending with a letter or digit, at most 63 characters; fix: remove it, because no label can have this value`,
  },
  {
    title: 'a toleration with an invalid key',
    program: told({ tolerations: [{ key: 'node pool', operator: 'Exists' }] }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - tolerations[0].key: must be a valid key; got "node pool"; allowed: an optional DNS prefix and '/', then at most 63 letters, digits, '-', '_' and '.'; fix: rename the key`,
  },
  {
    title: 'a spread constraint with an unknown `whenUnsatisfiable`',
    program: told({
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'Schedule' }],
    }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - topologySpreadConstraints[0].whenUnsatisfiable: must be one of the values that Kubernetes supports; got "Schedule"; allowed: DoNotSchedule, ScheduleAnyway; fix: write one of them',
  },
  {
    title: 'a spread constraint with a skew of zero',
    program: told({
      topologySpreadConstraints: [{ maxSkew: 0, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }],
    }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - topologySpreadConstraints[0].maxSkew: must be in the allowed range; got 0; allowed: a whole number of at least 1; fix: use a value such as 1',
  },
  {
    title: 'two spread constraints with the same topology key',
    program: told({
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' },
        { maxSkew: 2, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' },
      ],
    }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - topologySpreadConstraints[1].topologyKey: another constraint has the same topologyKey and whenUnsatisfiable; got "zone"; allowed: each value once; fix: change or remove one of them',
  },
  {
    title: 'a host name as name server',
    program: told({ dnsConfig: { nameservers: ['dns.example.com'] } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - dnsConfig.nameservers[0]: must be an IP address; got "dns.example.com"; allowed: an IPv4 or IPv6 address; fix: use a value such as '10.96.0.10'`,
  },
  {
    title: 'more name servers than a pod supports',
    program: told({ dnsConfig: { nameservers: ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'] } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - dnsConfig.nameservers: exceeds the number of name servers that a pod can use; got ["10.0.0.1","10.0.0.2","10.0.0.3","10.0.0.4"]; allowed: at most 3; fix: remove some',
  },
  {
    title: 'an invalid search domain',
    program: told({ dnsConfig: { searches: ['.', '-example.com'] } }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - dnsConfig.searches[1]: must be a valid host name; got "-example.com"; allowed: lower-case letters, digits, '-' and '.', at most 253 characters; fix: use a value such as 'registry.example.com'`,
  },
  {
    title: 'a host alias without an address',
    program: told({ hostAliases: [{ ip: 'localhost', hostnames: ['registry.example.com'] }] }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - hostAliases[0].ip: must be an IP address; got "localhost"; allowed: an IPv4 or IPv6 address; fix: use a value such as '10.96.0.10'`,
  },
  {
    title: 'an invalid host name in an alias',
    program: told({ hostAliases: [{ ip: '10.0.0.1', hostnames: ['*.example.com'] }] }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - hostAliases[0].hostnames[0]: must be a valid host name; got "*.example.com"; allowed: lower-case letters, digits, '-' and '.', at most 253 characters; fix: use a value such as 'registry.example.com'`,
  },
  {
    title: 'two aliases for one address',
    program: told({
      hostAliases: [
        { ip: '10.0.0.1', hostnames: ['a.example.com'] },
        { ip: '10.0.0.1', hostnames: ['b.example.com'] },
      ],
    }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - hostAliases[1].ip: another alias has this address, and server-side apply rejects duplicates; got "10.0.0.1"; allowed: each value once; fix: change or remove one of them',
  },
  {
    title: 'a duplicate pull secret',
    program: told({ imagePullSecrets: ['pull', 'pull'] }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - imagePullSecrets[1].name: the Secret is already listed, and server-side apply rejects duplicates; got "pull"; allowed: each value once; fix: change or remove one of them',
  },
  {
    title: 'a ConfigMap volume without a name',
    program: told({ volumes: [{ name: 'files', configMap: {} }] }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - volumes[0].configMap.name: must be a valid object name; got ""; allowed: lower-case letters, digits, '-' and '.', at most 253 characters; fix: set a name`,
  },
  {
    title: 'an NFS volume without a server',
    program: told({ volumes: [{ name: 'files', nfs: { server: '', path: '/' } }] }),
    says: "[ci/engine] EngineDaemonSet has 1 problem:\n  - volumes[0].nfs.server: is required; allowed: a non-empty string; fix: use a value such as 'nfs.example.com'",
  },
  {
    title: 'a volume with an unknown field',
    program: told({
      volumes: [{ name: 'info', downwardApi: { items: [{ path: 'labels', fieldRef: { fieldPath: 'labels' } }] } }],
    }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - volumes[0].downwardAPI.items[0].fieldRef.fieldPath: must be a pod field that the downward API supports; got "labels"; allowed: metadata.name, metadata.namespace, metadata.uid, metadata.labels, metadata.annotations, metadata.labels['KEY'], metadata.annotations['KEY']; fix: choose one of them`,
  },
  {
    title: 'a file outside its volume',
    program: told({
      volumes: [
        { name: 'info', downwardApi: { items: [{ path: '../labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
      ],
    }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - volumes[0].downwardAPI.items[0].path: must not contain '..', to stay inside the volume; got "../labels"; allowed: a relative path without '..'; fix: use a value such as 'dir/file'`,
  },
  {
    title: 'an invalid driver name',
    program: (chart) =>
      daemonSet(chart, {
        cache: CacheVolume.fromVolume({ name: 'cache', csi: { driver: 'disks/csi' } }, { sharing: VolumeSharing.NODE }),
      }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - cache.csi.driver: must be the name of a CSI driver; got "disks/csi"; allowed: letters, digits, '-' and '.', at most 63 characters; fix: use a value such as 'secrets-store.csi.k8s.io'`,
  },
  {
    title: 'a claim with an unknown access mode',
    program: claim({ accessModes: [untyped('ReadWriteSometimes')] }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - cache.accessModes[0]: is not a member of VolumeAccessMode; got "ReadWriteSometimes"; allowed: VolumeAccessMode.READ_WRITE_ONCE, VolumeAccessMode.READ_WRITE_ONCE_POD, VolumeAccessMode.READ_WRITE_MANY; fix: use VolumeAccessMode.READ_WRITE_ONCE',
  },
  {
    title: 'a claim that selects by an invalid label',
    program: claim({ selector: { matchLabels: { disk: 'nvme ssd' } } }),
    says: `[ci/engine] EngineStatefulSet has 1 problem:\n  - cache.selector.matchLabels["disk"]: must be a valid label value; got "nvme ssd"; allowed: letters, digits, '-', '_' and '.', starting and ending with a letter or digit, at most 63 characters; fix: use an annotation for other text`,
  },
  {
    title: 'a data source without a name',
    program: claim({ dataSource: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: '' } }),
    says: "[ci/engine] EngineStatefulSet has 1 problem:\n  - cache.dataSource.name: is required; allowed: a non-empty string; fix: use a value such as 'snapshot-1'",
  },
  {
    title: 'a data source with an invalid API group',
    program: claim({ dataSource: { apiGroup: 'Snapshots', kind: 'VolumeSnapshot', name: 'warm' } }),
    says: `[ci/engine] EngineStatefulSet has 1 problem:\n  - cache.dataSource.apiGroup: must be a valid object name; got "Snapshots"; allowed: lower-case letters, digits, '-' and '.', at most 253 characters; fix: set the name to "snapshots"`,
  },
  {
    title: 'an unknown retention policy',
    program: claim({ whenDeleted: untyped('Keep') }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - cache.whenDeleted: is not a member of ClaimRetention; got "Keep"; allowed: ClaimRetention.RETAIN, ClaimRetention.DELETE; fix: use ClaimRetention.DELETE',
  },
  {
    title: 'an unknown pod management policy',
    program: (chart) => statefulSet(chart, { podManagementPolicy: untyped('Any') }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - podManagementPolicy: is not a member of PodManagementPolicy; got "Any"; allowed: PodManagementPolicy.PARALLEL, PodManagementPolicy.ORDERED_READY; fix: use PodManagementPolicy.PARALLEL',
  },
  {
    title: 'more replicas than a cluster supports',
    program: (chart) => statefulSet(chart, { replicas: 2 ** 31 }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - replicas: must be a number of replicas; got 2147483648; allowed: a whole number from 0 to 150000; fix: set it to 1',
  },
  {
    title: 'an unknown Service of a type',
    program: served({ type: untyped('Public') }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - listener.service.type: is not a member of EngineServiceType; got "Public"; allowed: EngineServiceType.CLUSTER_IP, EngineServiceType.NODE_PORT, EngineServiceType.LOAD_BALANCER; fix: use EngineServiceType.CLUSTER_IP',
  },
  {
    title: 'an unknown traffic policy',
    program: served({ internalTrafficPolicy: untyped('Near') }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - listener.service.internalTrafficPolicy: is not a member of TrafficPolicy; got "Near"; allowed: TrafficPolicy.CLUSTER, TrafficPolicy.LOCAL; fix: use TrafficPolicy.LOCAL',
  },
  {
    title: 'an invalid load balancer class',
    program: served({ type: EngineServiceType.LOAD_BALANCER, loadBalancerClass: 'a/b/c' }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - listener.service.loadBalancerClass: must be a valid key; got "a/b/c"; allowed: an optional DNS prefix and '/', then at most 63 letters, digits, '-', '_' and '.'; fix: rename the key`,
  },
  {
    title: 'a network with 33 bits',
    program: served({ type: EngineServiceType.LOAD_BALANCER, loadBalancerSourceRanges: ['10.0.0.0/33'] }),
    says: `[ci/engine] EngineDaemonSet has 1 problem:\n  - listener.service.loadBalancerSourceRanges[0]: must be a network in CIDR notation; got "10.0.0.0/33"; allowed: ADDRESS/LENGTH; fix: use a value such as '10.1.0.0/16', or '10.1.2.3/32' for one address`,
  },
];

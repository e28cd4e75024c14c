import { quantityValue } from '../../src/kubernetes/quantity';
import type { Difference } from './differences';

/** A default that the API server adds to a field. GitOps tools see it in a cluster, but not in the manifest. */
export interface ServerDefault {
  /** @default - any kind */
  readonly kind?: string;
  /**
   * The path in the object. `{pod}`, `{container}` and `{probe}` stand for their possible paths, and `*` for any key.
   */
  readonly path: string;
  /** The value that was sent, or a pattern for it. @default - the field was omitted */
  readonly sent?: unknown;
  /** The value on the server, or a pattern for it, or undefined if the server omits the field. */
  readonly stored: unknown;
  /** The reason that the library doesn't set the field. */
  readonly why: string;
}

const CONSTANT = 'the same in every release of Kubernetes';
const ZERO = 'a zero value, which the server omits';
const OLD_ZERO = 'an empty time, which older releases write';
const ALLOCATED = 'allocated by the cluster';
const OLD_NAME = 'a deprecated field, which the server keeps in sync';
const OF_CLIENT = 'a client or job written by cdk8s-plus-28 or the user';
const OF_TAKEN = 'a StatefulSet that was taken over unchanged';
const OF_USER = 'a part of the pod that the user wrote';

/** All known defaults. Any other difference is a bug in the library. */
export const SERVER_DEFAULTS: readonly ServerDefault[] = [
  // ---- pods
  { path: '{pod}.dnsPolicy', stored: 'ClusterFirst', why: CONSTANT },
  { path: '{pod}.restartPolicy', stored: 'Always', why: CONSTANT },
  { path: '{pod}.schedulerName', stored: 'default-scheduler', why: CONSTANT },
  { path: '{pod}.securityContext', stored: {}, why: OF_CLIENT },
  { path: '{pod}.serviceAccount', stored: /^"[a-z0-9.-]+"$/, why: OLD_NAME },
  { path: '{pod}.terminationGracePeriodSeconds', stored: 30, why: OF_CLIENT },
  { path: '{pod}.hostNetwork', sent: false, stored: undefined, why: ZERO },
  {
    path: '{container}.imagePullPolicy',
    stored: 'IfNotPresent',
    why: 'derived from the image tag, which is never latest',
  },
  {
    path: '{container}.imagePullPolicy',
    stored: 'Always',
    why: "a user's image with the tag latest",
  },
  { path: '{container}.lifecycle.*.httpGet.scheme', stored: 'HTTP', why: OF_USER },
  { path: '{probe}.httpGet.scheme', stored: 'HTTP', why: OF_USER },
  { path: '{container}.terminationMessagePath', stored: '/dev/termination-log', why: CONSTANT },
  { path: '{container}.terminationMessagePolicy', stored: 'File', why: CONSTANT },
  { path: '{container}.resources', stored: {}, why: CONSTANT },
  {
    path: '{container}.resources.*.*',
    sent: 'a quantity',
    stored: 'the same in canonical form',
    why: 'a value that the user wrote',
  },
  { path: '{container}.ports[].protocol', stored: 'TCP', why: CONSTANT },
  { path: '{container}.env[].value', sent: '', stored: undefined, why: ZERO },
  { path: '{container}.env[].valueFrom.fieldRef.apiVersion', stored: 'v1', why: CONSTANT },
  { path: '{container}.env[].valueFrom.resourceFieldRef.divisor', stored: '0', why: CONSTANT },
  {
    path: '{container}.env[].valueFrom.resourceFieldRef.divisor',
    sent: 'a quantity',
    stored: 'the same in canonical form',
    why: 'a value that the user wrote',
  },
  { path: '{probe}.initialDelaySeconds', sent: 0, stored: undefined, why: ZERO },
  { path: '{probe}.periodSeconds', stored: 10, why: CONSTANT },
  { path: '{probe}.timeoutSeconds', stored: 1, why: CONSTANT },
  { path: '{probe}.failureThreshold', stored: 3, why: CONSTANT },
  { path: '{probe}.successThreshold', stored: 1, why: CONSTANT },
  { path: '{probe}.grpc.service', stored: '', why: CONSTANT },
  { path: '{pod}.volumes[].configMap.defaultMode', stored: 0o644, why: CONSTANT },
  { path: '{pod}.volumes[].secret.defaultMode', stored: 0o644, why: CONSTANT },
  { path: '{pod}.volumes[].projected.defaultMode', stored: 0o644, why: CONSTANT },
  { path: '{pod}.volumes[].projected.sources[].downwardAPI.items[].fieldRef.apiVersion', stored: 'v1', why: CONSTANT },
  { path: '{pod}.volumes[].hostPath.type', stored: '', why: OF_USER },
  { path: '{pod}.volumes[].rbd.keyring', stored: '/etc/ceph/keyring', why: OF_USER },
  { path: '{pod}.volumes[].rbd.pool', stored: 'rbd', why: OF_USER },
  { path: '{pod}.volumes[].rbd.user', stored: 'admin', why: OF_USER },
  { path: '{pod}.volumes[].ephemeral.volumeClaimTemplate.metadata', stored: {}, why: CONSTANT },
  { path: '{pod}.volumes[].nfs.readOnly', sent: false, stored: undefined, why: ZERO },
  { path: '{pod}.volumes[].ephemeral.volumeClaimTemplate.metadata.creationTimestamp', stored: null, why: OLD_ZERO },
  // ---- workloads
  { path: 'spec.template.metadata.creationTimestamp', stored: null, why: OLD_ZERO },
  { path: 'spec.jobTemplate.metadata.creationTimestamp', stored: null, why: OLD_ZERO },
  { path: 'spec.jobTemplate.spec.template.metadata.creationTimestamp', stored: null, why: OLD_ZERO },
  { path: 'spec.volumeClaimTemplates[].metadata.creationTimestamp', stored: null, why: OLD_ZERO },
  { kind: 'StatefulSet', path: 'spec.serviceName', stored: '', why: OF_TAKEN },
  { path: 'spec.replicas', stored: 1, why: OF_CLIENT },
  { path: 'spec.revisionHistoryLimit', stored: 10, why: CONSTANT },
  { path: 'spec.progressDeadlineSeconds', stored: 600, why: CONSTANT },
  { path: 'spec.minReadySeconds', sent: 0, stored: undefined, why: ZERO },
  { path: 'spec.strategy.type', stored: 'RollingUpdate', why: CONSTANT },
  { path: 'spec.strategy.rollingUpdate.*', stored: '25%', why: CONSTANT },
  { path: 'spec.updateStrategy.type', stored: 'RollingUpdate', why: CONSTANT },
  { path: 'spec.updateStrategy.rollingUpdate.maxUnavailable', stored: 1, why: CONSTANT },
  { path: 'spec.updateStrategy.rollingUpdate.maxSurge', stored: 0, why: CONSTANT },
  { path: 'spec.updateStrategy.rollingUpdate.partition', stored: 0, why: CONSTANT },
  { path: 'spec.persistentVolumeClaimRetentionPolicy.*', stored: 'Retain', why: CONSTANT },
  { path: 'spec.volumeClaimTemplates[].apiVersion', stored: 'v1', why: OF_TAKEN },
  { path: 'spec.volumeClaimTemplates[].kind', stored: 'PersistentVolumeClaim', why: OF_TAKEN },
  { path: 'spec.volumeClaimTemplates[].spec.volumeMode', stored: 'Filesystem', why: OF_TAKEN },
  {
    path: 'spec.volumeClaimTemplates[].status.phase',
    stored: 'Pending',
    why: 'a status, which is empty until there is a claim',
  },
  {
    path: 'metadata.annotations.deprecated.daemonset.template.generation',
    stored: /^"\d+"$/,
    why: 'the number of templates of a DaemonSet',
  },
  // ---- Services
  { path: 'spec.type', stored: 'ClusterIP', why: CONSTANT },
  { path: 'spec.ports[].protocol', stored: 'TCP', why: CONSTANT },
  { path: 'spec.sessionAffinity', stored: 'None', why: CONSTANT },
  { path: 'spec.internalTrafficPolicy', stored: 'Cluster', why: CONSTANT },
  { path: 'spec.externalTrafficPolicy', stored: 'Cluster', why: CONSTANT },
  { path: 'spec.allocateLoadBalancerNodePorts', stored: true, why: CONSTANT },
  { path: 'spec.clusterIP', stored: /^"(10\.|fd00:)/, why: ALLOCATED },
  { path: 'spec.clusterIPs', stored: /^\["((10\.|fd00:).*|None)"\]$/, why: ALLOCATED },
  { path: 'spec.ipFamilies', stored: ['IPv4'], why: 'set by the cluster' },
  { path: 'spec.ipFamilyPolicy', stored: 'SingleStack', why: 'set by the cluster' },
  { path: 'spec.ports[].nodePort', stored: /^3\d{4}$/, why: ALLOCATED },
  { path: 'spec.healthCheckNodePort', stored: /^3\d{4}$/, why: ALLOCATED },
  // ---- Secrets, Namespaces
  { kind: 'Secret', path: 'type', stored: 'Opaque', why: CONSTANT },
  { path: 'metadata.labels.kubernetes.io/metadata.name', stored: /^"/, why: 'the name, for selectors' },
  { path: 'spec.finalizers', stored: ['kubernetes'], why: 'the default of every Namespace' },
  // ---- Jobs, and pods of CI systems
  { kind: 'Job', path: 'metadata.labels.*', stored: /^"/, why: OF_CLIENT },
  { kind: 'Job', path: 'spec.selector.matchLabels.*', stored: /^"/, why: OF_CLIENT },
  { kind: 'Job', path: 'spec.template.metadata.labels.*', stored: /^"/, why: OF_CLIENT },
  { kind: 'Job', path: 'spec.backoffLimit', stored: 6, why: OF_CLIENT },
  { kind: 'Job', path: 'spec.completionMode', stored: 'NonIndexed', why: OF_CLIENT },
  { kind: 'Job', path: 'spec.completions', stored: 1, why: OF_CLIENT },
  { kind: 'Job', path: 'spec.parallelism', stored: 1, why: OF_CLIENT },
  { kind: 'Job', path: 'spec.manualSelector', stored: false, why: OF_CLIENT },
  { kind: 'Job', path: 'spec.podReplacementPolicy', stored: 'TerminatingOrFailed', why: OF_CLIENT },
  { kind: 'Job', path: 'spec.suspend', stored: false, why: OF_CLIENT },
  { kind: 'CronJob', path: 'spec.jobTemplate.metadata', stored: {}, why: OF_CLIENT },
  {
    kind: 'CronJob',
    path: 'spec.suspend',
    stored: false,
    why: 'left out, so that GitOps tools keep a job suspended that a user suspends',
  },
  { kind: 'Pod', path: 'spec.enableServiceLinks', stored: true, why: OF_CLIENT },
  { kind: 'Pod', path: 'spec.preemptionPolicy', stored: 'PreemptLowerPriority', why: OF_CLIENT },
  { kind: 'Pod', path: 'spec.priority', stored: 0, why: OF_CLIENT },
  { kind: 'Pod', path: 'spec.tolerations', stored: /not-ready.*unreachable/, why: OF_CLIENT },
  { kind: 'Pod', path: 'spec.tolerations', sent: /^\[/, stored: /not-ready.*unreachable/, why: OF_CLIENT },
  // ---- autoscalers
  { kind: 'HorizontalPodAutoscaler', path: 'spec.behavior.*.selectPolicy', stored: 'Max', why: CONSTANT },
  {
    kind: 'HorizontalPodAutoscaler',
    path: 'spec.behavior.scaleUp.stabilizationWindowSeconds',
    stored: 0,
    why: CONSTANT,
  },
  {
    kind: 'HorizontalPodAutoscaler',
    path: 'spec.behavior.scaleUp.policies',
    stored: [
      { type: 'Pods', value: 4, periodSeconds: 15 },
      { type: 'Percent', value: 100, periodSeconds: 15 },
    ],
    why: CONSTANT,
  },
];

const PLACES: ReadonlyArray<readonly [name: string, pattern: string]> = [
  ['{probe}', '{container}\\.(startup|readiness|liveness)Probe'],
  ['{container}', '{pod}\\.(initContainers|containers)\\[\\]'],
  ['{pod}', '(spec|spec\\.template\\.spec|spec\\.jobTemplate\\.spec\\.template\\.spec)'],
];

const PATTERNS = new Map(SERVER_DEFAULTS.map((row) => [row, pattern(row.path)]));

function pattern(path: string): RegExp {
  const escaped = path.replace(/[.[\]]/g, '\\$&').replace(/\*/g, '.*');
  return new RegExp(`^${PLACES.reduce((text, [name, meaning]) => text.replaceAll(name, meaning), escaped)}$`);
}

/** Returns the known default that explains a difference, or undefined if there is none. */
export function defaultOf(kind: string, difference: Difference): ServerDefault | undefined {
  return SERVER_DEFAULTS.find(
    (row) => (row.kind ?? kind) === kind && PATTERNS.get(row)!.test(difference.path) && isIt(row, difference),
  );
}

function isIt(row: ServerDefault, { sent, stored }: Difference): boolean {
  if (row.sent === 'a quantity') {
    return sent !== undefined && stored !== undefined && quantityValue(String(sent)) === quantityValue(String(stored));
  }
  return isLike(sent, row.sent) && isLike(stored, row.stored);
}

function isLike(value: unknown, expected: unknown): boolean {
  const text = JSON.stringify(value);
  return expected instanceof RegExp ? text !== undefined && expected.test(text) : text === JSON.stringify(expected);
}

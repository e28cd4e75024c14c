import { isPlainObject } from '../reporting/plain-object';
import { isDeepStrictEqual } from 'node:util';

/**
 * The API server's defaults for the objects of engines. Each path is the end of a field's path, with `[]` for the items
 * of lists (kubernetes/kubernetes pkg/apis/apps/v1/defaults.go, pkg/apis/core/v1/defaults.go). The list includes zero
 * values that the API server drops. The test with a real API server lists the same values.
 */
const DEFAULTS: ReadonlyArray<readonly [path: string, value: unknown]> = [
  ['Probe.failureThreshold', 3],
  ['Probe.initialDelaySeconds', 0],
  ['Probe.periodSeconds', 10],
  ['Probe.successThreshold', 1],
  ['Probe.timeoutSeconds', 1],
  ['allocateLoadBalancerNodePorts', true],
  ['configMap.defaultMode', 0o644],
  ['containers[].resources', {}],
  ['Containers[].resources', {}],
  ['downwardAPI.defaultMode', 0o644],
  ['env[].value', ''],
  ['fieldRef.apiVersion', 'v1'],
  ['grpc.service', ''],
  ['hostPath.type', ''],
  ['httpGet.scheme', 'HTTP'],
  ['metadata.creationTimestamp', null],
  ['nfs.readOnly', false],
  ['persistentVolumeClaimRetentionPolicy.whenDeleted', 'Retain'],
  ['persistentVolumeClaimRetentionPolicy.whenScaled', 'Retain'],
  ['ports[].protocol', 'TCP'],
  ['projected.defaultMode', 0o644],
  ['rbd.keyring', '/etc/ceph/keyring'],
  ['rbd.pool', 'rbd'],
  ['rbd.user', 'admin'],
  ['resourceFieldRef.divisor', '0'],
  ['resources.limits', {}],
  ['resources.requests', {}],
  ['secret.defaultMode', 0o644],
  ['spec.dnsPolicy', 'ClusterFirst'],
  ['spec.enableServiceLinks', true],
  ['spec.externalTrafficPolicy', 'Cluster'],
  ['spec.hostNetwork', false],
  ['spec.internalTrafficPolicy', 'Cluster'],
  ['spec.minReadySeconds', 0],
  ['spec.podManagementPolicy', 'OrderedReady'],
  ['spec.progressDeadlineSeconds', 600],
  ['spec.restartPolicy', 'Always'],
  ['spec.revisionHistoryLimit', 10],
  ['spec.schedulerName', 'default-scheduler'],
  ['spec.securityContext', {}],
  ['spec.serviceName', ''],
  ['spec.sessionAffinity', 'None'],
  ['spec.terminationGracePeriodSeconds', 30],
  ['spec.type', 'ClusterIP'],
  ['strategy.rollingUpdate.maxSurge', '25%'],
  ['strategy.rollingUpdate.maxUnavailable', '25%'],
  ['strategy.type', 'RollingUpdate'],
  ['terminationMessagePath', '/dev/termination-log'],
  ['terminationMessagePolicy', 'File'],
  ['updateStrategy.rollingUpdate.maxSurge', 0],
  ['updateStrategy.rollingUpdate.maxUnavailable', 1],
  ['updateStrategy.rollingUpdate.partition', 0],
  ['updateStrategy.type', 'RollingUpdate'],
  ['volumeClaimTemplate.metadata', {}],
  ['volumeClaimTemplates[].apiVersion', 'v1'],
  ['volumeClaimTemplates[].kind', 'PersistentVolumeClaim'],
  ['volumeMode', 'Filesystem'],
  ['volumeMounts[].readOnly', false],
  ['volumes[].emptyDir', {}],
];

/** Whether the API server treats a value like an absent field. */
export function isServerDefault(path: string, value: unknown): boolean {
  if (DEFAULTS.some(([end, usual]) => path.endsWith(end) && isDeepStrictEqual(value, usual))) {
    return true;
  }
  const entries = isPlainObject(value) ? Object.entries(value) : [];
  return entries.length > 0 && entries.every(([key, inner]) => isServerDefault(`${path}.${key}`, inner));
}

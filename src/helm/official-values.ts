import { chartHas, type ChartVersion } from './helm-chart';
import type { KnownKeys } from './known-keys';
import { PROBE_COMMAND } from './probe-template';
import type { ValueMap, Values } from './values';

const READINESS = {
  initialDelaySeconds: 5,
  timeoutSeconds: 14,
  periodSeconds: 15,
  successThreshold: 1,
  failureThreshold: 10,
};
const LIVENESS = {
  initialDelaySeconds: 5,
  timeoutSeconds: 29,
  periodSeconds: 30,
  successThreshold: 1,
  failureThreshold: 20,
  terminationGracePeriodSeconds: 30,
};

/** The chart's values.yaml (helm/dagger/values.yaml of the tags v0.17.0 to v1.0.0-beta.10). */
export function officialDefaults(version: ChartVersion): ValueMap {
  const probe = (settings: ValueMap): ValueMap =>
    chartHas(version, 'PROBES_AS_VALUES') ? { exec: { command: PROBE_COMMAND }, ...settings } : settings;
  return {
    engine: {
      kind: 'DaemonSet',
      statefulSet: {
        persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
        persistentVolumeClaim: {
          enabled: false,
          storageClassName: '',
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage: '10Gi' } },
        },
        podManagementPolicy: 'OrderedReady',
      },
      image: { pullPolicy: 'IfNotPresent' },
      readinessProbeSettings: probe(READINESS),
      ...(chartHas(version, 'LIVENESS_PROBE') && { livenessProbeSettings: probe(LIVENESS) }),
      terminationGracePeriodSeconds: 300,
      newServiceAccount: { create: false },
      existingServiceAccount: {},
      hostPath: { dataVolume: { enabled: true }, runVolume: { enabled: true } },
    },
    magicache: { enabled: false, url: 'https://api.dagger.cloud/magicache' },
    ...(chartHas(version, 'SERVICE') && { service: { type: 'ClusterIP' } }),
  };
}

/** The maps that the templates read without checking that they exist. */
export function officialSections(values: Values, version: ChartVersion): string[] {
  const hasService =
    chartHas(version, 'SERVICE') &&
    (values.flag('engine.port') || (chartHas(version, 'CONTAINER_PORTS') && values.flag('engine.containerPorts')));
  return [
    'engine',
    'engine.image',
    'engine.hostPath',
    'engine.hostPath.dataVolume',
    'engine.hostPath.runVolume',
    'engine.newServiceAccount',
    'magicache',
    ...(values.flag('engine.newServiceAccount.create') ? [] : ['engine.existingServiceAccount']),
    ...(values.text('engine.kind') === 'StatefulSet'
      ? ['engine.statefulSet', 'engine.statefulSet.persistentVolumeClaim']
      : []),
    ...(hasService ? ['service'] : []),
  ];
}

/** The values that the templates of a version read. */
export function officialKeys(version: ChartVersion): KnownKeys {
  return {
    nameOverride: 'text',
    fullnameOverride: 'text',
    'engine.config': 'text',
    'engine.configJson': 'text',
    'engine.annotations': 'textMap',
    'engine.labels': 'textMap',
    'engine.kind': 'text',
    'engine.statefulSet.persistentVolumeClaimRetentionPolicy.whenDeleted': 'text',
    'engine.statefulSet.persistentVolumeClaimRetentionPolicy.whenScaled': 'text',
    'engine.statefulSet.persistentVolumeClaim.enabled': 'flag',
    'engine.statefulSet.persistentVolumeClaim.storageClassName': 'text',
    'engine.statefulSet.persistentVolumeClaim.accessModes': 'texts',
    'engine.statefulSet.persistentVolumeClaim.resources': 'map',
    'engine.statefulSet.podManagementPolicy': 'text',
    'engine.port': 'port',
    'engine.hostPort': 'port',
    ...(chartHas(version, 'CONTAINER_PORTS') && {
      'engine.containerPorts': 'maps',
      'engine.containerPorts[].name': 'text',
      'engine.containerPorts[].containerPort': 'port',
      'engine.containerPorts[].protocol': 'text',
      'engine.containerPorts[].hostPort': 'port',
    }),
    'engine.args': 'texts',
    'engine.env': 'maps',
    'engine.resources': 'map',
    'engine.image.ref': 'text',
    'engine.image.pullPolicy': 'text',
    'engine.imagePullSecrets': 'maps',
    'engine.nodeSelector': 'textMap',
    'engine.tolerations': 'maps',
    'engine.affinity': 'map',
    'engine.priorityClassName': 'text',
    ...(chartHas(version, 'RUNTIME_CLASS') && { 'engine.runtimeClassName': 'text' }),
    ...(chartHas(version, 'SHARED_PROCESSES') && { 'engine.shareProcessNamespace': 'flag' }),
    'engine.readinessProbeSettings': 'map',
    ...(chartHas(version, 'LIVENESS_PROBE') && { 'engine.livenessProbeSettings': 'map' as const }),
    'engine.terminationGracePeriodSeconds': 'count',
    'engine.newServiceAccount.name': 'text',
    'engine.newServiceAccount.create': 'flag',
    'engine.newServiceAccount.annotations': 'textMap',
    'engine.existingServiceAccount.name': 'text',
    'engine.lifecycle.preStop': 'map',
    'engine.hostPath.dataVolume.enabled': 'flag',
    'engine.hostPath.runVolume.enabled': 'flag',
    'engine.volumeMounts': 'maps',
    'engine.volumes': 'maps',
    ...(chartHas(version, 'SIDECARS') && { 'engine.sidecars': 'maps' as const }),
    'magicache.enabled': 'flag',
    'magicache.url': 'text',
    'magicache.token': 'text',
    'magicache.secretName': 'text',
    ...(chartHas(version, 'SERVICE') && {
      'service.type': 'text',
      'service.annotations': 'textMap',
      'service.labels': 'textMap',
    }),
  };
}

import { COMMON_ENGINE_DEFAULTS, commonSections, KIND_KEYS, MAGICACHE_DEFAULTS } from './common-values';
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

/** Returns the defaults of a version (helm/dagger/values.yaml of the tags v0.17.0 to v1.0.0-beta.10). */
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
      ...COMMON_ENGINE_DEFAULTS,
      hostPath: { dataVolume: { enabled: true }, runVolume: { enabled: true } },
    },
    magicache: MAGICACHE_DEFAULTS,
    ...(chartHas(version, 'SERVICE') && { service: { type: 'ClusterIP' } }),
  };
}

/** Returns the paths of the maps that the templates read from without checking that they exist. */
export function officialSections(values: Values, version: ChartVersion): string[] {
  const hasService =
    chartHas(version, 'SERVICE') &&
    (values.flag('engine.port') || (chartHas(version, 'CONTAINER_PORTS') && values.flag('engine.containerPorts')));
  return [
    ...commonSections(values),
    'engine.hostPath',
    'engine.hostPath.dataVolume',
    'engine.hostPath.runVolume',
    ...(values.text('engine.kind') === 'StatefulSet'
      ? ['engine.statefulSet', 'engine.statefulSet.persistentVolumeClaim']
      : []),
    ...(hasService ? ['service'] : []),
  ];
}

/** Returns the keys that the templates of a version read. */
export function officialKeys(version: ChartVersion): KnownKeys {
  return {
    ...KIND_KEYS,
    ...(chartHas(version, 'CONTAINER_PORTS') && {
      'engine.containerPorts': 'maps',
      'engine.containerPorts[].name': 'text',
      'engine.containerPorts[].containerPort': 'port',
      'engine.containerPorts[].protocol': 'text',
      'engine.containerPorts[].hostPort': 'port',
    }),
    ...(chartHas(version, 'RUNTIME_CLASS') && { 'engine.runtimeClassName': 'text' }),
    ...(chartHas(version, 'SHARED_PROCESSES') && { 'engine.shareProcessNamespace': 'flag' }),
    'engine.readinessProbeSettings': 'map',
    ...(chartHas(version, 'LIVENESS_PROBE') && { 'engine.livenessProbeSettings': 'map' as const }),
    ...(chartHas(version, 'SIDECARS') && { 'engine.sidecars': 'maps' as const }),
    ...(chartHas(version, 'SERVICE') && {
      'service.type': 'text',
      'service.annotations': 'textMap',
      'service.labels': 'textMap',
    }),
  };
}

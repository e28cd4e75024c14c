import { PROBE_COMMAND } from './probe-template';
import { COMMON_ENGINE_DEFAULTS, commonSections, KIND_KEYS, MAGICACHE_DEFAULTS } from './common-values';
import type { KnownKeys } from './known-keys';
import type { ValueMap, Values } from './values';

/** The defaults of the chart (charts/dagger-helm/values.yaml of github.com/kubiyabot/helm-charts, 0.4.1). */
export const KUBIYA_DEFAULTS: ValueMap = {
  engine: {
    kind: 'DaemonSet',
    image: { pullPolicy: 'IfNotPresent' },
    readinessProbe: {
      exec: { command: PROBE_COMMAND },
      initialDelaySeconds: 20,
      timeoutSeconds: 15,
      periodSeconds: 10,
      successThreshold: 1,
      failureThreshold: 5,
    },
    ...COMMON_ENGINE_DEFAULTS,
    hostPath: { dataVolume: { enabled: true }, runVolume: { enabled: true } },
    statefulSet: {
      persistentVolumeClaim: {
        enabled: true,
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '50Gi' } },
      },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Delete' },
      podManagementPolicy: 'Parallel',
    },
  },
  additionalResources: {
    role: { create: false },
    roleBinding: { create: false },
    service: { create: true, name: 'dagger-engine-service', port: 8080 },
  },
  // No template reads this label, but the values of most users contain it.
  labels: { 'app.kubernetes.io/kubiya-runner-component': 'dagger-engine' },
  magicache: MAGICACHE_DEFAULTS,
};

/** Returns the paths of the maps that the templates read from without checking that they exist. */
export function kubiyaSections(values: Values): string[] {
  const key = 'engine.statefulSet';
  return [
    ...commonSections(values),
    'additionalResources',
    'additionalResources.role',
    'additionalResources.roleBinding',
    'additionalResources.service',
    ...(values.text('engine.kind') === 'StatefulSet'
      ? [
          key,
          `${key}.persistentVolumeClaim`,
          'engine.hostPath',
          'engine.hostPath.dataVolume',
          'engine.hostPath.runVolume',
        ]
      : []),
  ];
}

/** The keys that the chart's templates read. */
export const KUBIYA_KEYS: KnownKeys = {
  ...KIND_KEYS,
  volumeMountsPostfix: 'text',
  'engine.readinessProbe': 'map',
  'additionalResources.role.create': 'flag',
  'additionalResources.roleBinding.create': 'flag',
  'additionalResources.service.create': 'flag',
  'additionalResources.service.name': 'text',
  'additionalResources.service.port': 'port',
  labels: 'textMap',
  'engine.sidecars': 'maps',
};

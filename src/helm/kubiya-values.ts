import { PROBE_COMMAND } from './probe-template';
import type { KnownKeys } from './known-keys';
import type { ValueMap, Values } from './values';

/** charts/dagger-helm/values.yaml of github.com/kubiyabot/helm-charts, 0.4.1. */
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
    terminationGracePeriodSeconds: 300,
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
    newServiceAccount: { create: false },
    existingServiceAccount: {},
  },
  additionalResources: {
    role: { create: false },
    roleBinding: { create: false },
    service: { create: true, name: 'dagger-engine-service', port: 8080 },
  },
  // No template reads it, but every values.yaml contains it.
  labels: { 'app.kubernetes.io/kubiya-runner-component': 'dagger-engine' },
  magicache: { enabled: false, url: 'https://api.dagger.cloud/magicache' },
};

/** The maps that the templates read without checking that they exist. */
export function kubiyaSections(values: Values): string[] {
  const key = 'engine.statefulSet';
  return [
    'engine',
    'engine.image',
    'engine.newServiceAccount',
    'magicache',
    'additionalResources',
    'additionalResources.role',
    'additionalResources.roleBinding',
    'additionalResources.service',
    ...(values.flag('engine.newServiceAccount.create') ? [] : ['engine.existingServiceAccount']),
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

/** The values that the templates read. */
export const KUBIYA_KEYS: KnownKeys = {
  nameOverride: 'text',
  fullnameOverride: 'text',
  volumeMountsPostfix: 'text',
  'engine.kind': 'text',
  'engine.config': 'text',
  'engine.labels': 'textMap',
  'engine.args': 'texts',
  'engine.resources': 'map',
  'engine.image.ref': 'text',
  'engine.image.pullPolicy': 'text',
  'engine.nodeSelector': 'textMap',
  'engine.tolerations': 'maps',
  'engine.affinity': 'map',
  'engine.priorityClassName': 'text',
  'engine.readinessProbe': 'map',
  'engine.terminationGracePeriodSeconds': 'count',
  'engine.newServiceAccount.name': 'text',
  'engine.newServiceAccount.create': 'flag',
  'engine.newServiceAccount.annotations': 'textMap',
  'engine.existingServiceAccount.name': 'text',
  'additionalResources.role.create': 'flag',
  'additionalResources.roleBinding.create': 'flag',
  'additionalResources.service.create': 'flag',
  'additionalResources.service.name': 'text',
  'additionalResources.service.port': 'port',
  labels: 'textMap',
  'magicache.enabled': 'flag',
  'magicache.url': 'text',
  'magicache.token': 'text',
  'magicache.secretName': 'text',
  'engine.configJson': 'text',
  'engine.annotations': 'textMap',
  'engine.port': 'port',
  'engine.hostPort': 'port',
  'engine.env': 'maps',
  'engine.imagePullSecrets': 'maps',
  'engine.lifecycle.preStop': 'map',
  'engine.volumeMounts': 'maps',
  'engine.volumes': 'maps',
  'engine.sidecars': 'maps',
  'engine.hostPath.dataVolume.enabled': 'flag',
  'engine.hostPath.runVolume.enabled': 'flag',
  'engine.statefulSet.persistentVolumeClaim.enabled': 'flag',
  'engine.statefulSet.persistentVolumeClaim.storageClassName': 'text',
  'engine.statefulSet.persistentVolumeClaim.accessModes': 'texts',
  'engine.statefulSet.persistentVolumeClaim.resources': 'map',
  'engine.statefulSet.persistentVolumeClaimRetentionPolicy.whenDeleted': 'text',
  'engine.statefulSet.persistentVolumeClaimRetentionPolicy.whenScaled': 'text',
  'engine.statefulSet.podManagementPolicy': 'text',
};

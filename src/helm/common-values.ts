import type { KnownKeys } from './known-keys';
import type { ValueMap, Values } from './values';

/** The keys that the templates of all charts read. */
export const COMMON_KEYS: KnownKeys = {
  nameOverride: 'text',
  fullnameOverride: 'text',
  'engine.config': 'text',
  'engine.labels': 'textMap',
  'engine.args': 'texts',
  'engine.resources': 'map',
  'engine.image.pullPolicy': 'text',
  'engine.tolerations': 'maps',
  'engine.priorityClassName': 'text',
  'engine.terminationGracePeriodSeconds': 'count',
  'engine.newServiceAccount.name': 'text',
  'engine.newServiceAccount.create': 'flag',
  'engine.newServiceAccount.annotations': 'textMap',
  'engine.existingServiceAccount.name': 'text',
  'magicache.enabled': 'flag',
  'magicache.url': 'text',
  'magicache.token': 'text',
  'magicache.secretName': 'text',
};

/** The keys that the templates of all charts with `engine.kind` read. */
export const KIND_KEYS: KnownKeys = {
  ...COMMON_KEYS,
  'engine.kind': 'text',
  'engine.configJson': 'text',
  'engine.annotations': 'textMap',
  'engine.port': 'port',
  'engine.hostPort': 'port',
  'engine.env': 'maps',
  'engine.image.ref': 'text',
  'engine.imagePullSecrets': 'maps',
  'engine.nodeSelector': 'textMap',
  'engine.affinity': 'map',
  'engine.lifecycle.preStop': 'map',
  'engine.volumeMounts': 'maps',
  'engine.volumes': 'maps',
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

/** The defaults below `engine` that all charts have. */
export const COMMON_ENGINE_DEFAULTS: ValueMap = {
  terminationGracePeriodSeconds: 300,
  newServiceAccount: { create: false },
  existingServiceAccount: {},
};

export const MAGICACHE_DEFAULTS: ValueMap = { enabled: false, url: 'https://api.dagger.cloud/magicache' };

/** Returns the paths of the maps that the templates of all charts read without checking that they exist. */
export function commonSections(values: Values): string[] {
  return [
    'engine',
    'engine.image',
    'engine.newServiceAccount',
    'magicache',
    ...(values.flag('engine.newServiceAccount.create') ? [] : ['engine.existingServiceAccount']),
  ];
}

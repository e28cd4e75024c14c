import type {
  AzureDiskVolumeSource,
  ConfigMapVolumeSource,
  CSIVolumeSource,
  DownwardAPIVolumeFile,
  DownwardAPIVolumeSource,
  EmptyDirVolumeSource,
  EphemeralVolumeSource,
  FCVolumeSource,
  FlexVolumeSource,
  FlockerVolumeSource,
  HostPathVolumeSource,
  ISCSIVolumeSource,
  KeyToPath,
  LocalObjectReference,
  NFSVolumeSource,
  QuobyteVolumeSource,
  SecretVolumeSource,
  StorageOSVolumeSource,
  Volume,
} from 'kubernetes-types/core/v1';
import type { Problems } from '../../reporting/problems';
import { checkVolumeField } from '../field-paths';
import { checkDnsLabel, checkDnsSubdomain, isDnsSubdomain } from '../names';
import { quantityNanos } from '../quantity';
import { checkClaimSpec } from './claims';
import { checkFieldReference, checkResourceReference } from './environment';
import { checkTemplateMetadata } from './metadata';
import { checkProjected } from './projected-volumes';
import {
  checkFileMode,
  checkFilePath,
  checkOneOf,
  checkPathInside,
  checkPresent,
  checkRange,
  hasBackstep,
  indexed,
  INT32_MAX,
} from './rules';

const HOST_PATH_TYPES = [
  '',
  'DirectoryOrCreate',
  'Directory',
  'FileOrCreate',
  'File',
  'Socket',
  'CharDevice',
  'BlockDevice',
];
const PARTITIONS = [0, 255] as const;

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each rule gets the source of its own key
type SourceRule = (problems: Problems, source: any) => void;

/** The rule for each source that a volume can have (pkg/apis/core/validation, validateVolumeSource). */
export const SOURCE_RULES: { readonly [source: string]: SourceRule } = {
  awsElasticBlockStore: (problems, { partition, volumeID }) => {
    checkPresent(problems, 'volumeID', volumeID, "'vol-0123456789abcdef0'");
    checkRange(problems, 'partition', partition, PARTITIONS);
  },
  azureDisk: checkAzureDisk,
  azureFile: required({ secretName: "'azure-files'", shareName: "'cache'" }),
  cephfs: checkMonitors,
  cinder: (problems, { secretRef, volumeID }) => {
    checkPresent(problems, 'volumeID', volumeID, "'bd82f7e2-wece-4c01-a505-4acf60b07f4a'");
    checkSecretReference(problems, 'secretRef', secretRef);
  },
  configMap: checkConfigMap,
  csi: checkCsi,
  downwardAPI: checkDownwardApi,
  emptyDir: checkEmptyDir,
  ephemeral: checkEphemeral,
  fc: checkFibreChannel,
  flexVolume: checkFlexVolume,
  flocker: checkFlocker,
  gcePersistentDisk: (problems, { partition, pdName }) => {
    checkPresent(problems, 'pdName', pdName, "'cache-disk'");
    checkRange(problems, 'partition', partition, PARTITIONS);
  },
  gitRepo: (problems, { directory, repository }) => {
    checkPresent(problems, 'repository', repository, "'https://example.com/repository.git'");
    checkPathInside(problems, 'directory', directory ?? '');
  },
  glusterfs: required({ endpoints: "'glusterfs-cluster'", path: "'volume'" }),
  hostPath: checkHostPath,
  image: (problems, { pullPolicy, reference }) => {
    checkPresent(problems, 'reference', reference, "'registry.example.com/data:1'");
    checkOneOf(problems, 'pullPolicy', pullPolicy, ['', 'Always', 'IfNotPresent', 'Never']);
  },
  iscsi: checkIscsi,
  nfs: checkNfs,
  persistentVolumeClaim: (problems, { claimName }) => void checkDnsSubdomain(problems, 'claimName', claimName ?? ''),
  photonPersistentDisk: required({ pdID: "'disk-1'" }),
  portworxVolume: required({ volumeID: "'volume-1'" }),
  projected: (problems, source) => checkProjected(problems, source, checkKeys, checkFiles),
  quobyte: checkQuobyte,
  rbd: (problems, source) => {
    checkMonitors(problems, source);
    checkPresent(problems, 'image', source.image, "'cache'");
  },
  scaleIO: required({ gateway: "'https://gateway.example.com'", system: "'system'", volumeName: "'cache'" }),
  secret: checkSecret,
  storageos: checkStorageOs,
  vsphereVolume: required({ volumePath: "'[datastore] volumes/cache.vmdk'" }),
};

/** Checks the sources of a volume. */
export function checkVolumeSources(problems: Problems, volume: Volume): void {
  for (const source of Object.keys(volume)) {
    if (source !== 'name' && volume[source as keyof Volume] !== undefined) {
      SOURCE_RULES[source]?.(problems.at(source), volume[source as keyof Volume]);
    }
  }
}

function required(examples: { readonly [field: string]: string }): SourceRule {
  return (problems, source) => {
    for (const field of Object.keys(examples)) {
      checkPresent(problems, field, source[field], examples[field]!);
    }
  };
}

function checkAzureDisk(
  problems: Problems,
  { cachingMode, diskName, diskURI, kind = 'Shared' }: AzureDiskVolumeSource,
): void {
  checkPresent(problems, 'diskName', diskName, "'cache'");
  checkOneOf(problems, 'cachingMode', cachingMode, ['None', 'ReadOnly', 'ReadWrite']);
  checkOneOf(problems, 'kind', kind, ['Shared', 'Dedicated', 'Managed']);
  const start = kind === 'Managed' ? '/subscriptions/' : 'https://';
  if (!(diskURI ?? '').startsWith(start)) {
    problems.add('diskURI', {
      wrong: `must be the address of a disk of the kind '${kind}'`,
      got: diskURI,
      allowed: `a string that starts with ${JSON.stringify(start)}`,
      fix:
        kind === 'Managed' ? 'write the resource id of the disk' : "write the URL of the blob, or set kind: 'Managed'",
    });
  }
}

function checkMonitors(problems: Problems, { monitors = [] }: { readonly monitors?: readonly string[] }): void {
  if (monitors.length === 0) {
    problems.add('monitors', {
      wrong: 'is required',
      got: monitors,
      allowed: 'the addresses of the Ceph monitors',
      fix: "use a value such as ['10.0.0.1:6789']",
    });
  }
}

function checkSecretReference(problems: Problems, property: string, reference: LocalObjectReference | undefined): void {
  if (reference !== undefined) {
    checkDnsSubdomain(problems, `${property}.name`, reference.name ?? '');
  }
}

function checkConfigMap(problems: Problems, source: ConfigMapVolumeSource): void {
  checkDnsSubdomain(problems, 'name', source.name ?? '');
  checkFileMode(problems, 'defaultMode', source.defaultMode);
  checkOwner(problems, 'defaultUser', source);
  checkKeys(problems.at('items'), source.items);
}

function checkSecret(problems: Problems, source: SecretVolumeSource): void {
  checkDnsSubdomain(problems, 'secretName', source.secretName ?? '');
  checkFileMode(problems, 'defaultMode', source.defaultMode);
  checkOwner(problems, 'defaultUser', source);
  checkKeys(problems.at('items'), source.items);
}

/** Checks the owner of files, which is a field in newer versions of Kubernetes. */
function checkOwner(problems: Problems, property: 'defaultUser' | 'user', source: object): void {
  checkRange(problems, property, (source as { readonly [field: string]: number | undefined })[property], [
    0,
    INT32_MAX,
  ]);
}

function checkKeys(problems: Problems, items: readonly KeyToPath[] | undefined): void {
  for (const [index, item] of indexed(items)) {
    const at = problems.at(`[${index}]`);
    checkPresent(at, 'key', item.key, "'token'");
    checkFilePath(at, 'path', item.path);
    checkFileMode(at, 'mode', item.mode);
    checkOwner(at, 'user', item);
  }
}

function checkDownwardApi(problems: Problems, source: DownwardAPIVolumeSource): void {
  checkFileMode(problems, 'defaultMode', source.defaultMode);
  checkOwner(problems, 'defaultUser', source);
  checkFiles(problems.at('items'), source.items);
}

function checkFiles(problems: Problems, items: readonly DownwardAPIVolumeFile[] | undefined): void {
  for (const [index, item] of indexed(items)) {
    const at = problems.at(`[${index}]`);
    const { fieldRef, mode, path, resourceFieldRef } = item;
    checkFilePath(at, 'path', path);
    checkFileMode(at, 'mode', mode);
    checkOwner(at, 'user', item);
    if ((fieldRef === undefined) === (resourceFieldRef === undefined)) {
      at.add('', {
        wrong: 'must have exactly one source',
        got: [fieldRef, resourceFieldRef].filter((source) => source !== undefined),
        allowed: 'one of fieldRef, resourceFieldRef',
        fix: "use a value such as { path: 'name', fieldRef: { fieldPath: 'metadata.name' } }",
      });
    }
    if (fieldRef !== undefined) {
      checkFieldReference(at.at('fieldRef'), fieldRef, checkVolumeField);
    }
    if (resourceFieldRef !== undefined) {
      checkPresent(at, 'resourceFieldRef.containerName', resourceFieldRef.containerName, 'the name of a container');
      checkResourceReference(at.at('resourceFieldRef'), resourceFieldRef);
    }
  }
}

function checkCsi(problems: Problems, { driver = '', nodePublishSecretRef }: CSIVolumeSource): void {
  if (driver.length > 63 || !isDnsSubdomain(driver.toLowerCase())) {
    problems.add('driver', {
      wrong: 'must be the name of a CSI driver',
      got: driver,
      allowed: "letters, digits, '-' and '.', at most 63 characters",
      fix: "use a value such as 'secrets-store.csi.k8s.io'",
    });
  }
  checkSecretReference(problems, 'nodePublishSecretRef', nodePublishSecretRef);
}

function checkEmptyDir(problems: Problems, source: EmptyDirVolumeSource): void {
  const { sizeLimit } = source;
  checkOneOf(problems, 'medium', source.medium, ['', 'Memory', 'HugePages', ...hugePageMedia(source.medium)]);
  if (sizeLimit !== undefined && quantityNanos(sizeLimit) < 0n) {
    problems.add('sizeLimit', {
      wrong: 'must not be negative',
      got: sizeLimit,
      allowed: 'a quantity of at least 0',
      fix: `write ${JSON.stringify(String(sizeLimit).replace('-', ''))}`,
    });
  }
  checkFileMode(problems, 'mode', (source as { readonly mode?: number }).mode, 0o1777);
}

/**
 * Returns the medium as a list if it is a huge page size. The API server accepts any medium, but the kubelet can't
 * mount an unknown one.
 */
function hugePageMedia(medium = ''): string[] {
  return /^HugePages-\d+[KMGT]i$/.test(medium) ? [medium] : [];
}

function checkEphemeral(problems: Problems, { volumeClaimTemplate }: EphemeralVolumeSource): void {
  if (volumeClaimTemplate === undefined) {
    problems.add('volumeClaimTemplate', {
      wrong: 'is required',
      allowed: 'a claim template',
      fix: "use a value such as { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '100Gi' } } } }",
    });
    return;
  }
  const { metadata = {}, spec = {} } = volumeClaimTemplate;
  const at = problems.at('volumeClaimTemplate');
  checkTemplateMetadata(at.at('metadata'), metadata);
  for (const field of Object.keys(metadata).filter((key) => key !== 'annotations' && key !== 'labels')) {
    at.add(`metadata.${field}`, {
      wrong: 'must not be set, because Kubernetes sets it for each claim',
      got: metadata[field as keyof typeof metadata],
      allowed: 'annotations, labels',
      fix: 'remove it',
    });
  }
  checkClaimSpec(at.at('spec'), spec);
}

function checkFibreChannel(problems: Problems, { lun, targetWWNs = [], wwids = [] }: FCVolumeSource): void {
  if (targetWWNs.length > 0 === wwids.length > 0) {
    problems.add('', {
      wrong: 'must have exactly one of targetWWNs and wwids',
      got: { targetWWNs, wwids },
      allowed: 'either targetWWNs or wwids',
      fix: 'set only one of them',
    });
  }
  if (targetWWNs.length > 0) {
    checkRange(problems, 'lun', lun ?? -1, PARTITIONS);
  }
}

function checkFlexVolume(problems: Problems, { driver, options = {} }: FlexVolumeSource): void {
  checkPresent(problems, 'driver', driver, "'example.com/cache'");
  for (const key of Object.keys(options)) {
    const domain = key.includes('/') ? key.slice(0, key.indexOf('/')) : key;
    if (/\.(kubernetes|k8s)\.io$/i.test(`.${domain}`)) {
      problems.add(`options[${JSON.stringify(key)}]`, {
        wrong: 'must not be in a domain that Kubernetes reserves',
        got: key,
        allowed: 'keys in other domains',
        fix: 'rename it',
      });
    }
  }
}

function checkFlocker(problems: Problems, { datasetName = '', datasetUUID = '' }: FlockerVolumeSource): void {
  if ((datasetName === '') === (datasetUUID === '') || datasetName.includes('/')) {
    problems.add('', {
      wrong: 'must have either a name or a UUID',
      got: { datasetName, datasetUUID },
      allowed: "datasetName without '/', or datasetUUID",
      fix: 'set one of them',
    });
  }
}

function checkHostPath(problems: Problems, { path, type }: HostPathVolumeSource): void {
  if (checkPresent(problems, 'path', path, "'/var/lib/dagger'") && hasBackstep(path)) {
    problems.add('path', {
      wrong: "must not contain '..'",
      got: path,
      allowed: "a path without '..'",
      fix: 'write the resolved path',
    });
  }
  checkOneOf(problems, 'type', type, HOST_PATH_TYPES);
}

function checkIscsi(problems: Problems, source: ISCSIVolumeSource): void {
  checkPresent(problems, 'targetPortal', source.targetPortal, "'10.0.0.1:3260'");
  checkInitiator(problems, 'iqn', source.iqn ?? '');
  if (source.initiatorName !== undefined) {
    checkInitiator(problems, 'initiatorName', source.initiatorName);
  }
  checkRange(problems, 'lun', source.lun, PARTITIONS);
  if ((source.chapAuthDiscovery === true || source.chapAuthSession === true) && source.secretRef === undefined) {
    problems.add('secretRef', {
      wrong: 'is required for CHAP',
      allowed: 'the Secret with the credentials',
      fix: "use a value such as { name: 'iscsi-chap' }",
    });
  }
}

function checkInitiator(problems: Problems, property: string, name: string): void {
  const fits =
    /iqn\.\d{4}-\d{2}\.([0-9A-Za-z\-.]+)(:[^,;*&$|\s]+)$/.test(name) && name.startsWith('iqn')
      ? true
      : /^(eui.[0-9A-Za-z]{16}|naa.[0-9A-Za-z]{32})$/.test(name);
  if (!fits) {
    problems.add(property, {
      wrong: 'must be an iSCSI name',
      got: name,
      allowed: 'iqn.YEAR-MONTH.DOMAIN:NAME, eui.NUMBER or naa.NUMBER',
      fix: "use a value such as 'iqn.2001-04.com.example:storage.disk1'",
    });
  }
}

function checkNfs(problems: Problems, { path, server }: NFSVolumeSource): void {
  checkPresent(problems, 'server', server, "'nfs.example.com'");
  if (checkPresent(problems, 'path', path, "'/exports/dagger'") && !path.startsWith('/')) {
    problems.add('path', {
      wrong: 'must be an absolute path',
      got: path,
      allowed: "a path that starts with '/'",
      fix: `write ${JSON.stringify(`/${path}`)}`,
    });
  }
}

function checkQuobyte(problems: Problems, { registry, tenant = '', volume }: QuobyteVolumeSource): void {
  checkPresent(problems, 'volume', volume, "'cache'");
  if (tenant.length > 64) {
    problems.add('tenant', {
      wrong: 'must not be longer than 64 characters',
      got: tenant,
      allowed: 'at most 64 characters',
      fix: 'use the UUID of the tenant',
    });
  } else if (!(registry ?? '').split(',').every((pair) => /^([^:[\]]*|\[[^[\]]*\]):[^:[\]]*$/.test(pair))) {
    problems.add('registry', {
      wrong: 'must be an address',
      got: registry,
      allowed: 'HOST:PORT, or several of them separated by commas',
      fix: "use a value such as 'registry.example.com:7861'",
    });
  }
}

function checkStorageOs(
  problems: Problems,
  { secretRef, volumeName = '', volumeNamespace = '' }: StorageOSVolumeSource,
): void {
  checkDnsLabel(problems, 'volumeName', volumeName);
  if (volumeNamespace !== '') {
    checkDnsLabel(problems, 'volumeNamespace', volumeNamespace);
  }
  checkSecretReference(problems, 'secretRef', secretRef);
}

import type { Volume } from 'kubernetes-types/core/v1';
import type { Problems } from '../reporting/problems';
import { EngineRisk } from '../reporting/engine-risk';
import { VolumeSharing } from './cache-volume-options';

/** The source of a volume. */
export type VolumeSource = Omit<Volume, 'name'>;

/** Sources that are always read-only. */
const READ_ONLY_SOURCES: ReadonlyArray<keyof VolumeSource> = ['configMap', 'downwardAPI', 'projected', 'secret'];

/** The types of hostPath volumes that aren't directories. */
const FILE_TYPES = ['File', 'FileOrCreate', 'Socket', 'CharDevice', 'BlockDevice'];

/** The CSI drivers of network file systems that overlayfs can't write to. */
const NETWORK_DRIVERS: { readonly [driver: string]: 'NFS' | 'SMB' } = {
  'efs.csi.aws.com': 'NFS',
  'file.csi.azure.com': 'SMB',
  'filestore.csi.storage.gke.io': 'NFS',
  'nfs.csi.k8s.io': 'NFS',
  'smb.csi.k8s.io': 'SMB',
};

/** Storage classes of network file systems, with the names in their providers' documentation. */
const NETWORK_CLASSES: { readonly [name: string]: 'NFS' | 'SMB' } = {
  azurefile: 'SMB',
  'azurefile-csi': 'SMB',
  'azurefile-csi-premium': 'SMB',
  'azurefile-premium': 'SMB',
  'efs-sc': 'NFS',
  'enterprise-rwx': 'NFS',
  'nfs-client': 'NFS',
  'nfs-csi': 'NFS',
  'premium-rwx': 'NFS',
  'standard-rwx': 'NFS',
  'zonal-rwx': 'NFS',
};

/** Reports a volume that an engine can't use as its cache. */
export function checkCacheSource(source: VolumeSource, problems: Problems): void {
  const readOnly = READ_ONLY_SOURCES.find((kind) => source[kind] !== undefined);
  if (readOnly !== undefined) {
    reportReadOnly(readOnly, `a ${readOnly} volume`, problems);
  }
  for (const [kind, value] of Object.entries(source)) {
    if ((value as { readonly readOnly?: boolean } | undefined)?.readOnly === true) {
      reportReadOnly(`${kind}.readOnly`, true, problems);
    }
  }
  const { ephemeral, hostPath } = source;
  if (FILE_TYPES.includes(hostPath?.type ?? '')) {
    problems.add('hostPath.type', {
      wrong: 'must be a directory type',
      got: hostPath!.type,
      allowed: "'Directory', 'DirectoryOrCreate', or none",
      fix: "use 'DirectoryOrCreate'",
    });
  }
  checkClaim(ephemeral?.volumeClaimTemplate?.spec ?? {}, problems.at('ephemeral.volumeClaimTemplate.spec'));
  const network = networkFileSystem(source);
  if (network !== undefined) {
    warnAboutNetwork(network, '', problems);
  }
}

function warnAboutNetwork(network: string, property: string, problems: Problems): void {
  problems.warn(
    EngineRisk.NFS_CACHE,
    property,
    `overlayfs can't write to ${network}, so the engine falls back to its native snapshotter. It copies every layer in full` +
      ', so it is slow and takes more space',
    'use a block or local volume',
  );
}

/** Warns about a storage class whose name suggests a network file system. */
export function warnAboutStorageClass(name: string | undefined, property: string, problems: Problems): void {
  const network = name !== undefined && Object.hasOwn(NETWORK_CLASSES, name) ? NETWORK_CLASSES[name] : undefined;
  if (network !== undefined) {
    warnAboutNetwork(`${network} (judging by the name of the storage class ${name})`, property, problems);
  }
}

/** The properties of a claim that determine whether an engine can write to its volume. */
interface ClaimProperties {
  readonly accessModes?: readonly string[];
  readonly volumeMode?: string;
}

/** Reports a claim whose volume an engine can't write to. */
export function checkClaim({ accessModes = [], volumeMode = 'Filesystem' }: ClaimProperties, problems: Problems): void {
  if (volumeMode === 'Block') {
    problems.add('volumeMode', {
      wrong: 'must be Filesystem, because the engine needs a directory',
      got: volumeMode,
      allowed: 'Filesystem',
      fix: 'remove it',
    });
  }
  if (accessModes.length > 0 && accessModes.every((mode) => mode === 'ReadOnlyMany')) {
    problems.add('accessModes', {
      wrong: 'the engine must be able to write to its cache',
      got: accessModes,
      allowed: 'ReadWriteOnce, ReadWriteOncePod, ReadWriteMany',
      fix: 'use ReadWriteOnce',
    });
  }
}

/** Returns the default sharing of a volume. */
export function sharingOf({ emptyDir, ephemeral, hostPath }: VolumeSource): VolumeSharing {
  if (emptyDir !== undefined || ephemeral !== undefined) {
    return VolumeSharing.POD;
  }
  return hostPath === undefined ? VolumeSharing.CLUSTER : VolumeSharing.NODE;
}

/**
 * Returns the network file system of a volume, or undefined if the volume isn't known to be on a network file system.
 */
export function networkFileSystem({ azureFile, csi, nfs }: VolumeSource): 'NFS' | 'SMB' | undefined {
  if (nfs !== undefined) {
    return 'NFS';
  }
  return azureFile === undefined ? NETWORK_DRIVERS[csi?.driver ?? ''] : 'SMB';
}

function reportReadOnly(property: string, got: unknown, problems: Problems): void {
  problems.add(property, {
    wrong: 'the engine must be able to write to its cache',
    got,
    allowed: 'a volume that pods can write to',
    fix: 'remove readOnly, or use another volume, for example CacheVolume.claimTemplate({ size: Size.gibibytes(200) }) for a StatefulSet, or CacheVolume.ephemeral({ size: Size.gibibytes(200) })',
  });
}

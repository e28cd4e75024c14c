import { Size } from 'cdk8s';
import type { IPersistentVolumeClaim, k8s } from 'cdk8s-plus-28';
import type { EmptyDirVolumeSource, PersistentVolumeClaim, Volume } from 'kubernetes-types/core/v1';
import { compact } from '../kubernetes/manifest';
import { checkDnsLabel, checkDnsSubdomain } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import { checkSize, isVolumeSize, quantityValue, toQuantity } from '../kubernetes/quantity';
import { checkNamespace, namespaceOf } from '../kubernetes/reference';
import { toWire } from '../kubernetes/wire-form';
import {
  checkCacheSource,
  checkClaim,
  networkFileSystem,
  sharingOf,
  warnAboutStorageClass,
  type VolumeSource,
} from './cache-source-rules';
import {
  ClaimRetention,
  VolumeSharing,
  type CacheVolumeOptions,
  type ClaimOptions,
  type ClaimTemplateCacheOptions,
  type ClaimTemplateOptions,
  type EmptyDirCacheOptions,
  type ExistingClaimCacheOptions,
  type HostPathCacheOptions,
  type NfsCacheOptions,
  type VolumeCacheOptions,
} from './cache-volume-options';
import type { ClaimContext } from './cache-seed-rules';
import { claimSpec } from './claim-spec';
import { checkAbsolutePath } from './node-directories';
import { checkCalls } from '../reporting/check-arguments';

/**
 * The settings of a cache volume that is bound to its engine.
 *
 * @internal
 */
export interface BoundCache {
  /** The description of the volume in messages. */
  readonly title: string;
  /** The volume in the pod, or undefined for a claim template. */
  readonly volume?: Volume;
  /** The claim template of the StatefulSet. */
  readonly claimTemplate?: PersistentVolumeClaim;
  readonly whenDeleted?: ClaimRetention;
  readonly whenScaled?: ClaimRetention;
  readonly volumeName: string;
  readonly sharing: VolumeSharing;
  readonly size?: Size;
  /** Whether the volume is a separate file system of this size, so that percentages refer to the volume. */
  readonly ownFilesystem: boolean;
  /** Whether the data outlives the pod. */
  readonly persistent: boolean;
  /** Whether the volume is on a network file system that overlayfs can't write to. */
  readonly onNetwork?: boolean;
}

/** The context in which a cache volume is bound to its engine. */
interface BindContext extends ClaimContext {
  /** The default directory on the node, which no other engine uses (node-directories.ts). */
  readonly hostPath: string;
}

/**
 * The volume for the state of an engine at `/var/lib/dagger`, which includes layers, cache volumes and their index.
 *
 * Only one engine can use a volume at a time. The engine locks the volume, and any other engine exits (dagger/dagger
 * v0.21.7 cmd/engine/main.go:464-478). Layers are overlay mounts, so use a local or block volume.
 */
export class CacheVolume {
  /**
   * Uses a directory on the node. It is fast and survives restarts, but is bound to the node.
   *
   * @param options options for the directory
   */
  public static hostPath(options: HostPathCacheOptions = {}): CacheVolume {
    return new CacheVolume(({ problems, hostPath }) => {
      const path = options.path ?? hostPath;
      checkAbsolutePath(problems, 'path', path);
      checkOptionalSize(problems, 'size', options.size);
      return fromVolumeSource(
        options,
        { hostPath: { path, type: options.mustExist === true ? 'Directory' : 'DirectoryOrCreate' } },
        {
          title: `the node's directory ${path}`,
          sharing: VolumeSharing.NODE,
          size: options.size,
          ownFilesystem: true,
          persistent: true,
        },
        problems,
      );
    });
  }

  /**
   * Creates a claim for each pod of a StatefulSet. The data survives restarts, and follows the pod to other nodes.
   *
   * @param options size and storage class
   */
  public static claimTemplate(options: ClaimTemplateCacheOptions): CacheVolume {
    return new CacheVolume((context) => {
      const { problems } = context;
      const name = checkedVolumeName(options, problems);
      warnAboutStorageClass(options.storageClassName, 'storageClassName', problems);
      const metadata = {
        name,
        ...compact({ labels: compact(options.labels ?? {}), annotations: compact(options.annotations ?? {}) }),
      };
      return {
        title: 'a claim template',
        claimTemplate: {
          apiVersion: 'v1',
          kind: 'PersistentVolumeClaim',
          metadata,
          spec: claimSpec(options, context),
        },
        whenDeleted: options.whenDeleted,
        whenScaled: options.whenScaled,
        volumeName: name,
        sharing: VolumeSharing.POD,
        size: options.size,
        ownFilesystem: true,
        persistent: true,
      };
    });
  }

  /**
   * Uses a claim template unchanged. Use this to take over an existing StatefulSet, because its claim templates can't
   * be changed.
   *
   * @param template the template, with its name and spec
   * @param options the size of the volumes, and the retention of the claims
   */
  public static fromClaimTemplate(
    template: k8s.KubePersistentVolumeClaimProps,
    options: ClaimTemplateOptions = {},
  ): CacheVolume {
    return new CacheVolume(({ problems }) => {
      const { metadata = {}, spec, ...others } = toWire<PersistentVolumeClaim>(template);
      checkDnsLabel(problems, 'template.metadata.name', metadata.name ?? '');
      if ((spec?.accessModes ?? []).length === 0 || spec?.resources?.requests?.storage === undefined) {
        problems.add('template.spec', {
          wrong: 'must have access modes and a size',
          got: spec,
          allowed: 'a spec with accessModes and resources.requests.storage',
          fix: 'copy it from the StatefulSet',
        });
      }
      checkClaim(spec ?? {}, problems.at('template.spec'));
      warnAboutStorageClass(spec?.storageClassName, 'template.spec.storageClassName', problems);
      checkStorage(spec?.resources?.requests?.storage, problems);
      checkOptionalSize(problems, 'size', options.size);
      return {
        title: 'a claim template',
        claimTemplate: { ...others, metadata, ...(spec && { spec }) },
        whenDeleted: options.whenDeleted,
        whenScaled: options.whenScaled,
        volumeName: metadata.name ?? '',
        sharing: VolumeSharing.POD,
        size: options.size,
        ownFilesystem: true,
        persistent: true,
      };
    });
  }

  /**
   * Doesn't add a volume. Instead, `volumeMounts` must mount one of the pod's volumes at the state directory, for
   * example to take over a workload that mounts a directory of a volume. The rules of cache volumes apply to this
   * volume too. Without such a mount, the library rejects the engine, because overlay mounts don't work in the
   * container's writable layer, and a restart loses the cache.
   */
  public static none(): CacheVolume {
    return new CacheVolume(() => undefined);
  }

  /**
   * Uses an existing claim. Only one engine can use it.
   *
   * @param claimName the name of the claim, in the namespace of the engine
   * @param options the properties of the claim
   */
  public static fromClaimName(claimName: string, options: ExistingClaimCacheOptions = {}): CacheVolume {
    return new CacheVolume(({ problems }) => {
      checkDnsSubdomain(problems, 'claimName', claimName);
      checkOptionalSize(problems, 'size', options.size);
      return fromVolumeSource(
        options,
        { persistentVolumeClaim: { claimName } },
        {
          title: `the claim ${claimName}`,
          sharing: VolumeSharing.CLUSTER,
          size: options.size,
          ownFilesystem: true,
          persistent: true,
        },
        problems,
      );
    });
  }

  /**
   * Uses a claim from cdk8s-plus-28. Only one engine can use it.
   *
   * @param claim the claim, in the namespace of the engine
   * @param options the properties of the claim
   */
  public static fromClaim(claim: IPersistentVolumeClaim, options: ExistingClaimCacheOptions = {}): CacheVolume {
    const reference = { kind: 'PersistentVolumeClaim', name: claim.name, namespace: namespaceOf(claim) };
    return new CacheVolume((context) => {
      checkNamespace(context.problems, '', reference);
      checkClaim(claim as { readonly accessModes?: string[]; readonly volumeMode?: string }, context.problems);
      return CacheVolume.fromClaimName(claim.name, options).binder(context);
    });
  }

  /**
   * Creates a generic ephemeral volume, which is a claim that is created and deleted with its pod. It works with every
   * kind of workload.
   *
   * @param options size and storage class
   */
  public static ephemeral(options: ClaimOptions): CacheVolume {
    return new CacheVolume((context) => {
      const { problems } = context;
      warnAboutStorageClass(options.storageClassName, 'storageClassName', problems);
      const metadata = compact({
        labels: compact(options.labels ?? {}),
        annotations: compact(options.annotations ?? {}),
      });
      return fromVolumeSource(
        options,
        {
          ephemeral: { volumeClaimTemplate: { ...(metadata && { metadata }), spec: claimSpec(options, context) } },
        },
        {
          title: 'a generic ephemeral volume',
          sharing: VolumeSharing.POD,
          size: options.size,
          ownFilesystem: true,
          persistent: false,
        },
        problems,
      );
    });
  }

  /**
   * Creates a directory on the node's disk or in its memory. The directory is deleted with the pod.
   *
   * @param options the limit and the medium of the directory
   */
  public static emptyDir(options: EmptyDirCacheOptions = {}): CacheVolume {
    return new CacheVolume(({ problems }) => {
      const source: EmptyDirVolumeSource = {};
      if (options.sizeLimit !== undefined && checkSize(problems, 'sizeLimit', options.sizeLimit)) {
        source.sizeLimit = toQuantity(options.sizeLimit);
      }
      if (options.inMemory === true) {
        source.medium = 'Memory';
      }
      return fromVolumeSource(
        options,
        { emptyDir: source },
        {
          title: 'an emptyDir',
          sharing: VolumeSharing.POD,
          size: options.sizeLimit,
          ownFilesystem: isOwnFilesystem(source),
          persistent: false,
        },
        problems,
      );
    });
  }

  /**
   * Uses an NFS export. Only one engine can use it. NFS is slow, because overlayfs can't write to it: the engine falls
   * back to its native snapshotter, which copies every layer in full.
   *
   * @param options the server and the path
   */
  public static nfs(options: NfsCacheOptions): CacheVolume {
    return new CacheVolume(({ problems }) => {
      if (!/^[^\s/]+$/.test(options.server)) {
        problems.add('server', {
          wrong: 'must be the address of a server',
          got: options.server,
          allowed: 'a host name or an address',
          fix: "use a value such as 'nfs.example.com'",
        });
      }
      checkAbsolutePath(problems, 'path', options.path);
      checkOptionalSize(problems, 'size', options.size);
      return fromVolumeSource(
        options,
        { nfs: { server: options.server, path: options.path } },
        {
          title: `the NFS export ${options.server}:${options.path}`,
          sharing: VolumeSharing.CLUSTER,
          size: options.size,
          ownFilesystem: true,
          persistent: true,
        },
        problems,
      );
    });
  }

  /**
   * Uses any other volume.
   *
   * @param volume the volume, as in a pod's spec
   * @param options the properties of the volume
   */
  public static fromVolume(volume: k8s.Volume, options: VolumeCacheOptions = {}): CacheVolume {
    return new CacheVolume(({ problems }) => {
      const { name, ...source } = toWire<Volume>(volume);
      const { storageClassName } = source.ephemeral?.volumeClaimTemplate?.spec ?? {};
      warnAboutStorageClass(storageClassName, 'ephemeral.volumeClaimTemplate.spec.storageClassName', problems);
      checkOptionalSize(problems, 'size', options.size);
      if (Object.keys(source).length === 0) {
        problems.add('', {
          wrong: 'the volume has no source',
          got: volume,
          allowed: 'a volume with one source',
          fix: "use a value such as { name: 'cache', csi: { driver: ... } }",
        });
      }
      return fromVolumeSource(
        { volumeName: name },
        source,
        {
          title: `the volume ${name}`,
          sharing: options.sharing ?? sharingOf(source),
          size: options.size ?? limitOf(source.emptyDir),
          ownFilesystem: isOwnFilesystem(source.emptyDir),
          persistent: source.emptyDir === undefined && source.ephemeral === undefined,
        },
        problems,
      );
    });
  }

  private constructor(private readonly binder: (context: BindContext) => BoundCache | undefined) {}

  /**
   * Returns the same volume, whose claims a StatefulSet keeps when it stops engines, and keeps or deletes when it is
   * deleted. Other volumes are unchanged.
   *
   * @internal
   */
  public _withRetention(whenDeleted: ClaimRetention): CacheVolume {
    return new CacheVolume((context) => {
      const bound = this.binder(context);
      return bound?.claimTemplate === undefined ? bound : { ...bound, whenDeleted, whenScaled: ClaimRetention.RETAIN };
    });
  }

  /**
   * Binds the volume to its engine. Returns undefined for `CacheVolume.none()`.
   *
   * @internal
   */
  public _bind(context: BindContext): BoundCache | undefined {
    const bound = this.binder(context);
    // Drops an invalid size, so that garbage collection limits aren't computed from it.
    return bound?.size === undefined || isVolumeSize(bound.size) ? bound : { ...bound, size: undefined };
  }
}

checkCalls('CacheVolume', CacheVolume);

/** The minimum size of a useful cache. A smaller size probably lacks its unit. */
const MINIMUM_BYTES = 1024 ** 2;

/**
 * Whether the volume's file system has the size of the volume. For an emptyDir on disk, statfs returns the size of the
 * node's disk instead of the limit. For a tmpfs, it returns the limit.
 */
function isOwnFilesystem(emptyDir: EmptyDirVolumeSource | undefined): boolean {
  return emptyDir === undefined || emptyDir.medium === 'Memory';
}

/** Returns the size limit of an emptyDir, or undefined if it doesn't have one. Kubernetes treats 0 as no limit. */
function limitOf(emptyDir: EmptyDirVolumeSource | undefined): Size | undefined {
  const bytes = quantityValue(String(emptyDir?.sizeLimit ?? 0));
  return bytes > 0 ? Size.kibibytes(bytes / 1024) : undefined;
}

function fromVolumeSource(
  options: CacheVolumeOptions,
  source: VolumeSource,
  facts: Omit<BoundCache, 'onNetwork' | 'volume' | 'volumeName'>,
  problems: Problems,
): BoundCache {
  checkCacheSource(source, problems);
  const name = checkedVolumeName(options, problems);
  const onNetwork = networkFileSystem(source) !== undefined;
  return { ...facts, onNetwork, volumeName: name, volume: { name, ...source } };
}

function checkedVolumeName(options: CacheVolumeOptions, problems: Problems): string {
  const name = options.volumeName ?? 'cache';
  checkDnsLabel(problems, 'volumeName', name);
  return name;
}

/** Reports a size that is too small for a cache, probably because its unit is missing. */
function checkStorage(storage: string | undefined, problems: Problems): void {
  const bytes = storage === undefined ? undefined : quantityValue(String(storage));
  if (bytes !== undefined && bytes < MINIMUM_BYTES) {
    problems.add('template.spec.resources.requests.storage', {
      wrong: 'is too small for a cache, probably because the unit is missing',
      got: storage,
      allowed: 'at least 1Gi',
      fix: `write '${storage}Gi'`,
    });
  }
}

function checkOptionalSize(problems: Problems, property: string, size: Size | undefined): void {
  if (size !== undefined) {
    checkSize(problems, property, size);
  }
}

import { posix } from 'node:path';
import { Size } from 'cdk8s';
import type { IPersistentVolumeClaim, k8s } from 'cdk8s-plus-28';
import type { EmptyDirVolumeSource, PersistentVolumeClaim, Volume } from 'kubernetes-types/core/v1';
import { checkChoice } from '../reporting/choices';
import { compact } from '../kubernetes/manifest';
import { checkDnsLabel, checkDnsSubdomain } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import { checkSize, isVolumeSize, quantityValue, toQuantity } from '../kubernetes/quantity';
import { checkNamespace, namespaceOf } from '../kubernetes/reference';
import { checkVolumeSource } from '../kubernetes/volume-source';
import { toWire } from '../kubernetes/wire-form';
import { EngineRisk } from '../reporting/engine-risk';
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
import { claimSpec } from './claim-spec';

/**
 * A cache volume as a topology sees it.
 *
 * @internal
 */
export interface BoundCache {
  /** What it is, for messages. */
  readonly title: string;
  /** The pod's volume; a claim template has none. */
  readonly volume?: Volume;
  /** The StatefulSet's claim template. */
  readonly claimTemplate?: PersistentVolumeClaim;
  readonly whenDeleted?: ClaimRetention;
  readonly whenScaled?: ClaimRetention;
  readonly volumeName: string;
  readonly sharing: VolumeSharing;
  readonly size?: Size;
  /** Whether percentages of "the file system" are percentages of this volume. */
  readonly ownFilesystem: boolean;
  /** Whether the data outlives the pod. */
  readonly persistent: boolean;
}

/** What a cache volume needs to know of the engine that it is for. */
interface BindContext {
  readonly problems: Problems;
  /** Directory on the node that no other engine uses. */
  readonly hostPath: string;
}

/**
 * Where an engine keeps its state, `/var/lib/dagger`: layers, cache volumes, and their index.
 *
 * One engine at a time can use a volume: it takes a lock on it, and a second one exits
 * (dagger/dagger v0.21.7 cmd/engine/main.go:464-478). The layers are overlay mounts, so the volume wants a local
 * or block file system.
 */
export class CacheVolume {
  /**
   * A directory of the node: fast, kept over restarts, bound to the node.
   *
   * @param options which one
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
   * A claim for each pod of a StatefulSet: kept over restarts and moves, one for each ordinal.
   *
   * @param options size and class
   */
  public static claimTemplate(options: ClaimTemplateCacheOptions): CacheVolume {
    return new CacheVolume(({ problems }) => {
      checkRetention(options, problems);
      const name = checkedVolumeName(options, problems);
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
          spec: claimSpec(options, problems),
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
   * A claim template as it is, to take over a StatefulSet that exists: templates can't be changed.
   *
   * @param template the template, with its name and spec
   * @param options its size, and what becomes of the claims
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
          wrong: 'without access modes and a size no claim can be made of it',
          got: spec,
          allowed: 'accessModes and resources.requests.storage, at least',
          fix: 'copy it from the StatefulSet',
        });
      }
      checkRetention(options, problems);
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
   * None that is known here: `volumeMounts` mounts one of `volumes` where the engine keeps its state, to take over a
   * workload that mounts only a part of a volume, for example. Who else uses it isn't checked then. Without such a mount it is
   * refused: overlay mounts don't work on the container's own layer, and a restart loses it.
   */
  public static none(): CacheVolume {
    return new CacheVolume(() => undefined);
  }

  /**
   * A claim that exists already, for one engine.
   *
   * @param claimName its name, in the namespace of the engine
   * @param options what is known of it
   */
  public static existingClaim(claimName: string, options: ExistingClaimCacheOptions = {}): CacheVolume {
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
   * A claim of cdk8s-plus-28, for one engine.
   *
   * @param claim the claim, in the namespace of the engine
   * @param options what is known of it
   */
  public static fromClaim(claim: IPersistentVolumeClaim, options: ExistingClaimCacheOptions = {}): CacheVolume {
    const reference = { kind: 'PersistentVolumeClaim', name: claim.name, namespace: namespaceOf(claim) };
    return new CacheVolume((context) => {
      checkNamespace(context.problems, '', reference);
      return CacheVolume.existingClaim(claim.name, options).binder(context);
    });
  }

  /**
   * A generic ephemeral volume: a claim made with each pod and deleted with it. A volume of its own for every
   * pod of any topology, with the size and the class of a claim.
   *
   * @param options size and class
   */
  public static ephemeral(options: ClaimOptions): CacheVolume {
    return new CacheVolume(({ problems }) => {
      const metadata = compact({
        labels: compact(options.labels ?? {}),
        annotations: compact(options.annotations ?? {}),
      });
      return fromVolumeSource(
        options,
        {
          ephemeral: { volumeClaimTemplate: { ...(metadata && { metadata }), spec: claimSpec(options, problems) } },
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
   * A directory on the node's disk (or in its memory) that goes with the pod.
   *
   * @param options its limit
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
   * An NFS export, for one engine. Slow: overlayfs can't write to NFS, so the engine falls back to its native
   * snapshotter, which copies every layer in full.
   *
   * @param options server and path
   */
  public static nfs(options: NfsCacheOptions): CacheVolume {
    return new CacheVolume(({ problems }) => {
      if (!/^[^\s/]+$/.test(options.server)) {
        problems.add('server', {
          wrong: 'not a server',
          got: options.server,
          allowed: 'a host name or an address',
          fix: "for example 'nfs.example.com'",
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
   * Any other volume source.
   *
   * @param volume the volume, as a pod declares it
   * @param options what is known of it
   */
  public static fromVolume(volume: k8s.Volume, options: VolumeCacheOptions = {}): CacheVolume {
    return new CacheVolume(({ problems }) => {
      const { name, ...source } = toWire<Volume>(volume);
      checkOptionalSize(problems, 'size', options.size);
      checkVolumeSource(source, problems);
      if (Object.keys(source).length === 0) {
        problems.add('', {
          wrong: 'the volume has no source',
          got: volume,
          allowed: 'a volume with one source',
          fix: "for example { name: 'cache', csi: { driver: ... } }",
        });
      }
      return fromVolumeSource(
        { volumeName: name },
        source,
        {
          title: `the volume ${name}`,
          sharing: options.sharing ?? VolumeSharing.CLUSTER,
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
   * Undefined without a volume.
   *
   * @internal
   */
  public _bind(context: BindContext): BoundCache | undefined {
    const bound = this.binder(context);
    // Garbage collection is not computed from a size that is refused.
    return bound?.size === undefined || isVolumeSize(bound.size) ? bound : { ...bound, size: undefined };
  }
}

/** statfs sees the node's disk, not the limit of an emptyDir; a tmpfs is as large as its limit. */
function isOwnFilesystem(emptyDir: EmptyDirVolumeSource | undefined): boolean {
  return emptyDir === undefined || emptyDir.medium === 'Memory';
}

/** Zero is no limit. */
function limitOf(emptyDir: EmptyDirVolumeSource | undefined): Size | undefined {
  const bytes = quantityValue(String(emptyDir?.sizeLimit ?? 0));
  return bytes > 0 ? Size.kibibytes(bytes / 1024) : undefined;
}

function fromVolumeSource(
  options: CacheVolumeOptions,
  source: Omit<Volume, 'name'>,
  facts: Omit<BoundCache, 'volume' | 'volumeName'>,
  problems: Problems,
): BoundCache {
  if (source.nfs !== undefined) {
    problems.warn(
      EngineRisk.NFS_CACHE,
      '',
      "overlayfs can't write to NFS: the engine falls back to its native snapshotter, which copies every layer in full " +
        'and is slow and large; prefer a block or local volume',
    );
  }
  const name = checkedVolumeName(options, problems);
  return { ...facts, volumeName: name, volume: { name, ...source } };
}

function checkedVolumeName(options: CacheVolumeOptions, problems: Problems): string {
  const name = options.volumeName ?? 'cache';
  checkDnsLabel(problems, 'volumeName', name);
  return name;
}

function checkRetention({ whenDeleted, whenScaled }: ClaimTemplateOptions, problems: Problems): void {
  checkChoice(problems, 'whenDeleted', whenDeleted, Object.values(ClaimRetention));
  checkChoice(problems, 'whenScaled', whenScaled, Object.values(ClaimRetention));
}

function checkOptionalSize(problems: Problems, property: string, size: Size | undefined): void {
  if (size !== undefined) {
    checkSize(problems, property, size);
  }
}

function checkAbsolutePath(problems: Problems, property: string, path: string): void {
  if (!path.startsWith('/') || /^\/+$/.test(posix.normalize(path)) || path.split('/').includes('..')) {
    problems.add(property, {
      wrong: 'not a usable path',
      got: path,
      allowed: "an absolute path other than '/', without '..'",
      fix: "for example '/mnt/nvme/dagger'",
    });
  }
}

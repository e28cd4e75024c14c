import { ENGINE_VOLUMES_DIRECTORY } from '../pod/engine-volumes';
import { posix } from 'node:path';
import { CONFIG_DIRECTORY } from '../config/engine-directories';
import type { VolumeMount } from 'kubernetes-types/core/v1';
import type { Problems } from '../reporting/problems';
import { EngineRisk } from '../reporting/engine-risk';

/** Directories in the image that the engine needs. A volume mounted there would hide their content. */
const NEEDED = [
  '/',
  '/bin',
  '/etc',
  '/lib',
  '/lib64',
  '/opt/cni',
  '/opt/cni/bin',
  '/sbin',
  '/usr',
  '/usr/bin',
  '/usr/lib',
  '/usr/local',
  '/usr/local/bin',
  '/usr/sbin',
];

/** The directories of an engine that user-defined mounts can conflict with. */
interface MountContext {
  readonly stateDirectory: string;
  readonly hasCache: boolean;
  /** Whether the library mounts files below /etc/dagger. */
  readonly hasConfigFiles: boolean;
}

/** Reports user-defined mounts that hide directories of the engine. */
export function checkImageMounts(mounts: readonly VolumeMount[], context: MountContext, problems: Problems): void {
  const { hasCache, hasConfigFiles, stateDirectory } = context;
  for (const [index, { mountPath = '', subPath }] of mounts.entries()) {
    const at = problems.at(`volumeMounts[${index}]`);
    const path = posix.normalize(mountPath).replace(/(.)\/+$/, '$1');
    if (NEEDED.includes(path)) {
      at.add('mountPath', {
        wrong: 'the volume would hide files in the image that the engine needs',
        got: mountPath,
        allowed: 'other directories, or a single file with subPath',
        fix: "mount it in another directory, for example '/mnt/data'",
      });
    } else if (path === CONFIG_DIRECTORY && hasConfigFiles && subPath === undefined) {
      at.add('mountPath', {
        wrong: 'the library mounts files in this directory, which fails if it is a read-only volume',
        got: mountPath,
        allowed: 'other directories',
        fix: 'use engineJson and engineToml, or mount single files with subPath',
      });
    } else if (
      hasCache &&
      path.startsWith(`${stateDirectory}/`) &&
      !path.startsWith(`${stateDirectory}/${ENGINE_VOLUMES_DIRECTORY}/`)
    ) {
      at.warn(
        EngineRisk.MOUNT_IN_CACHE,
        'mountPath',
        `the engine keeps parts of its cache in ${mountPath}. If a separate volume loses or replaces them, the engine deletes the whole cache as inconsistent`,
        'mount the volume at another path',
      );
    }
  }
}

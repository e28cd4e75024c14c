import { posix } from 'node:path';
import { EngineRisk } from '../reporting/engine-risk';
import type { Problems } from '../reporting/problems';

/** Directories that belong to a node's operating system, or to its kubelet and container runtime. */
const SYSTEM_DIRECTORIES = [
  '/bin',
  '/boot',
  '/dev',
  '/etc',
  '/lib',
  '/lib64',
  '/proc',
  '/root',
  '/run',
  '/run/containerd',
  '/run/crio',
  '/sbin',
  '/sys',
  '/tmp',
  '/usr',
  '/var',
  '/var/lib',
  '/var/lib/containerd',
  '/var/lib/containers',
  '/var/lib/docker',
  '/var/lib/kubelet',
  '/var/log',
  '/var/run',
];

/** Warns about a node directory that contains files of other programs, for example sockets of the container runtime. */
export function warnAboutSystemDirectory(path: string | undefined, property: string, problems: Problems): void {
  if (path !== undefined && SYSTEM_DIRECTORIES.includes(normalDirectory(path))) {
    problems.warn(
      EngineRisk.SYSTEM_DIRECTORY,
      property,
      `${path} belongs to the operating system of the node, and the mount exposes its files and sockets to the pod`,
      'use a directory in it',
    );
  }
}

/** Node directories that are in memory, or that the node empties when it starts. */
const VOLATILE_DIRECTORIES = ['/dev/shm', '/run', '/tmp', '/var/run'];

/** Warns about a cache that is lost when its node restarts. */
export function warnAboutVolatileCache(path: string | undefined, property: string, problems: Problems): void {
  const volatile = VOLATILE_DIRECTORIES.find((one) => path !== undefined && isInDirectory(path, one));
  if (volatile !== undefined) {
    problems.warn(
      EngineRisk.VOLATILE_CACHE,
      property,
      `${path} is in ${volatile} on the node, which is usually in memory and always lost when the node restarts`,
      'use a directory on a disk, such as /var/lib/dagger-engine',
    );
  }
}

/** Whether a path is a directory, or inside it. */
export function isInDirectory(path: string, directory: string): boolean {
  return `${normalDirectory(path)}/`.startsWith(`${normalDirectory(directory)}/`);
}

/** Reports a path that is invalid for a cache directory. */
export function checkAbsolutePath(problems: Problems, property: string, path: string): void {
  if (!path.startsWith('/') || /^\/+$/.test(posix.normalize(path)) || path.split('/').includes('..')) {
    problems.add(property, {
      wrong: 'must be a valid path for the cache',
      got: path,
      allowed: "an absolute path other than '/', without '..'",
      fix: "use a value such as '/mnt/nvme/dagger'",
    });
  }
}

/** Returns the normalized path of a directory: `/data/dagger` for `//data/./dagger/`. */
export function normalDirectory(path: string): string {
  return posix.normalize(path).replace(/(.)\/+$/, '$1');
}

/** Returns the default directory on the node for the cache of an engine. */
export function cacheDirectory(namespace: string | undefined, name: string, parent = '/var/lib'): string {
  return posix.join(parent, `dagger-${unique(namespace, name)}`);
}

/** Returns the default directory on the node for the socket of an engine. */
export function socketDirectory(namespace: string | undefined, name: string): string {
  return `/run/dagger-${unique(namespace, name)}`;
}

/** Returns a name that is unique in a cluster. Neither namespaces nor names can contain the separator. */
function unique(namespace: string | undefined, name: string): string {
  return namespace === undefined ? name : `${namespace}_${name}`;
}

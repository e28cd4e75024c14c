import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** The folder that keeps programs and packages between runs. */
export const USER_CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'cdk8s-dagger');

/** Whether the user's cache has a file or folder. */
export function isCached(path: string): boolean {
  return existsSync(join(USER_CACHE, path));
}

/**
 * A file or folder in the user's cache. `make` creates it at another path first, so that no part of it is ever visible.
 */
export function cached(path: string, make: (fresh: string) => void): string {
  const target = join(USER_CACHE, path);
  if (!isCached(path)) {
    const fresh = `${target}.${process.pid}`;
    mkdirSync(dirname(target), { recursive: true });
    try {
      make(fresh);
      renameSync(fresh, target);
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
  }
  return target;
}

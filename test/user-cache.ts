import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** The folder for programs and packages that are kept between runs. */
export const USER_CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'cdk8s-dagger');

/** Whether the user's cache contains a file or folder. */
export function isCached(path: string): boolean {
  return existsSync(join(USER_CACHE, path));
}

/**
 * Returns the path of a file or folder in the user's cache. If it is missing, `make` creates it at a temporary path
 * first, so that it is never visible in part.
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

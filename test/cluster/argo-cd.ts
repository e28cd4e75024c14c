import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runGitOps } from './gitops-program';
import { moduleFolder } from './programs';

/** The health of an object in Argo CD. The status is empty for kinds without health. */
export interface Health {
  readonly status: string;
  readonly message?: string;
}

/** The change that a sync of Argo CD would make to a live object. */
export interface Drift {
  readonly modified: boolean;
  readonly live: unknown;
  readonly predicted: unknown;
}

/** Returns the folder of Argo CD's release in the module cache. */
export function argoCdFolder(): string {
  return moduleFolder('github.com/argoproj/argo-cd/v3', 'v3.4.11');
}

/** Returns the health of objects, with Argo CD's code and the Lua code for custom resources. */
export function healthOf(objects: readonly any[]): Health[] {
  return runGitOps(
    'health',
    objects.map((object) => {
      const group = object.apiVersion.split('/').slice(0, -1).join('/');
      const file = join(argoCdFolder(), 'resource_customizations', group, object.kind, 'health.lua');
      return { object, lua: group !== '' && existsSync(file) ? readFileSync(file, 'utf8') : '' };
    }),
  );
}

/** Returns the changes that a sync would make to live objects. */
export function driftOf(pairs: ReadonlyArray<{ readonly config: object; readonly live: object }>): Drift[] {
  return runGitOps('diff', pairs);
}

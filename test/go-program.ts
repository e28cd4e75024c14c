import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cached } from './user-cache';

/** The folder with Go modules for tests. */
export const MODULES = join(__dirname, '..', 'conformance');

export interface GoProgram {
  /** The path in the user's cache. Its last part is the program's name. */
  readonly path: string;
  /** The folder that contains the go.mod. */
  readonly folder: string;
  /** @default - the package in `folder` */
  readonly package?: string;
  /** Additional arguments of `go build`. @default none */
  readonly args?: readonly string[];
}

/** Returns the path of a static Go program. It is built once, and kept in the user's cache. */
export function goProgram({ path, folder, package: main = '.', args = [] }: GoProgram): string {
  return cached(path, (fresh) => {
    const started = Date.now();
    process.stderr.write(`building ${path}, once: `);
    const go = spawnSync('go', ['build', '-trimpath', '-ldflags=-s -w', ...args, '-o', fresh, main], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, CGO_ENABLED: '0' },
      timeout: 1_200_000,
    });
    if (go.status !== 0) {
      throw new Error(
        `${basename(path)} can't be built in ${folder}: ${go.error?.message ?? go.stderr.trim().split('\n').slice(-5).join('\n')}`,
      );
    }
    process.stderr.write(`${Math.round((Date.now() - started) / 1000)} s\n`);
  });
}

/**
 * Returns the path of a static program from a module in conformance/. It is built again when go.mod, go.sum or, for the
 * root package of the module, the code changes.
 */
export function moduleProgram(module: string, main: string, name = basename(main)): string {
  const folder = join(MODULES, module);
  return goProgram({ path: join(`${module}-${sourcesHash(folder, main === '.')}`, name), folder, package: main });
}

/** Returns a hash of the go.mod, go.sum and, by default, Go files in a folder. */
export function sourcesHash(folder: string, withCode = true): string {
  const hash = createHash('sha256');
  readdirSync(folder)
    .filter((file) => (withCode ? /\.(go|mod|sum)$/ : /^go\.(mod|sum)$/).test(file))
    .sort()
    .forEach((file) => hash.update(readFileSync(join(folder, file))));
  return hash.digest('hex').slice(0, 12);
}

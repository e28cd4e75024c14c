import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cached } from './user-cache';

/** The folder of Go modules for tests. */
export const MODULES = join(__dirname, '..', 'conformance');

export interface GoProgram {
  /** The path in the user's cache. Its last part is the name of the program. */
  readonly path: string;
  /** The folder with the go.mod. */
  readonly folder: string;
  /** @default - the package in `folder` */
  readonly package?: string;
  /** Additional arguments of `go build`. @default none */
  readonly args?: readonly string[];
}

/** The path of a static Go program. It is built once, and kept in the user's cache. */
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

/** The path of a static program of a module in conformance/, which is built for its sources. */
export function moduleProgram(module: string, main: string, name = basename(main)): string {
  const folder = join(MODULES, module);
  return goProgram({ path: join(`${module}-${sourcesHash(folder, main === '.')}`, name), folder, package: main });
}

/** A hash of the go.mod and go.sum of a folder, or of all its files. */
export function sourcesHash(folder: string, withCode = true): string {
  const hash = createHash('sha256');
  readdirSync(folder)
    .filter((file) => (withCode ? /\.(go|mod|sum)$/ : /^go\.(mod|sum)$/).test(file))
    .sort()
    .forEach((file) => hash.update(readFileSync(join(folder, file))));
  return hash.digest('hex').slice(0, 12);
}

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cached } from './cache';

const MODULES = join(__dirname, '..', '..', '..', 'conformance');

/** The path of a static program of a module in conformance/. It is built once and kept in the user's cache. */
export function goProgram(module: string, path: string, name = basename(path)): string {
  const folder = join(MODULES, module);
  const sources = readdirSync(folder).filter(
    (file) => /^go\.(mod|sum)$/.test(file) || (path === '.' && file.endsWith('.go')),
  );
  const hash = createHash('sha256');
  sources.sort().forEach((file) => hash.update(readFileSync(join(folder, file))));
  return cached(join(`${module}-${hash.digest('hex').slice(0, 12)}`, name), (fresh) => {
    const started = Date.now();
    process.stderr.write(`building ${name}, once: `);
    const go = spawnSync('go', ['build', '-trimpath', '-ldflags=-s -w', '-o', fresh, path], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, CGO_ENABLED: '0' },
    });
    if (go.status !== 0) {
      throw new Error(
        `${name} can't be built: ${go.error?.message ?? go.stderr.trim().split('\n').slice(-5).join('\n')}`,
      );
    }
    process.stderr.write(`${Math.round((Date.now() - started) / 1000)} s\n`);
  });
}

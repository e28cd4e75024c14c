// Bundles the library, cdk8s and cdk8s-plus-28 for the browser: public/playground.js, the worker of the playground.
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const HERE = import.meta.dirname;
const ROOT = resolve(HERE, '../..');
const SHIMS = join(HERE, 'node');

/** The modules of Node that the bundle needs, and the files that replace them. */
const NODE = {
  fs: join(SHIMS, 'fs.ts'),
  child_process: join(SHIMS, 'child-process.ts'),
  os: join(SHIMS, 'os.ts'),
  net: join(SHIMS, 'net.ts'),
  crypto: join(SHIMS, 'crypto.ts'),
  util: join(SHIMS, 'util.ts'),
  url: join(SHIMS, 'url.ts'),
  path: fileURLToPath(import.meta.resolve('path-browserify')),
};

export const WORKER = join(HERE, '../public/playground.js');

await build({
  entryPoints: [join(HERE, 'worker.ts')],
  outfile: WORKER,
  bundle: true,
  minify: true,
  format: 'iife',
  platform: 'browser',
  target: 'es2022',
  logLevel: 'warning',
  tsconfigRaw: { compilerOptions: { target: 'es2022' } },
  inject: [join(SHIMS, 'globals.ts')],
  define: { __dirname: '"/"', __filename: '"/playground.js"' },
  alias: {
    'node:buffer': join(SHIMS, 'buffer.ts'),
    'cdk8s-dagger': join(ROOT, 'src/index.ts'),
    ...Object.fromEntries(
      Object.entries(NODE).flatMap(([name, file]) => [
        [name, file],
        [`node:${name}`, file],
      ]),
    ),
  },
  nodePaths: [join(ROOT, 'node_modules'), join(dirname(HERE), 'node_modules')],
});

// Bundles the compiled modules into lib/index.js (`exports` in package.json) and lib/cli.js (`bin`). Loading modules takes most
// of a cold start (bench/README.md), so one file contains all of them and runs those that a program uses. `main` and the types
// remain the files that jsii compiled.
import { chmodSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const index = fileURLToPath(new URL('../lib/src/index.js', import.meta.url));
const require = createRequire(index);
const { dependencies, peerDependencies, version } = require('../../package.json');
const exported = Object.keys(require(index));
const modules = [...readFileSync(index, 'utf8').matchAll(/require\("(\.\/[^"]+)"\)/g)].map(([, path]) => path);
const getters = exported.map(
  (name) =>
    `${name}: { enumerable: true, get: () => require('${modules.find((path) => name in require(path))}').${name} }`,
);

const common = {
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  minifyWhitespace: true,
  minifySyntax: true,
  // Node prints the line that threw an uncaught error.
  lineLimit: 120,
  logLevel: 'warning',
};

await build({
  ...common,
  stdin: {
    contents: `Object.defineProperties(exports, {\n${getters.join(',\n')}\n});`,
    resolveDir: 'lib/src',
    loader: 'js',
  },
  outfile: 'lib/index.js',
  packages: 'external',
  // Never run. Node reads the named exports for `import { EngineDaemonSet } from 'cdk8s-dagger'` from it.
  footer: { js: `0 && (module.exports = { ${exported.join(', ')} });` },
});

// The YAML parser is part of the command: one file instead of seventy, and nothing in node_modules. Its licence requires the
// notice.
await build({
  ...common,
  entryPoints: ['lib/src/cli/run.js'],
  outfile: 'lib/cli.js',
  external: Object.keys({ ...dependencies, ...peerDependencies }),
  define: { PACKAGE_VERSION: JSON.stringify(version) },
  banner: {
    js: `#!/usr/bin/env node\n/* The package yaml in this file:\n${readFileSync(require.resolve('yaml/package.json').replace('package.json', 'LICENSE'), 'utf8')}*/`,
  },
});
chmodSync('lib/cli.js', 0o755);

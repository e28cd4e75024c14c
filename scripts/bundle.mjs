// Joins the compiled modules into lib/index.js, which `exports` in package.json names, and lib/cli.js, which `bin` names: a
// cold start is mostly the loading of modules (bench/README.md), so one file holds them all, and runs those that a program
// names. jsii wants `main` to be the module that it compiled, and the types stay where it wrote them.
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
  // Above an error that nobody catches Node prints the line that threw it.
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
  // Never run: by it Node finds the names that `import { EngineDaemonSet } from 'cdk8s-dagger'` can name.
  footer: { js: `0 && (module.exports = { ${exported.join(', ')} });` },
});

// The parser of YAML becomes a part of the command: one file instead of seventy, and none of it in node_modules. Its licence
// asks to be named.
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

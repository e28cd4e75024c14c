// Joins the compiled modules into lib/index.js, which `exports` in package.json names: a cold start is mostly the
// loading of modules (bench/README.md), so one file holds them all, and runs those that a program names. jsii wants
// `main` to be the module that it compiled, and the types stay where it wrote them.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const index = fileURLToPath(new URL('../lib/src/index.js', import.meta.url));
const require = createRequire(index);
const exported = Object.keys(require(index));
const modules = [...readFileSync(index, 'utf8').matchAll(/require\("(\.\/[^"]+)"\)/g)].map(([, path]) => path);
const getters = exported.map((name) => `${name}: { enumerable: true, get: () => require('${modules.find((path) => name in require(path))}').${name} }`);

await build({
  stdin: { contents: `Object.defineProperties(exports, {\n${getters.join(',\n')}\n});`, resolveDir: 'lib/src', loader: 'js' },
  outfile: 'lib/index.js',
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  minifyWhitespace: true,
  minifySyntax: true,
  logLevel: 'warning',
  // Never run: by it Node finds the names that `import { EngineDaemonSet } from 'cdk8s-dagger'` can name.
  footer: { js: `0 && (module.exports = { ${exported.join(', ')} });` },
});

// Joins the compiled modules into lib/index.js, which `exports` in package.json names: a cold start is mostly the
// loading of modules, and one file loads in half the time of sixty (bench/README.md). jsii wants `main` to be the
// module that it compiled, and the types stay where it wrote them.
import { createRequire } from 'node:module';
import { build } from 'esbuild';

const names = Object.keys(createRequire(import.meta.url)('../lib/src/index.js'));

await build({
  entryPoints: ['lib/src/index.js'],
  outfile: 'lib/index.js',
  bundle: true,
  platform: 'node',
  target: 'node20',
  packages: 'external',
  logLevel: 'warning',
  // Never run: by it Node finds the names that `import { EngineDaemonSet } from 'cdk8s-dagger'` can name.
  footer: { js: `0 && (module.exports = { ${names.join(', ')} });` },
});

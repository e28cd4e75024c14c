// Joins the compiled modules into lib/index.js, which `exports` in package.json names: a cold start is mostly the
// loading of modules, and one file loads in a third of the time of sixty (bench/README.md). jsii wants `main` to be
// the module that it compiled, and the types stay where it wrote them.
import { build } from 'esbuild';

await build({
  entryPoints: ['lib/src/index.js'],
  outfile: 'lib/index.js',
  bundle: true,
  platform: 'node',
  target: 'node20',
  packages: 'external',
  logLevel: 'warning',
});

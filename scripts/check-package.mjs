// node scripts/check-package.mjs <tarball>: checks that the package contains what users need, and nothing else.
import { execFileSync } from 'node:child_process';

const WANTED = [
  'package.json',
  '.jsii',
  'README.md',
  'LICENSE',
  'API.md',
  'lib/index.js',
  'lib/core.js',
  'lib/rest.js',
  'lib/cli.js',
  'lib/cli-commands.js',
  'lib/src/index.js',
  'lib/src/index.d.ts',
  'lib/imports/cert-manager.io.js',
  'lib/imports/cert-manager.io.d.ts',
  'node_modules/smol-toml/package.json',
  'node_modules/smol-toml/dist/index.cjs',
];
const ALLOWED =
  /^(package\.json|\.jsii|README\.md|LICENSE|API\.md|lib\/(index|core|rest|cli|cli-commands)\.js|lib\/(src|imports)\/(?!cli\/).+\.(js|d\.ts)|node_modules\/smol-toml\/.+)$/;

const files = execFileSync('tar', ['-tzf', process.argv[2]], { encoding: 'utf8' })
  .split('\n')
  .filter((line) => line !== '' && !line.endsWith('/'))
  .map((line) => line.replace(/^package\//, ''));
const problems = [
  ...WANTED.filter((file) => !files.includes(file)).map((file) => `missing: ${file}`),
  ...files.filter((file) => !ALLOWED.test(file)).map((file) => `not wanted: ${file}`),
];
problems.forEach((problem) => console.error(problem));
console.log(`${files.length} files in the package, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;

// node scripts/check-package.mjs TARBALL [OTHER]: checks that the package contains what users need, and nothing else, that it has
// the licences of bundled code, and that installing it runs no scripts. OTHER is the package of another build of the same
// commit, and must have the same bytes.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const WANTED = [
  'package.json',
  '.jsii',
  'README.md',
  'LICENSE',
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
  /^(package\.json|\.jsii|README\.md|LICENSE|lib\/(index|core|rest|cli|cli-commands)\.js|lib\/(src|imports)\/(?!cli\/).+\.(js|d\.ts)|node_modules\/smol-toml\/.+)$/;

/** The scripts that npm runs when a user installs the package. */
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall'];
/** Code of other projects in the package, and the beginning of its licence. */
const LICENCES = {
  LICENSE: 'Apache License',
  'node_modules/smol-toml/LICENSE': 'Copyright (c) Squirrel Chat et al.',
  'lib/cli-commands.js': '/* The package yaml in this file:\nCopyright Eemeli Aro',
};

const [tarball, other] = process.argv.slice(2);
const files = tar('-tzf', tarball)
  .split('\n')
  .filter((line) => line !== '' && !line.endsWith('/'))
  .map((line) => line.replace(/^package\//, ''));
const read = (file) => (files.includes(file) ? tar('-xzOf', tarball, `package/${file}`) : '');
const problems = [
  ...WANTED.filter((file) => !files.includes(file)).map((file) => `missing: ${file}`),
  ...files.filter((file) => !ALLOWED.test(file)).map((file) => `not wanted: ${file}`),
  ...Object.entries(LICENCES)
    .filter(([file, licence]) => !read(file).includes(licence))
    .map(([file, licence]) => `missing in ${file}: ${licence}`),
  ...files
    .filter((file) => /(^|\/)package\.json$/.test(file))
    .flatMap((file) => Object.keys(JSON.parse(read(file)).scripts ?? {}).map((script) => ({ file, script })))
    .filter(({ script }) => INSTALL_SCRIPTS.includes(script))
    .map(({ file, script }) => `script that runs during installation: ${script} in ${file}`),
  ...(other === undefined || readFileSync(tarball).equals(readFileSync(other))
    ? []
    : [`not reproducible: ${tarball} and ${other} differ`]),
];
problems.forEach((problem) => console.error(problem));
console.log(`${files.length} files in the package, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;

function tar(...args) {
  return execFileSync('tar', args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
}

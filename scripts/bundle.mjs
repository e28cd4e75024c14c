// Bundles the modules: lib/index.js (`exports` in package.json), which loads lib/core.js and lib/rest.js when a program
// uses them, and lib/cli.js (`bin`), which loads lib/cli-commands.js and these two files. `main` and the types remain
// the files that jsii compiled.
//
// Loading modules takes most of a cold start (bench/README.md). Therefore the modules of a small program are in one
// file, as one scope. The others are in other files, which are loaded when a program first uses something of them.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { relative, resolve } from 'node:path';
import { build } from 'esbuild';
import { withLazyModules } from './lazy-modules.cjs';

const LIB = resolve(import.meta.dirname, '../lib');
const SOURCES = resolve(import.meta.dirname, '../src');
/** The sources, as jsii compiled them. */
const SRC = resolve(LIB, 'src');
const require = createRequire(resolve(SRC, 'index.js'));
const { dependencies, peerDependencies, version } = require('../../package.json');
const yaml = resolve(require.resolve('yaml/package.json'), '..');

const common = {
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
  external: Object.keys({ ...dependencies, ...peerDependencies }),
  // The other build of the parser reads an environment variable for each token.
  alias: { yaml: `${yaml}/browser/index.js` },
  minifyWhitespace: true,
  minifySyntax: true,
  // Node prints the line that threw an uncaught error.
  lineLimit: 120,
};

const isOurs = (file) => file.startsWith(`${SRC}/`);
/** The name of a module, such as `workload/engine`. */
const nameOf = (file) => relative(SRC, file).replace(/\.js$/, '');
const nameOfSource = (file) => relative(SOURCES, resolve(file)).replace(/\.ts$/, '');

// The command is two files: lib/cli.js reads the arguments and prints help, and lib/cli-commands.js runs commands.
const commands = {
  check: 'check',
  fromHelm: 'from-helm',
  fromManifestsCommand: 'from-manifests',
  versions: 'versions',
};

const effects = modulesForEffects();
const core = modulesOfSmallProgram();
const exported = exportedNames();
const imports = await importsOfModules();
await bundleModules(
  'core',
  effects.map((name) => `import './${name}';`),
);
await bundleModules('rest');
await bundleModules(
  'cli-commands',
  Object.entries(commands).map(([name, module]) => `export { ${name} } from './cli/${module}';`),
  // The bundle contains the YAML parser, so there is one file instead of seventy and nothing to install. Its licence
  // requires the notice.
  `/* The package yaml in this file:\n${readFileSync(`${yaml}/LICENSE`, 'utf8')}*/\n`,
);
writeFileSync(
  `${LIB}/index.js`,
  [
    '"use strict";Object.defineProperties(exports,{',
    ...Object.entries(exported).map(([name, module]) => `${name}:{enumerable:true,get:()=>${loaded(module)}.${name}},`),
    '});',
    // Never runs. Node reads it to find the names for `import { EngineDaemonSet } from 'cdk8s-dagger'`.
    `0 && (module.exports = { ${Object.keys(exported).join(', ')} });`,
    '',
  ].join('\n'),
);
await build({
  ...common,
  entryPoints: [`${SRC}/cli/run.js`],
  outfile: `${LIB}/cli.js`,
  define: { PACKAGE_VERSION: JSON.stringify(version) },
  banner: { js: '#!/usr/bin/env node' },
  plugins: [
    {
      name: 'command',
      setup(bundle) {
        bundle.onLoad({ filter: /\.js$/ }, ({ path }) =>
          isOurs(path) ? { contents: withLazyModules(readFileSync(path, 'utf8'), true, /^/) } : undefined,
        );
        bundle.onResolve({ filter: /^\.\// }, ({ importer, path }) =>
          importer.endsWith('-command.js') && Object.values(commands).includes(path.slice(2))
            ? { path: './cli-commands.js', external: true }
            : undefined,
        );
      },
    },
  ],
});
chmodSync(`${LIB}/cli.js`, 0o755);

/** Writes a file that exports the modules that the index and the other files use, in addition to `contents`. */
async function bundleModules(file, contents = [], notice = '') {
  const isHere = (name) => fileOf(name) === file;
  const used = [...imports].filter(([name]) => !isHere(name)).flatMap(([, imported]) => imported);
  const exports = [...new Set([...used, ...Object.values(exported)])].filter(isHere);
  const {
    outputFiles: [{ text }],
  } = await build({
    ...common,
    write: false,
    stdin: {
      contents: [...contents, ...exports.map((name) => `export * as '${name}' from './${name}';`)].join('\n'),
      resolveDir: SOURCES,
    },
    plugins: [
      {
        name: 'modules of other files',
        setup(bundle) {
          bundle.onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
            const name = nameOfSource(resolve(resolveDir, path));
            return isHere(name) || name.startsWith('..')
              ? undefined
              : { path: `./${name}`, external: true, sideEffects: false };
          });
        },
      },
    ],
  });
  writeFileSync(`${LIB}/${file}.js`, `${notice}${withHiddenLines(withOtherModules(text, file))}`);
}

/**
 * Replaces modules of other files. lib/rest.js needs lib/core.js at once. Otherwise, a file is loaded when something
 * of it is used.
 */
function withOtherModules(text, file) {
  const replaced = [...text.matchAll(/\b(import_\w+)=require\("\.\/([^"]+)"\)/g)].reduce(
    (result, [statement, variable, name]) =>
      file === 'rest'
        ? result.replace(statement, `${variable}=${loaded(name)}`)
        : result
            .replace(statement, variable)
            .replace(new RegExp(`\\b${variable}\\.`, 'g'), `(${loaderOf(fileOf(name))}()['${name}']).`),
    text,
  );
  const loaders = ['core', 'rest'].filter((other) => replaced.includes(`${loaderOf(other)}()`));
  return loaders
    .map((other) => `let ${other}File;const ${loaderOf(other)}=()=>${other}File??=require('./${other}.js');\n`)
    .concat(replaced)
    .join('');
}

/** The file that contains a module. */
function fileOf(name) {
  return core.includes(name) ? 'core' : name.startsWith('cli/') ? 'cli-commands' : 'rest';
}

/** The function that loads a file. */
function loaderOf(file) {
  return file === 'core' ? 'loadCore' : 'loadRest';
}

/**
 * Node prints the line that throws an uncaught error, unless the line contains this comment. Errors about input don't
 * need it.
 */
function withHiddenLines(text) {
  return text.replace(/\bthrow(?= new\b[^;]{0,60}\bValidationError\()/g, 'throw/*node-do-not-add-exception-line*/');
}

function loaded(name) {
  return `require('./${fileOf(name)}.js')['${name}']`;
}

/** The modules that the index imports for their effects. A program needs them with any other module. */
function modulesForEffects() {
  return [...readFileSync(`${SRC}/index.js`, 'utf8').matchAll(/^require\("(\.\/[^"]+)"\);$/gm)].map(([, path]) =>
    nameOf(require.resolve(path)),
  );
}

/** The modules that a program with one engine uses. */
function modulesOfSmallProgram() {
  const compile = require.extensions['.js'];
  require.extensions['.js'] = (module, file) =>
    isOurs(file) ? module._compile(withLazyModules(readFileSync(file, 'utf8'), false), file) : compile(module, file);
  try {
    effects.forEach((name) => require(`./${name}`));
    const { App, Chart } = require('cdk8s');
    const { EngineDaemonSet } = require('./workload/engine-daemon-set');
    const chart = new Chart(new App(), 'chart', { namespace: 'ci' });
    new EngineDaemonSet(chart, 'engine', { version: 'v0.21.7' });
    chart.toJson();
    return Object.keys(require.cache).filter(isOurs).map(nameOf);
  } finally {
    require.extensions['.js'] = compile;
    Object.keys(require.cache)
      .filter(isOurs)
      .forEach((file) => delete require.cache[file]);
  }
}

/** The modules that each module imports, by name, without the index. */
async function importsOfModules() {
  const { metafile } = await build({
    ...common,
    entryPoints: ['index', ...Object.values(commands).map((name) => `cli/${name}`)].map(
      (name) => `${SOURCES}/${name}.ts`,
    ),
    outdir: LIB,
    metafile: true,
    write: false,
  });
  const isSource = (name) => !name.startsWith('..') && name !== 'index';
  return new Map(
    Object.entries(metafile.inputs)
      .map(([file, inputs]) => [nameOfSource(file), inputs.imports.map(({ path }) => nameOfSource(path))])
      .filter(([name]) => isSource(name))
      .map(([name, imported]) => [name, imported.filter(isSource)]),
  );
}

/** The exports of the library, with the name of the module of each. */
function exportedNames() {
  const paths = [...readFileSync(`${SRC}/index.js`, 'utf8').matchAll(/require\("(\.\/[^"]+)"\)/g)].map(
    ([, path]) => path,
  );
  return Object.fromEntries(
    Object.keys(require('./index')).map((name) => [
      name,
      nameOf(require.resolve(paths.find((path) => name in require(path)))),
    ]),
  );
}

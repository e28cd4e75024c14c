// Bundles the modules: lib/index.js (`exports` in package.json), which loads lib/core.js and lib/rest.js when a program
// uses them, and lib/cli.js (`bin`), which loads lib/cli-commands.js. `main` and the types remain the files that jsii
// compiled.
//
// Loading modules takes most of a cold start (bench/README.md). Therefore the modules of a small program are in one
// file, as one scope. The others are in another file, which is loaded when a program first uses something of it.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { relative, resolve, sep } from 'node:path';
import { build } from 'esbuild';
import { withLazyModules } from './lazy-modules.cjs';

const LIB = resolve(import.meta.dirname, '../lib');
const SOURCES = resolve(import.meta.dirname, '../src');
/** The JavaScript files that jsii compiled from the sources. */
const SRC = resolve(LIB, 'src');
const require = createRequire(resolve(SRC, 'index.js'));
const { dependencies, peerDependencies, version } = require('../../package.json');

const common = {
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
  minifyWhitespace: true,
  minifySyntax: true,
  // Node prints the line that threw an uncaught error.
  lineLimit: 120,
};

const isOurs = (file) => file.startsWith(`${SRC}${sep}`);
/** The name of a module, such as `workload/engine`. */
const nameOf = (file) => nameBelow(SRC, file).replace(/\.js$/, '');
const nameOfSource = (file) => nameBelow(SOURCES, resolve(file)).replace(/\.ts$/, '');

/**
 * Adds its type to each public class, as jsii does in the files that it compiles. Without it, Python, Java and Go get an
 * object of the base class `Construct` from a property such as `CacheSeed.engine`.
 */
const typesOfClasses = {
  name: 'types of classes',
  setup(bundle) {
    bundle.onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      contents: classesOf(path).reduce(withType, readFileSync(path, 'utf8')),
      loader: 'ts',
    }));
  },
};
const types = Object.values(JSON.parse(readFileSync(resolve(LIB, '../.jsii'), 'utf8')).types);

const effects = modulesForEffects();
const core = modulesOfSmallProgram();
const exported = exportedNames();
const imports = await importsOfModules();
await bundleModules('core', effects);
await bundleModules('rest');
await build({
  ...common,
  bundle: false,
  stdin: {
    contents: `Object.defineProperties(exports, {\n${Object.entries(exported)
      .map(([name, module]) => `${name}: { enumerable: true, get: () => ${loaded(module)}.${name} }`)
      .join(',\n')}\n});`,
  },
  outfile: `${LIB}/index.js`,
  // Never runs. Node reads it to find the names for `import { EngineDaemonSet } from 'cdk8s-dagger'`.
  footer: { js: `0 && (module.exports = { ${Object.keys(exported).join(', ')} });` },
});

// The command is two files: lib/cli.js reads the arguments and prints help, and lib/cli-commands.js runs commands.
const commands = {
  check: 'check',
  diff: 'diff',
  drawGraph: 'graph',
  fromHelm: 'from-helm',
  fromManifestsCommand: 'from-manifests',
  versions: 'versions',
};
const cli = {
  ...common,
  external: Object.keys({ ...dependencies, ...peerDependencies }),
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
};
await build({
  ...cli,
  entryPoints: [`${SRC}/cli/run.js`],
  outfile: `${LIB}/cli.js`,
  define: { PACKAGE_VERSION: JSON.stringify(version) },
  banner: { js: '#!/usr/bin/env node' },
});
// The bundle contains the YAML parser, so there is one file instead of seventy and nothing to install. Its licence
// requires the notice.
const yaml = resolve(require.resolve('yaml/package.json'), '..');
await build({
  ...cli,
  stdin: {
    contents: `Object.defineProperties(exports, {\n${Object.entries(commands)
      .map(([name, module]) => `${name}: { get: () => require('./cli/${module}').${name} }`)
      .join(',\n')}\n});`,
    resolveDir: SRC,
  },
  outfile: `${LIB}/cli-commands.js`,
  // The other build of the parser reads an environment variable for each token.
  alias: { yaml: `${yaml}/browser/index.js` },
  banner: { js: `/* The package yaml in this file:\n${readFileSync(`${yaml}/LICENSE`, 'utf8')}*/` },
});
chmodSync(`${LIB}/cli.js`, 0o755);

/** The path of a file below a folder. Windows separates folders by backslashes, and names of modules have slashes. */
function nameBelow(folder, file) {
  return relative(folder, file).replaceAll(sep, '/');
}

/** Writes a file that loads modules with effects, and exports the modules that the index or the other file uses. */
async function bundleModules(file, effects = []) {
  const isHere = (name) => core.includes(name) === (file === 'core');
  const used = [...imports].filter(([name]) => !isHere(name)).flatMap(([, imported]) => imported);
  const {
    outputFiles: [{ text }],
  } = await build({
    ...common,
    write: false,
    banner: { js: file === 'core' ? `let loadedRest;const loadRest=()=>loadedRest??=require('./rest.js');` : '' },
    stdin: {
      contents: [
        ...effects.map((name) => `import './${name}';`),
        ...[...new Set([...used, ...Object.values(exported)])]
          .filter(isHere)
          .map((name) => `export * as '${name}' from './${name}';`),
      ].join('\n'),
      resolveDir: SOURCES,
    },
    packages: 'external',
    plugins: [
      typesOfClasses,
      {
        name: 'modules of the other file',
        setup(bundle) {
          bundle.onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
            const name = nameBelow(SOURCES, resolve(resolveDir, path));
            return isHere(name) ? undefined : { path: `./${name}`, external: true, sideEffects: false };
          });
        },
      },
    ],
  });
  writeFileSync(`${LIB}/${file}.js`, withHiddenLines(withOtherModules(text)));
}

/** The public classes in a source file. */
function classesOf(path) {
  const file = `src/${nameOfSource(path)}.ts`;
  return types.filter(({ kind, locationInModule }) => kind === 'class' && locationInModule.filename === file);
}

function withType(text, { fqn, name }) {
  const typed = text.replace(
    new RegExp(`^export (?:abstract )?class ${name}\\b[^{]*\\{`, 'm'),
    `$& static [Symbol.for('jsii.rtti')] = ${JSON.stringify({ fqn, version })};`,
  );
  if (typed === text) {
    throw new Error(`no class ${name} in the file that .jsii names`);
  }
  return typed;
}

/**
 * Replaces imports of modules in the other file. lib/rest.js loads lib/core.js immediately. lib/core.js loads
 * lib/rest.js on first use.
 */
function withOtherModules(text) {
  return [...text.matchAll(/\b(import_\w+)=require\("\.\/([^"]+)"\)/g)].reduce(
    (replaced, [, variable, name]) =>
      core.includes(name)
        ? replaced.replace(`${variable}=require("./${name}")`, `${variable}=${loaded(name)}`)
        : replaced
            .replace(`${variable}=require("./${name}")`, variable)
            .replace(new RegExp(`\\b${variable}\\.`, 'g'), `(loadRest()['${name}']).`),
    text,
  );
}

/**
 * Node prints the line that throws an uncaught error, unless the line contains this comment. Errors about input don't
 * need it.
 */
function withHiddenLines(text) {
  return text.replace(/\bthrow(?= new\b[^;]{0,60}\bValidationError\()/g, 'throw/*node-do-not-add-exception-line*/');
}

function loaded(name) {
  return `require('./${core.includes(name) ? 'core' : 'rest'}.js')['${name}']`;
}

/** The modules that the index imports for their side effects. A program that uses any other module needs them too. */
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
    new EngineDaemonSet(chart, 'engine', {
      version: 'v0.21.7',
      // Without requests, the library would print a warning.
      resources: { requests: { cpu: '4', memory: '16Gi' } },
    });
    chart.toJson();
    return Object.keys(require.cache).filter(isOurs).map(nameOf);
  } finally {
    require.extensions['.js'] = compile;
    Object.keys(require.cache)
      .filter(isOurs)
      .forEach((file) => delete require.cache[file]);
  }
}

/** Maps the name of each module to the modules that it imports, except the index. */
async function importsOfModules() {
  const { metafile } = await build({
    ...common,
    entryPoints: [`${SOURCES}/index.ts`],
    outdir: LIB,
    packages: 'external',
    metafile: true,
    write: false,
  });
  const inputs = Object.entries(metafile.inputs).map(([path, input]) => [
    nameOfSource(path),
    input.imports.filter(({ external }) => external !== true).map((imported) => nameOfSource(imported.path)),
  ]);
  return new Map(inputs.filter(([name]) => name !== 'index'));
}

/** Maps the exports of the library to the names of their modules. */
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

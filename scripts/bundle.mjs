// Bundles the compiled modules: lib/index.js (`exports` in package.json), which loads lib/core.js and lib/rest.js when
// a program uses them, and lib/cli.js (`bin`), which loads lib/cli-commands.js. `main` and the types remain the files
// that jsii compiled.
//
// Loading modules takes most of a cold start (bench/README.md), so the bundles differ from the compiled modules in
// three ways. A module is loaded when something of it is used first, modules that a small program doesn't use are in a
// separate file, and the others are parsed once less.
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { relative, resolve } from 'node:path';
import { build, transform } from 'esbuild';
import { withLazyModules } from './lazy-modules.cjs';

const LIB = resolve(import.meta.dirname, '../lib');
const SRC = resolve(LIB, 'src');
const require = createRequire(resolve(SRC, 'index.js'));
const { dependencies, peerDependencies, version } = require('../../package.json');

const minified = {
  target: 'node20',
  minifyWhitespace: true,
  minifySyntax: true,
  // Node prints the line that threw an uncaught error.
  lineLimit: 120,
};
const common = { ...minified, bundle: true, format: 'cjs', platform: 'node', logLevel: 'warning' };

const isOurs = (file) => file.startsWith(`${SRC}/`);
/** The name of a module in a bundle, such as `workload/engine`. */
const nameOf = (file) => relative(SRC, file).replace(/\.js$/, '');

const effects = modulesForEffects();
const core = modulesOfSmallProgram();
const exported = exportedNames();
await bundleModules('core', core, effects);
await bundleModules(
  'rest',
  allModules().filter((name) => !core.includes(name)),
);
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

/**
 * Writes a file that exports modules by name, and loads those with effects. The modules of the other file are loaded
 * from there.
 */
async function bundleModules(file, names, effects = []) {
  const {
    outputFiles: [{ text }],
  } = await build({
    ...common,
    minifyWhitespace: false,
    lineLimit: undefined,
    write: false,
    stdin: {
      contents: `Object.defineProperties(exports, {\n${names
        .map((name) => `'${name}': { get: () => require('./${name}') }`)
        .join(',\n')}\n});\n${effects.map((name) => `require('./${name}');`).join('\n')}`,
      resolveDir: SRC,
    },
    packages: 'external',
    plugins: [
      {
        name: 'modules',
        setup(bundle) {
          bundle.onLoad({ filter: /\.js$/ }, ({ path }) => {
            const isHere = core.includes(nameOf(path)) === (file === 'core');
            const contents = isHere
              ? withLazyModules(readFileSync(path, 'utf8'), false)
              : `module.exports = ${loaded(nameOf(path))};`;
            return isOurs(path) ? { contents } : undefined;
          });
          bundle.onResolve({ filter: /^\.\/(core|rest)\.js$/ }, ({ path }) => ({ path, external: true }));
        },
      },
    ],
  });
  const { code } = await transform(file === 'core' ? withCompiledModules(text) : text, minified);
  writeFileSync(`${LIB}/${file}.js`, withHiddenLines(code));
}

/**
 * The modules as functions in parentheses, which V8 compiles when it loads the file. Other functions are parsed twice:
 * to find their end, and when they run.
 */
function withCompiledModules(text) {
  return text
    .replace(/^( {2}"[^"]+")(\(exports\d*(?:, module\d*)?\) \{)$/gm, '$1: (function$2')
    .replace(/^ {2}\}\n\}\);$/gm, '  })\n});');
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

/** All modules but the index and those of the command. */
function allModules() {
  return readdirSync(SRC, { recursive: true })
    .filter((file) => file.endsWith('.js') && file.includes('/') && !file.startsWith('cli/'))
    .map((file) => nameOf(`${SRC}/${file}`));
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

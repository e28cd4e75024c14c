// Reports the changes between two engine releases that matter to this library:
//
//   node scripts/compare-releases.mjs OLD NEW
//
// OLD and NEW are both source trees of dagger/dagger, or both images:
//
//   - DIRECTORY: a checkout
//   - REPOSITORY@REF: a tag, branch or commit of a local clone, such as ../dagger@v0.21.8
//   - FILE.tar: an image, written by `skopeo copy docker://registry.dagger.io/engine:v0.21.8 oci-archive:FILE.tar`
//
// With ENGINE_LOADERS (docs/testing.md) and a program for each REF, the keys of engine.json and engine.toml are those
// that the engine's own loaders look for. Otherwise, the keys are the tags of the Go structs.
//
// On Linux, the script also finds the flags, keys and metrics of images: it runs the engine's program, without network and
// without starting an engine (engine-program.mjs). That takes minutes. It finds all keys of engine.toml. Of engine.json,
// it finds those with names that this library knows or that only one of the images contains.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { EngineProgram, PROGRAM } from './engine-program.mjs';

/** The files of an image whose content is compared. */
const SHOWN = /^(etc\/dagger\/|usr\/local\/bin\/dagger-entrypoint\.sh$)/;

const [before, after] = process.argv.slice(2);
if (before === undefined || after === undefined) {
  fail('usage: node scripts/compare-releases.mjs OLD NEW (each a DIRECTORY, REPOSITORY@REF or FILE.tar)');
}
if (isImage(before) !== isImage(after)) {
  fail('compare two source trees or two images');
}
const [old, current] = isImage(before) ? describeImages(before, after) : [describeTree(before), describeTree(after)];
console.log(`# ${before} -> ${after}\n`);
for (const [title, facts] of Object.entries(current)) {
  const lines = difference(old[title], facts);
  console.log(`## ${title}\n\n${lines.length === 0 ? 'no change' : lines.join('\n')}\n`);
}

function fail(message) {
  console.error(message);
  process.exit(2);
}

function isImage(source) {
  return source.endsWith('.tar');
}

/** The lines that are in only one of two lists. */
function difference(former, present) {
  const [olds, news] = [new Set(former), new Set(present)];
  return [
    ...[...olds].filter((line) => !news.has(line)).map((line) => `- ${line}`),
    ...[...news].filter((line) => !olds.has(line)).map((line) => `+ ${line}`),
  ];
}

// ---- source trees

function describeTree(source) {
  const tree = treeOf(source);
  const go = (path) => tree.read(path) ?? '';
  // The code of the image has moved several times.
  const ofImage = tree.files.filter(
    (path) => /(^|\/)(engine-dev|\.dagger|dev)\/.*\.go$/.test(path) && !/_test\.go$/.test(path),
  );
  const ofEngine = tree.files.filter((path) => /^(cmd\/engine|engine)\/.*\.go$/.test(path) && !/_test\.go$/.test(path));
  const config = ofImage.find((path) => /(^|\/)config\.go$/.test(path) && go(path).includes('dagger-engine'));
  const builder = ofImage.find((path) => /(^|\/)build\/builder\.go$/.test(path));
  return {
    'Keys of engine.json': keysOf('json', source) ?? tags('json', go('engine/config/config.go')),
    'Keys of engine.toml':
      keysOf('toml', source) ?? tags('toml', go('internal/buildkit/cmd/buildkitd/config/config.go')),
    Flags: all(/\bName:\s+"([\w, -]+)"/g, go('cmd/engine/main.go') + go('cmd/engine/main_oci_worker.go')).sort(),
    Metrics: all(/"(dagger_\w+)"/g, go('cmd/engine/metrics.go')).sort(),
    'Environment variables': ofEngine
      .flatMap((path) => all(/"(_?(?:EXPERIMENTAL_)?(?:DAGGER|OTEL)_[A-Z0-9_]+)"/g, go(path)))
      .sort(),
    'Versions and defaults': [
      ...all(/\b(Minimum(?:Client|Engine)Version\s+= "[^"]*")/g, go('engine/version.go')),
      ...all(/(cachePersistenceSchemaVersion = "\d+")/g, go('dagql/cache.go')),
      ...all(/(\w*[cC][nN][iI]PoolSize\s+=\s+\d+)/g, go('cmd/engine/config.go')),
    ],
    Entrypoint:
      config === undefined ? [] : [`(in ${config})`, ...(/`(#!\/[^`]*)`/.exec(go(config))?.[1].split('\n') ?? [])],
    'Shipped configuration': config === undefined ? [] : all(/"([^"\n]+)"/g, go(config)).sort(),
    'Image contents': builder === undefined ? [] : [`(in ${builder})`, ...all(/"([^"\n]+)"/g, go(builder)).sort()],
    'Values of the chart': valuesOf(tree.read('helm/dagger/values.yaml')),
    'Templates of the chart': tree.files
      .filter((path) => path.startsWith('helm/dagger/templates/'))
      .flatMap((path) =>
        go(path)
          .split('\n')
          .map((line) => `${path.slice('helm/dagger/templates/'.length)}: ${line.trimEnd()}`),
      ),
  };
}

function treeOf(source) {
  if (existsSync(source) && statSync(source).isDirectory()) {
    const files = run('git', ['-C', source, 'ls-files', '--cached', '--others', '--exclude-standard']).split('\n');
    return {
      files,
      read: (path) => (existsSync(join(source, path)) ? readFileSync(join(source, path), 'utf8') : undefined),
    };
  }
  const [, repository, ref] =
    /^(.*)@([^@]+)$/.exec(source) ?? fail(`${source} is neither a directory nor REPOSITORY@REF`);
  const files = run('git', ['-C', repository, 'ls-tree', '-r', '--name-only', ref]).split('\n');
  return {
    files,
    read: (path) => (files.includes(path) ? run('git', ['-C', repository, 'show', `${ref}:${path}`]) : undefined),
  };
}

function run(command, args, options = {}) {
  const { error, status, stderr, stdout } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    ...options,
  });
  if (error !== undefined || status !== 0) {
    fail(`${command} ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
  }
  return stdout;
}

/** The keys that the engine's own loader looks for, or undefined if there is no loader for the release. */
function keysOf(file, source) {
  const program = join(process.env.ENGINE_LOADERS ?? '', source.split('@').pop());
  if (process.env.ENGINE_LOADERS === undefined || !existsSync(program)) {
    return undefined;
  }
  const answer = JSON.parse(run(program, [], { input: `${JSON.stringify({ kind: `${file} keys`, text: '' })}\n` }));
  return answer.understood.map(({ path, type }) => `${path.join('.')} (${type})`).sort();
}

/** The tags of Go structs, with the types of their fields. */
function tags(format, text) {
  return [...text.matchAll(new RegExp(`^\\s+(\\S+)\\s+(\\S+)\\s+\`[^\`]*\\b${format}:"([^",]+)`, 'gm'))]
    .map(([, field, type, name]) => `${name} (${field} ${type})`)
    .sort();
}

function all(pattern, text) {
  return [...text.matchAll(pattern)].map(([, found]) => found);
}

/** The keys of the chart's values, with their defaults. */
function valuesOf(text) {
  const below = (value, path) =>
    value !== null && typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length > 0
      ? Object.entries(value).flatMap(([key, inside]) => below(inside, [...path, key]))
      : [`${path.join('.')}: ${JSON.stringify(value)}`];
  return text === undefined ? [] : below(parse(text), []);
}

// ---- images

function describeImages(...archives) {
  const folder = mkdtempSync(join(tmpdir(), 'images-'));
  try {
    const images = archives.map((archive, index) => unpack(archive, join(folder, String(index))));
    const facts = programFacts(images.map(({ program }) => program));
    return images.map(({ contents }, index) => ({ ...contents, ...facts[index] }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Returns the flags, metrics and keys of the programs in two images, or why they aren't known. */
function programFacts(programs) {
  const problem = programs.map((program) => (program === undefined ? `no ${PROGRAM}` : program.problem)).find(Boolean);
  if (problem !== undefined) {
    const title = 'Flags, metrics and keys';
    return [{ [title]: [] }, { [title]: [`not compared: ${problem}`] }];
  }
  // A Go program contains its texts without separators, so a pattern would find names with parts of other texts.
  const metrics = namesIn('../src/version', /`(dagger_\w+)`/g);
  const flags = namesIn('../src/config/engine-flags.ts', /'(--[\w-]+)'/g);
  const [former, present] = programs.map((program) => program.tags('json'));
  const changed = [...former]
    .filter((name) => !present.has(name))
    .concat([...present].filter((name) => !former.has(name)));
  const names = [...new Set([...namesIn('../src/config/engine-json-keys.ts', /\b([a-zA-Z]+):/g), ...changed])];
  return programs.map((program) => ({
    Flags: program.flags(flags),
    'Metrics that this library knows': program.containing(metrics),
    'Keys of engine.json': program.jsonKeys(names),
    'Keys of engine.toml': program.tomlKeys(),
  }));
}

/** The names in a file or folder of this library. */
function namesIn(path, pattern) {
  const absolute = fileURLToPath(new URL(path, import.meta.url));
  const files = statSync(absolute).isDirectory()
    ? readdirSync(absolute).map((name) => join(absolute, name))
    : [absolute];
  return [...new Set(files.flatMap((file) => all(pattern, readFileSync(file, 'utf8'))))];
}

function unpack(archive, folder) {
  mkdirSync(folder);
  run('tar', ['-xf', archive, '-C', folder]);
  const blob = ({ digest }) => join(folder, 'blobs', digest.replace(':', '/'));
  const json = (path) => JSON.parse(readFileSync(path, 'utf8'));
  let manifest = json(blob(json(join(folder, 'index.json')).manifests[0]));
  // A multi-platform index: the first platform is enough.
  if (manifest.layers === undefined) {
    manifest = json(blob(manifest.manifests[0]));
  }
  const { config } = json(blob(manifest.config));
  const files = new Set();
  const texts = new Map();
  const root = join(folder, 'root');
  mkdirSync(root);
  for (const layer of manifest.layers.map(blob)) {
    const members = run('tar', ['-tf', layer]).split('\n');
    const named = members.map((member) => [member.replace(/^\.?\//, ''), member]).filter(([name]) => name !== '');
    const isWhiteout = ([name]) => /(^|\/)\.wh\./.test(name);
    for (const [name] of named.filter(isWhiteout)) {
      remove(files, name.replace(/(^|\/)\.wh\.(.*)$/, '$1$2'));
    }
    for (const [name, member] of named.filter((one) => !isWhiteout(one))) {
      files.add(name);
      if (name === PROGRAM) {
        run('tar', ['-xf', layer, '-C', root, member]);
      } else if (SHOWN.test(name) && !name.endsWith('/')) {
        texts.set(name, run('tar', ['-xOf', layer, member]));
      }
    }
  }
  const program = files.has(PROGRAM) ? new EngineProgram(root) : undefined;
  return {
    program,
    contents: {
      Entrypoint: (config.Entrypoint ?? []).map((part) => JSON.stringify(part)),
      'Environment variables': config.Env ?? [],
      Labels: Object.entries(config.Labels ?? {}).map(([name, value]) => `${name}=${value}`),
      'Configuration and entrypoint files': [...texts].flatMap(([name, text]) =>
        text.split('\n').map((line) => `${name}: ${line}`),
      ),
      Files: [...files].filter((name) => !name.endsWith('/')).sort(),
    },
  };
}

/** Removes a file, or a directory with everything in it. */
function remove(files, name) {
  for (const file of files) {
    if (file === name || file.startsWith(`${name}/`)) {
      files.delete(file);
    }
  }
}

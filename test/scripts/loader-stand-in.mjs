// A stand-in for the engine program, with the messages of its help and its loaders. Prints the flags and keys that
// scripts/engine-program.mjs finds in it. With the argument `other messages`, the messages differ.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { EngineProgram, PROGRAM } from '../../scripts/engine-program.mjs';

const hasOtherMessages = process.argv[2] === 'other messages';

const HELP = `OPTIONS:
   --config value  path to config file
   --debug         enable debug output
`;
const HIDDEN = '--wcprof';

/** Objects are structs, and lists have one type of elements. */
const JSON_KEYS = { logLevel: 'string', gc: { enabled: 'bool', policies: [{ all: 'bool' }] } };
const TOML_KEYS = { root: 'string', worker: { gc: 'bool', platforms: '[]string' } };

/** Returns the first error of a value. */
function jsonError(value, type) {
  if (value === null) {
    return undefined;
  }
  if (Array.isArray(type) && Array.isArray(value)) {
    return value.map((element) => jsonError(element, type[0])).find(Boolean);
  }
  if (typeof type === 'string' || Array.isArray(type) || Array.isArray(value)) {
    const kind = Array.isArray(value) ? 'array' : 'object';
    const name = typeof type === 'string' ? type : 'config.Struct';
    return `json: cannot unmarshal ${kind} into Go struct field Config.key of type ${name}`;
  }
  return Object.entries(value)
    .map(([key, inside]) =>
      Object.hasOwn(type, key) ? jsonError(inside, type[key]) : `json: unknown field ${JSON.stringify(key)}`,
    )
    .find(Boolean);
}

/** Returns the error of the first line with a wrong type. */
function tomlError(text) {
  const [header, ...lines] = text.split('\n');
  const table = header === '' ? TOML_KEYS : TOML_KEYS[header.replace(/["[\]]/g, '')];
  return lines
    .map((line, index) => {
      const [, key, value] = /^"(.*)" = (.*)$/.exec(line);
      const given = value === '1' ? 'int64' : value === '[]' ? '[]string' : 'string';
      const type = table[key];
      return type === undefined || type === given
        ? undefined
        : `(${index + 2}, 1): Can't convert ${value}(${given}) to ${typeof type === 'string' ? type : 'struct { GC bool }'}`;
    })
    .find(Boolean);
}

function run(directory, args) {
  if (hasOtherMessages) {
    return { status: 1, stdout: '', stderr: 'dagger-engine: configuration is invalid' };
  }
  if (args.includes('--help')) {
    return { status: 0, stdout: HELP, stderr: '' };
  }
  if (args.includes('--version')) {
    return { status: 0, stdout: args[0] === HIDDEN ? 'v0.0.1' : 'flag provided but not defined', stderr: '' };
  }
  const read = (name) => readFileSync(join(directory, 'etc/dagger', name), 'utf8');
  const error = tomlError(read('engine.toml')) ?? jsonError(JSON.parse(read('engine.json')), JSON_KEYS);
  return { status: 1, stdout: '', stderr: `starting\ndagger-engine: ${error}\n` };
}

const folder = mkdtempSync(join(tmpdir(), 'loader-'));
try {
  mkdirSync(dirname(join(folder, PROGRAM)), { recursive: true });
  writeFileSync(join(folder, PROGRAM), 'toml:"root" toml:"worker" toml:"gc" toml:"platforms" toml:"other"');
  const program = new EngineProgram(folder, run);
  const facts = {
    flags: () => program.flags(['--debug', '--wcprof', '--missing']),
    json: () => program.jsonKeys(['all', 'enabled', 'gc', 'logLevel', 'loglevel', 'missing', 'policies']),
    toml: () => program.tomlKeys(),
  };
  const results = Object.entries(facts).map(([name, find]) => {
    try {
      return [name, find()];
    } catch ({ message }) {
      return [name, message];
    }
  });
  console.log(JSON.stringify(Object.fromEntries(results)));
} finally {
  rmSync(folder, { recursive: true });
}

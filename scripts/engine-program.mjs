// Finds out the flags, metrics and configuration keys of the engine program in an image. Runs the program in new
// namespaces, with only itself and its two configuration files. The configuration always contains an error, at which
// the engine exits before it changes anything.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The path of the program in an image. */
export const PROGRAM = 'usr/local/bin/dagger-engine';

const UNSHARE = '--map-root-user --mount --net --pid --ipc --uts --fork --kill-child chroot'.split(' ');
const JSON_FILE = 'etc/dagger/engine.json';
const TOML_FILE = 'etc/dagger/engine.toml';

/** A key that no release has. If it is the first error, the engine accepted everything else. */
const UNKNOWN = 'unknown-key';

/** A key of a map, which can have any name. */
const ANY = '*';

/** The engine program in an unpacked image. */
export class EngineProgram {
  #folder;
  #binary;
  #runIn;

  /** `runIn` runs the program in a folder with arguments. */
  constructor(folder, runIn = runInNamespaces) {
    this.#folder = folder;
    this.#runIn = runIn;
    this.#binary = readFileSync(join(folder, PROGRAM), 'latin1');
    mkdirSync(join(folder, dirname(JSON_FILE)), { recursive: true });
  }

  /** Returns why the program doesn't run on this machine, or undefined if it runs. */
  get problem() {
    const { error, status, stderr } = this.#run('--help');
    return status === 0 ? undefined : (error?.message ?? stderr.trim().split('\n').pop());
  }

  /** Returns the names in the tags of all Go structs, most of which belong to other files than the configuration. */
  tags(format) {
    return new Set(
      [...this.#binary.matchAll(new RegExp(`${format}:"([A-Za-z][\\w.-]*)`, 'g'))].map(([, name]) => name),
    );
  }

  /** Returns the names that the program contains. */
  containing(names) {
    return names.filter((name) => this.#binary.includes(name));
  }

  /** Returns the flags in the help, and those of `others` that the help hides. */
  flags(others) {
    const help = this.#run('--help').stdout;
    const shown = [...help.matchAll(/^ {3}(--[\w-]+.*?)(?: {2,}(.*))?$/gm)].map(
      ([, flag, usage]) => `${flag}: ${usage}`,
    );
    const hidden = others.filter((flag) => !new RegExp(`${flag}\\b(?!-)`).test(help));
    const isAccepted = (flag) => !this.#run(flag, '--version').stdout.includes('flag provided but not');
    assertFound('flags', shown.length > 0 && !isAccepted(`--${UNKNOWN}`));
    return [...shown, ...hidden.filter(isAccepted).map((flag) => `${flag} (hidden)`)].sort();
  }

  /**
   * Returns those of the names that are keys of engine.json, with their paths and types. The loader rejects unknown keys,
   * so each name and table takes one run.
   */
  jsonKeys(names) {
    // The decoder reports the first error. An empty list has the wrong type for everything except lists.
    const errorOf = (path, value) => {
      const text = JSON.stringify(value);
      const content = path.reduceRight(
        (inside, step) => (step === '[]' ? `[${inside}]` : `{${JSON.stringify(step)}: ${inside}}`),
        text,
      );
      return this.#errorOf(`${content.slice(0, -1)}, "${UNKNOWN}": null}`, '');
    };
    const isAccepted = (error) => error.includes(UNKNOWN);
    const isUnknown = (name, error) => error.includes(`unknown field "${name}"`);
    const typeIn = (error) => /of type (\S+)$/.exec(error)?.[1] ?? 'other';
    const below = (path) => {
      if (path.length > 0 && !isAccepted(errorOf(path, {}))) {
        return [];
      }
      const found = new Set();
      return names.flatMap((name) => {
        const key = [...path, name];
        const error = found.has(name.toLowerCase()) ? undefined : errorOf(key, []);
        // The loader ignores case.
        if (error === undefined || isUnknown(name, error)) {
          return [];
        }
        found.add(name.toLowerCase());
        const inList = [...key, '[]'];
        if (isAccepted(error)) {
          return [`${shown(key)} ([]${typeIn(errorOf(inList, []))})`, ...below(inList)];
        }
        const type = typeIn(error);
        return [`${shown(key)} (${type})`, ...below(type.startsWith('map[') ? [...key, ANY] : key)];
      });
    };
    const keys = below([]).sort();
    assertFound('keys of engine.json', keys.length > 0 && isUnknown(UNKNOWN, errorOf([UNKNOWN], [])));
    return keys;
  }

  /** Returns the keys of engine.toml, with their paths and types. The loader reports the line of a wrong type. */
  tomlKeys() {
    const names = [...this.tags('toml')];
    const below = (path) => {
      const name = (step) => JSON.stringify(step);
      const table = path
        .filter((step) => step !== '[]')
        .map(name)
        .join('.');
      const header = path.length === 0 ? '' : path.at(-1) === '[]' ? `[[${table}]]` : `[${table}]`;
      const found = new Map();
      for (const value of ['1', '"text"', '[]']) {
        for (;;) {
          const rest = names.filter((one) => !found.has(one));
          const toml = [header, ...rest.map((one) => `${name(one)} = ${value}`)].join('\n');
          const error = this.#errorOf(`{"${UNKNOWN}": null}`, toml);
          const [, line, type] = /^\((\d+), \d+\): Can't convert .*? to (.*?)(\(\w+\))?$/.exec(error) ?? [];
          if (line === undefined) {
            break;
          }
          found.set(rest[line - 2], type.startsWith('struct {') ? 'struct' : type === 'a slice' ? 'other' : type);
        }
      }
      return [...found].flatMap(([one, type]) => {
        const key = [...path, one];
        const inside = type.startsWith('map[') ? [...key, ANY] : type.startsWith('[]') ? [...key, '[]'] : key;
        return [`${shown(key)} (${type})`, ...(/\.|struct/.test(type) ? below(inside) : [])];
      });
    };
    const keys = below([]).sort();
    assertFound('keys of engine.toml', keys.length > 0);
    return keys;
  }

  #run(...args) {
    return this.#runIn(this.#folder, args);
  }

  /** Returns the error that the engine exits with. */
  #errorOf(json, toml) {
    writeFileSync(join(this.#folder, JSON_FILE), json);
    writeFileSync(join(this.#folder, TOML_FILE), toml);
    const { stderr } = this.#run('--config', `/${TOML_FILE}`);
    return /^dagger-engine: (.*)/m.exec(stderr)?.[1] ?? stderr;
  }
}

function runInNamespaces(folder, args) {
  return spawnSync('unshare', [...UNSHARE, folder, `/${PROGRAM}`, ...args], {
    encoding: 'utf8',
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
}

/** Fails if the engine's messages aren't those that the search looks for. Then the lists of two releases would be equal. */
function assertFound(kind, isFound) {
  if (!isFound) {
    throw new Error(`no ${kind} found: compare the messages of the engine with scripts/engine-program.mjs`);
  }
}

/** Formats the path of a key, for example `gc.policies[].all`. */
function shown(path) {
  return path.join('.').replaceAll('.[]', '[]');
}

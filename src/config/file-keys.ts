import type { Problems } from '../reporting/problems';
import type { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';
import { reportUnsupported, warnIfUncertain } from '../version/unsupported';
import { EngineRisk } from '../reporting/engine-risk';
import { isDuration, parseSpace } from './engine-units';
import { isTable } from './tables';

/** The format of one of the engine's two configuration files. */
export interface FileFormat {
  readonly name: string;
  /** Whether the engine ignores unknown keys. Otherwise it doesn't start. */
  readonly skipsUnknownKeys: boolean;
  /** Whether the engine reads `written` as its key `key`. */
  matches(written: string, key: string): boolean;
}

/** The position of a value in a file. */
export interface FilePosition {
  readonly format: FileFormat;
  readonly version: EngineVersion;
  readonly problems: Problems;
  /** The path of the value, or '' for the whole file. */
  readonly property: string;
}

/**
 * A function that checks a value, and reports anything that the engine would reject or ignore. The function returns the
 * value as the engine reads it, with the engine's spelling of keys and without ignored keys.
 */
export type Shape = (value: unknown, position: FilePosition) => unknown;

/** A key of a table. */
export interface Key {
  readonly shape: Shape;
  /** The capability of releases that read the key, or undefined if all releases do. */
  readonly capability?: EngineCapability;
  /** The name of the key in other releases. */
  readonly otherName?: string;
}

/**
 * Returns a shape for values that pass a test. Go reads a JSON null as unset, so `test` must accept null in
 * engine.json.
 */
export function value(
  allowed: string,
  test: (value: unknown) => boolean,
  fix: string | ((value: unknown) => string),
): Shape {
  return (given, { problems, property, format }) => {
    if (test(given)) {
      return given ?? undefined;
    }
    problems.add(property, {
      wrong: `is invalid in ${format.name}, so the engine would not start`,
      got: given,
      allowed,
      fix: typeof fix === 'string' ? fix : fix(given),
    });
    return undefined;
  };
}

export const FLAG = value(
  'true or false',
  (given) => given === null || typeof given === 'boolean',
  'write true or false, without quotes',
);
export const TEXT = value(
  'a string',
  (given) => given === null || typeof given === 'string',
  'write one string in quotes',
);
export const COUNT = value(
  'a whole number of at least 0',
  (given) => given === null || (Number.isSafeInteger(given) && Number(given) >= 0),
  'use a value such as 4',
);
export const DURATION = value("a Go duration such as '336h' or '1h30m', or whole seconds", isDuration, (given) => {
  const days = typeof given === 'string' ? /^(\d+) ?d(ays?)?$/.exec(given)?.[1] : undefined;
  return days === undefined ? "use a value such as '336h'" : `write '${Number(days) * 24}h'`;
});
export const SPACE = value(
  "a size such as '150GiB' (not '150Gi'), a number of bytes, or a whole percentage from 1% to 100%",
  isSpace,
  (given) => {
    const meant = typeof given === 'string' ? [`${given}B`, given.replaceAll(' ', '')].find(isSpace) : undefined;
    return meant === undefined ? "use a value such as '150GiB' or '75%'" : `write '${meant}'`;
  },
);

function isSpace(given: unknown): boolean {
  const space = parseSpace(given);
  return space !== undefined && (space.percent === undefined || (space.percent >= 1 && space.percent <= 100));
}

const LIST = value('a list', Array.isArray, 'put it in brackets');
const NO_TABLES = value('a list with at least one table', () => false, 'remove it');
const TABLE = value('a table', isTable, 'use a value such as {}');

/** Returns a shape for one of several strings. */
export function oneOf(
  values: readonly string[],
  normalize: (text: string) => string = (text) => text,
  example = values[0],
): Shape {
  const isOne = (given: unknown) =>
    given === null || (typeof given === 'string' && (given === '' || values.includes(normalize(given))));
  return value(values.join(', '), isOne, `use a value such as '${example}'`);
}

export function listOf(item: Shape): Shape {
  return (given, position) => {
    if (given === null) {
      return undefined;
    }
    if (!Array.isArray(given)) {
      return LIST(given, position);
    }
    return given
      .map((element, index) => item(element, { ...position, property: `${position.property}[${index}]` }))
      .filter((element) => element !== undefined);
  };
}

/** Returns a shape for a non-empty list of tables. go-toml 1.9.5 fails on `[]` where it expects tables. */
export function tablesOf(item: Shape): Shape {
  return (given, position) => (Array.isArray(given) && given.length === 0 ? NO_TABLES : listOf(item))(given, position);
}

/** Returns a shape for a table with arbitrary keys. */
export function mapOf(item: Shape): Shape {
  return (given, position) => {
    if (given === null) {
      return undefined;
    }
    if (!isTable(given)) {
      return TABLE(given, position);
    }
    return Object.fromEntries(
      Object.entries(given).map(([key, element]) => [
        key,
        item(element, { ...position, property: `${position.property}[${JSON.stringify(key)}]` }),
      ]),
    );
  };
}

/** Returns a shape for a table with a fixed set of keys. */
export function table(keys: { readonly [key: string]: Key | Shape }): Shape {
  return (given, position) => {
    if (given === null) {
      return undefined;
    }
    if (!isTable(given)) {
      return TABLE(given, position);
    }
    const read: Record<string, unknown> = {};
    for (const [written, element] of Object.entries(given)) {
      const inside = { ...position, property: position.property === '' ? written : `${position.property}.${written}` };
      const name = Object.keys(keys).find((key) => position.format.matches(written, key));
      if (name === undefined) {
        reportUnknown(
          inside,
          Object.keys(keys).filter((key) => isRead(keys[key]!, position.version)),
        );
        continue;
      }
      const key = keys[name]!;
      const { shape, capability, otherName }: Key = typeof key === 'function' ? { shape: key } : key;
      const result = shape(element, inside);
      const isSupported = isRead(key, position.version);
      if (capability !== undefined && !isSupported) {
        reportUnread(
          inside,
          capability,
          otherName !== undefined && isRead(keys[otherName]!, position.version) ? otherName : undefined,
        );
      } else if (capability !== undefined && !position.format.skipsUnknownKeys) {
        const consequence = "the engine doesn't start with an unknown key";
        warnIfUncertain({ version: position.version, capability }, consequence, inside.property, position.problems);
      }
      const mayBeRead =
        isSupported ||
        (capability !== undefined && !position.format.skipsUnknownKeys && position.version._maySupport(capability));
      if (result !== undefined && mayBeRead) {
        read[name] = result;
      }
    }
    return read;
  };
}

function isRead(key: Key | Shape, version: EngineVersion): boolean {
  return typeof key === 'function' || key.capability === undefined || version.supports(key.capability);
}

function reportUnknown({ format, problems, property, version }: FilePosition, allowed: readonly string[]): void {
  if (format.skipsUnknownKeys) {
    problems.warn(
      EngineRisk.IGNORED_CONFIG_KEY,
      property,
      `is not a key of ${format.name}, so the engine ignores it; allowed: ${allowed.join(', ')}`,
      'remove it',
    );
    return;
  }
  if (!version._isConfirmed()) {
    problems.warn(
      EngineRisk.UNKNOWN_CONFIG_KEY,
      property,
      `is not a key of ${format.name} in any release that this library knows, and the engine doesn't start if ${version.tag} doesn't support it`,
      'check its release notes',
    );
    return;
  }
  problems.add(property, {
    wrong: `is not a key of ${format.name} in ${version.tag}, so the engine would not start`,
    allowed: allowed.join(', '),
    fix: 'remove it',
  });
}

function reportUnread(
  { format, problems, property, version }: FilePosition,
  capability: EngineCapability,
  nameNow?: string,
): void {
  if (format.skipsUnknownKeys) {
    problems.warn(
      EngineRisk.IGNORED_CONFIG_KEY,
      property,
      capability._isOfSomeRelease
        ? `${version.tag} ignores this key (supported ${capability.availability})`
        : 'all releases that this library knows ignore this key',
      'remove it',
    );
    return;
  }
  const problem = {
    wrong: `is not a key of ${format.name} in ${version.tag}, so the engine would not start`,
    allowed: capability.availability,
    fix: nameNow === undefined ? 'remove it, or choose a release that supports it' : `rename it to ${nameNow}`,
  };
  reportUnsupported({ version, capability }, problem, property, problems);
}

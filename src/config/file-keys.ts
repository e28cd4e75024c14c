import type { Problems } from '../reporting/problems';
import type { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';
import { EngineWarning } from '../reporting/warnings';
import { Fraction, isDuration, parseSpace } from './engine-units';

/** Parsed JSON or TOML. */
export interface Table {
  readonly [key: string]: unknown;
}

/** A configuration file, as far as the two differ in how they are read. */
export interface FileFormat {
  readonly name: string;
  /** Whether the engine skips keys that it doesn't know; otherwise they stop it. */
  readonly skipsUnknownKeys: boolean;
  /** Whether the engine takes `written` for its key `key`. */
  matches(written: string, key: string): boolean;
}

/** Where a value is. */
export interface Place {
  readonly format: FileFormat;
  readonly version: EngineVersion;
  readonly problems: Problems;
  /** The value's key, '' for the whole file. */
  readonly property: string;
}

/**
 * What a value has to look like. Reports what the engine would refuse or skip, and returns the value
 * as the engine reads it: keys in their own spelling, without those that it skips.
 */
export type Shape = (value: unknown, place: Place) => unknown;

/** One key of a table. */
export interface Key {
  readonly shape: Shape;
  /** Releases that read the key; all when left out. */
  readonly capability?: EngineCapability;
  /** The key's name in other releases. */
  readonly otherName?: string;
}

/** A value that fits a test. Go takes a JSON null for unset, which `test` has to allow where it holds. */
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
      wrong: `not what ${format.name} takes here, which stops the engine`,
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
  'write one text in quotes',
);
export const COUNT = value(
  'a whole number of at least 0',
  (given) => given === null || (Number.isSafeInteger(given) && Number(given) >= 0),
  'for example 4',
);
export const DURATION = value("a Go duration such as '336h' or '1h30m', or whole seconds", isDuration, (given) => {
  const days = typeof given === 'string' ? /^(\d+) ?d(ays?)?$/.exec(given)?.[1] : undefined;
  return days === undefined ? "for example '336h'" : `write '${Number(days) * 24}h'`;
});
export const SPACE = value(
  "a size such as '150GiB' (not '150Gi'), a number of bytes, or a whole percentage from 1% to 100%",
  isSpace,
  (given) => {
    const meant = typeof given === 'string' ? [`${given}B`, given.replaceAll(' ', '')].find(isSpace) : undefined;
    return meant === undefined ? "for example '150GiB' or '75%'" : `write '${meant}'`;
  },
);

function isSpace(given: unknown): boolean {
  const space = parseSpace(given);
  return space !== undefined && (space.percent === undefined || (space.percent >= 1 && space.percent <= 100));
}

const LIST = value('a list', Array.isArray, 'put it in brackets');
const NO_TABLES = value('a list with a table in it', () => false, 'remove it');
const TABLE = value('a table', isTable, 'for example {}');

/** A string of a list. */
export function oneOf(
  values: readonly string[],
  normalize: (text: string) => string = (text) => text,
  example = values[0],
): Shape {
  const isOne = (given: unknown) =>
    given === null || (typeof given === 'string' && (given === '' || values.includes(normalize(given))));
  return value(values.join(', '), isOne, `for example '${example}'`);
}

export function listOf(item: Shape): Shape {
  return (given, place) => {
    if (given === null) {
      return undefined;
    }
    if (!Array.isArray(given)) {
      return LIST(given, place);
    }
    return given
      .map((element, index) => item(element, { ...place, property: `${place.property}[${index}]` }))
      .filter((element) => element !== undefined);
  };
}

/** A list with something in it: go-toml 1.9.5 stops at `[]` where it expects tables. */
export function tablesOf(item: Shape): Shape {
  return (given, place) => (Array.isArray(given) && given.length === 0 ? NO_TABLES : listOf(item))(given, place);
}

/** A table with keys of the user's own choice. */
export function mapOf(item: Shape): Shape {
  return (given, place) => {
    if (given === null) {
      return undefined;
    }
    if (!isTable(given)) {
      return TABLE(given, place);
    }
    return Object.fromEntries(
      Object.entries(given).map(([key, element]) => [
        key,
        item(element, { ...place, property: `${place.property}[${JSON.stringify(key)}]` }),
      ]),
    );
  };
}

/** A table with these keys and no others. */
export function table(keys: { readonly [key: string]: Key | Shape }): Shape {
  return (given, place) => {
    if (given === null) {
      return undefined;
    }
    if (!isTable(given)) {
      return TABLE(given, place);
    }
    const read: Record<string, unknown> = {};
    for (const [written, element] of Object.entries(given)) {
      const inside = { ...place, property: place.property === '' ? written : `${place.property}.${written}` };
      const name = Object.keys(keys).find((key) => place.format.matches(written, key));
      if (name === undefined) {
        reportUnknown(
          inside,
          Object.keys(keys).filter((key) => isRead(keys[key]!, place.version)),
        );
        continue;
      }
      const key = keys[name]!;
      const { shape, capability, otherName }: Key = typeof key === 'function' ? { shape: key } : key;
      const result = shape(element, inside);
      if (capability !== undefined && !isRead(key, place.version)) {
        reportUnsupported(
          inside,
          capability,
          otherName !== undefined && isRead(keys[otherName]!, place.version) ? otherName : undefined,
        );
      } else if (result !== undefined) {
        read[name] = result;
      }
    }
    return read;
  };
}

export function isTable(given: unknown): given is Table {
  return (
    typeof given === 'object' &&
    given !== null &&
    !Array.isArray(given) &&
    !(given instanceof Date) &&
    !(given instanceof Fraction)
  );
}

function isRead(key: Key | Shape, version: EngineVersion): boolean {
  return typeof key === 'function' || key.capability === undefined || version.supports(key.capability);
}

function reportUnknown({ format, problems, property, version }: Place, allowed: readonly string[]): void {
  if (format.skipsUnknownKeys) {
    problems.warn(
      EngineWarning.IGNORED_CONFIG_KEY,
      property,
      `not a key of ${format.name}, so the engine ignores it; allowed: ${allowed.join(', ')}`,
    );
    return;
  }
  if (version._isNewerThanKnown) {
    problems.warn(
      EngineWarning.UNKNOWN_CONFIG_KEY,
      property,
      `not a key of ${format.name} that this library knows; it stops the engine if ${version.tag} doesn't know it either`,
    );
    return;
  }
  problems.add(property, {
    wrong: `not a key of ${format.name} at ${version.tag}, which stops the engine`,
    allowed: allowed.join(', '),
    fix: 'remove it',
  });
}

function reportUnsupported(
  { format, problems, property, version }: Place,
  { availability, _isOfSomeRelease }: EngineCapability,
  nameNow?: string,
): void {
  if (format.skipsUnknownKeys) {
    problems.warn(
      EngineWarning.IGNORED_CONFIG_KEY,
      property,
      _isOfSomeRelease
        ? `${version.tag} doesn't read this key (read ${availability})`
        : 'no release that this library knows reads this key',
    );
    return;
  }
  problems.add(property, {
    wrong: `not a key of ${format.name} at ${version.tag}, which stops the engine`,
    allowed: availability,
    fix: nameNow === undefined ? 'remove it, or choose such a version' : `name it ${nameNow}`,
  });
}

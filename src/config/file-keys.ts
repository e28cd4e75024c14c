import type { Problems } from '../internal/problems';
import type { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';
import { EngineWarning } from '../warnings';
import { isDuration, parseSpace } from './engine-units';

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
}

/** A value that fits a test. Go takes a JSON null for unset, which `test` has to allow where it holds. */
export function value(allowed: string, test: (value: unknown) => boolean): Shape {
  return (given, { problems, property, format }) => {
    if (test(given)) {
      return given ?? undefined;
    }
    problems.add(property, { wrong: `not what ${format.name} takes here, which stops the engine`, got: given, allowed });
    return undefined;
  };
}

export const FLAG = value('true or false', (given) => given === null || typeof given === 'boolean');
export const TEXT = value('a string', (given) => given === null || typeof given === 'string');
export const COUNT = value('a whole number of at least 0', (given) => given === null || (Number.isSafeInteger(given) && Number(given) >= 0));
export const DURATION = value("a Go duration such as '336h' or '1h30m', or whole seconds", isDuration);
export const SPACE = value("a size such as '150GiB' (not '150Gi'), a number of bytes, or a whole percentage from 1% to 100%", (given) => {
  const space = parseSpace(given);
  return space !== undefined && (space.percent === undefined || (space.percent >= 1 && space.percent <= 100));
});

/** A string of a list. */
export function oneOf(values: readonly string[], normalize: (text: string) => string = (text) => text): Shape {
  return value(values.join(', '), (given) => given === null || (typeof given === 'string' && (given === '' || values.includes(normalize(given)))));
}

export function listOf(item: Shape): Shape {
  return (given, place) => {
    if (given === null) {
      return undefined;
    }
    if (!Array.isArray(given)) {
      return value('a list', () => false)(given, place);
    }
    return given.map((element, index) => item(element, { ...place, property: `${place.property}[${index}]` }));
  };
}

/** A table with keys of the user's own choice. */
export function mapOf(item: Shape): Shape {
  return (given, place) => {
    if (given === null) {
      return undefined;
    }
    if (!isTable(given)) {
      return value('a table', () => false)(given, place);
    }
    return Object.fromEntries(Object.entries(given).map(([key, element]) => [key, item(element, { ...place, property: `${place.property}[${JSON.stringify(key)}]` })]));
  };
}

/** A table with these keys and no others. */
export function table(keys: { readonly [key: string]: Key | Shape }): Shape {
  return (given, place) => {
    if (given === null) {
      return undefined;
    }
    if (!isTable(given)) {
      return value('a table', () => false)(given, place);
    }
    const read: Record<string, unknown> = {};
    for (const [written, element] of Object.entries(given)) {
      const inside = { ...place, property: place.property === '' ? written : `${place.property}.${written}` };
      const name = Object.keys(keys).find((key) => place.format.matches(written, key));
      if (name === undefined) {
        reportUnknown(inside, Object.keys(keys).filter((key) => isRead(keys[key]!, place.version)));
        continue;
      }
      const key = keys[name]!;
      const { shape, capability }: Key = typeof key === 'function' ? { shape: key } : key;
      const result = shape(element, inside);
      if (capability !== undefined && !isRead(key, place.version)) {
        reportUnsupported(inside, capability);
      } else if (result !== undefined) {
        read[name] = result;
      }
    }
    return read;
  };
}

export function isTable(given: unknown): given is Table {
  return typeof given === 'object' && given !== null && !Array.isArray(given) && !(given instanceof Date);
}

function isRead(key: Key | Shape, version: EngineVersion): boolean {
  return typeof key === 'function' || key.capability === undefined || version.supports(key.capability);
}

function reportUnknown({ format, problems, property, version }: Place, allowed: readonly string[]): void {
  if (format.skipsUnknownKeys) {
    problems.warn(EngineWarning.IGNORED_CONFIG_KEY, property, `not a key of ${format.name}, so the engine ignores it; allowed: ${allowed.join(', ')}`);
    return;
  }
  if (version._isNewerThanKnown) {
    problems.warn(EngineWarning.UNKNOWN_CONFIG_KEY, property, `not a key of ${format.name} that this library knows; it stops the engine if ${version.tag} doesn't know it either`);
    return;
  }
  problems.add(property, {
    wrong: `not a key of ${format.name} at ${version.tag}, which stops the engine`, allowed: allowed.join(', '), fix: 'remove it',
  });
}

function reportUnsupported({ format, problems, property, version }: Place, { availability }: EngineCapability): void {
  if (format.skipsUnknownKeys) {
    problems.warn(EngineWarning.IGNORED_CONFIG_KEY, property, `the engine ignores it at ${version.tag}; it is read by: ${availability}`);
    return;
  }
  problems.add(property, {
    wrong: `not a key of ${format.name} at ${version.tag}, which stops the engine`, allowed: availability, fix: 'remove it, or choose such a version',
  });
}

import type { Problems } from '../reporting/problems';
import { steps, type KnownKeys, type ValueType } from './known-keys';
import { isEmpty, isMap, type Value, type ValueMap, type Values } from './values';

const TYPES: { readonly [type in ValueType]: { readonly allowed: string; readonly is: (value: Value) => boolean } } = {
  text: { allowed: 'a string', is: (value) => typeof value === 'string' },
  flag: { allowed: 'true or false', is: (value) => typeof value === 'boolean' },
  // Templates render it without quotes, so it can be a string. YAML reads a number with a leading zero as octal.
  count: {
    allowed: 'a whole number of at least 0',
    is: (value) => isScalar(value) && /^(0|[1-9]\d*)$/.test(String(value)),
  },
  port: {
    allowed: 'a whole number from 1 to 65535',
    is: (value) => isScalar(value) && /^[1-9]\d*$/.test(String(value)) && Number(value) <= 65535,
  },
  texts: {
    allowed: 'a list of strings',
    is: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
  },
  textMap: {
    allowed: 'a map of strings',
    is: (value) => isMap(value) && Object.values(value).every((item) => typeof item === 'string'),
  },
  map: { allowed: 'a map', is: isMap },
  maps: { allowed: 'a list of maps', is: (value) => Array.isArray(value) && value.every(isMap) },
};

function isScalar(value: Value): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

/** Reports values of the wrong type. */
export function checkTypes(values: ValueMap, keys: KnownKeys, problems: Problems): void {
  for (const path of sectionsOf(keys)) {
    for (const [at, value] of valuesAt(values, path)) {
      if (value !== null && !isMap(value)) {
        const fix = `write the keys of ${at} below it`;
        problems.add(at, { wrong: 'the chart expects a map', got: value, allowed: 'a map', fix });
      }
    }
  }
  for (const [path, type] of Object.entries(keys)) {
    for (const [at, value] of valuesAt(values, path)) {
      if (!TYPES[type].is(value) && !isAbsent(type, value)) {
        const wrong = `the chart expects ${TYPES[type].allowed}`;
        problems.add(at, { wrong, got: value, allowed: TYPES[type].allowed, fix: fixOf(type, value) });
      }
    }
  }
}

/**
 * Whether the chart's templates treat a value as missing. A flag must be a boolean, so an empty string is an invalid
 * flag, not a missing one.
 */
function isAbsent(type: ValueType, value: Value): boolean {
  const isCollection = typeof value === 'object' && ['texts', 'textMap', 'map', 'maps'].includes(type);
  return (
    value === null ||
    (type !== 'flag' && (value === '' || (isCollection && isEmpty(value)))) ||
    (type === 'port' && value === 0)
  );
}

/**
 * Reports maps that are null although the templates read from them. A null also removes the defaults of the chart, so
 * Helm fails with "nil pointer evaluating interface {}".
 */
export function checkSections(values: Values, sections: readonly string[], problems: Problems): void {
  const missing = sections.filter((section) => values.raw(section) === undefined || values.raw(section) === null);
  for (const section of missing.filter((one) => !missing.some((other) => one.startsWith(`${other}.`)))) {
    problems.add(section, {
      wrong: "null removes the chart's defaults, and Helm fails because the templates read from them",
      got: null,
      allowed: 'a map',
      fix: 'remove the line',
    });
  }
}

/** Returns the parents of keys, except those that are keys themselves. */
function sectionsOf(keys: KnownKeys): string[] {
  const above = Object.keys(keys).flatMap((path) =>
    path
      .split('.')
      .slice(0, -1)
      .map((_, index, words) => words.slice(0, words.length - index).join('.')),
  );
  return [...new Set(above)].filter((path) => !path.endsWith('[]') && !(path in keys));
}

function fixOf(type: ValueType, value: Value): string {
  const isPlain = typeof value !== 'object' || value === null;
  switch (type) {
    case 'text':
      return isPlain ? `write ${JSON.stringify(String(value))}` : 'write a single string';
    case 'flag':
      return typeof value === 'string' && /^(true|false)$/i.test(value)
        ? `write ${value.toLowerCase()} without quotes: Helm treats every string as true`
        : 'write true or false';
    case 'textMap':
      return isMap(value) && Object.values(value).every((item) => typeof item !== 'object')
        ? `write ${Object.entries(value)
            .filter(([, item]) => typeof item !== 'string')
            .map(([key, item]) => `${key}: ${JSON.stringify(String(item))}`)
            .join(', ')}`
        : 'write KEY: "VALUE"';
    case 'texts':
      return isPlain || isListOf(value, 'string', 'number', 'boolean')
        ? `write ${JSON.stringify([value].flat().map(String))}`
        : 'write a list of strings in quotes';
    case 'maps':
      return isListOf(value, 'string')
        ? `write ${(value as string[]).map((item) => `{ name: ${item} }`).join(', ')}`
        : 'write a list of maps';
    case 'map':
      return 'write a map';
    case 'count':
    case 'port':
      return /^\d+$/.test(String(value)) && TYPES[type].is(Number(value))
        ? `write ${Number(value)}`
        : `write only digits${type === 'port' ? ', such as 1234' : ''}`;
  }
}

function isListOf(value: Value, ...types: string[]): boolean {
  return Array.isArray(value) && value.every((item) => types.includes(typeof item));
}

/** Returns the values at a path, with their own paths. A path through lists can have several values. */
function valuesAt(values: ValueMap, path: string): Array<readonly [path: string, value: Value]> {
  let found: Array<readonly [string, Value]> = [['', values]];
  for (const part of steps(path)) {
    found = found.flatMap(([at, value]): Array<readonly [string, Value]> => {
      if (part === '[]') {
        return Array.isArray(value) ? value.map((item: Value, index) => [`${at}[${index}]`, item] as const) : [];
      }
      const inner = isMap(value) ? value[part] : undefined;
      return inner === undefined ? [] : [[at === '' ? part : `${at}.${part}`, inner]];
    });
  }
  return found;
}

import { Field } from '../reading/field';
import { allowedOf, wrongTypes } from '../reading/wrong-types';
import type { Problems } from '../reporting/problems';
import { member, parts } from '../program/expression';
import { isPassedOn, isPassedType, steps, type KnownKeys, type ValueType } from './known-keys';
import { below } from './template';
import { isEmpty, isMap, type Value, type ValueMap, type Values } from './values';

const TYPES: { readonly [type in ValueType]: { readonly allowed: string; readonly is: (value: Value) => boolean } } = {
  text: { allowed: 'a text', is: (value) => typeof value === 'string' },
  // Of an item that Kubernetes refuses without.
  required: { allowed: 'a text', is: (value) => typeof value === 'string' && value !== '' },
  flag: { allowed: 'true or false', is: (value) => typeof value === 'boolean' },
  // What a template writes without quotes may be a text of digits; with a leading zero it is an octal number to YAML.
  count: {
    allowed: 'a whole number of 0 and more',
    is: (value) => isPlain(value) && /^(0|[1-9]\d*)$/.test(String(value)),
  },
  number: { allowed: 'a whole number', is: (value) => Number.isInteger(value) },
  port: {
    allowed: 'a whole number from 1 to 65535',
    is: (value) => isPlain(value) && /^[1-9]\d*$/.test(String(value)) && Number(value) <= 65535,
  },
  portOrName: {
    allowed: 'a port, or the name of one',
    is: (value) =>
      typeof value === 'string' || (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 65535),
  },
  texts: {
    allowed: 'a list of texts',
    is: (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
  },
  textMap: {
    allowed: 'a map of texts',
    is: (value) => isMap(value) && Object.values(value).every((item) => typeof item === 'string'),
  },
  map: { allowed: 'a map', is: isMap },
  maps: { allowed: 'a list of maps', is: (value) => Array.isArray(value) && value.every(isMap) },
};

/** Whether a template writes it as one word. */
function isPlain(value: Value): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

/** Reports values of the wrong type. What stands for nothing fits everywhere but where a switch is, or a map with keys of the chart. */
export function checkTypes(values: ValueMap, keys: KnownKeys, problems: Problems): void {
  for (const path of sectionsOf(keys)) {
    for (const [at, value] of valuesAt(values, path)) {
      if (value !== null && !isMap(value)) {
        problems.add(at, {
          wrong: 'a value where the chart has a map of keys',
          got: value,
          allowed: 'a map',
          fix: `write the keys of ${at} below it`,
        });
      }
    }
  }
  for (const [path, given] of Object.entries(keys)) {
    const type = !isPassedType(given) ? given : given.endsWith('[]') ? 'maps' : 'map';
    if (type === 'required') {
      checkRequired(values, path, problems);
    }
    for (const [at, value] of valuesAt(values, path)) {
      const { allowed, is } = TYPES[type];
      if (!is(value) && !(value === null || (type !== 'flag' && !isPassedOn(path, keys) && isNothing(type, value)))) {
        problems.add(at, {
          wrong: 'a value of another type than the chart takes',
          got: value,
          allowed,
          fix: fixOf(type, value),
        });
      }
    }
  }
  // What is deeper than the keys that are known of it, where those are right.
  if (problems.found.length === 0) {
    checkPassedOn(values, keys, problems);
  }
}

/** Reports what is of another type than Kubernetes takes in what is passed on to it. */
function checkPassedOn(values: ValueMap, keys: KnownKeys, problems: Problems): void {
  for (const [path, type] of Object.entries(keys).filter(([, one]) => isPassedType(one))) {
    for (const { field, type: needed } of valuesAt(values, path)
      .filter(([, value]) => !isEmpty(value))
      .flatMap(([at, value]) => wrongTypes(Field.root(value, below(at)), type))) {
      const [at, got, allowed] = [field.origin, field.value as Value | undefined, allowedOf(needed)];
      if (got === undefined) {
        const name = parts(at).at(-1)!;
        problems.add(at, { wrong: `Kubernetes refuses the item without ${name}`, allowed, fix: `add ${name}` });
      } else {
        const kind = SCALARS[needed];
        problems.add(at, {
          wrong: 'a value of another type than Kubernetes takes',
          got,
          allowed,
          fix: kind === undefined ? `write ${allowed}` : fixOf(kind, got),
        });
      }
    }
  }
}

/** The types that a value of another one can be written as. */
const SCALARS: { readonly [type: string]: ValueType } = { count: 'count', number: 'number', string: 'text' };

/** What people write for nothing, and templates take for it: an empty text, an empty list where a map is, no port. */
function isNothing(type: ValueType, value: Value): boolean {
  const isCollection = typeof value === 'object' && ['texts', 'textMap', 'map', 'maps'].includes(type);
  return value === '' || (type === 'port' && value === 0) || (isCollection && isEmpty(value));
}

function checkRequired(values: ValueMap, path: string, problems: Problems): void {
  const field = path.slice(path.lastIndexOf('.') + 1);
  for (const [at, item] of valuesAt(values, path.slice(0, -field.length - 1))) {
    if (isMap(item) && (item[field] === undefined || item[field] === null)) {
      problems.add(`${at}.${field}`, {
        wrong: `Kubernetes refuses the item without ${field}`,
        allowed: TYPES.required.allowed,
        fix: `add ${field}`,
      });
    }
  }
}

/**
 * Reports maps that the templates read from, and that a null takes away with the chart's defaults. The templates then fail with
 * "nil pointer evaluating interface {}".
 */
export function checkSections(values: Values, sections: readonly string[], problems: Problems): void {
  const missing = sections.filter((section) => values.raw(section) === undefined || values.raw(section) === null);
  for (const section of missing.filter((one) => !missing.some((other) => one.startsWith(`${other}.`)))) {
    problems.add(section, {
      wrong: "null takes the chart's defaults away, and the templates fail on reading from it",
      got: null,
      allowed: 'a map',
      fix: 'remove the line, which leaves the defaults',
    });
  }
}

/** The paths above those of keys, which are no keys themselves. */
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
  const isScalar = typeof value !== 'object' || value === null;
  switch (type) {
    case 'required':
    case 'text':
      return isScalar ? `write ${JSON.stringify(String(value))}` : 'write one text';
    case 'flag':
      return typeof value === 'string' && /^(true|false)$/i.test(value)
        ? `write ${value.toLowerCase()}, without quotes: Helm takes every text for true`
        : 'write true or false';
    case 'textMap':
      return isMap(value) && Object.values(value).every((item) => typeof item !== 'object')
        ? `write ${Object.entries(value)
            .filter(([, item]) => typeof item !== 'string')
            .map(([key, item]) => `${key}: ${JSON.stringify(String(item))}`)
            .join(', ')}`
        : 'write KEY: "VALUE"';
    case 'texts':
      return isScalar || isListOf(value, 'string', 'number', 'boolean')
        ? `write ${JSON.stringify([value].flat().map(String))}`
        : 'write a list of texts, each in quotes';
    case 'maps':
      return isListOf(value, 'string')
        ? `write ${(value as string[]).map((item) => `{ name: ${item} }`).join(', ')}`
        : 'write a list of maps, each behind a dash';
    case 'count':
    case 'number':
    case 'port':
      return /^\d+$/.test(String(value)) && TYPES[type].is(Number(value))
        ? `write ${Number(value)}`
        : `write the digits alone${type === 'port' ? ', such as 1234' : ''}`;
    default:
      return `write ${TYPES[type].allowed}`;
  }
}

function isListOf(value: Value, ...types: string[]): boolean {
  return Array.isArray(value) && value.every((item) => types.includes(typeof item));
}

/** The values at a path with their own paths, several where it leads through lists. */
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

/** What every object of JavaScript has, and cdk8s therefore doesn't write as data. No field of Kubernetes is called so. */
const UNWRITABLE = ['__proto__', 'constructor'];

/** Reports keys that could be written by nobody. */
export function checkKeys(value: unknown, problems: Problems, path = ''): void {
  if (Array.isArray(value)) {
    value.forEach((item, index) => checkKeys(item, problems, `${path}[${index}]`));
  } else if (isMap(value)) {
    for (const [key, inner] of Object.entries(value)) {
      const at = path === '' ? key : member(path, key);
      if (UNWRITABLE.includes(key)) {
        problems.add(at, {
          wrong: 'cdk8s writes no key of that name',
          got: inner,
          allowed: `any name but ${UNWRITABLE.join(' and ')}`,
          fix: 'remove it',
        });
      }
      checkKeys(inner, problems, at);
    }
  }
}

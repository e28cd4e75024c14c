import { factoriesOf, membersOf, parametersOf, propertiesOf } from './argument-fields';
import { ENUMS, STRUCTS } from './argument-types';
import { isPlainObject } from './plain-object';
import type { Problem } from './problems';
import { secretNamed } from './secret-detection';
import { nearest } from './suggestions';

/** The maximum number of names to list. Longer lists don't help the reader. */
const MAX_NAMES = 12;

/** The maximum number of factories to list. Longer lists end with `or another factory`. */
const MAX_CALLS = 3;

/** Maps the size units of Kubernetes to the methods of `Size`. */
const SIZE_UNITS: { readonly [unit: string]: string } = {
  Gi: 'gibibytes',
  Ki: 'kibibytes',
  Mi: 'mebibytes',
  Ti: 'tebibytes',
};

/** Maps the duration units of Go to the methods of `Duration`. A number without a unit is in seconds. */
const DURATION_UNITS: { readonly [unit: string]: string } = {
  '': 'seconds',
  h: 'hours',
  m: 'minutes',
  ms: 'millis',
  s: 'seconds',
};

/** Describes a map entry without a value, for example because an environment variable isn't set. */
export function missingValue(value: undefined | null, type: string): Problem {
  return { wrong: 'has no value', got: value, allowed: describe(type), fix: 'set it, or remove the key' };
}

/** The fixes for missing properties that have one best value. */
const BEST_VALUES: { readonly [property: string]: string } = {
  'EngineDeploymentProps.cache': 'use CacheVolume.ephemeral({ size: Size.gibibytes(100) })',
  'EngineStatefulSetProps.cache': 'use CacheVolume.claimTemplate({ size: Size.gibibytes(100) })',
};

/** Describes a required property that a struct lacks. */
export function missingProperty(
  struct: string,
  { name, type }: { readonly name: string; readonly type: string },
): Problem {
  const problem = wrongArgument(undefined, type, name);
  return { ...problem, fix: BEST_VALUES[`${struct}.${name}`] ?? problem.fix };
}

/** Describes a value that doesn't have the type of its property or parameter. */
export function wrongArgument(value: unknown, type: string, path: string): Problem {
  const allowed = describe(type);
  if (value === undefined) {
    return { wrong: 'is required', allowed, fix: suggest(value, type) ?? 'set it' };
  }
  // `Duration.seconds(NaN)` and `Size.gibibytes(NaN)` don't throw, so their amount is checked here.
  if (typeof value === 'object' && value !== null && 'amount' in value && !Number.isFinite(value.amount)) {
    return { wrong: 'is not a number', allowed, fix: 'check how the program computes the number' };
  }
  const wrong =
    typeof value === 'string' && Object.hasOwn(ENUMS, type) ? `is not a member of ${type}` : 'has the wrong type';
  // Any environment variable may contain a secret, so the message doesn't show the value.
  if (
    typeof value === 'string' &&
    (type === 'EnvVar' || secretNamed(path.replace(/^.*[.[]/, ''), value) !== undefined)
  ) {
    return { wrong, allowed, fix: suggest(undefined, type) ?? `use ${allowed}` };
  }
  return { wrong, got: value, allowed, fix: suggest(value, type) ?? `use ${allowed}` };
}

/** Describes a type in words. */
function describe(type: string): string {
  if (type.endsWith('[]')) {
    return `a list of ${plural(type.slice(0, -2))}`;
  }
  if (type.endsWith('{}')) {
    return type === 'unknown{}' ? 'an object' : `an object with a value for each key: ${describe(type.slice(0, -2))}`;
  }
  if (type.startsWith('k8s.')) {
    return `an object with the fields of ${type.slice(4)} in the Kubernetes API`;
  }
  if (Object.hasOwn(STRUCTS, type)) {
    return `an object with the properties of ${type}`;
  }
  if (Object.hasOwn(ENUMS, type)) {
    const members = [...membersOf(type).values()];
    return members.length > MAX_NAMES ? `a member of ${type}` : members.join(', ');
  }
  switch (type) {
    case 'unknown':
      return 'any value';
    case 'Construct':
    case 'IConstruct':
      return 'a construct';
    case 'boolean':
      return 'true or false';
    default:
      return `${/^[AEIO]/.test(type) ? 'an' : 'a'} ${type}`;
  }
}

function plural(type: string): string {
  if (type === 'string' || type === 'number') {
    return `${type}s`;
  }
  return Object.hasOwn(ENUMS, type) ? `members of ${type}` : `${type.replace('k8s.', '')} objects`;
}

/** Returns the fix, if the intended value can be derived. */
function suggest(value: unknown, type: string): string | undefined {
  if (isLazy(value)) {
    return 'use the value instead of a Lazy, because the library reads it when the construct is created';
  }
  if (value === null) {
    return 'remove it, or set it';
  }
  if (type.endsWith('[]')) {
    return suggestList(value, type);
  }
  if (Object.hasOwn(ENUMS, type)) {
    return suggestMember(value, type);
  }
  if (type.startsWith('k8s.') && value !== undefined) {
    return 'write an object with the fields of a manifest';
  }
  switch (type) {
    case 'string':
      return isScalar(value) && !Number.isNaN(value) ? `write ${JSON.stringify(String(value))}` : undefined;
    case 'number':
      return suggestNumber(value);
    case 'boolean':
      return value === 'true' || value === 'false' ? `write ${value}` : undefined;
    case 'unknown{}':
      return 'write an object';
    case 'Duration':
      return suggestAmount(value, DURATION_UNITS) ?? 'use a value such as Duration.minutes(10)';
    case 'Size':
      return suggestAmount(value, SIZE_UNITS) ?? 'use a value such as Size.gibibytes(200)';
    default:
      return suggestFactory(value, classOf(type));
  }
}

function suggestNumber(value: unknown): string | undefined {
  if (typeof value === 'number') {
    return 'check how the number is computed';
  }
  const converted = typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
  return Number.isFinite(converted) ? `write ${converted}` : undefined;
}

function suggestList(value: unknown, type: string): string | undefined {
  if (typeof value === 'string' && type === 'string[]') {
    return `write ${JSON.stringify(value.split(/[\s,]+/).filter((text) => text !== ''))}`;
  }
  return value === undefined ? undefined : 'put it in brackets';
}

function suggestMember(value: unknown, type: string): string {
  const members = membersOf(type);
  const byText = new Map([...members].flatMap(([text, member]) => [text, member].map((one) => [String(one), member])));
  return `use ${typeof value === 'string' ? byText.get(nearest(value, [...byText.keys()])) : `a member of ${type}`}`;
}

/** Suggests a call: for `'100Gi'`, `Size.gibibytes(100)`; for 600, `Duration.seconds(600)`. */
function suggestAmount(value: unknown, units: { readonly [unit: string]: string }): string | undefined {
  const [, amount, unit = ''] = /^(\d+) ?([A-Za-z]*)$/.exec(isScalar(value) ? String(value) : '') ?? [];
  const type = units === SIZE_UNITS ? 'Size' : 'Duration';
  return amount === undefined || units[unit] === undefined ? undefined : `use ${type}.${units[unit]}(${amount})`;
}

/** Suggests the factory that accepts the value, or several factories of the class. */
function suggestFactory(value: unknown, type: string): string | undefined {
  const factories = factoriesOf(type);
  const fitting = factories.filter((factory) => factory === value || takes(parametersOf(type, factory), value));
  if (fitting.length === 1 && isScalar(value) && !factories.includes(String(value))) {
    return `use ${type}.${fitting[0]}(${JSON.stringify(value)})`;
  }
  const named = fitting.includes(String(value)) ? [String(value)] : fitting.length > 0 ? fitting : factories;
  const calls = named.map((factory) => callOf(type, factory));
  if (calls.length > MAX_CALLS) {
    return `use ${calls.slice(0, MAX_CALLS).join(', ')} or another factory of ${type}`;
  }
  return calls.length === 0 ? undefined : `use ${calls.join(' or ')}`;
}

/** Whether a factory can be called with the value alone. */
function takes([first, ...others]: ReturnType<typeof parametersOf>, value: unknown): boolean {
  return first !== undefined && others.every(({ optional }) => optional) && isLike(value, first.type);
}

function isLike(value: unknown, type: string): boolean {
  return Object.hasOwn(STRUCTS, type)
    ? isPlainObject(value) && Object.keys(value).every((key) => propertiesOf(type).has(key))
    : typeof value === type;
}

function callOf(type: string, factory: string): string {
  const parameters = parametersOf(type, factory).length === 0 ? '' : '...';
  return factory === 'new' ? `new ${type}(${parameters})` : `${type}.${factory}(${parameters})`;
}

/** Returns the class that implements an interface, such as `NetworkPeer` for `INetworkPeer`. */
function classOf(type: string): string {
  const name = type.replace(/^I(?=[A-Z])/, '');
  return factoriesOf(name).length > 0 ? name : type;
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

/** Whether a value is a cdk8s `Lazy`, which is resolved only at synth. */
function isLazy(value: unknown): boolean {
  return typeof value === 'object' && value !== null && value.constructor?.name === 'Lazy';
}

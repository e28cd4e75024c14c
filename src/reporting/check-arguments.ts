import type { Construct, IConstruct } from 'constructs';
import { membersOf, parametersOf, propertiesOf } from './argument-fields';
import { CALLS, ENUMS, OPAQUE, STRUCTS } from './argument-types';
import { checkChart } from './chart-scope';
import { isNestedTooDeep } from './nesting';
import { isPlainObject } from './plain-object';
import { Problems } from './problems';
import { formatPath, joinPath } from './property-path';
import { instead } from './suggestions';
import { missingProperty, missingValue, wrongArgument } from './wrong-argument';

/** A class of the public API. */
interface CheckedClass {
  readonly prototype: object;
}

/** The key of the problems in an instance that a factory creates from invalid arguments. */
const INVALID = Symbol.for('cdk8s-dagger.invalid-arguments');

/**
 * The key of a class's name in its prototype. An app can contain two copies of the library, and a bundler can rename
 * classes, so neither `instanceof` nor `name` identifies a class.
 */
const CLASS = Symbol.for('cdk8s-dagger.class');

/** The members that identify objects from other libraries, in every version of these libraries. */
const MEMBERS: { readonly [type: string]: string } = {
  Chart: 'generateObjectName',
  Construct: 'node',
  Duration: 'toMilliseconds',
  EnvValue: 'valueFrom',
  ICacheSeed: 'snapshotName',
  IConfigMap: 'name',
  IConstruct: 'node',
  IEngineNodes: 'stopLimits',
  INetworkPeer: 'toNetworkPolicyPeerConfig',
  IPersistentVolumeClaim: 'name',
  ISecret: 'name',
  IServiceAccount: 'name',
  Size: 'toKibibytes',
};

/** The types of the members that the library reads from objects of a program's own classes. */
const MEMBER_TYPES: { readonly [type: string]: { readonly [member: string]: string } } = {
  ICacheSeed: { snapshotName: 'string', version: 'EngineVersion', size: 'Size' },
};

/**
 * Wraps the public methods of a class so that each call checks its arguments. JavaScript programs can pass any value,
 * and TypeScript programs can pass unknown properties with a spread.
 *
 * If instances of the class have public members, an invalid argument throws immediately. Otherwise the factory returns
 * an instance that carries the problems, and the construct that receives it reports them with its own.
 */
export function checkCalls(name: string, type: CheckedClass): void {
  Object.defineProperty(type.prototype, CLASS, { value: name });
  for (const call of Object.keys(CALLS[name] ?? {})) {
    const method = call.replace(/^\W/, '');
    if (call.startsWith('#')) {
      replaceMethod(type.prototype, method, (original, self, args) => {
        checkArguments(name, call, args)?.throwIfAny(pathOf(self) ?? name, method);
        return original.apply(self, [...args]);
      });
    } else if (call !== 'new') {
      replaceMethod(type, method, (original, self, args) => {
        const problems = checkArguments(name, call, args);
        if (problems !== undefined && OPAQUE.includes(name)) {
          return Object.create(type.prototype, { [INVALID]: { value: problems } }) as unknown;
        }
        if (problems !== undefined) {
          const path = pathOfNew(args);
          problems.throwIfAny(path, path === '' ? `${name}.${method}` : name);
        }
        return original.apply(self, [...args]);
      });
    }
  }
}

/**
 * Throws one error with all wrong types and unknown properties in the arguments of a constructor.
 *
 * @param type the name of the class
 * @param isSubclass whether a subclass is created, which may pass additional properties
 * @param args the arguments
 */
export function checkConstructor(type: string, isSubclass: boolean, args: readonly unknown[]): void {
  checkArguments(type, 'new', args, isSubclass)?.throwIfAny(pathOfNew(args), type);
  const [scope] = args;
  if (pathOf(scope) !== undefined) {
    const problems = new Problems();
    checkChart(scope as Construct, problems);
    problems.throwIfAny(pathOfNew(args), type);
  }
}

/** Returns the path of the construct that a call would create, or '' if it doesn't create one. */
function pathOfNew([scope, id]: readonly unknown[]): string {
  const path = pathOf(scope);
  return path === undefined ? '' : [path, id].filter((one) => typeof one === 'string' && one !== '').join('/');
}

type Method = (...args: readonly unknown[]) => unknown;

function replaceMethod(
  owner: object,
  name: string,
  replacement: (original: Method, self: unknown, args: readonly unknown[]) => unknown,
): void {
  const original = Reflect.get(owner, name) as Method;
  Object.defineProperty(owner, name, {
    configurable: true,
    writable: true,
    value(this: unknown, ...args: readonly unknown[]): unknown {
      return replacement(original, this, args);
    },
  });
}

/** Returns the problems with the arguments, or undefined if there are none. */
function checkArguments(
  type: string,
  call: string,
  args: readonly unknown[],
  isSubclass = false,
): Problems | undefined {
  const problems = new Problems();
  parametersOf(type, call).forEach((field, index) => {
    const value = args[index];
    const nested = nestedTooDeep(field.name, value, Object.hasOwn(STRUCTS, field.type));
    if (nested !== undefined) {
      problems.add(nested, {
        wrong: 'has more than 100 levels, or contains itself',
        allowed: 'at most 100 levels, without circular references',
        fix: 'remove the circular reference',
      });
    } else if (Object.hasOwn(STRUCTS, field.type) && isStruct(value)) {
      // Messages about a factory's options name them without the parameter, such as `cache.size`.
      checkStruct(problems, '', value, { ...field, isSubclass });
    } else if (value !== undefined || !field.optional) {
      checkValue(problems, field.name, value, field.type);
    }
  });
  return problems.found.length > 0 ? problems : undefined;
}

/** Returns the path of the property or parameter that has too many levels, or undefined if there is none. */
function nestedTooDeep(name: string, value: unknown, isStructType: boolean): string | undefined {
  return isStructType && isStruct(value)
    ? Object.keys(value).find((key) => isNestedTooDeep(value[key]))
    : isNestedTooDeep(value)
      ? name
      : undefined;
}

function checkStruct(
  problems: Problems,
  path: string,
  struct: { readonly [key: string]: unknown },
  { isSubclass = false, type }: { readonly isSubclass?: boolean; readonly type: string },
): void {
  const fields = propertiesOf(type);
  for (const key of Object.keys(struct)) {
    if (!fields.has(key) && struct[key] !== undefined) {
      const names = [...fields.keys()];
      const nearest = instead(key, names, 'remove it');
      // A subclass may have additional properties, but one that differs only by a letter is likely a typo.
      if (!isSubclass || nearest !== 'remove it') {
        problems.add(joinPath(path, formatPath([key])), {
          wrong: `${type} has no property with this name`,
          allowed: names.length > 16 ? `the properties of ${type}` : names.join(', '),
          fix: nearest,
        });
      }
    }
  }
  for (const field of fields.values()) {
    const value = struct[field.name];
    if (value === undefined && !field.optional) {
      problems.add(joinPath(path, field.name), missingProperty(type, field));
    } else if (value !== undefined) {
      checkValue(problems, joinPath(path, field.name), value, field.type);
    }
  }
}

function checkValue(problems: Problems, path: string, value: unknown, type: string): void {
  if (!hasType(value, type)) {
    problems.add(path, wrongArgument(value, type, path));
  } else if (type.endsWith('[]')) {
    (value as unknown[]).forEach((item, index) => checkValue(problems, `${path}[${index}]`, item, type.slice(0, -2)));
  } else if (type.endsWith('{}')) {
    for (const [key, item] of Object.entries(value as { readonly [key: string]: unknown })) {
      checkEntry(problems, joinPath(path, formatPath([key])), item, type.slice(0, -2));
    }
  } else if (Object.hasOwn(STRUCTS, type)) {
    checkStruct(problems, path, value as { readonly [key: string]: unknown }, { type });
  } else if (typeof value === 'object' && value !== null && INVALID in value) {
    problems.at(path).adopt(value[INVALID] as Problems, (property) => property);
  }
}

function checkEntry(problems: Problems, path: string, value: unknown, type: string): void {
  if (type !== 'unknown' && (value === undefined || value === null)) {
    problems.add(path, missingValue(value, type));
  } else if (type !== 'unknown') {
    checkValue(problems, path, value, type);
  }
}

/** Whether a value has the type. Doesn't check nested values. */
function hasType(value: unknown, type: string): boolean {
  if (type.endsWith('[]')) {
    return Array.isArray(value);
  }
  switch (type) {
    case 'unknown':
      return value !== undefined;
    case 'number':
      return Number.isFinite(value);
    case 'string':
    case 'boolean':
      return typeof value === type;
    default:
      return type.endsWith('{}') || type.startsWith('k8s.')
        ? isPlainObject(value)
        : Object.hasOwn(ENUMS, type)
          ? membersOf(type).has(value)
          : Object.hasOwn(STRUCTS, type)
            ? isStruct(value)
            : isObjectOf(value, type);
  }
}

/** Whether a value can be a struct: a plain object, or an instance of one of the program's classes. */
function isStruct(value: unknown): value is { readonly [key: string]: unknown } {
  return isPlainObject(value) || (isObject(value) && classesOf(value).length === 0 && !isOfLibrary(value));
}

/** Whether an object belongs to JavaScript or another library, so that it isn't a struct. */
function isOfLibrary(value: object): boolean {
  return (
    value instanceof Date ||
    value instanceof Map ||
    value instanceof Set ||
    Object.values(MEMBERS).some((one) => one in value)
  );
}

/** Whether a value is an instance of the class, or has the member that identifies a type of another library. */
function isObjectOf(value: unknown, type: string): boolean {
  if (!isObject(value)) {
    return false;
  }
  const member = MEMBERS[type];
  return member === undefined
    ? classesOf(value).includes(type)
    : member in value &&
        hasAmount(value) &&
        Object.entries(MEMBER_TYPES[type] ?? {}).every(([name, one]) => hasType(Reflect.get(value, name), one));
}

/** Whether a `Duration` or `Size` has an amount. `Duration.seconds(NaN)` doesn't throw. */
function hasAmount(value: object): boolean {
  return !('amount' in value) || Number.isFinite(value.amount);
}

/** Returns the names of the library's classes that an object is an instance of. */
function classesOf(value: object): readonly string[] {
  const names: string[] = [];
  for (let one: unknown = Object.getPrototypeOf(value); isObject(one); one = Object.getPrototypeOf(one)) {
    if (Object.hasOwn(one, CLASS)) {
      names.push(Reflect.get(one, CLASS) as string);
    }
  }
  return names;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns the path of a construct, or undefined for other values. */
function pathOf(value: unknown): string | undefined {
  return isObjectOf(value, 'IConstruct') ? (value as IConstruct).node?.path : undefined;
}

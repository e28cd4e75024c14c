import * as fc from 'fast-check';
import { fieldsOf, type WireType } from '../../src/kubernetes/validation/wire-types';
import { CHOICES, KEYS, NUMBERS, QUANTITIES, SAMPLES, STRINGS } from './samples';

/** A sequence of decisions. fast-check shrinks each decision to zero, its simplest choice. */
class Decisions {
  private next = 0;

  public constructor(private readonly numbers: readonly number[]) {}

  /** Returns a number below `count`, or 0 if no decisions are left. */
  public below(count: number): number {
    const number = this.numbers[this.next] ?? 0;
    this.next += 1;
    return count === 0 ? 0 : number % count;
  }

  public of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

/** Fields that only the API server sets. It rejects or ignores values from clients. */
const SET_BY_SERVER = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'managedFields',
  'status',
];

/** A place in an object where a value can be changed. */
interface Site {
  readonly holder: any;
  readonly key: string | number;
  readonly type: WireType;
  /** The innermost field, in the form `Type.field`. */
  readonly field: string;
}

/** Generates Kubernetes objects with changed values of any type at any place. */
export function mutated(objects: readonly object[]): fc.Arbitrary<object> {
  const decisions = fc.array(fc.nat(), { minLength: 4, maxLength: 24 });
  return fc
    .tuple(fc.nat(objects.length - 1), fc.array(decisions, { minLength: 1, maxLength: 3 }))
    .map(([index, mutations]) => {
      const object: any = structuredClone(objects[index]);
      for (const numbers of mutations) {
        mutate(object, new Decisions(numbers));
      }
      return object;
    });
}

/** Fields of an object that can change. */
const PARTS = ['spec', 'metadata', 'data', 'binaryData', 'stringData', 'type', 'rules', 'roleRef', 'subjects'];

/** The library adds only to the pods of jobs, so it checks no other fields of their specs. */
const PODS_OF_JOBS: { readonly [kind: string]: (object: any) => object } = {
  Job: ({ spec }) => spec,
  CronJob: ({ spec }) => spec.jobTemplate.spec,
};

function mutate(object: any, decisions: Decisions): void {
  const sites: Site[] = [];
  const add = (holder: any, key: string, owner: string): void => {
    const type = fieldsOf(owner).get(key);
    if (type !== undefined) {
      collect({ holder, key, type, field: `${owner}.${key}` }, sites);
    }
  };
  const job = PODS_OF_JOBS[object.kind]?.(object);
  if (job !== undefined) {
    add(job, 'template', 'JobSpec');
  }
  PARTS.filter((part) => job === undefined || part !== 'spec').forEach((part) => add(object, part, object.kind));
  const present = sites.filter(({ holder, key }) => holder[key] !== undefined);
  const missing = sites.filter(({ holder, key }) => holder[key] === undefined);
  const [first, second] = [decisions.below(3), decisions.below(12)];
  const site = decisions.of((first === 0 && present.length > 0) || missing.length === 0 ? present : missing);
  if (second === 1 && !Array.isArray(site.holder)) {
    delete site.holder[site.key];
  } else if (second === 2 && !Array.isArray(site.holder)) {
    site.holder[decisions.of([`${site.key}s`, 'unknown', 'Name', 'hostIp'])] = decisions.of<unknown>(['a', 1, {}, []]);
  } else {
    site.holder[site.key] =
      decisions.below(25) === 1 ? wrongValue(decisions) : valueOf(site.type, site.field, decisions);
  }
}

function collect(site: Site, sites: Site[]): void {
  const { field, holder, key, type } = site;
  sites.push(site);
  const value = holder[key];
  if (typeof value !== 'object' || value === null || field.endsWith('.status')) {
    return;
  }
  if (type.kind === 'list' && Array.isArray(value)) {
    for (let index = 0; index <= value.length; index += 1) {
      collect({ holder: value, key: index, type: type.item, field }, sites);
    }
  } else if (type.kind === 'map') {
    const keys = new Set([...Object.keys(value), ...(KEYS[field.split('.')[1]!] ?? ['a', 'a b', 'UP.example/a'])]);
    keys.forEach((name) => collect({ holder: value, key: name, type: type.item, field }, sites));
  } else if (type.kind === 'struct') {
    for (const [name, inner] of fieldsOf(type.name)) {
      if (!SET_BY_SERVER.includes(name)) {
        collect({ holder: value, key: name, type: inner, field: `${type.name}.${name}` }, sites);
      }
    }
  }
}

function wrongValue(decisions: Decisions): unknown {
  return decisions.of<unknown>([null, 'text', 1, true, [], {}, ['a'], { a: 'b' }, 1.5, [null]]);
}

function valueOf(type: WireType, field: string, decisions: Decisions, depth = 0): unknown {
  switch (type.kind) {
    case 'list':
      return Array.from({ length: decisions.of([1, 0, 2]) }, () => valueOf(type.item, field, decisions, depth));
    case 'map': {
      const keys = KEYS[field.split('.')[1]!] ?? ['a', 'example.com/a', 'a b'];
      return Object.fromEntries(
        Array.from({ length: decisions.of([1, 0, 2]) }, () => [
          decisions.of(keys),
          valueOf(type.item, field, decisions, depth),
        ]),
      );
    }
    case 'struct':
      return structOf(type.name, decisions, depth);
    case 'scalar':
      return scalarOf(type.name, field, decisions);
  }
}

function structOf(name: string, decisions: Decisions, depth: number): unknown {
  const samples = SAMPLES[name] ?? [];
  if (samples.length > 0 && decisions.below(4) !== 3) {
    return structuredClone(decisions.of(samples));
  }
  const fields = [...fieldsOf(name)].filter(([field]) => !SET_BY_SERVER.includes(field));
  const value: { [field: string]: unknown } = {};
  for (let count = decisions.of([1, 2, 0, 3]); depth < 4 && count > 0; count -= 1) {
    const [field, type] = decisions.of(fields);
    value[field] = valueOf(type, `${name}.${field}`, decisions, depth + 1);
  }
  return value;
}

function scalarOf(type: string, field: string, decisions: Decisions): unknown {
  switch (type) {
    case 'bool':
      return decisions.of([true, false]);
    case 'int32':
    case 'int64':
    case 'float64':
      return decisions.of(NUMBERS);
    case 'IntOrString':
      return decisions.of<unknown>([1, 0, 80, 'http', '25%', '0%', '101%', -1, '', 65536, '80', 'HTTP', 'a--b']);
    case 'Quantity':
      return decisions.of<unknown>(QUANTITIES);
    case 'bytes':
      return decisions.of(['YQ==', 'a', '', 'e30=']);
    case 'Time':
      return decisions.of(['2026-01-31T12:00:00Z', 'yesterday']);
    default: {
      const choices = CHOICES[field] ?? CHOICES[field.split('.')[1]!] ?? [];
      return choices.length > 0 && decisions.below(4) !== 3 ? decisions.of(choices) : decisions.of(STRINGS);
    }
  }
}

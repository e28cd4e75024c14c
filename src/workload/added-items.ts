import { isDeepStrictEqual } from 'node:util';
import { KeySelector } from '../config/key-selector';
import { isAtOrBelow } from '../reporting/property-path';
import { EnvVar } from '../pod/env-var';
import type { Problems } from '../reporting/problems';
import type { EngineProps } from './engine-props';

/** The properties that methods can add to. */
const METHODS = {
  volumes: 'addVolume',
  volumeMounts: 'addVolumeMount',
  initContainers: 'addInitContainer',
  sidecars: 'addSidecar',
  caCertificates: 'addCaCertificate',
  env: 'addEnv',
  podLabels: 'addPodLabel',
  podAnnotations: 'addPodAnnotation',
} as const;

type Property = keyof typeof METHODS;

/** An item that a method adds to a property. */
interface Item {
  readonly property: Property;
  /** The name of the item, which also determines its place. */
  readonly name: string;
  readonly value: unknown;
}

/** Properties of an engine with the items that were added to them. */
interface MergedProps {
  readonly props: EngineProps;
  /** Returns the method that added the value of a property. Other properties keep their names. */
  readonly nameOf: (property: string) => string;
}

/**
 * The items that methods add to the properties of an engine after its construction. They follow the items of the properties and are
 * sorted by name, so the order of calls doesn't matter. Adding the same item again has no effect.
 */
export class AddedItems {
  private readonly items: Item[] = [];

  /** The number of added items. */
  public get count(): number {
    return this.items.length;
  }

  /** Adds an item to a list, or a value to a map with its name as the key. */
  public add(property: Property, name: string, value: unknown): void {
    this.items.push({ property, name, value });
  }

  /** Returns the properties with the items. Reports keys of maps that have two values. */
  public mergeInto(props: EngineProps, problems: Problems): MergedProps {
    const merged: { [property: string]: unknown } = { ...props };
    const calls = new Map<string, string>();
    for (const item of [...this.items].sort(byName)) {
      const { property, value } = item;
      const type = expectedType(property, value);
      if (type !== undefined) {
        problems.add(callOf(item), { wrong: 'has the wrong type', got: typeof value, allowed: type });
        continue;
      }
      const isMap = property === 'env' || property === 'podLabels' || property === 'podAnnotations';
      const path = isMap ? addToMap(merged, item, problems) : addToList(merged, item);
      if (path !== undefined) {
        calls.set(path, callOf(item));
      }
    }
    const methodOf = (property: string): string =>
      this.items.some((item) => item.property === property) ? METHODS[property as Property] : property;
    return {
      props: merged as unknown as EngineProps,
      nameOf: (property) => {
        const start = [...calls.keys()].find((path) => isAtOrBelow(property, path));
        return start === undefined ? methodOf(property) : calls.get(start)! + property.slice(start.length);
      },
    };
  }
}

/** Returns the path of the new item. Undefined if the list has it already. */
function addToList(props: { [property: string]: unknown }, { property, value }: Item): string | undefined {
  const list = (props[property] ?? []) as readonly unknown[];
  if (list.some((other) => isDeepStrictEqual(other, value))) {
    return undefined;
  }
  props[property] = [...list, value];
  return `${property}[${list.length}]`;
}

/** Returns the path of the new value. Undefined if the map has the key already. */
function addToMap(props: { [property: string]: unknown }, item: Item, problems: Problems): string | undefined {
  const { name, property, value } = item;
  const map = (props[property] ?? {}) as { readonly [key: string]: unknown };
  if (!Object.hasOwn(map, name)) {
    props[property] = { ...map, [name]: value };
    return property === 'env' ? `env.${name}` : `${property}[${JSON.stringify(name)}]`;
  }
  if (!isDeepStrictEqual(map[name], value)) {
    problems.add(callOf(item), {
      wrong: 'the engine has another value with this name',
      got: name,
      allowed: 'unused names',
      fix: 'remove one of them',
    });
  }
  return undefined;
}

/** Returns the type that the value should have. Undefined if it has it. Other rules check the fields of objects. */
function expectedType(property: Property, value: unknown): string | undefined {
  switch (property) {
    case 'env':
      return value instanceof EnvVar ? undefined : 'an EnvVar';
    case 'caCertificates':
      return value instanceof KeySelector ? undefined : 'a KeySelector';
    case 'podLabels':
    case 'podAnnotations':
      return undefined;
    default:
      return typeof value === 'object' && value !== null ? undefined : 'an object in the form of Kubernetes';
  }
}

function callOf({ name, property }: Item): string {
  return `${METHODS[property]}(${JSON.stringify(name)})`;
}

function byName(one: Item, other: Item): number {
  return one.name < other.name ? -1 : one.name > other.name ? 1 : 0;
}

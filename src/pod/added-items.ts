import { isDeepStrictEqual } from 'node:util';
import { KeySelector } from '../config/key-selector';
import { isAtOrBelow } from '../reporting/property-path';
import { Problems } from '../reporting/problems';
import { EnvVar } from './env-var';

/** Maps each property to the method that adds to it. */
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
  /** The name of the item. Items are sorted by it. */
  readonly name: string;
  readonly value: unknown;
}

/** The properties of an engine, including the items that methods added. */
interface MergedProps<P> {
  readonly props: P;
  /**
   * Returns the name of a value for messages: the call that added it, such as `addVolume("data")`, or else its
   * property.
   */
  readonly nameOf: (property: string) => string;
}

/**
 * Items that methods such as `addVolume` add to an engine after its construction. They follow the items of the
 * properties and are sorted by name, so the order of calls doesn't matter. Adding the same item again has no effect.
 */
export class AddedItems {
  private readonly items: Item[] = [];
  private latest?: { readonly count: number; readonly result: unknown };

  /** The number of added items. */
  public get count(): number {
    return this.items.length;
  }

  /** Adds an item to a list, or a value to a map with its name as the key. */
  public add(property: Property, name: string, value: unknown): void {
    this.items.push({ property, name, value });
  }

  /** Returns the result of `compute`, which depends only on the items. Computes it again after an item was added. */
  public remember<T>(compute: () => T): T {
    if (this.latest?.count !== this.count) {
      this.latest = { count: this.count, result: compute() };
    }
    return this.latest.result as T;
  }

  /**
   * Plans an engine again with the items, and returns the plan. Reports the problems and warnings that the items cause,
   * with the names of the calls.
   *
   * @param plan plans an engine with properties, and reports their problems
   * @param known the problems of the engine without the items
   */
  public planAgain<P extends object, T extends { readonly problems: Problems }>(
    props: P,
    plan: (props: P) => T,
    known: Problems,
  ): { readonly planned: T; readonly problems: Problems } {
    const problems = Problems.of(known.namespace);
    const merged = this.mergeInto(props, problems);
    const planned = plan(merged.props);
    for (const { problem, property } of planned.problems.found) {
      problems.add(merged.nameOf(property), problem);
    }
    for (const { fix, name, property, text } of planned.problems.cautions) {
      if (!known.cautions.some((other) => other.property === property && other.text === text)) {
        problems.warn(name, merged.nameOf(property), text, fix);
      }
    }
    return { planned, problems };
  }

  /** Returns the properties with the items added. Reports map keys with conflicting values. */
  private mergeInto<P extends object>(props: P, problems: Problems): MergedProps<P> {
    const merged = { ...props } as { [property: string]: unknown };
    const calls = new Map<string, string>();
    for (const item of [...this.items].sort(byName)) {
      const { property, value } = item;
      const type = expectedType(property, value);
      if (type !== undefined) {
        problems.add(callOf(item), { wrong: 'has the wrong type', got: typeof value, allowed: type });
        continue;
      }
      const isMap = property === 'env' || property === 'podLabels' || property === 'podAnnotations';
      const paths = isMap ? addToMap(merged, item, problems) : addToList(merged, item);
      paths.forEach((path) => calls.set(path, callOf(item)));
    }
    const methodOf = (property: string): string =>
      this.items.some((item) => item.property === property) ? METHODS[property as Property] : property;
    return {
      props: merged as P,
      nameOf: (property) => {
        const start = [...calls.keys()].find((path) => isAtOrBelow(property, path));
        return start === undefined ? methodOf(property) : calls.get(start)! + property.slice(start.length);
      },
    };
  }
}

/** Adds an item to a list. Returns the path of the new item, or nothing if the list already contains it. */
function addToList(props: { [property: string]: unknown }, { property, value }: Item): string[] {
  const list = (props[property] ?? []) as readonly unknown[];
  if (list.some((other) => isDeepStrictEqual(other, value))) {
    return [];
  }
  props[property] = [...list, value];
  return [`${property}[${list.length}]`];
}

/** Returns the path of the new value in dot and in bracket notation, or nothing if the map already has the key. */
function addToMap(props: { [property: string]: unknown }, item: Item, problems: Problems): string[] {
  const { name, property, value } = item;
  const map = (props[property] ?? {}) as { readonly [key: string]: unknown };
  if (!Object.hasOwn(map, name)) {
    props[property] = { ...map, [name]: value };
    return [`${property}.${name}`, `${property}[${JSON.stringify(name)}]`];
  }
  if (!isDeepStrictEqual(map[name], value)) {
    problems.add(callOf(item), {
      wrong: 'already has a different value',
      got: name,
      allowed: 'unused names',
      fix: 'remove one of them',
    });
  }
  return [];
}

/**
 * Returns the type that a value must have, or undefined if its type is correct. Other rules check the fields of
 * objects.
 */
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
      return typeof value === 'object' && value !== null
        ? undefined
        : 'an object with the fields of the Kubernetes API';
  }
}

function callOf({ name, property }: Item): string {
  return `${METHODS[property]}(${JSON.stringify(name)})`;
}

function byName(one: Item, other: Item): number {
  return one.name < other.name ? -1 : one.name > other.name ? 1 : 0;
}

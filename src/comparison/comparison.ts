import { isDeepStrictEqual } from 'node:util';
import { describeEngine, type DescribedEngine } from '../reading/described-engine';
import { enginesOf } from '../reading/engine-pods';
import type { Inventory } from '../reading/inventory';
import type { ManifestObject } from '../reading/manifest-object';
import { ObjectIndex, typedKey } from '../reading/object-index';
import { unreadableFields } from '../reading/rejected-fields';

/** An object before and after a change. At least one of the two is defined. */
export interface ComparedObject {
  readonly before?: ManifestObject;
  readonly after?: ManifestObject;
}

/** An engine before and after a change. At least one of the two is defined. */
export interface ComparedEngine {
  readonly before?: DescribedEngine;
  readonly after?: DescribedEngine;
}

/** Two versions of the manifests of one cluster. */
export class Comparison {
  /** All objects. Objects with the same kind, namespace and name belong together. */
  public readonly objects: readonly ComparedObject[];

  /** The objects that exist on both sides and differ. */
  public readonly changed: ReadonlyArray<Required<ComparedObject>>;

  /** All engines. */
  public readonly engines: readonly ComparedEngine[];

  private readonly enginesAfter = new Map<ManifestObject | undefined, ComparedEngine[]>();
  private readonly changedById: ReadonlyMap<string, Required<ComparedObject>>;

  public constructor(
    public readonly before: Inventory,
    public readonly after: Inventory,
  ) {
    this.objects = paired(lastOfEach(before.objects), lastOfEach(after.objects));
    this.changed = this.objects.filter(
      (pair): pair is Required<ComparedObject> =>
        pair.before !== undefined &&
        pair.after !== undefined &&
        !isDeepStrictEqual(pair.before.root.value, pair.after.root.value),
    );
    this.engines = this.objects.flatMap(({ after: newObject, before: oldObject }) => {
      const [old, current] = [describe(oldObject, before), describe(newObject, after)];
      return Array.from({ length: Math.max(old.length, current.length) }, (_, index) => ({
        before: old[index],
        after: current[index],
      }));
    });
    for (const engine of this.engines) {
      const object = engine.after?.object;
      this.enginesAfter.set(object, [...(this.enginesAfter.get(object) ?? []), engine]);
    }
    this.changedById = new Map(this.changed.map((pair) => [identity(pair.after), pair]));
  }

  /** Returns the engines of an object that exists on both sides. */
  public enginesOf({ after }: Required<ComparedObject>): readonly ComparedEngine[] {
    return this.enginesAfter.get(after) ?? [];
  }

  /** Returns an object that exists on both sides, if it differs. */
  public changedObject(after: ObjectId): Required<ComparedObject> | undefined {
    return this.changedById.get(identity(after));
  }
}

function describe(object: ManifestObject | undefined, inventory: Inventory): DescribedEngine[] {
  const engines = object === undefined ? [] : enginesOf(object);
  // The API server rejects an object whose fields have the wrong types.
  return engines.length === 0 || unreadableFields(object!).length > 0
    ? []
    : engines.map((engine) => describeEngine(engine, inventory));
}

/** Returns the last of several objects with the same identity, which is the one that takes effect. */
function lastOfEach(objects: readonly ManifestObject[]): ManifestObject[] {
  return [...new Map(objects.map((object) => [identity(object), object])).values()];
}

/** The values that identify an object in a cluster. */
type ObjectId = Pick<ManifestObject, 'name' | 'namespace' | 'type'>;

function identity({ name, namespace, type }: ObjectId): string {
  return JSON.stringify([type, namespace, name]);
}

/** Pairs the objects of both sides, in the order of the new side. Removed objects are last. */
function paired(before: readonly ManifestObject[], after: readonly ManifestObject[]): ComparedObject[] {
  const exact = new Map(before.map((object) => [identity(object), object]));
  const partnerOf = new Map(after.map((object) => [object, exact.get(identity(object))]));
  const used = new Set(partnerOf.values());
  const byName = new ObjectIndex(before, ({ name, type }) => [typedKey(type, name)]);
  const pairs = after.map((object): ComparedObject => {
    // An object without a namespace is in a namespace that only the tool which applies it specifies.
    const partner =
      partnerOf.get(object) ??
      byName.find(object.namespace, [typedKey(object.type, object.name)]).find((other) => !used.has(other));
    used.add(partner);
    return { before: partner, after: object };
  });
  return [...pairs, ...before.filter((object) => !used.has(object)).map((object) => ({ before: object }))];
}

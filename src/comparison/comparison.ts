import { isDeepStrictEqual } from 'node:util';
import { describeEngine, type DescribedEngine } from '../reading/described-engine';
import { enginesOf } from '../reading/engine-pods';
import { mayShare, type Inventory, type ManifestObject } from '../reading/inventory';
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
  }

  /** Returns the engines of an object that exists on both sides. */
  public enginesOf({ after }: Required<ComparedObject>): ReadonlyArray<ComparedEngine> {
    return this.engines.filter((engine) => engine.after?.object === after);
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

function identity({ name, namespace, type }: ManifestObject): string {
  return JSON.stringify([type, namespace, name]);
}

/** Pairs the objects of both sides, in the order of the new side. Removed objects are last. */
function paired(before: readonly ManifestObject[], after: readonly ManifestObject[]): ComparedObject[] {
  const exact = new Map(before.map((object) => [identity(object), object]));
  const partnerOf = new Map(after.map((object) => [object, exact.get(identity(object))]));
  const used = new Set(partnerOf.values());
  const pairs = after.map((object): ComparedObject => {
    // An object without a namespace is in a namespace that only the tool which applies it specifies.
    const partner =
      partnerOf.get(object) ??
      before.find(
        (other) =>
          !used.has(other) &&
          other.type === object.type &&
          other.name === object.name &&
          mayShare(other.namespace, object.namespace),
      );
    used.add(partner);
    return { before: partner, after: object };
  });
  return [...pairs, ...before.filter((object) => !used.has(object)).map((object) => ({ before: object }))];
}

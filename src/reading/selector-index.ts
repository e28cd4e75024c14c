import { selects } from '../kubernetes/label-selector';
import { isPlainObject } from '../reporting/plain-object';
import type { ManifestObject } from './manifest-object';
import { ObjectIndex } from './object-index';
import { podSelectorOf } from './pod-selector';

/** The key of selectors that require no label with a fixed value. */
const ANY = '';

/** Objects by the labels that their selectors require. */
export class SelectorIndex {
  private readonly selectors: ReadonlyMap<ManifestObject, unknown>;
  private readonly index: ObjectIndex;

  public constructor(objects: readonly ManifestObject[]) {
    this.selectors = new Map(objects.map((object) => [object, podSelectorOf(object)]));
    const pairs = new Map(objects.map((object) => [object, pairsOf(this.selectors.get(object))]));
    const uses = new Map<string, number>();
    for (const pair of [...pairs.values()].flat()) {
      uses.set(pair, (uses.get(pair) ?? 0) + 1);
    }
    // Most selectors of engines have a label in common. The rarest one leads to the fewest other objects.
    const rarest = (list: readonly string[]): string =>
      list.length === 0 ? ANY : list.reduce((one, other) => (uses.get(other)! < uses.get(one)! ? other : one));
    this.index = new ObjectIndex(objects, (object) =>
      this.selectors.get(object) === undefined ? [] : [rarest(pairs.get(object)!)],
    );
  }

  /** Returns the objects that select pods with these labels, and that are or may be in a namespace. */
  public find(namespace: string | undefined, labels: { readonly [key: string]: string }): ManifestObject[] {
    return this.index
      .find(namespace, [ANY, ...Object.entries(labels).map(textOf)])
      .filter((object) => selects(this.selectors.get(object), labels));
  }
}

/** Returns the labels that a selector requires, with their values. */
function pairsOf(selector: unknown): string[] {
  const matchLabels = isPlainObject(selector) ? selector['matchLabels'] : undefined;
  return isPlainObject(matchLabels)
    ? Object.entries(matchLabels)
        .filter((pair): pair is [string, string] => typeof pair[1] === 'string')
        .map(textOf)
    : [];
}

function textOf(pair: readonly [string, string]): string {
  return JSON.stringify(pair);
}

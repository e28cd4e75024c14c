/** Values that replace others. `undefined` removes a key. */
const JUNK: readonly unknown[] = [undefined, null, '', 'x', -1, {}, { a: 1 }, [null], ['x'], [{}]];

/**
 * Puts each junk value at each place in a document, one at a time, and yields the place and the value. Restores the
 * document afterwards.
 */
export function* junkIn(document: any, path = ''): Generator<string> {
  for (const key of Object.keys(document)) {
    const value = document[key];
    for (const junk of JUNK) {
      if (junk === undefined && !Array.isArray(document)) {
        delete document[key];
      } else {
        document[key] = structuredClone(junk);
      }
      yield `${path}/${key} = ${JSON.stringify(junk)}`;
      document[key] = value;
    }
    if (typeof value === 'object' && value !== null) {
      yield* junkIn(value, `${path}/${key}`);
    }
  }
}

/** Whether an engine can keep its cache in a volume with this source. */
export function isWritable(source: object): boolean {
  return !['configMap', 'secret', 'downwardAPI', 'projected'].some((name) => name in source);
}

import * as fc from 'fast-check';
import { checkManifests } from '../../src/findings/check-manifests';
import { FINDING_NAMES } from '../../src/findings/finding-kinds';
import { distributed } from '../manifests';
import { FOUND } from '../findings/catalogue';
import type { KubernetesObject } from '../reading/manifests';

const POOL = [...Object.values(distributed()), ...Object.values(FOUND).map(({ objects }) => objects)] as ReadonlyArray<
  readonly KubernetesObject[]
>;

/**
 * A path of key indexes, and the value to set there. The path ends early at a value that isn't an object. `undefined`
 * unsets the field.
 */
const change = fc.record({
  steps: fc.array(fc.nat(30), { minLength: 1, maxLength: 12 }),
  value: fc.oneof(
    fc.constant(undefined),
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<unknown>('tcp://0.0.0.0:1234', '$(X)', '/', '..', '0%', -1, 1.5, 1e99),
  ),
});

function mutate(
  objects: any,
  changes: ReadonlyArray<{ readonly steps: readonly number[]; readonly value: unknown }>,
): any {
  const mutated = structuredClone(objects);
  for (const { steps, value } of changes) {
    let at = mutated;
    for (const [index, step] of steps.entries()) {
      const keys = Object.keys(at);
      const key = keys[step % keys.length]!;
      if (keys.length === 0) {
        break;
      }
      if (index === steps.length - 1 || typeof at[key] !== 'object' || at[key] === null) {
        at[key] = value;
        break;
      }
      at = at[key];
    }
  }
  return mutated;
}

test('checks any manifests, and locates every finding in an object', () => {
  fc.assert(
    fc.property(fc.constantFrom(...POOL), fc.array(change, { minLength: 1, maxLength: 4 }), (objects, changes) => {
      for (const { key, name, object } of checkManifests(mutate(objects, changes))) {
        expect(FINDING_NAMES).toContain(name);
        expect(key).toMatch(/^[a-z]/);
        expect(object).toMatchObject({
          apiVersion: expect.any(String),
          kind: expect.any(String),
          name: expect.any(String),
        });
      }
    }),
    { numRuns: 500 },
  );
});

test('checks objects in any order', () => {
  const names = (objects: readonly KubernetesObject[]): string[] =>
    checkManifests(objects)
      .map(({ name }) => name)
      .sort();
  for (const objects of POOL) {
    expect(names([...objects].reverse())).toEqual(names(objects));
  }
});

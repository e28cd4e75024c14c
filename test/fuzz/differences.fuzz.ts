import { ApiObject, JsonPatch, Testing } from 'cdk8s';
import * as fc from 'fast-check';
import { differences } from '../../src/reading/differences';

/** Lists of named items. Names can repeat. */
const items = fc.array(
  fc.record(
    {
      name: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      mountPath: fc.constantFrom('/a', '/b', '/c'),
      value: fc.nat(3),
    },
    { requiredKeys: ['name'] },
  ),
  { maxLength: 6 },
);
const objects = fc.record({
  spec: fc.record(
    {
      volumes: items,
      labels: fc.dictionary(fc.constantFrom('a', 'b/c', 'd~e', 'f'), fc.constantFrom('x', 'y')),
      args: fc.array(fc.constantFrom('a', 'b')),
      nested: fc.record({ env: items, replicas: fc.nat(3) }, { requiredKeys: [] }),
    },
    { requiredKeys: [] },
  ),
});

test('the patches between two objects turn the first one into the second one', () => {
  fc.assert(
    fc.property(objects, objects, (...pair) => {
      // fast-check generates objects without a prototype, which cdk8s rejects.
      const [made, wanted] = JSON.parse(JSON.stringify(pair)) as typeof pair;
      const object = new ApiObject(Testing.chart(), 'object', { apiVersion: 'v1', kind: 'Test', ...made } as never);
      for (const { op, path, from, value } of differences(made, wanted, () => '')) {
        object.addJsonPatch(
          op === 'move'
            ? JsonPatch.move(from!, path)
            : op === 'remove'
              ? JsonPatch.remove(path)
              : JsonPatch[op](path, value),
        );
      }
      expect(object.toJson().spec).toEqual(wanted.spec);
    }),
    { numRuns: 2000 },
  );
});

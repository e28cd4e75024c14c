import * as fc from 'fast-check';
import { isK8sType } from '../../src/kubernetes/field-types';
import { K8S_TYPES } from '../../src/kubernetes/k8s-types';
import { toWire } from '../../src/kubernetes/wire-form';
import { evaluate } from '../../src/program/expression';
import { ExpressionPrinter } from '../../src/program/print-expression';
import { Field } from '../../src/reading/field';
import { shape } from '../../src/reading/k8s-expressions';
import { COMPILERS, typeErrors } from '../program/compiled';

/** Generates values of a type. Some have an unknown field, a field of the wrong type, or a missing field. */
function almost(type: string, depth = 0): fc.Arbitrary<unknown> {
  const anything = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.constant({ a: 1 }),
    fc.constant([1, 'b']),
  );
  const right = (): fc.Arbitrary<unknown> => {
    if (type.endsWith('[]')) {
      return fc.array(almost(type.slice(0, -2), depth + 1), { maxLength: 2 });
    }
    if (type.endsWith('{}')) {
      return fc.dictionary(fc.constantFrom('memory', 'cpu', 'hostIP'), almost(type.slice(0, -2), depth + 1), {
        maxKeys: 2,
      });
    }
    const fields = isK8sType(type) ? K8S_TYPES[type] : undefined;
    switch (type) {
      case 'string':
      case 'Date':
        return fc.string();
      case 'number':
        return fc.integer();
      case 'boolean':
        return fc.boolean();
      case 'Quantity':
      case 'IntOrString':
        return fc.oneof(fc.integer(), fc.constantFrom('1', '2Gi'));
      case 'any':
        return anything;
      default:
        return depth > 6
          ? fc.constant({})
          : fc
              .tuple(
                fc.record(
                  Object.fromEntries(
                    fields!
                      .split('; ')
                      .map((field) => field.split(/\??: /) as [string, string])
                      .map(([name, of]) => [apiSpelling(name), fc.constant(of).chain((one) => almost(one, depth + 1))]),
                  ),
                  {
                    requiredKeys: fields!
                      .split('; ')
                      .filter((field) => !field.includes('?'))
                      .map((field) => apiSpelling(field.split(':')[0]!)),
                  },
                ),
                fc.dictionary(fc.constantFrom('newer', 'name', 'key'), anything, { maxKeys: 1 }),
                fc.integer({ min: 0, max: 9 }),
              )
              .map(([object, more, dice]) => (dice === 0 ? { ...object, ...more } : object));
    }
  };
  return fc.integer({ min: 0, max: 19 }).chain((dice) => (dice === 0 ? anything : right()));
}

function apiSpelling(generated: string): string {
  return Object.keys(toWire({ [generated]: 1 }) as object)[0]!;
}

const TYPES = [
  'Affinity',
  'Container[]',
  'ContainerPort',
  'EnvVarSource',
  'HostAlias[]',
  'KubePersistentVolumeClaimProps',
  'LifecycleHandler',
  'PodDnsConfig',
  'Probe',
  'Toleration[]',
  'TopologySpreadConstraint[]',
  'Volume[]',
  'VolumeMount[]',
] as const;
const isTyped = (type: string, wire: unknown): boolean =>
  type.endsWith('[]')
    ? Array.isArray(wire) && wire.every((one) => isTyped(type.slice(0, -2), one))
    : typeof wire === 'object' && wire !== null && !Array.isArray(wire);
const samples = TYPES.flatMap((type) =>
  fc
    .sample(almost(type), { numRuns: 40 })
    .filter((wire) => isTyped(type, wire))
    .map((wire) => ({ type, wire })),
);

test('printed objects compile', () => {
  const text = samples
    .map(({ type, wire }, index) =>
      new ExpressionPrinter().statement(
        `export const value${index}: k8s.${type} = `,
        shape(
          Field.root(wire, () => ''),
          type,
        ),
      ),
    )
    .join('');
  expect(samples.length).toBeGreaterThan(300);
  expect(text.match(/ as k8s\./g)!.length).toBeGreaterThan(10);
  expect(text.match(/ as unknown as k8s\./g)!.length).toBeGreaterThan(10);
  expect(typeErrors([`import { k8s } from 'cdk8s-plus-28';\n${text}`], COMPILERS['module node20']!)).toEqual([]);
});

test('printed objects evaluate to what was printed', () => {
  const withoutNull = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value), (_key, one) =>
      Array.isArray(one)
        ? one.filter((item) => item !== null)
        : typeof one === 'object' && one !== null
          ? Object.fromEntries(Object.entries(one).filter(([, item]) => item !== null))
          : one,
    );
  for (const { type, wire } of samples) {
    expect(
      toWire(
        evaluate(
          shape(
            Field.root(wire, () => ''),
            type,
          ),
        ),
      ),
    ).toEqual(withoutNull(wire));
  }
});

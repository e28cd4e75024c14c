import * as fc from 'fast-check';
import { data, type Data } from '../../src/program/expression';
import { ExpressionPrinter } from '../../src/program/print-expression';

test('a printed value evaluates to the same value', () => {
  const values = fc.letrec<{ value: Data }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.string({ unit: fc.constantFrom('a', '\n', '`', '$', '{', '}', '\\', "'", '"', '\r', '\t') }),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(
        fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom('__proto__', 'constructor', 'a', 'b')),
        tie('value'),
        { maxKeys: 5 },
      ),
    ),
  })).value;
  fc.assert(
    fc.property(values, (value) => {
      expect(JSON.stringify(new Function(new ExpressionPrinter().statement('return ', data(value)))())).toBe(
        JSON.stringify(value),
      );
    }),
    { numRuns: Number(process.env.FC_RUNS ?? 500) },
  );
});

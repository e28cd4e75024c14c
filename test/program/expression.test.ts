import { data, evaluate, literal, withEntries, type ObjectExpression } from '../../src/program/expression';

test('withEntries keeps properties with names that all objects inherit', () => {
  const variables = data({ constructor: 'a', replaced: 'b', removed: 'c' }) as ObjectExpression;
  const changed = withEntries(variables, { replaced: literal('d'), removed: undefined, added: literal('e') });
  expect(evaluate(changed)).toEqual({ constructor: 'a', replaced: 'd', added: 'e' });
});

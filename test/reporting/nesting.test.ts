import { isNestedTooDeep } from '../../src/reporting/nesting';

function nested(levels: number): unknown {
  return levels === 1 ? [] : { inner: nested(levels - 1) };
}

test.each([
  [1, false],
  [100, false],
  [101, true],
])('accepts at most 100 levels (%d)', (levels, tooDeep) => {
  expect(isNestedTooDeep(nested(levels))).toBe(tooDeep);
});

test('finds an object that contains itself', () => {
  const outer: { inner?: unknown } = {};
  outer.inner = [outer];
  expect(isNestedTooDeep(outer)).toBe(true);
});

test('visits a shared object only once', () => {
  let value: unknown = {};
  for (let level = 1; level < 100; level += 1) {
    value = [value, value];
  }
  expect(isNestedTooDeep(value)).toBe(false);
});

test('does not look into objects of classes', () => {
  class Linked {
    public readonly self = this;
  }
  expect(isNestedTooDeep({ linked: new Linked() })).toBe(false);
});

import { compact, nonEmpty } from '../../src/kubernetes/manifest';

test('a map without its undefined values', () => {
  expect(compact({ a: 1, b: undefined, c: null, d: '', e: false })).toEqual({ a: 1, c: null, d: '', e: false });
  expect(compact({ b: undefined })).toBeUndefined();
  expect(compact({})).toBeUndefined();
});

test('a list that is none', () => {
  const list = [1];
  expect(nonEmpty([])).toBeUndefined();
  expect(nonEmpty(list)).toEqual([1]);
  expect(nonEmpty(list)).not.toBe(list);
});

import { compact, nonEmpty } from '../../src/kubernetes/manifest';

test('drops undefined values of a map', () => {
  expect(compact({ a: 1, b: undefined, c: null, d: '', e: false })).toEqual({ a: 1, c: null, d: '', e: false });
  expect(compact({ b: undefined })).toBeUndefined();
  expect(compact({})).toBeUndefined();
});

test('drops an empty list', () => {
  const list = [1];
  expect(nonEmpty([])).toBeUndefined();
  expect(nonEmpty(list)).toEqual([1]);
  expect(nonEmpty(list)).not.toBe(list);
});

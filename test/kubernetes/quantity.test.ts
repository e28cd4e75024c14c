import { Size } from 'cdk8s';
import { quantityValue, toQuantity } from '../../src/kubernetes/quantity';

test.each([
  [Size.gibibytes(200), '200Gi'],
  [Size.gibibytes(1024), '1Ti'],
  [Size.mebibytes(1536), '1536Mi'],
  [Size.kibibytes(1), '1Ki'],
  [Size.tebibytes(1.5), '1536Gi'],
  [Size.pebibyte(2048), '2048Pi'],
  [Size.gibibytes(0), '0Ki'],
])('writes %# exactly as %s', (size, quantity) => {
  expect(toQuantity(size)).toBe(quantity);
});

test.each([
  ['1', 1],
  ['500m', 0.5],
  ['1k', 1e3],
  ['1Ki', 1024],
  ['1.5Gi', 1.5 * 1024 ** 3],
  ['2T', 2e12],
  ['1Ei', 1024 ** 6],
  ['1E', 1e18],
  ['1e3', 1000],
  ['1E-3', 0.001],
  ['.5', 0.5],
])('reads %s as %d', (quantity, value) => {
  expect(quantityValue(quantity)).toBeCloseTo(value, 6);
});

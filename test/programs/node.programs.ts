import { missing } from '../node/requirements';
import buildNode from '../node/setup';

const needed = missing();

if (needed === undefined) {
  test('builds the programs of a node and the images', () => {
    expect(buildNode).not.toThrow();
  });
} else {
  test.skip(`builds the programs of a node and the images (needs ${needed})`, () => {});
}

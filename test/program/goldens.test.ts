import { emit } from './emitted';
import { RELEASES } from './releases';

jest.spyOn(console, 'warn').mockImplementation();

test.each(Object.entries(RELEASES))('%s', (_title, release) => {
  expect(emit(release).text).toMatchSnapshot();
});

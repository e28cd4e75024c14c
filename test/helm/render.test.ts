import { CASES } from './cases';
import { compareWithTemplates } from './verdict';

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation();
});

test.each(CASES)('a release has the objects that the templates render: $title', (one) => {
  expect(compareWithTemplates(one, one)).toEqual({ corrections: [], differences: [] });
});

import { Problems, ValidationError } from '../../src/internal/problems';

function thrown(problems: Problems): Error | undefined {
  try {
    problems.throwIfAny('chart/engine', 'EngineDaemonSet');
  } catch (error) {
    return error as Error;
  }
  return undefined;
}

test('nothing is thrown where nothing is wrong', () => {
  const problems = new Problems();
  problems.warn('name', 'property', 'dangerous');
  expect(thrown(problems)).toBeUndefined();
  expect(problems.cautions).toEqual([{ name: 'name', property: 'property', text: 'dangerous' }]);
});

test('every violation is in one error, in the order in which they were found', () => {
  const problems = new Problems();
  problems.at('b').add('', { wrong: 'second letter' });
  problems.add('a', { wrong: 'first letter', got: 'a', allowed: 'z', fix: 'write z' });
  expect(thrown(problems)).toBeInstanceOf(ValidationError);
  expect(thrown(problems)?.message).toBe('[chart/engine] EngineDaemonSet has 2 problems:\n  - b: second letter\n  - a: first letter; got "a"; allowed: z; fix: write z');
});

test('one violation is one', () => {
  const problems = new Problems();
  problems.add('a', { wrong: 'wrong' });
  expect(thrown(problems)?.message).toBe('[chart/engine] EngineDaemonSet has 1 problem:\n  - a: wrong');
});

test('views report where they stand', () => {
  const problems = new Problems();
  const listener = problems.at('listener');
  listener.add('port', { wrong: '1' });
  listener.at('service').add('labels["a"]', { wrong: '2' });
  listener.at('').add('[0]', { wrong: '3' });
  listener.at('args').warn('name', '[1]', '4');
  expect(problems.messages).toEqual(['listener.port: 1', 'listener.service.labels["a"]: 2', 'listener[0]: 3']);
  expect(problems.cautions[0]?.property).toBe('listener.args[1]');
});

test.each([
  ['text', '"text"'],
  ['', '""'],
  [4, '4'],
  [true, 'true'],
  [undefined, 'undefined'],
  [null, 'null'],
  [['a', 1], '["a",1]'],
  [{ a: 'b' }, '{"a":"b"}'],
])('the value %j is shown as %s', (got, shown) => {
  const problems = new Problems();
  problems.add('a', { wrong: 'wrong', got });
  expect(problems.messages).toEqual([`a: wrong; got ${shown}`]);
});

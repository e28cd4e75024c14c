import { inspect } from 'node:util';
import { Problems, ValidationError } from '../../src/reporting/problems';

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
  expect(thrown(problems)?.message).toBe(
    '[chart/engine] EngineDaemonSet has 2 problems:\n  - b: second letter\n  - a: first letter; got "a"; allowed: z; fix: write z',
  );
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

test('an error has what was found, and Node does not print it beside the message', () => {
  const problems = new Problems();
  problems.at('env').add('TOKEN', { wrong: 'wrong', got: 'a secret', risk: 'secret-in-plain-text' });
  const error = thrown(problems) as ValidationError;
  expect(error.found).toEqual([
    { property: 'env.TOKEN', problem: { wrong: 'wrong', got: 'a secret', risk: 'secret-in-plain-text' } },
  ]);
  expect(inspect(error)).not.toContain('risk');
  expect(new ValidationError('alone').found).toEqual([]);
});

describe('risks', () => {
  const found = (): Problems => {
    const problems = new Problems();
    problems.add('args[0]', { wrong: 'unknown', got: '--a', fix: 'remove it', risk: 'unknown-flag' });
    problems.add('args[0]', { wrong: 'no text' });
    problems.add('cache', { wrong: 'shared', risk: 'shared-cache' });
    return problems;
  };

  test('that are accepted become warnings, and what is none of them stays', () => {
    const problems = found();
    problems.accept('accepted', ['args[0]']);
    expect(problems.messages).toEqual(['args[0]: no text', 'cache: shared']);
    expect(problems.cautions).toEqual([
      { name: 'accepted', property: 'args[0]', text: 'unknown; got "--a"; fix: remove it' },
    ]);
  });

  test("that are not there can't be accepted", () => {
    const problems = found();
    problems.accept('accepted', ['cache', 'image', 'args[0]']);
    expect(problems.messages).toEqual([
      'args[0]: no text',
      'acceptRisks[1]: no risk of that name is taken; got "image"; allowed: properties that are refused without it, and that Kubernetes takes; fix: remove it',
    ]);
  });

  test('are of a list that is taken over, unless they have a name already', () => {
    const problems = new Problems();
    problems.at('engineToml').adopt(found(), (property) => property, 'config-refused');
    problems.accept('accepted', ['engineToml.cache', 'engineToml.args[0]']);
    expect(problems.messages).toEqual([]);
    expect(problems.cautions.map(({ property }) => property)).toEqual([
      'engineToml.args[0]',
      'engineToml.args[0]',
      'engineToml.cache',
    ]);
  });
});

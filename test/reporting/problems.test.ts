import { inspect } from 'node:util';
import { EngineRisk } from '../../src/reporting/engine-risk';
import { Problems, ValidationError } from '../../src/reporting/problems';

function thrown(problems: Problems): Error | undefined {
  try {
    problems.throwIfAny('chart/engine', 'EngineDaemonSet');
  } catch (error) {
    return error as Error;
  }
  return undefined;
}

test('does not throw without problems', () => {
  const problems = new Problems();
  problems.warn(EngineRisk.NFS_CACHE, 'property', 'dangerous');
  expect(thrown(problems)).toBeUndefined();
  expect(problems.cautions).toEqual([{ name: 'nfs-cache', property: 'property', text: 'dangerous' }]);
});

test('throws one error with all problems, in the order in which they were added', () => {
  const problems = new Problems();
  problems.at('b').add('', { wrong: 'second letter' });
  problems.add('a', { wrong: 'first letter', got: 'a', allowed: 'z', fix: 'write z' });
  expect(thrown(problems)).toBeInstanceOf(ValidationError);
  expect(thrown(problems)?.message).toBe(
    '[chart/engine] EngineDaemonSet has 2 problems:\n  - b: second letter\n  - a: first letter; got "a"; allowed: z; fix: write z',
  );
});

test('throws one error for one problem', () => {
  const problems = new Problems();
  problems.add('a', { wrong: 'wrong' });
  expect(thrown(problems)?.message).toBe('[chart/engine] EngineDaemonSet has 1 problem:\n  - a: wrong');
});

test('reports the path of a nested view', () => {
  const problems = new Problems();
  const listener = problems.at('listener');
  listener.add('port', { wrong: '1' });
  listener.at('service').add('labels["a"]', { wrong: '2' });
  listener.at('').add('[0]', { wrong: '3' });
  listener.at('args').warn(EngineRisk.NFS_CACHE, '[1]', '4');
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
])('prints the value %j as %s', (got, shown) => {
  const problems = new Problems();
  problems.add('a', { wrong: 'wrong', got });
  expect(problems.messages).toEqual([`a: wrong; got ${shown}`]);
});

test('keeps the problems out of the printed error', () => {
  const problems = new Problems();
  problems.at('env').add('TOKEN', { wrong: 'wrong', got: 'a secret', risk: EngineRisk.SECRET_IN_PLAIN_TEXT });
  const error = thrown(problems) as ValidationError;
  expect(error.found).toEqual([
    { property: 'env.TOKEN', problem: { wrong: 'wrong', got: 'a secret', risk: EngineRisk.SECRET_IN_PLAIN_TEXT } },
  ]);
  expect(inspect(error)).not.toContain('risk');
  expect(new ValidationError('alone').found).toEqual([]);
});

describe('risks', () => {
  const found = (): Problems => {
    const problems = new Problems();
    problems.add('args[0]', { wrong: 'unknown', got: '--a', fix: 'remove it', risk: EngineRisk.UNKNOWN_FLAG });
    problems.add('args[0]', { wrong: 'no text' });
    problems.add('cache', { wrong: 'shared', risk: EngineRisk.SHARED_CACHE });
    return problems;
  };

  test('can be removed by id and property', () => {
    const problems = found();
    const taken = problems.takeRisks(
      ({ property, risk }) => risk === EngineRisk.UNKNOWN_FLAG && property === 'args[0]',
    );
    expect(taken.map(({ problem: { wrong } }) => wrong)).toEqual(['unknown']);
    expect(problems.messages).toEqual(['args[0]: no text', 'cache: shared; or accept EngineRisk.SHARED_CACHE']);
  });

  test('have the id of the list that adopts them, unless they have one', () => {
    const problems = new Problems();
    problems.at('engineToml').adopt(found(), (property) => property, EngineRisk.CONFIG_REJECTED);
    expect(problems.found.map(({ property, problem: { risk } }) => [property, risk])).toEqual([
      ['engineToml.args[0]', 'unknown-flag'],
      ['engineToml.args[0]', 'config-rejected'],
      ['engineToml.cache', 'shared-cache'],
    ]);
  });
});

test('keeps the call of the program in the stack of an error, however deep it is', () => {
  const deep = (depth: number): Error => (depth === 0 ? new ValidationError('wrong') : deep(depth - 1));
  expect(deep(50).stack).toContain(__filename);
  expect(new ValidationError('wrong').stack).not.toContain('node:internal');
});

test('removes frames of the library from the stack of an error', () => {
  const { stack = '' } = new ValidationError('[chart/engine] wrong');
  expect(stack).toMatch(/^(Validation)?Error: \[chart\/engine\] wrong\n/);
  expect(stack).toContain(__filename);
  expect(stack).not.toContain(require.resolve('../../src/reporting/problems'));
});

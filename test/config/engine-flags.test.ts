import { effectiveFlag, parseEngineFlags } from '../../src/config/engine-flags';

const parsed = (...args: string[]) =>
  parseEngineFlags(args).flags.map(({ name, value, valueIndex }) => [name, value, valueIndex]);

test.each([
  [['--root', '/data'], [['--root', '/data', 1]]],
  [['-root=/data'], [['--root', '/data', 0]]],
  [['--root='], [['--root', '', 0]]],
  [['--group', '--addr'], [['--group', '--addr', 1]]],
  [
    ['--debug', '--trace=false'],
    [
      ['--debug', undefined, undefined],
      ['--trace', 'false', 1],
    ],
  ],
  [['--network-name'], [['--network-name', undefined, undefined]]],
  [['--unknown', 'value'], [['--unknown', 'value', 1]]],
  [
    ['--unknown', '--debug'],
    [
      ['--unknown', undefined, undefined],
      ['--debug', undefined, undefined],
    ],
  ],
])('parses %j', (args, flags) => {
  expect(parsed(...args)).toEqual(flags);
  expect(parseEngineFlags(args).ignoredFrom).toBeUndefined();
});

test.each([
  [['foo', '--root', '/data'], [], 0],
  [['--debug', 'true', '--root', '/data'], ['--debug'], 1],
  [['--trace', '--', '--debug'], ['--trace'], 1],
  [['--trace', '-', '--debug'], ['--trace'], 1],
  [['', '--debug'], [], 0],
])('stops at the first argument that is not a flag: %j', (args, names, ignoredFrom) => {
  const { flags, ignoredFrom: found } = parseEngineFlags(args);
  expect(flags.map(({ name }) => name)).toEqual(names);
  expect(found).toBe(ignoredFrom);
});

test('uses the last of several flags', () => {
  const { flags } = parseEngineFlags(['--root=/a', '--root', '/b', '--root']);
  expect(effectiveFlag(flags, '--root')?.value).toBe('/b');
  expect(effectiveFlag(flags, '--group')).toBeUndefined();
});

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Returns what the script finds in a stand-in for the engine program. */
function found(...args: string[]): object {
  const standIn = join(__dirname, 'loader-stand-in.mjs');
  return JSON.parse(execFileSync(process.execPath, [standIn, ...args], { encoding: 'utf8' }));
}

test('finds flags and keys in the messages of the help and of the loaders', () => {
  expect(found()).toEqual({
    flags: ['--config value: path to config file', '--debug: enable debug output', '--wcprof (hidden)'],
    json: [
      'gc (config.Struct)',
      'gc.enabled (bool)',
      'gc.policies ([]config.Struct)',
      'gc.policies[].all (bool)',
      'logLevel (string)',
    ],
    toml: ['root (string)', 'worker (struct)', 'worker.gc (bool)', 'worker.platforms ([]string)'],
  });
});

test('fails if the messages are different, instead of reporting no change', () => {
  const message = (kind: string): string =>
    `no ${kind} found: compare the messages of the engine with scripts/engine-program.mjs`;
  expect(found('other messages')).toEqual({
    flags: message('flags'),
    json: message('keys of engine.json'),
    toml: message('keys of engine.toml'),
  });
});

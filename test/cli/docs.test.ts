import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { files, inFolder, run } from './command';

/**
 * The page with the examples. Its `yaml` blocks that start with a file name are files, and its `console` blocks are
 * commands.
 */
const PAGE = readFileSync(join(__dirname, '../../docs/reference/cli.md'), 'utf8');

function blocks(language: string): string[] {
  return [...PAGE.matchAll(/^```(\w+)\n([^]*?)^```$/gm)]
    .filter(([, own]) => own === language)
    .map(([, , text]) => text as string);
}

const FILES = Object.fromEntries(
  blocks('yaml').flatMap((text) => {
    const name = /^# (\S+)\n/.exec(text)?.[1];
    return name === undefined ? [] : [[name, text]];
  }),
);

const COMMANDS = blocks('console')
  .flatMap((text) => text.split(/^\$ npx cdk8s-dagger /m).slice(1))
  .map((text) => {
    const [command, ...shown] = text.trimEnd().split('\n');
    return { command: command as string, shown: shown.join('\n') };
  });

inFolder();

test('the page contains examples', () => {
  expect(Object.keys(FILES)).toEqual(['values.yaml', 'engine.yaml', 'before.yaml', 'after.yaml']);
  expect(COMMANDS).toHaveLength(7);
});

test.each(COMMANDS)('$command', async ({ command, shown }) => {
  files(FILES);
  const { code, stdout, stderr } = await run(command.split(' '));
  const all = `${stdout}${stderr}${code === 0 ? '' : `(exit code ${code})\n`}`.trimEnd();
  // `...` stands for omitted output.
  const pattern = shown
    .split('...')
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    .join('[^]*');
  expect(all).toMatch(new RegExp(`^${pattern}$`));
});

test('the page describes every option of the commands', async () => {
  const help = (
    await Promise.all(['from-helm', 'check', 'diff', 'versions'].map((command) => run([command, '--help'])))
  )
    .map(({ stdout }) => stdout)
    .join('');
  const options = [
    ...new Set([...help.matchAll(/^ {2}(?:-\w,| {3}) (--[\w-]+)/gm)].map(([, option]) => option as string)),
  ].filter((option) => option !== '--help');
  expect(options).toHaveLength(13);
  expect(options.filter((option) => !PAGE.includes(option))).toEqual([]);
});

test('upgrade-an-engine.md shows the values of its releases', async () => {
  const page = readFileSync(join(__dirname, '../../docs/how-to/upgrade-an-engine.md'), 'utf8');
  const commands = [
    ...page.matchAll(/^\$ npx cdk8s-dagger versions --engine (\S+) \| grep -E '(.*)'\n((?:\w.*\n)+)/gm),
  ].map(([, release, pattern, shown]) => ({ release: release!, pattern: pattern!, shown: shown! }));
  expect(commands).toHaveLength(2);
  for (const { pattern, release, shown } of commands) {
    const { stdout } = await run(['versions', '--engine', release]);
    expect(stdout.split('\n').filter((line) => new RegExp(pattern).test(line))).toEqual(shown.trimEnd().split('\n'));
  }
});

import { wrap } from '../program/print-comment';
import type { Command } from './command';
import { HELP, type Option } from './options';

/** The width of the help, in columns. */
const WIDTH = 100;

/** Returns the help of a command. */
export function commandHelp({ about, examples, name, options, summary, synopsis }: Command): string {
  return [
    `Usage: cdk8s-dagger ${name} ${synopsis}`,
    wrap(`${summary}.`, WIDTH).join('\n'),
    wrap(about, WIDTH).join('\n'),
    `Options:\n${rows([...options, HELP].map((option): Row => [usage(option), description(option)]))}`,
    EXIT_CODES,
    `Examples:\n${examples.map((example) => `  ${example}`).join('\n')}`,
  ]
    .join('\n\n')
    .concat('\n');
}

const ABOUT =
  'Converts Helm values and manifests of Dagger Engines to cdk8s programs, finds problems in them, shows the effects of changes, and ' +
  'lists what each release of the engine supports.';

/** Returns the help that lists all commands. */
export function mainHelp(commands: readonly Command[]): string {
  return [
    'Usage: cdk8s-dagger COMMAND [OPTIONS]',
    wrap(ABOUT, WIDTH).join('\n'),
    `Commands:\n${rows(commands.map(({ name, summary }): Row => [name, summary]))}`,
    `Options:\n${rows([
      [usage(HELP), HELP.help],
      ['    --version', 'the version of this package'],
    ])}`,
    EXIT_CODES,
    'cdk8s-dagger COMMAND --help shows the options of a command.',
  ]
    .join('\n\n')
    .concat('\n');
}

const EXIT_CODES = `Exit codes:\n${rows([
  ['0', 'done'],
  ['1', 'there are findings or effects with the severity in --fail-on or a higher one'],
  ['2', 'the arguments or the input are invalid'],
  ['70', 'the command has a bug'],
  ['74', "the output can't be written"],
])}`;

type Row = readonly [left: string, right: string];

function usage({ name, short, value }: Option): string {
  return `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;
}

function description({ choices, help, isRepeated, isRequired }: Option): string {
  return [
    help,
    ...(choices === undefined ? [] : [`one of ${choices.join(', ')}`]),
    ...(isRequired === true ? ['required'] : []),
    ...(isRepeated === true ? ['may be repeated'] : []),
  ].join('; ');
}

/** Formats two columns, and wraps the right one. */
function rows(pairs: readonly Row[]): string {
  const width = Math.max(...pairs.map(([left]) => left.length));
  return pairs
    .map(
      ([left, right]) =>
        `  ${left.padEnd(width)}  ${wrap(right, WIDTH - width - 4).join(`\n${' '.repeat(width + 4)}`)}`,
    )
    .join('\n');
}

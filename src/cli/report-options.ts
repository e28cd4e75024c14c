import { FindingSeverity } from '../findings/finding';
import type { Option } from './options';

const LEVELS = [FindingSeverity.ERROR, FindingSeverity.WARNING, FindingSeverity.INFO] as const;
/** The values of `--emit`. */
export const EMITS = ['manifests', 'typescript', 'findings'] as const;

/** Output of a command that reads engines. */
export type Emit = (typeof EMITS)[number];

const FORMATS = ['text', 'json', 'sarif'] as const;

/** How findings are written. */
export type Format = (typeof FORMATS)[number];

/** The options that say what becomes of findings, and where the command writes to. */
export const REPORT_OPTIONS: readonly Option[] = [
  { name: 'output', value: 'FILE', help: 'a file to write to instead of standard output, whole or not at all' },
  {
    name: 'strict',
    value: 'LEVEL',
    choices: LEVELS,
    help: "exit with 1 if there is a finding that is as bad, or worse; without it findings don't change the exit code",
  },
  { name: 'format', value: 'FORMAT', choices: FORMATS, help: 'how findings are written, text if not said' },
  { name: 'ignore', value: 'FINDING', isRepeated: true, help: 'leaves out the findings of that name' },
];

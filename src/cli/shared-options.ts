import { FindingSeverity } from '../findings/finding';
import type { Option, Syntax } from './options';

/** The severities that an option can name. */
export const LEVELS = [FindingSeverity.ERROR, FindingSeverity.WARNING, FindingSeverity.INFO] as const;
/** The values of `--emit`. */
export const EMITS = ['manifests', 'typescript', 'findings'] as const;

/** The output of a command that converts engines. */
export type Emit = (typeof EMITS)[number];

const FORMATS = ['text', 'json', 'sarif', 'code-quality'] as const;

/** The format of findings. */
export type Format = (typeof FORMATS)[number];

/** The values of `--format` for diagrams. */
export const GRAPH_FORMATS = ['mermaid', 'dot'] as const;

/** The language of a diagram. */
export type GraphFormat = (typeof GRAPH_FORMATS)[number];

/** The formats of the effects of a change. */
export const DIFF_FORMATS = ['text', 'markdown', 'json', 'sarif'] as const;

export type DiffFormat = (typeof DIFF_FORMATS)[number];

/** The options for findings and for the output. */
export const REPORT_OPTIONS: readonly Option[] = [
  { name: 'output', value: 'FILE', help: 'the file to write instead of standard output' },
  {
    name: 'fail-on',
    value: 'LEVEL',
    choices: LEVELS,
    help: "exit with 1 if there is a finding of this severity or a higher one; by default, findings don't change the exit code",
  },
  { name: 'format', value: 'FORMAT', choices: FORMATS, help: 'the format of findings; default: text' },
  {
    name: 'ignore',
    value: 'FINDING=REASON',
    isRepeated: true,
    help: 'ignore the findings with this name; the report lists them with the reason',
  },
];

/** The operands of commands that read manifests. */
export const MANIFEST_OPERANDS: Syntax['operands'] = {
  name: 'FILE',
  what: 'files, folders, and - for standard input',
};

/** The help text about these operands. */
export const MANIFEST_SOURCES =
  'FILE is a file of manifests, a folder with .yaml, .yml and .json files, or - for standard input. ' +
  'In a folder, files that are not manifests are skipped. All objects are treated as objects of one cluster. ' +
  'Engines are recognized by their image, their container name, or their mounts.';

import type { Command } from './command';
import { DIFF_FORMATS, LEVELS, REPORT_OPTIONS } from './shared-options';

export const DIFF: Command = {
  name: 'diff',
  summary: 'Shows what a change to manifests does to running engines',
  synopsis: '(BEFORE AFTER | --base REVISION PATH...) [OPTIONS]',
  about:
    'BEFORE and AFTER are files of manifests, or folders with .yaml, .yml and .json files. With --base, the command compares ' +
    'PATH at a git revision with PATH in the working directory. The report lists pods that restart, caches that are kept or lost, ' +
    'fields that the API server rejects, clients and builds that gain or lose access, and higher costs. ' +
    'Changes without an effect, such as reordered keys, comments and moved files, are not listed. The command works offline.',
  options: [
    {
      name: 'base',
      value: 'REVISION',
      help: 'the git revision with the manifests before the change, such as origin/main',
    },
    ...REPORT_OPTIONS.filter(({ name }) => name === 'output'),
    {
      name: 'fail-on',
      value: 'LEVEL',
      choices: LEVELS,
      help: "exit with 1 if there is an effect of this severity or a higher one; by default, effects don't change the exit code",
    },
    {
      name: 'format',
      value: 'FORMAT',
      choices: DIFF_FORMATS,
      help: 'the format of the report; markdown is for comments on pull requests; default: text',
    },
    {
      name: 'ignore',
      value: 'EFFECT=REASON',
      isRepeated: true,
      help: 'ignore the effects with this name; the report lists them with the reason',
    },
  ],
  operands: { name: 'PATH', what: 'files and folders' },
  examples: [
    'cdk8s-dagger diff --base origin/main dist',
    'cdk8s-dagger diff --base origin/main dist --format markdown --output comment.md --fail-on error',
    'kubectl get statefulset,service,configmap -n ci -o yaml > live.yaml && cdk8s-dagger diff live.yaml dist',
  ],
  run: (args, io) => (require('./diff') as typeof import('./diff')).diff(args, io),
};

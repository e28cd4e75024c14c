import type { Command } from './command';
import { REPORT_OPTIONS } from './report-options';

export const CHECK: Command = {
  name: 'check',
  summary: 'What is wrong with the Dagger Engines in manifests, whoever made them',
  synopsis: 'FILE... [OPTIONS]',
  about:
    'FILE is a file of manifests, a folder (its .yaml, .yml and .json files, and those of the folders in it), or - for standard input. ' +
    'An engine is recognised by its image, or by what it mounts. Findings go to standard output, or to --output.',
  options: REPORT_OPTIONS,
  operands: { name: 'FILE', what: 'files, folders, and - for standard input' },
  examples: [
    'helm template dagger oci://registry.dagger.io/dagger-helm -n ci | cdk8s-dagger check - --strict error',
    'kustomize build overlays/ci | cdk8s-dagger check -',
    'cdk8s-dagger check dist --format sarif --output findings.sarif',
  ],
  run: (given, io) => (require('./check') as typeof import('./check')).check(given, io),
};

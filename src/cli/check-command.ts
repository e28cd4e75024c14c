import type { Command } from './command';
import { MANIFEST_OPERANDS, MANIFEST_SOURCES, REPORT_OPTIONS } from './shared-options';

export const CHECK: Command = {
  name: 'check',
  summary: 'Finds problems with Dagger Engines in manifests from any source',
  synopsis: 'FILE... [OPTIONS]',
  about: `${MANIFEST_SOURCES} Findings go to standard output, or to --output.`,
  options: REPORT_OPTIONS,
  operands: MANIFEST_OPERANDS,
  examples: [
    'helm template dagger oci://registry.dagger.io/dagger-helm -n ci | cdk8s-dagger check - --fail-on error',
    'kustomize build overlays/ci | cdk8s-dagger check -',
    'cdk8s-dagger check dist --format sarif --output findings.sarif',
  ],
  run: (args, io) => (require('./check') as typeof import('./check')).check(args, io),
};

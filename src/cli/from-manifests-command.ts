import type { Command } from './command';
import { EMITS, MANIFEST_OPERANDS, MANIFEST_SOURCES, REPORT_OPTIONS } from './shared-options';

export const FROM_MANIFESTS: Command = {
  name: 'from-manifests',
  summary: 'Converts Dagger Engines in manifests from any source to a cdk8s program that creates the same objects',
  synopsis: 'FILE... --emit WHAT [OPTIONS]',
  about:
    `${MANIFEST_SOURCES} ` +
    'Objects from a cluster are converted as they were applied, without the fields that the API server sets. ' +
    'The output goes to standard output, or to --output. Findings go to standard error, unless they are the output. ' +
    'If there are findings with the severity in --fail-on or a higher one, the command writes neither manifests nor a program.',
  options: [
    { name: 'emit', value: 'WHAT', isRequired: true, choices: EMITS, help: 'the kind of output' },
    ...REPORT_OPTIONS,
  ],
  operands: MANIFEST_OPERANDS,
  examples: [
    'kubectl get daemonset,statefulset,deployment,configmap,service,serviceaccount -n ci -o yaml | \\',
    '    cdk8s-dagger from-manifests - --emit typescript > main.ts',
    'helm template dagger oci://registry.dagger.io/dagger-helm -n ci | \\',
    '    cdk8s-dagger from-manifests - --emit typescript',
    'cdk8s-dagger from-manifests overlays/ci --emit manifests --output engine.yaml',
  ],
  run: (args, io) => (require('./from-manifests') as typeof import('./from-manifests')).fromManifestsCommand(args, io),
};

import { HelmChart } from '../helm/helm-chart';
import type { Command } from './command';
import { EMITS, REPORT_OPTIONS } from './shared-options';

export const FROM_HELM: Command = {
  name: 'from-helm',
  summary:
    'Converts a Helm release of Dagger Engines to manifests or to a cdk8s program, and finds problems in its values',
  synopsis: '--chart CHART -f FILE --release NAME -n NAMESPACE --emit WHAT [OPTIONS]',
  about:
    'Values are read as Helm reads them: a later file overrides the earlier ones, and all files override the defaults of the chart. ' +
    'The output goes to standard output, or to --output. Findings go to standard error, unless they are the output. ' +
    'If there are findings with the severity in --fail-on or a higher one, the command writes neither manifests nor a program.',
  options: [
    {
      name: 'chart',
      value: 'CHART',
      isRequired: true,
      choices: HelmChart.ALL.map(({ name }) => name),
      help: 'the chart',
    },
    {
      name: 'chart-version',
      value: 'VERSION',
      help: `the version of the chart, as shown by helm list; default: the newest stable version, ${HelmChart.OFFICIAL.newestStableVersion} for the official chart`,
    },
    {
      name: 'values',
      short: 'f',
      value: 'FILE',
      isRequired: true,
      isRepeated: true,
      help: 'a values file, or - for standard input',
      missing: 'add --values FILE, or --values /dev/null for the defaults of the chart',
    },
    { name: 'release', value: 'NAME', isRequired: true, help: 'the name of the release' },
    { name: 'namespace', short: 'n', value: 'NAMESPACE', isRequired: true, help: 'the namespace of the release' },
    { name: 'emit', value: 'WHAT', isRequired: true, choices: EMITS, help: 'the kind of output' },
    ...REPORT_OPTIONS,
  ],
  examples: [
    'helm get values dagger -n ci -o yaml | cdk8s-dagger from-helm --chart official --chart-version 0.21.7 \\',
    '    --values - --release dagger -n ci --emit findings',
    'cdk8s-dagger from-helm --chart official --chart-version 0.21.7 -f values.yaml -f values-ci.yaml \\',
    '    --release dagger -n ci --emit manifests --fail-on error > engine.yaml',
    'cdk8s-dagger from-helm --chart kubiya -f values.yaml --release dagger -n ci --emit typescript > main.ts',
  ],
  run: (args, io) => (require('./from-helm') as typeof import('./from-helm')).fromHelm(args, io),
};

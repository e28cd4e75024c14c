import { HelmChart } from '../helm/helm-chart';
import type { Command } from './command';
import { EMITS, REPORT_OPTIONS } from './report-options';

export const FROM_HELM: Command = {
  name: 'from-helm',
  summary: 'What a Helm release of Dagger Engines comes to: its manifests, a program that makes them, its findings',
  synopsis: '--chart CHART -f FILE --release NAME -n NAMESPACE --emit WHAT [OPTIONS]',
  about:
    'The values are read as Helm reads them: the files, then --set, then --set-string, the later above the earlier, all above the defaults of the chart. ' +
    'What is asked for goes to standard output, or to --output, and nothing else does; findings go to standard error, unless they are what is asked for. ' +
    'With findings as bad as --strict says, no manifests and no program are written.',
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
      help: `the version of the chart, as helm list shows it, such as ${HelmChart.OFFICIAL.newestVersion}; the newest one known if not said`,
    },
    {
      name: 'values',
      short: 'f',
      value: 'FILE',
      isRequired: true,
      isRepeated: true,
      help: 'a file of values, - for standard input',
      missing: 'add --values FILE, or --values /dev/null for the defaults of the chart',
    },
    {
      name: 'set',
      value: 'KEY=VALUE',
      isRepeated: true,
      help: 'values as helm --set takes them: a.b=1,c={x,y},d[0].e=z',
    },
    { name: 'set-string', value: 'KEY=VALUE', isRepeated: true, help: 'the same for texts alone' },
    { name: 'release', value: 'NAME', isRequired: true, help: 'the name of the release' },
    { name: 'namespace', short: 'n', value: 'NAMESPACE', isRequired: true, help: 'the namespace of the release' },
    { name: 'emit', value: 'WHAT', isRequired: true, choices: EMITS, help: 'what to write' },
    ...REPORT_OPTIONS,
  ],
  examples: [
    'helm get values dagger -n ci -o yaml | cdk8s-dagger from-helm --chart official --chart-version 0.21.7 \\',
    '    --values - --release dagger -n ci --emit findings',
    'cdk8s-dagger from-helm --chart official --chart-version 0.21.7 -f values.yaml --set engine.port=1234 \\',
    '    --release dagger -n ci --emit manifests --strict error > engine.yaml',
    'cdk8s-dagger from-helm --chart kubiya -f values.yaml --release dagger -n ci --emit typescript > main.ts',
  ],
  run: (given, io) => (require('./from-helm') as typeof import('./from-helm')).fromHelm(given, io),
};

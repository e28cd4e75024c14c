import type { Command } from './command';
import { GRAPH_FORMATS, MANIFEST_OPERANDS, MANIFEST_SOURCES } from './shared-options';

export const GRAPH: Command = {
  name: 'graph',
  summary: 'Draws the Dagger Engines in manifests, and everything that can reach them',
  synopsis: 'FILE... [OPTIONS]',
  about: `${MANIFEST_SOURCES} The diagram goes to standard output, or to --output.`,
  options: [
    { name: 'format', value: 'FORMAT', choices: GRAPH_FORMATS, help: 'the language of the diagram; default: mermaid' },
    { name: 'output', value: 'FILE', help: 'the file to write instead of standard output' },
  ],
  operands: MANIFEST_OPERANDS,
  examples: [
    'cdk8s-dagger graph dist',
    'helm template dagger oci://registry.dagger.io/dagger-helm -n ci | cdk8s-dagger graph -',
    'cdk8s-dagger graph dist --format dot | dot -Tsvg -o engines.svg',
  ],
  run: (args, io) => (require('./graph') as typeof import('./graph')).drawGraph(args, io),
};

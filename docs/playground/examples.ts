// The examples of the repository as programs of one file.
import MAIN from '../../examples/main.ts?raw';

const FILES: { readonly [path: string]: string } = import.meta.glob('../../examples/*/chart.ts', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** Maps the names of examples to their programs. */
export const examples: { readonly [name: string]: string } = Object.fromEntries(
  Object.entries(FILES).map(([path, text]) => [path.split('/').at(-2), programOf(path.split('/').at(-2)!, text)]),
);

/** Adds an app with the charts of an example, as the program of all examples creates them. */
function programOf(name: string, text: string): string {
  const charts = [...text.matchAll(/^export class (\w+Chart) /gm)].map(([, chart]) => chart!);
  const created = MAIN.split('\n').filter((line) => charts.some((chart) => line.includes(`new ${chart}(app, `)));
  const statements = created.map((line) => line.replace('{ namespace }', "{ namespace: 'dagger' }"));
  return `import { App } from 'cdk8s';\n${text}\nconst app = new App();\n${statements.join('\n')}\napp.synth();\n`;
}

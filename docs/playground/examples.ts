// The examples of the repository with one source file, as programs.
import MAIN from '../../examples/main.ts?raw';

const FILES: { readonly [path: string]: string } = import.meta.glob(['../../examples/*/*.ts', '!**/*.test.ts'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** Maps the names of examples to their programs. */
export const examples: { readonly [name: string]: string } = Object.fromEntries(
  Object.entries(FILES)
    .filter(([path]) => Object.keys(FILES).filter((other) => folderOf(other) === folderOf(path)).length === 1)
    .map(([path, text]) => [folderOf(path), programOf(text)]),
);

function folderOf(path: string): string {
  return path.split('/').at(-2)!;
}

/** Adds an app with the charts of an example, as the program of all examples creates them. */
function programOf(text: string): string {
  const charts = [...text.matchAll(/^export class (\w+Chart) /gm)].map(([, chart]) => chart!);
  const created = MAIN.split('\n').filter((line) => charts.some((chart) => line.includes(`new ${chart}(app, `)));
  const statements = created.map((line) => line.replace('{ namespace }', "{ namespace: 'dagger' }"));
  return `import { App } from 'cdk8s';\n${text}\nconst app = new App();\n${statements.join('\n')}\napp.synth();\n`;
}

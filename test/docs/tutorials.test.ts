import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ts from 'typescript';

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'tutorial-'));
  process.env.CDK8S_OUTDIR = outdir;
});
afterEach(() => {
  delete process.env.CDK8S_OUTDIR;
  rmSync(outdir, { recursive: true });
});

function page(name: string): string {
  return readFileSync(join(__dirname, '../../docs/tutorials', `${name}.md`), 'utf8');
}

/** Runs the first program on a page. */
function run(text: string, change = (program: string): string => program): void {
  const [, program] = /^```ts\n(.*?)^```$/ms.exec(text) as unknown as [string, string];
  const { outputText } = ts.transpileModule(change(program), { compilerOptions: { module: ts.ModuleKind.CommonJS } });
  new Function('require', 'exports', outputText)(require, {});
}

/** Returns the lines of a command's output on the page. */
function output(text: string, command: string): string[] {
  const block = text
    .slice(text.indexOf(`$ ${command}\n`))
    .split('\n')
    .slice(1);
  return block.slice(
    0,
    block.findIndex((line) => line.startsWith('$ ') || line === '```'),
  );
}

function manifests(file: string): string {
  return readFileSync(join(outdir, file), 'utf8');
}

describe('first-build.md', () => {
  const text = page('first-build');

  test('shows the kinds of objects that its program writes', () => {
    run(text);
    expect(manifests('dagger.k8s.yaml').match(/^kind:.*$/gm)).toEqual(
      output(text, "grep '^kind:' dist/dagger.k8s.yaml"),
    );
  });

  test('shows the error of its wrong program', () => {
    const [, message] = /^```\n(\[.*?)\n```$/ms.exec(text) as unknown as [string, string];
    expect(() => run(text, (program) => program.replace(/'v[\d.]+'/, "'latest'"))).toThrow(new Error(message));
  });
});

describe('mtls-pool.md', () => {
  const text = page('mtls-pool');

  test('shows the files that its program writes, and the address of the client', () => {
    run(text);
    expect(readdirSync(outdir).sort()).toEqual(output(text, 'ls dist').join().split('  '));
    const [address] = output(
      text,
      'kubectl exec client --namespace team-a -- printenv _EXPERIMENTAL_DAGGER_RUNNER_HOST',
    );
    expect(manifests('team-a.k8s.yaml')).toContain(`value: ${address}\n`);
  });
});

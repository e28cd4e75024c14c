import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './run-program';
import { Tutorial } from './tutorial';

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'tutorial-'));
});
afterEach(() => rmSync(outdir, { recursive: true }));

function manifests(file: string): string {
  return readFileSync(join(outdir, file), 'utf8');
}

describe('first-build.md', () => {
  const tutorial = new Tutorial('first-build');

  test('shows the kinds of objects that its program writes', () => {
    runProgram(tutorial.program, outdir);
    expect(manifests('dagger.k8s.yaml').match(/^kind:.*$/gm)).toEqual(
      tutorial.output("grep '^kind:' dist/dagger.k8s.yaml"),
    );
  });

  test('shows the error of its wrong program', () => {
    const [, message] = /^```\n(\[.*?)\n```$/ms.exec(tutorial.text) as unknown as [string, string];
    const wrong = tutorial.program.replace(/'v[\d.]+'/, "'latest'");
    expect(() => runProgram(wrong, outdir)).toThrow(new Error(message));
  });
});

describe('mtls-pool.md', () => {
  const tutorial = new Tutorial('mtls-pool');

  test('shows the files that its program writes, and the address of the client', () => {
    runProgram(tutorial.program, outdir);
    expect(readdirSync(outdir).sort()).toEqual(tutorial.output('ls -1 dist'));
    const [address] = tutorial.output(
      "kubectl exec client --namespace team-a -- sh -c 'echo $_EXPERIMENTAL_DAGGER_RUNNER_HOST'",
    );
    expect(manifests('team-a.k8s.yaml')).toContain(`value: ${address}\n`);
  });
});

test('a page is read as commands, their output, and files', () => {
  const { steps } = new Tutorial('mtls-pool');
  expect(steps.flatMap((step) => ('name' in step ? [step.name] : []))).toEqual(['ca.yaml', 'main.ts']);
  expect(steps).toContainEqual({
    text: 'kubectl exec client --namespace team-a -- dagger core container from --address=alpine:3.22 with-exec --args=echo,hello stdout',
    output: ['hello'],
  });
});

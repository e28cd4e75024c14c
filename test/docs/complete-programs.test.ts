import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';

const FOLDER = join(__dirname, '../../docs/how-to');

/** The pages with a complete program, and the program. The findings of a Helm release are warnings. */
const PROGRAMS = readdirSync(FOLDER).flatMap((page) =>
  [...readFileSync(join(FOLDER, page), 'utf8').matchAll(/^```ts\n(import [^]*?)^```$/gm)]
    .map(([, program]) => program!)
    .filter((program) => /new App\(\)|Testing\.app\(\)/.test(program) && !program.includes('HelmRelease'))
    .map((program) => ({ page, program })),
);

let outdir: string;
beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'how-to-'));
  process.env.CDK8S_OUTDIR = outdir;
});
afterEach(() => {
  delete process.env.CDK8S_OUTDIR;
  rmSync(outdir, { recursive: true });
  jest.restoreAllMocks();
});

test('the pages of CI systems have programs', () => {
  expect(PROGRAMS.map(({ page }) => page)).toEqual(expect.arrayContaining(['connect-arc.md', 'connect-woodpecker.md']));
});

test.each(PROGRAMS)('the program of $page writes manifests without warnings', ({ program }) => {
  const warn = jest.spyOn(console, 'warn').mockImplementation();
  jest.spyOn(console, 'log').mockImplementation();
  const { outputText } = ts.transpileModule(program, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  new Function('require', 'exports', outputText)((name: string): unknown => jest.requireActual(name), {});
  expect(warn.mock.calls).toEqual([]);
  if (program.includes('app.synth()')) {
    expect(readdirSync(outdir)).toContainEqual(expect.stringMatching(/\.k8s\.yaml$/));
  }
});

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { App, Chart } from 'cdk8s';
import { type Finding, HelmChart, HelmRelease } from 'cdk8s-dagger';
import ts from 'typescript';
import { inside, type Expression } from '../../src/program/expression';
import { withSecretsApart } from '../../src/program/secrets';
import { programText } from '../../src/program/typescript';

const ROOT = resolve(__dirname, '../..');

/** A release of one of the charts. */
export interface Release {
  readonly chart: string;
  readonly chartVersion?: string | undefined;
  readonly releaseName: string;
  readonly values: { [key: string]: any };
}

/** The result of a release: its own manifests, and the program that must create them too. */
export interface Emitted {
  readonly yaml: string;
  readonly text: string;
  readonly findings: readonly Finding[];
  /** The secrets that the program reads from its environment. */
  readonly secrets: { readonly [variable: string]: string };
}

/** The manifests of a release and its program. */
export function emit({ chart, chartVersion, releaseName, values }: Release): Emitted {
  const made = synthesized((app) => {
    const scope = new Chart(app, releaseName, { namespace: 'ci' });
    return HelmRelease.fromValues(scope, 'release', {
      chart: HelmChart.ALL.find(({ name }) => name === chart)!,
      chartVersion,
      releaseName,
      values,
    });
  });
  const { findings } = made.result;
  const program = made.result._program();
  const apart = withSecretsApart(program);
  const emitted = { id: releaseName, namespace: 'ci', engines: [program], others: program.others };
  const text = programText([emitted], {
    about: `The Dagger Engine of release ${releaseName} of the ${chart} chart.`,
    notes: findings.map(({ fix: _, ...note }) => note),
  });
  const secrets = [apart.props, ...apart.others.map(({ manifest }) => manifest)].flatMap(secretsIn);
  return {
    yaml: made.yaml,
    text,
    findings,
    secrets: Object.fromEntries(secrets.map(({ variable, value }) => [variable, value])),
  };
}

type Secret = Extract<Expression, { kind: 'secret' }>;

/** Secrets are texts in arguments and properties. */
function secretsIn(expression: Expression): Secret[] {
  const args = (one: Expression): readonly Expression[] => (one.kind === 'call' ? one.args : []);
  return [expression, ...inside(expression)]
    .flatMap((one) => [one, ...args(one)])
    .filter((one): one is Secret => one.kind === 'secret');
}

/** The output of a program in TypeScript, with its secrets in the environment. */
export function synthesizedBy(text: string, secrets: { readonly [variable: string]: string }): string {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  const before = { ...process.env };
  Object.assign(process.env, secrets);
  try {
    return synthesized(() => new Function('require', 'exports', outputText)(require, {})).yaml;
  } finally {
    process.env = before;
  }
}

/** Synthesizes into a temporary folder, which is also the output of a program that creates its own app. */
function synthesized<T>(make: (app: App) => T): { result: T; yaml: string } {
  const folder = mkdtempSync(join(tmpdir(), 'program-'));
  const before = process.env.CDK8S_OUTDIR;
  process.env.CDK8S_OUTDIR = folder;
  try {
    const app = new App();
    const result = make(app);
    if (app.charts.length > 0) {
      app.synth();
    }
    return {
      result,
      yaml: readdirSync(folder)
        .sort()
        .map((file) => `# ${file}\n${readFileSync(join(folder, file), 'utf8')}`)
        .join(''),
    };
  } finally {
    process.env.CDK8S_OUTDIR = before;
    rmSync(folder, { recursive: true });
  }
}

/** The strictest settings of the compiler. */
const STRICTEST: ts.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noFallthroughCasesInSwitch: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noPropertyAccessFromIndexSignature: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  allowUnreachableCode: false,
  allowUnusedLabels: false,
  isolatedModules: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts'],
  types: ['node'],
  paths: { 'cdk8s-dagger': [join(ROOT, 'src/index.ts')] },
};

/** The settings with which programs are compiled. */
export const COMPILERS: { readonly [title: string]: ts.CompilerOptions } = {
  'module node20': { ...STRICTEST, module: ts.ModuleKind.Node20, moduleResolution: ts.ModuleResolutionKind.Node16 },
  'module commonjs, resolved as by Node.js 10': {
    ...STRICTEST,
    module: ts.ModuleKind.CommonJS,
    moduleResolution: ts.ModuleResolutionKind.Node10,
  },
};

/** The errors of the compiler for programs. */
export function typeErrors(programs: readonly string[], options: ts.CompilerOptions): string[] {
  const files = new Map(programs.map((text, index) => [join(ROOT, `program-${index}.ts`), text]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name) ?? readFile(name);
  host.getSourceFile = (name, target, ...rest) =>
    files.has(name) ? ts.createSourceFile(name, files.get(name)!, target) : getSourceFile(name, target, ...rest);
  const program = ts.createProgram([...files.keys()], options, host);
  const all = [
    ...program.getOptionsDiagnostics(),
    ...[...files.keys()].flatMap((name) => {
      const file = program.getSourceFile(name);
      return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    }),
  ];
  return all.map(({ file, start, messageText }) => {
    const line = file?.text.slice(0, start).split('\n').length ?? 0;
    return `${file?.text.split('\n')[line - 1] ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}

import { join, resolve } from 'node:path';
import ts from 'typescript';
import { synthesized } from './emitted';

const ROOT = resolve(__dirname, '../..');

/** Runs a TypeScript program with its secrets in the environment, and returns its manifests. */
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

/** The strictest compiler options. */
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

/** The compiler options that programs must compile with, keyed by title. */
export const COMPILERS: { readonly [title: string]: ts.CompilerOptions } = {
  'module node20': { ...STRICTEST, module: ts.ModuleKind.Node20, moduleResolution: ts.ModuleResolutionKind.Node16 },
  'module commonjs, resolved as by Node.js 10': {
    ...STRICTEST,
    module: ts.ModuleKind.CommonJS,
    moduleResolution: ts.ModuleResolutionKind.Node10,
  },
};

/** Returns the compiler errors in programs. */
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

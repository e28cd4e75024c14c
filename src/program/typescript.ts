import type { FinishedProgram } from './engine-program';
import type { Expression } from './expression';
import { remarked, type Note } from './notes';
import { comment, WIDTH } from './print-comment';
import { ExpressionPrinter } from './print-expression';
import { withSecretsApart } from './secrets';
import { patchCalls, statements, type Statement } from './statements';

/** What is said in a program, apart from what it does. */
export interface ProgramOptions {
  /** What it is, in a sentence or more, for its top. */
  readonly about: string;
  /** The id of its chart. */
  readonly chartId: string;
  /** The namespace of its objects. */
  readonly namespace: string;
  /** What is wrong or risky in it. */
  readonly notes: readonly Note[];
}

/** A whole cdk8s app in TypeScript that makes the objects of a program. */
export function programText(finished: FinishedProgram, { about, chartId, namespace, notes }: ProgramOptions): string {
  const program = withSecretsApart(finished);
  const patches = patchCalls(program);
  const blocks = statements(program, patches, chartId, namespace);
  const { remarks, unplaced } = remarked(program, blocks.flat(), [...patches.values()], notes);
  const printer = new ExpressionPrinter(remarks);
  return [
    heading(about, unplaced),
    imports(blocks.flat()),
    ...(blocks.flat().some(({ expression }) => all(expression).some(({ kind }) => kind === 'secret')) ? [SECRET] : []),
    ...blocks.map((block) => block.map((statement) => text(statement, printer)).join('')),
  ].join('\n');
}

function text({ about, constant, expression }: Statement, printer: ExpressionPrinter): string {
  return `${about === undefined ? '' : comment(about)}${printer.statement(constant === undefined ? '' : `const ${constant} = `, expression)}`;
}

/** Reads a secret, in programs that have one. */
const SECRET = `\
/** A secret of the values, which is not written here: a variable of the environment holds it. */
function secret(variable: string): string {
  const value = process.env[variable];
  if (value === undefined || value === '') {
    throw new Error(\`the environment variable \${variable} is not set, which holds a secret of the values\`);
  }
  return value;
}
`;

function heading(about: string, unplaced: readonly Note[]): string {
  const notes = unplaced.map(({ severity, name, key, why, fix }) =>
    comment(`- ${severity} ${name} at ${key}: ${why}; fix: ${fix}`, 0, 2),
  );
  return `${comment(about)}${notes.length === 0 ? '' : `//\n// What else was found:\n${notes.join('')}`}`;
}

/** The modules of a program by what it has from them; all else is the library's. */
const MODULES: { readonly [name: string]: string } = Object.fromEntries([
  ...['ApiObject', 'App', 'Chart', 'Duration', 'JsonPatch', 'Size'].map((name) => [name, 'cdk8s']),
  ['k8s', 'cdk8s-plus-28'],
]);

function imports(program: readonly Statement[]): string {
  const own = program.map(({ constant }) => constant);
  const names = [...new Set(program.flatMap(({ expression }) => all(expression).flatMap(namesIn)))]
    .filter((name) => !own.includes(name))
    .sort();
  return ['cdk8s', 'cdk8s-dagger', 'cdk8s-plus-28']
    .map((module) => {
      const from = names.filter((name) => (MODULES[name] ?? 'cdk8s-dagger') === module);
      const line = `import { ${from.join(', ')} } from '${module}';\n`;
      return from.length === 0
        ? ''
        : line.length - 1 <= WIDTH
          ? line
          : `import {\n${from.map((name) => `  ${name},\n`).join('')}} from '${module}';\n`;
    })
    .join('');
}

/** The names that an expression itself begins with, or asserts. */
function namesIn(expression: Expression): string[] {
  switch (expression.kind) {
    case 'name':
      return [root(expression.text)];
    case 'call':
      return [root(expression.callee.replace(/^new /, ''))];
    case 'object':
      return expression.assertion === undefined ? [] : ['k8s'];
    default:
      return [];
  }
}

function root(path: string): string {
  return /^\w+/.exec(path)![0];
}

/** An expression and all in it. */
function all(expression: Expression): Expression[] {
  switch (expression.kind) {
    case 'object':
      return [expression, ...expression.entries.flatMap(([, value]) => all(value))];
    case 'list':
      return [expression, ...expression.items.flatMap(all)];
    case 'call':
      return [expression, ...expression.args.flatMap(all)];
    default:
      return [expression];
  }
}

import type { FinishedChart } from './engine-program';
import { childrenOf, type Expression } from './expression';
import { placeNotes, type Note } from './notes';
import { comment, WIDTH } from './print-comment';
import { ExpressionPrinter } from './print-expression';
import { withSecretsFromEnv } from './secret-variables';
import { statementsOf, type Statement } from './statements';

/** Options for the text of a program. */
export interface ProgramOptions {
  /** The comment at the top of the program. */
  readonly about: string;
  /** The problems and risks of the program. */
  readonly notes: readonly Note[];
}

/** Returns a cdk8s app in TypeScript that creates the objects of charts. */
export function programText(finished: readonly FinishedChart[], { about, notes }: ProgramOptions): string {
  const charts = finished.map((chart) => ({ ...chart, engines: chart.engines.map(withSecretsFromEnv) }));
  const statements = statementsOf(charts);
  const { remarks, unplaced } = placeNotes(statements, notes);
  const printer = new ExpressionPrinter(remarks);
  const all = statements.blocks.flat();
  const hasSecrets = all.some(({ expression }) => inExpression(expression).some(({ kind }) => kind === 'secret'));
  return [
    heading(about, unplaced),
    imports(all),
    ...(hasSecrets ? [SECRET] : []),
    ...statements.blocks.map((block) => block.map((statement) => text(statement, printer)).join('')),
  ].join('\n');
}

function text({ about, constant, expression }: Statement, printer: ExpressionPrinter): string {
  return `${about === undefined ? '' : comment(about)}${printer.statement(constant === undefined ? '' : `const ${constant} = `, expression)}`;
}

/** The function that reads a secret, for programs that contain one. */
const SECRET = `\
/** Returns a secret from an environment variable. */
function secret(variable: string): string {
  const value = process.env[variable];
  if (value === undefined || value === '') {
    throw new Error(\`the environment variable \${variable} is not set; set it to the secret\`);
  }
  return value;
}
`;

function heading(about: string, unplaced: readonly Note[]): string {
  const notes = unplaced.map(({ severity, name, key, shownKey, why, fix }) =>
    comment(`- ${severity} ${name} at ${shownKey ?? key}: ${why}${fix === undefined ? '' : `; fix: ${fix}`}`, 0, 2),
  );
  return `${comment(about)}${notes.length === 0 ? '' : `//\n// Other findings:\n${notes.join('')}`}`;
}

/** Maps imported names to their modules. All other names come from this library. */
const MODULES: { readonly [name: string]: string } = Object.fromEntries([
  ...['ApiObject', 'App', 'Chart', 'Duration', 'JsonPatch', 'Size'].map((name) => [name, 'cdk8s']),
  ['k8s', 'cdk8s-plus-28'],
]);

function imports(program: readonly Statement[]): string {
  const own = program.map(({ constant }) => constant);
  const names = [...new Set(program.flatMap(({ expression }) => inExpression(expression).flatMap(namesIn)))]
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

/** Returns the names that an expression needs, not counting its parts. */
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

/** Returns an expression and all expressions in it, including the arguments of calls. */
function inExpression(expression: Expression): Expression[] {
  return [expression, ...childrenOf(expression).flatMap(inExpression)];
}

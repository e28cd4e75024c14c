import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import ts from 'typescript';

/** Stands for a value in a text. */
export const ANY = '…';

/** A kind of problem: an object in the sources with the property `wrong`. */
export interface ProblemKind {
  /** The file with the text, such as `pod/probe.ts`. */
  readonly file: string;
  /** The message, with `…` for values. */
  readonly wrong: string;
  readonly allowed: readonly string[];
  readonly fixes: readonly string[];
}

/** The branches that lead to a value: the results of conditions, the keys of tables, and the calls of functions. */
type Path = ReadonlyMap<string | ts.Node, string | ts.CallExpression>;

/** A value of an expression. */
interface Value {
  readonly expression: ts.Expression;
  readonly path: Path;
}

interface Text {
  readonly file: string;
  readonly text: string;
  readonly path: Path;
}

const SRC = join(__dirname, '../../src');
/** The messages of the command aren't errors of programs. */
const IGNORED = /^(cli|comparison)\//;
/** The maximum number of texts for one expression in a template. More of them are a value. */
const ALTERNATIVES_MAX = 3;
/** Matches a fix that contains only a value. */
const UNINFORMATIVE = /^((choose|set it to|use|use a (URL|value) such as|write) )?'?…(\/…)?'?$/;
/** A limit for functions that call each other. */
const DEPTH_MAX = 12;

const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) =>
    ts.createSourceFile(join(SRC, file), readFileSync(join(SRC, file), 'utf8'), ts.ScriptTarget.Latest, true),
  )
  .sort((one, other) => (one.fileName < other.fileName ? -1 : 1));
const nodes = new Map(sources.map((source) => [source, descendantsOf(source)]));
const byPath = new Map(sources.map((source) => [source.fileName, source]));
const calls = grouped(ts.isCallExpression, nameOfCall);
const methods = grouped(ts.isMethodDeclaration, ({ name }) => name.getText());

/** Returns all kinds of problems in the sources. */
export function problemKinds(): ProblemKind[] {
  return [...nodes]
    .filter(([source]) => !IGNORED.test(fileOf(source)))
    .flatMap(([, all]) => all.filter(ts.isObjectLiteralExpression))
    .filter((literal) => propertyOf(literal, 'wrong') !== undefined && !isOnlyRisk(literal))
    .flatMap((literal) => {
      const wrongs = textsOf(propertyOf(literal, 'wrong')!);
      const messages = new Map(wrongs.map(({ file, text }) => [text, file]));
      return [...messages].map(([wrong, file]) => {
        const paths = wrongs.filter(({ text }) => text === wrong).map(({ path }) => path);
        const [allowed, fixes] = ['allowed', 'fix'].map((name) =>
          alternatives(propertyOf(literal, name), paths, messages.size === 1),
        );
        return { file, wrong, allowed: allowed!, fixes: fixes! };
      });
    });
}

/** Whether the message always ends with a risk, so that it links to the risk. */
function isOnlyRisk(literal: ts.ObjectLiteralExpression): boolean {
  const risk = propertyOf(literal, 'risk');
  return risk !== undefined && ts.isPropertyAccessExpression(risk);
}

/** Returns the texts of a property that can follow a message. The paths lead to the message. */
function alternatives(expression: ts.Expression | undefined, paths: readonly Path[], isOnly: boolean): string[] {
  if (expression === undefined) {
    return [];
  }
  const texts = new Set(paths.flatMap((path) => textsOf(expression, path)).map(({ text }) => text));
  const all = new Set(textsOf(expression).map(({ text }) => text));
  // Texts that no path connects with one of several messages may belong to another one.
  return !isOnly && texts.size > 1 && texts.size === all.size
    ? [ANY]
    : [...new Set([...texts].map((text) => (UNINFORMATIVE.test(text) ? ANY : text)))];
}

/** Returns the number of words in a text that aren't values. */
export function staticWords(text: string): number {
  return text.split(/\s+/).filter((word) => /[a-z]/i.test(word)).length;
}

/** Returns the texts that an expression can have after some branches, with `…` for values. */
function textsOf(expression: ts.Expression, path: Path = new Map(), depth = 0): Text[] {
  return valuesOf(expression, path, depth).flatMap(({ expression: value, path: reached }): Text[] => {
    const file = fileOf(value.getSourceFile());
    if (ts.isStringLiteralLike(value)) {
      return [{ file, text: value.text, path: reached }];
    }
    return ts.isTemplateExpression(value)
      ? templateTexts(value, reached, depth).map((one) => ({ ...one, file, text: one.text.replaceAll(/…{2,}/g, ANY) }))
      : [{ file, text: ANY, path: reached }];
  });
}

function templateTexts(
  { head, templateSpans }: ts.TemplateExpression,
  path: Path,
  depth: number,
): Array<Pick<Text, 'text' | 'path'>> {
  return templateSpans.reduce(
    (starts, { expression, literal }) => {
      const count = ts.isCallExpression(expression) ? 0 : textsOf(expression, new Map(), depth + 1).length;
      return starts.flatMap((start) => {
        const inner =
          count > 0 && count <= ALTERNATIVES_MAX
            ? textsOf(expression, start.path, depth + 1)
            : [{ text: ANY, path: start.path }];
        return inner.map((part) => ({ text: `${start.text}${part.text}${literal.text}`, path: part.path }));
      });
    },
    [{ text: head.text, path }],
  );
}

/** Returns the literals that an expression can be, or the expression itself if its value is unknown. */
function valuesOf(expression: ts.Expression, path: Path, depth: number): Value[] {
  const unknown = [{ expression, path }];
  if (depth > DEPTH_MAX) {
    return unknown;
  }
  const next = (one: ts.Expression): Value[] => valuesOf(one, path, depth + 1);
  if (ts.isConditionalExpression(expression)) {
    const { condition, whenFalse, whenTrue } = expression;
    const branches: Branch[] = [
      ['true', whenTrue],
      ['false', whenFalse],
    ];
    return choose(condition, branches, path, depth);
  }
  if (ts.isBinaryExpression(expression) && /^(\?\?|\|\|)$/.test(expression.operatorToken.getText())) {
    const branches: Branch[] = [
      ['left', expression.left],
      ['right', expression.right],
    ];
    return choose(expression, branches, path, depth);
  }
  if (ts.isBinaryExpression(expression) && expression.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken) {
    return next(expression.right);
  }
  if (
    ts.isParenthesizedExpression(expression) ||
    ts.isAsExpression(expression) ||
    ts.isSatisfiesExpression(expression) ||
    ts.isNonNullExpression(expression)
  ) {
    return next(expression.expression);
  }
  if (ts.isIdentifier(expression)) {
    return expression.text === 'undefined' ? [] : (valuesOfName(expression, path, depth) ?? unknown);
  }
  if (ts.isPropertyAccessExpression(expression)) {
    return propertyValues(objectsOf(next(expression.expression)), expression.name.text, depth) ?? unknown;
  }
  if (ts.isElementAccessExpression(expression)) {
    return (
      objectsOf(next(expression.expression))?.flatMap(({ expression: { properties }, path: reached }) => {
        const members = properties
          .filter(ts.isPropertyAssignment)
          .map(({ initializer, name }): Branch => [name.getText(), initializer]);
        return choose(expression.argumentExpression, members, reached, depth);
      }) ?? unknown
    );
  }
  return ts.isCallExpression(expression) ? (valuesOfCall(expression, path, depth) ?? unknown) : unknown;
}

/** A name of a branch, and its value. */
type Branch = readonly [name: string, value: ts.Expression];

/**
 * Returns the values of all branches, or of the one that the path contains. Equal conditions in one call of a function
 * have equal results.
 */
function choose(condition: ts.Expression, branches: readonly Branch[], path: Path, depth: number): Value[] {
  const owner = ts.findAncestor(condition, ts.isFunctionLike) ?? condition.getSourceFile();
  const anyCall = `${owner.getSourceFile().fileName}:${owner.pos}:${condition.getText()}`;
  const call = path.get(owner);
  const key = typeof call === 'object' ? `${anyCall}:${call.getSourceFile().fileName}:${call.pos}` : anyCall;
  // The path contains no call if it starts in the function. A parameter of the function adds one.
  const taken = path.get(key) ?? path.get(anyCall);
  return branches
    .filter(([name]) => taken === undefined || name === taken)
    .flatMap(([name, value]) => valuesOf(value, new Map(path).set(key, name), depth + 1));
}

interface ObjectValue extends Value {
  readonly expression: ts.ObjectLiteralExpression;
}

/** Returns values that are objects. Returns undefined if one of them is unknown. */
function objectsOf(values: readonly Value[] | undefined): ObjectValue[] | undefined {
  const objects = values?.filter((one): one is ObjectValue => ts.isObjectLiteralExpression(one.expression)) ?? [];
  return objects.length === 0 || objects.length < values!.length ? undefined : objects;
}

/** Returns the values of a property of objects. An object without the property has the default. */
function propertyValues(
  objects: readonly ObjectValue[] | undefined,
  name: string,
  depth: number,
  fallback?: ts.Expression,
): Value[] | undefined {
  return objects?.flatMap(({ expression, path }) => {
    const value = propertyOf(expression, name) ?? fallback;
    return value === undefined ? [] : valuesOf(value, path, depth + 1);
  });
}

function valuesOfName(name: ts.Identifier, path: Path, depth: number): Value[] | undefined {
  const declaration = declarationOf(name);
  if (declaration === undefined || ts.isFunctionDeclaration(declaration)) {
    return undefined;
  }
  if (!ts.isBindingElement(declaration)) {
    return valuesOfDeclaration(declaration, path, depth);
  }
  const property = (declaration.propertyName ?? declaration.name).getText();
  const objects = objectsOf(valuesOfDeclaration(declaration.parent.parent, path, depth));
  return propertyValues(objects, property, depth, declaration.initializer);
}

function valuesOfDeclaration(declaration: ts.Node, path: Path, depth: number): Value[] | undefined {
  if (ts.isParameter(declaration)) {
    return argumentsFor(declaration, path, depth);
  }
  return ts.isVariableDeclaration(declaration) && declaration.initializer !== undefined
    ? valuesOf(declaration.initializer, path, depth + 1)
    : undefined;
}

/** Returns the values that a function can return to a call. */
function valuesOfCall(call: ts.CallExpression, path: Path, depth: number): Value[] | undefined {
  const functions = calledBy(call).filter((called) => returnedBy(called).length > 0);
  return functions.length === 0
    ? undefined
    : functions.flatMap((called) => {
        const branches = returnedBy(called).map((value): Branch => [`${value.pos}`, value]);
        const values = choose(call, branches, new Map(path).set(called, call), depth);
        return values.map((value) => ({ ...value, path: afterCall(called, value.path, path) }));
      });
}

/** Returns a path after the call of a function, because another call has other arguments. */
function afterCall(called: ts.Node, inside: Path, before: Path): Path {
  const path = new Map(inside);
  path.delete(called);
  const outer = before.get(called);
  return outer === undefined ? path : path.set(called, outer);
}

/** Returns the arguments that all calls of a function pass for a parameter, or the one of the call in the path. */
function argumentsFor(parameter: ts.ParameterDeclaration, path: Path, depth: number): Value[] | undefined {
  const owner = parameter.parent;
  const name =
    ts.isFunctionDeclaration(owner) || ts.isMethodDeclaration(owner)
      ? owner.name?.getText()
      : ts.isVariableDeclaration(owner.parent)
        ? owner.parent.name.getText()
        : undefined;
  const index = owner.parameters.indexOf(parameter);
  const entered = path.get(owner) as ts.CallExpression | undefined;
  const passing =
    entered === undefined
      ? (name === undefined ? [] : (calls.get(name) ?? [])).filter((call) => isCallOf(call, owner))
      : [entered];
  return passing.length === 0
    ? undefined
    : passing.flatMap((call) => {
        const passed = call.arguments[index] ?? parameter.initializer;
        return passed === undefined ? [] : valuesOf(passed, new Map(path).set(owner, call), depth + 1);
      });
}

/** Whether a call runs a function. A method is only called in its own file. */
function isCallOf({ expression }: ts.CallExpression, owner: ts.SignatureDeclaration): boolean {
  const called = ts.isIdentifier(expression) ? declarationOf(expression) : undefined;
  return called === undefined
    ? ts.isMethodDeclaration(owner) && expression.getSourceFile() === owner.getSourceFile()
    : called === owner || called === owner.parent;
}

type Declaration = ts.VariableDeclaration | ts.ParameterDeclaration | ts.BindingElement | ts.FunctionDeclaration;

/** Returns the declaration of a name: the innermost one around it, or an export of another file. */
function declarationOf(name: ts.Identifier): Declaration | undefined {
  for (let scope: ts.Node = name.parent; scope !== undefined; scope = scope.parent) {
    const declared = declaredIn(scope).find((one) => one.name === name.text);
    if (declared !== undefined) {
      return declared.node;
    }
  }
  return importOf(name);
}

/** Returns the declaration of a name that a file imports from another file. */
function importOf(name: ts.Identifier): Declaration | undefined {
  const source = name.getSourceFile();
  for (const { importClause, moduleSpecifier } of source.statements.filter(ts.isImportDeclaration)) {
    const bindings = importClause?.namedBindings;
    const imported =
      bindings !== undefined && ts.isNamedImports(bindings)
        ? bindings.elements.find((element) => element.name.text === name.text)
        : undefined;
    if (imported !== undefined && ts.isStringLiteral(moduleSpecifier)) {
      const path = join(dirname(source.fileName), `${moduleSpecifier.text}.ts`);
      const declared = byPath.get(path)?.statements.flatMap(namedIn) ?? [];
      return declared.find((one) => one.name === (imported.propertyName ?? imported.name).text)?.node;
    }
  }
  return undefined;
}

interface Named {
  readonly name: string;
  readonly node: Declaration;
}

function declaredIn(scope: ts.Node): Named[] {
  if (ts.isFunctionLike(scope)) {
    return scope.parameters.flatMap((parameter) => bound(parameter as ts.ParameterDeclaration));
  }
  if (ts.isBlock(scope) || ts.isSourceFile(scope) || ts.isCaseClause(scope)) {
    return scope.statements.flatMap(namedIn);
  }
  return [];
}

function namedIn(statement: ts.Statement): Named[] {
  if (ts.isFunctionDeclaration(statement) && statement.name !== undefined) {
    return [{ name: statement.name.text, node: statement }];
  }
  return ts.isVariableStatement(statement) ? statement.declarationList.declarations.flatMap(bound) : [];
}

/** Returns the names that a declaration binds. */
function bound(declaration: ts.VariableDeclaration | ts.ParameterDeclaration | ts.BindingElement): Named[] {
  const { name } = declaration;
  if (ts.isIdentifier(name)) {
    return [{ name: name.text, node: declaration }];
  }
  return ts.isObjectBindingPattern(name) ? name.elements.flatMap(bound) : [];
}

/** Returns the functions that a call may run: the one with this name, or the methods with this name. */
function calledBy({
  expression,
}: ts.CallExpression): Array<ts.FunctionDeclaration | ts.ArrowFunction | ts.MethodDeclaration> {
  if (ts.isPropertyAccessExpression(expression)) {
    return methods.get(expression.name.text) ?? [];
  }
  const declaration = ts.isIdentifier(expression) ? declarationOf(expression) : undefined;
  const called =
    declaration !== undefined && ts.isVariableDeclaration(declaration) ? declaration.initializer : declaration;
  return called !== undefined && (ts.isFunctionDeclaration(called) || ts.isArrowFunction(called)) ? [called] : [];
}

/** Returns the expressions that a function can return. */
function returnedBy({ body }: ts.FunctionDeclaration | ts.ArrowFunction | ts.MethodDeclaration): ts.Expression[] {
  if (body === undefined || !ts.isBlock(body)) {
    return body === undefined ? [] : [body];
  }
  return descendantsOf(body)
    .filter(ts.isReturnStatement)
    .map(({ expression }) => expression)
    .filter((one) => one !== undefined);
}

function propertyOf(literal: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  const property = literal.properties.find((one) => one.name?.getText() === name);
  if (property !== undefined && ts.isPropertyAssignment(property)) {
    return property.initializer;
  }
  return property !== undefined && ts.isShorthandPropertyAssignment(property) ? property.name : undefined;
}

/** Groups all nodes of a kind by name. */
function grouped<T extends ts.Node>(
  isKind: (node: ts.Node) => node is T,
  nameOf: (node: T) => string | undefined,
): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const node of [...nodes.values()].flat().filter(isKind)) {
    const name = nameOf(node) ?? '';
    const group = groups.get(name) ?? [];
    group.push(node);
    groups.set(name, group);
  }
  return groups;
}

/** Returns the name of the function or method that a call runs. */
function nameOfCall({ expression }: ts.CallExpression): string | undefined {
  if (ts.isIdentifier(expression)) {
    return expression.text;
  }
  return ts.isPropertyAccessExpression(expression) ? expression.name.text : undefined;
}

function descendantsOf(node: ts.Node): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (one: ts.Node): void => {
    found.push(one);
    ts.forEachChild(one, visit);
  };
  visit(node);
  return found;
}

function fileOf({ fileName }: ts.SourceFile): string {
  return relative(SRC, fileName).replaceAll(sep, '/');
}

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

interface Text {
  readonly file: string;
  readonly text: string;
}

const SRC = join(__dirname, '../../src');
/** The messages of the command aren't errors of programs. */
const IGNORED = /^(cli|comparison)\//;
/** The maximum number of texts for one expression in a template. More of them are a value. */
const ALTERNATIVES_MAX = 3;
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
      const [allowed, fixes] = ['allowed', 'fix'].map((name) => alternatives(propertyOf(literal, name)));
      return textsOf(propertyOf(literal, 'wrong')!).map(({ file, text }) => ({
        file,
        wrong: text,
        allowed: allowed!,
        fixes: fixes!,
      }));
    });
}

/** Whether the message always ends with a risk, so that it links to the risk. */
function isOnlyRisk(literal: ts.ObjectLiteralExpression): boolean {
  const risk = propertyOf(literal, 'risk');
  return risk !== undefined && ts.isPropertyAccessExpression(risk);
}

function alternatives(expression: ts.Expression | undefined): string[] {
  const texts = expression === undefined ? [] : textsOf(expression).map(({ text }) => text);
  return [...new Set(texts)].filter((text) => staticWords(text) > 0);
}

/** Returns the number of words in a text that aren't values. */
export function staticWords(text: string): number {
  return text.split(/\s+/).filter((word) => /[a-z]/i.test(word)).length;
}

/** Returns the texts that an expression can have, with `…` for values. */
function textsOf(expression: ts.Expression, depth = 0): Text[] {
  return valuesOf(expression, depth).flatMap((value): Text[] => {
    const file = fileOf(value.getSourceFile());
    if (ts.isStringLiteralLike(value)) {
      return [{ file, text: value.text }];
    }
    return ts.isTemplateExpression(value)
      ? templateTexts(value, depth).map((text) => ({ file, text: text.replaceAll(/…{2,}/g, ANY) }))
      : [{ file, text: ANY }];
  });
}

function templateTexts({ head, templateSpans }: ts.TemplateExpression, depth: number): string[] {
  return templateSpans.reduce<string[]>(
    (starts, { expression, literal }) => {
      const inner = ts.isCallExpression(expression) ? [] : textsOf(expression, depth + 1).map(({ text }) => text);
      const parts = inner.length > 0 && inner.length <= ALTERNATIVES_MAX ? [...new Set(inner)] : [ANY];
      return starts.flatMap((start) => parts.map((part) => `${start}${part}${literal.text}`));
    },
    [head.text],
  );
}

/** Returns the literals that an expression can be, or the expression itself if its value is unknown. */
function valuesOf(expression: ts.Expression, depth: number): ts.Expression[] {
  if (depth > DEPTH_MAX) {
    return [expression];
  }
  const next = (one: ts.Expression): ts.Expression[] => valuesOf(one, depth + 1);
  if (ts.isConditionalExpression(expression)) {
    return [...next(expression.whenTrue), ...next(expression.whenFalse)];
  }
  if (ts.isBinaryExpression(expression) && /^(\?\?|\|\|)$/.test(expression.operatorToken.getText())) {
    return [...next(expression.left), ...next(expression.right)];
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
    return expression.text === 'undefined' ? [] : valuesOfName(expression, depth);
  }
  if (ts.isPropertyAccessExpression(expression)) {
    return membersOf(expression.expression, expression.name.text, depth) ?? [expression];
  }
  if (ts.isElementAccessExpression(expression)) {
    return membersOf(expression.expression, undefined, depth) ?? [expression];
  }
  if (ts.isCallExpression(expression)) {
    const returned = calledBy(expression).flatMap(returnedBy);
    return returned.length > 0 ? returned.flatMap(next) : [expression];
  }
  return [expression];
}

/** Returns the values of a property of an object, or of all its properties. Returns undefined if the object is unknown. */
function membersOf(expression: ts.Expression, name: string | undefined, depth: number): ts.Expression[] | undefined {
  const objects = valuesOf(expression, depth + 1);
  const literals = objects.filter(ts.isObjectLiteralExpression);
  return literals.length < objects.length || literals.length === 0
    ? undefined
    : literals
        .flatMap((literal) =>
          name === undefined
            ? literal.properties.filter(ts.isPropertyAssignment).map(({ initializer }) => initializer)
            : [propertyOf(literal, name)].filter((one) => one !== undefined),
        )
        .flatMap((one) => valuesOf(one, depth + 1));
}

function valuesOfName(name: ts.Identifier, depth: number): ts.Expression[] {
  const declaration = declarationOf(name);
  if (declaration === undefined) {
    return [name];
  }
  if (ts.isVariableDeclaration(declaration)) {
    return declaration.initializer === undefined ? [name] : valuesOf(declaration.initializer, depth + 1);
  }
  if (ts.isParameter(declaration)) {
    return argumentsFor(declaration, depth) ?? [name];
  }
  if (ts.isBindingElement(declaration)) {
    return valuesOfBinding(declaration, depth) ?? [name];
  }
  return [name];
}

/** Returns the values of a name in a destructured parameter or variable. */
function valuesOfBinding(element: ts.BindingElement, depth: number): ts.Expression[] | undefined {
  const holder = element.parent.parent;
  const property = (element.propertyName ?? element.name).getText();
  const objects = ts.isParameter(holder)
    ? argumentsFor(holder, depth)
    : ts.isVariableDeclaration(holder) && holder.initializer !== undefined
      ? valuesOf(holder.initializer, depth + 1)
      : undefined;
  const literals = objects?.filter(ts.isObjectLiteralExpression);
  if (literals === undefined || literals.length === 0 || literals.length < objects!.length) {
    return undefined;
  }
  return literals
    .map((literal) => propertyOf(literal, property) ?? element.initializer)
    .filter((one) => one !== undefined)
    .flatMap((one) => valuesOf(one, depth + 1));
}

/** Returns the arguments that all calls of a function pass for a parameter. */
function argumentsFor(parameter: ts.ParameterDeclaration, depth: number): ts.Expression[] | undefined {
  const owner = parameter.parent;
  const name =
    ts.isFunctionDeclaration(owner) || ts.isMethodDeclaration(owner)
      ? owner.name?.getText()
      : ts.isVariableDeclaration(owner.parent)
        ? owner.parent.name.getText()
        : undefined;
  const index = owner.parameters.indexOf(parameter);
  const passed = (name === undefined ? [] : (calls.get(name) ?? []))
    .filter((call) => isCallOf(call, owner))
    .map((call) => call.arguments[index] ?? parameter.initializer)
    .filter((one) => one !== undefined);
  return passed.length === 0 ? undefined : passed.flatMap((one) => valuesOf(one, depth + 1));
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

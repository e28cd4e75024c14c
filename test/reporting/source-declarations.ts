import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import ts from 'typescript';

const SRC = join(__dirname, '../../src');
const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) =>
    ts.createSourceFile(join(SRC, file), readFileSync(join(SRC, file), 'utf8'), ts.ScriptTarget.Latest, true),
  )
  .sort((one, other) => (one.fileName < other.fileName ? -1 : 1));
/** The nodes of each file in src/. */
export const nodes = new Map(sources.map((source) => [source, descendantsOf(source)]));
const byPath = new Map(sources.map((source) => [source.fileName, source]));
/** The calls of functions and methods with a name. */
export const calls = grouped(ts.isCallExpression, nameOfCall);
const methods = grouped(ts.isMethodDeclaration, ({ name }) => name.getText());

/** Whether a call runs a function. A method is only called in its own file. */
export function isCallOf({ expression }: ts.CallExpression, owner: ts.SignatureDeclaration): boolean {
  const called = ts.isIdentifier(expression) ? declarationOf(expression) : undefined;
  return called === undefined
    ? ts.isMethodDeclaration(owner) && expression.getSourceFile() === owner.getSourceFile()
    : called === owner || called === owner.parent;
}

type Declaration = ts.VariableDeclaration | ts.ParameterDeclaration | ts.BindingElement | ts.FunctionDeclaration;

/** Returns the declaration of a name: the innermost one around it, or an export of another file. */
export function declarationOf(name: ts.Identifier): Declaration | undefined {
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
export function calledBy({
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
export function returnedBy({
  body,
}: ts.FunctionDeclaration | ts.ArrowFunction | ts.MethodDeclaration): ts.Expression[] {
  if (body === undefined || !ts.isBlock(body)) {
    return body === undefined ? [] : [body];
  }
  return descendantsOf(body)
    .filter(ts.isReturnStatement)
    .map(({ expression }) => expression)
    .filter((one) => one !== undefined);
}

/** Returns the value of a property in an object. */
export function propertyOf(literal: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
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

/** Returns the path of a file in src/. */
export function fileOf({ fileName }: ts.SourceFile): string {
  return relative(SRC, fileName).replaceAll(sep, '/');
}

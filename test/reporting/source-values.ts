import ts from 'typescript';
import { calledBy, calls, declarationOf, isCallOf, propertyOf, returnedBy } from './source-declarations';

/** The branches that lead to a value: the results of conditions, the keys of tables, and the calls of functions. */
export type Path = ReadonlyMap<string | ts.Node, string | ts.CallExpression>;

/** A value of an expression. */
interface Value {
  readonly expression: ts.Expression;
  readonly path: Path;
}

/** A limit for functions that call each other. */
const DEPTH_MAX = 12;

/** Returns the literals that an expression can be after some branches, or the expression itself if its value is unknown. */
export function valuesOf(expression: ts.Expression, path: Path, depth: number): Value[] {
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

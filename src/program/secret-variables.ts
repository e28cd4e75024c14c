import { keysOf } from '../reporting/property-path';
import { EngineRisk } from '../reporting/engine-risk';
import type { FinishedProgram } from './engine-program';
import { type Expression, type ObjectExpression } from './expression';

/** Returns a copy of a program that reads its secrets from environment variables. */
export function withSecretsFromEnv(program: FinishedProgram): FinishedProgram {
  const properties = program.risks
    .filter(({ problem }) => problem.risk === EngineRisk.SECRET_IN_PLAIN_TEXT)
    .map(({ property }) => property);
  return {
    ...program,
    props: properties.reduce(
      (props, property) => withSecretAt(props, keysOf(property), variableOf(property)) as ObjectExpression,
      program.props,
    ),
  };
}

/**
 * Returns the variable for a property: `ENGINE_TOML` for `engineToml`, `SIDECARS_0_ENV_TOKEN` for
 * `sidecars[0].env.TOKEN`.
 */
function variableOf(property: string): string {
  return keysOf(property)
    .map((part) =>
      part
        .replace(/([a-z])([A-Z])/g, '$1_$2')
        .replace(/\W/g, '_')
        .toUpperCase(),
    )
    .join('_');
}

/** Replaces the string at a path with a secret, which the program reads from an environment variable. */
export function withSecretAt(expression: Expression, [part, ...rest]: readonly string[], variable: string): Expression {
  switch (expression.kind) {
    case 'literal':
      return typeof expression.value === 'string'
        ? { ...expression, kind: 'secret', value: expression.value, variable }
        : expression;
    case 'call':
      return {
        ...expression,
        args: expression.args.map((arg) => withSecretAt(arg, part === undefined ? [] : [part, ...rest], variable)),
      };
    case 'object':
      return {
        ...expression,
        entries: expression.entries.map(
          ([key, value]) => [key, key === part ? withSecretAt(value, rest, variable) : value] as const,
        ),
      };
    case 'list':
      return {
        ...expression,
        items: expression.items.map((item, index) =>
          String(index) === part
            ? withSecretAt(item, rest, variable)
            : isNamed(item, part)
              ? withSecretAt(item, ['value'], variable)
              : item,
        ),
      };
    default:
      return expression;
  }
}

/** Whether an expression is a container's environment variable with this name. */
function isNamed(item: Expression, name: string | undefined): boolean {
  return (
    item.kind === 'object' &&
    item.entries.some(([key, value]) => key === 'name' && value.kind === 'literal' && value.value === name)
  );
}

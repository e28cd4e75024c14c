import { ENGINE_ID, ENGINE_OBJECTS, type FinishedChart, type FinishedProgram, type Patch } from './engine-program';
import { data, literal, name, object, type Entry, type Expression } from './expression';
import { isText } from './print-expression';

/** A statement of a program: a call, or a constant. */
export interface Statement {
  /** The comment above the statement. */
  readonly about?: string;
  /** The name of the constant, or undefined for a call. */
  readonly constant?: string;
  readonly expression: Expression;
}

/** The patches of an object, and the calls that create them. */
export interface PatchedObject {
  /** The text that refers to the object in the program. */
  readonly target: string;
  readonly calls: ReadonlyArray<{ readonly patch: Patch; readonly call: Expression }>;
}

/** An engine, and its statements in the program. */
export interface EngineStatements {
  readonly program: FinishedProgram;
  readonly statements: readonly Statement[][];
  readonly patched: readonly PatchedObject[];
}

/** The statements of a program in blocks, and the engines in it. */
export interface Statements {
  readonly blocks: readonly Statement[][];
  readonly engines: readonly EngineStatements[];
  readonly patched: readonly PatchedObject[];
}

/** Returns the statements of a program that creates charts. */
export function statementsOf(charts: readonly FinishedChart[]): Statements {
  const names = new Names(['app', 'secret']);
  const engineCount = charts.flatMap(({ engines }) => engines).length;
  const engines: EngineStatements[] = [];
  const patched: PatchedObject[] = [];
  const blocks: Statement[][] = [[{ constant: 'app', expression: written('new App') }]];
  for (const { id, namespace, engines: programs, others } of charts) {
    const chart = names.unique(charts.length === 1 ? 'chart' : `${id}-chart`);
    const options = namespace === undefined ? [] : [object({ namespace: literal(namespace) })];
    const expression = written('new Chart', name('app', undefined), literal(id), ...options);
    blocks[blocks.length === 1 ? 0 : blocks.push([]) - 1]!.push({ constant: chart, expression });
    for (const program of programs) {
      const engine = engineStatements(program, chart, names, engineCount === 1 ? 'engine' : (program.id ?? ENGINE_ID));
      engines.push(engine);
      patched.push(...engine.patched);
      blocks.push(...engine.statements);
    }
    for (const { id: otherId, manifest, patches } of others) {
      const other = {
        ...written('new ApiObject', name(chart, undefined), literal(otherId), manifest),
        origin: manifest.origin,
      };
      const constant = patches.length === 0 ? undefined : names.unique(otherId);
      blocks.push([{ ...(constant && { constant }), expression: other }]);
      if (constant !== undefined) {
        const one = { target: constant, calls: patches.map((patch) => ({ patch, call: callOf(patch) })) };
        patched.push(one);
        blocks.at(-1)!.push(patching(one));
      }
    }
  }
  blocks.push([{ expression: written('app.synth') }]);
  return { blocks, engines, patched };
}

function engineStatements(
  program: FinishedProgram,
  chart: string,
  names: Names,
  constantName: string,
): EngineStatements {
  const { className, id = ENGINE_ID, patches, props } = program;
  const patchedObjects = ENGINE_OBJECTS.filter((of) => (patches[of] ?? []).length > 0);
  const constant = patchedObjects.length === 0 ? undefined : names.unique(constantName);
  // Multi-line strings become constants, because they would break the indentation of the properties.
  const texts = props.entries
    .filter(([, value]) => value.kind === 'call' && value.args.some(isText))
    .map(([property, expression]) => ({ property, expression, text: names.unique(property) }));
  const entries = props.entries.map(([property, value]): Entry => {
    const text = texts.find((one) => one.property === property)?.text;
    return [property, text === undefined ? value : name(text, undefined)];
  });
  const patched = patchedObjects.map((of): PatchedObject => ({
    target: of === 'workload' ? `ApiObject.of(${constant})` : `${constant}.${of}?`,
    calls: patches[of]!.map((patch) => ({ patch, call: callOf(patch) })),
  }));
  return {
    program,
    patched,
    statements: [
      ...texts.map(({ expression, text }) => [{ constant: text, expression }]),
      [
        {
          ...(constant !== undefined && { constant }),
          expression: written(`new ${className}`, name(chart, undefined), literal(id), { ...props, entries }),
        },
      ],
      ...patched.map((one, index) => [patching(one, index === 0 ? PATCHES : undefined)]),
    ],
  };
}

const PATCHES = "Fields that no property sets. To accept the construct's value, remove the patch.";

function patching({ calls, target }: PatchedObject, about?: string): Statement {
  return { about, expression: written(`${target}.addJsonPatch`, ...calls.map(({ call }) => call)) };
}

function callOf({ op, path, from, value }: Patch): Expression {
  return written(
    `JsonPatch.${op}`,
    ...(from === undefined ? [] : [literal(from)]),
    literal(path),
    ...(value === undefined ? [] : [data(value)]),
  );
}

/** Creates an expression for a call that is only printed, and never evaluated. */
function written(callee: string, ...args: readonly Expression[]): Expression {
  return { kind: 'call', callee, args, apply: () => undefined };
}

/** The names of a program's constants. */
class Names {
  private readonly taken: Set<string>;

  public constructor(reserved: readonly string[]) {
    this.taken = new Set(reserved);
  }

  /** Returns a name in camel case that no other constant has. */
  public unique(text: string): string {
    const words = text.replace(/[^A-Za-z0-9]+(.?)/g, (_, letter: string) => letter.toUpperCase());
    const base = /^[A-Za-z]/.test(words) ? words : `object${words}`;
    let unique = base;
    for (let count = 2; this.taken.has(unique); count += 1) {
      unique = `${base}${count}`;
    }
    this.taken.add(unique);
    return unique;
  }
}

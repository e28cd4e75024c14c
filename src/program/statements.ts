import { ENGINE_ID, type FinishedProgram, type Patch } from './engine-program';
import { data, literal, name, object, type Data, type Entry, type Expression } from './expression';
import { isText } from './print-expression';

/** A statement of a program: a call, or a constant. */
export interface Statement {
  /** What is said of it. */
  readonly about?: string;
  readonly constant?: string;
  readonly expression: Expression;
}

/** A patch, and the call that makes it. */
export interface PatchCall {
  readonly patch: Patch;
  readonly call: Expression;
}

/** The calls of the patches of the objects that have some, by the names that the program has for these. */
export type PatchCalls = ReadonlyMap<string, readonly PatchCall[]>;

const CHART = name('chart', undefined);
const WORKLOAD = 'ApiObject.of(engine)';
const ACCOUNT = 'engine.serviceAccount?';

export function patchCalls({ others, patches: { serviceAccount, workload } }: FinishedProgram): PatchCalls {
  const all = [
    [WORKLOAD, workload ?? []],
    [ACCOUNT, serviceAccount ?? []],
    ...others.map(({ id, patches }) => [constantOf(id), patches] as const),
  ] as const;
  return new Map(
    all
      .filter(([, patches]) => patches.length > 0)
      .map(([of, patches]) => [of, patches.map((patch) => ({ patch, call: callOf(patch) }))]),
  );
}

/** The statements of a program, in blocks. */
export function statements(
  program: FinishedProgram,
  patches: PatchCalls,
  chartId: string,
  namespace: string,
): Statement[][] {
  const { className, constants, others, props } = program;
  // A text of several lines would break the indentation of the properties.
  const texts = props.entries.filter(([, value]) => value.kind === 'call' && value.args.some(isText));
  const entries = props.entries.map((entry): Entry =>
    texts.includes(entry) ? [entry[0], name(entry[0], undefined)] : entry,
  );
  const engine = written(`new ${className}`, CHART, literal(ENGINE_ID), { ...props, entries });
  return [
    [
      { constant: 'app', expression: written('new App') },
      {
        constant: 'chart',
        expression: written(
          'new Chart',
          name('app', undefined),
          literal(chartId),
          object({ namespace: literal(namespace) }),
        ),
      },
    ],
    ...Object.entries(constants).map(([constant, value]) => [
      { constant, expression: value.kind === 'name' ? data(value.value as Data) : value },
    ]),
    ...texts.map(([constant, expression]) => [{ constant, expression }]),
    [
      patches.has(WORKLOAD) || patches.has(ACCOUNT)
        ? { constant: 'engine', expression: engine }
        : { expression: engine },
    ],
    patching(WORKLOAD, patches, 'What the constructs write otherwise. Each patch can go once its change is wanted.'),
    patching(ACCOUNT, patches),
    ...others.map(({ id, manifest }) => {
      const expression = { ...written('new ApiObject', CHART, literal(id), manifest), origin: manifest.origin };
      const of = constantOf(id);
      return patches.has(of) ? [{ constant: of, expression }, ...patching(of, patches)] : [{ expression }];
    }),
    [{ expression: written('app.synth') }],
  ].filter((block) => block.length > 0);
}

function patching(of: string, patches: PatchCalls, about?: string): Statement[] {
  const calls = patches.get(of) ?? [];
  return calls.length === 0
    ? []
    : [{ about, expression: written(`${of}.addJsonPatch`, ...calls.map(({ call }) => call)) }];
}

function callOf({ op, path, from, value }: Patch): Expression {
  return written(
    `JsonPatch.${op}`,
    ...(from === undefined ? [] : [literal(from)]),
    literal(path),
    ...(value === undefined ? [] : [data(value)]),
  );
}

/** A call that is only written down. */
function written(callee: string, ...args: readonly Expression[]): Expression {
  return { kind: 'call', callee, args, apply: () => undefined };
}

/** `headlessService` for `headless-service`. */
function constantOf(id: string): string {
  return id.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

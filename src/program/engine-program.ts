import { ApiObject, App, Chart, JsonPatch, type ApiObjectProps } from 'cdk8s';
import type { Construct } from 'constructs';
import type { AcceptedRisk } from '../reporting/accepted-risk';
import { ValidationError, type Caution, type Found } from '../reporting/problems';
import { reportRisksElsewhere } from '../reporting/acceptances';
import type { Engine } from '../workload/engine';
import type { EngineProps } from '../workload/engine-props';
import { EngineDaemonSet } from '../workload/engine-daemon-set';
import { EngineDeployment } from '../workload/engine-deployment';
import { comparedEngines } from '../workload/engine-registry';
import { EngineStatefulSet } from '../workload/engine-stateful-set';
import { evaluate, list, type Data, type Expression, type ObjectExpression } from './expression';
import { acceptedRisks } from './accepted-risks';

/** The constructs that a program can use to create an engine. */
export const ENGINES = { EngineDaemonSet, EngineDeployment, EngineStatefulSet } as const;

/** A JSON patch for a field that no property can express. */
export interface Patch {
  readonly op: 'add' | 'move' | 'remove' | 'replace';
  /** The JSON pointer of the field. */
  readonly path: string;
  /** The JSON pointer of the field to move. */
  readonly from?: string;
  readonly value?: Data;
  /** The reason, which the program shows as a comment. */
  readonly why: string;
}

/** An object that the program creates in addition to an engine. */
export interface OtherObject {
  readonly id: string;
  /** The object in wire form, without a namespace. The chart sets the namespace. */
  readonly manifest: Expression;
  readonly patches: readonly Patch[];
}

/** The properties of an engine construct that are Kubernetes objects. */
export const ENGINE_OBJECTS = [
  'workload',
  'configMap',
  'serviceAccount',
  'service',
  'headlessService',
  'metricsService',
  'networkPolicy',
  'disruptionBudget',
  'certificate',
] as const satisfies ReadonlyArray<keyof Engine>;

export type EngineObject = (typeof ENGINE_OBJECTS)[number];

/** A value for each object that an engine has. */
export type PerObject<T> = { readonly [of in EngineObject]?: T };

/** An engine, and other objects that belong to it. */
export interface EngineProgram {
  /** The id of the construct. The default is `engine`. */
  readonly id?: string;
  readonly className: keyof typeof ENGINES;
  readonly props: ObjectExpression;
  /** Returns the patches for the fields that no property can express. */
  readonly patches: (rendered: PerObject<Rendered>) => PerObject<readonly Patch[]>;
  readonly others: readonly OtherObject[];
}

/** A rendered object. */
export type Rendered = { readonly [key: string]: any }; // eslint-disable-line @typescript-eslint/no-explicit-any

/** The result of running a program. */
export interface Outcome {
  readonly engine: Engine;
  readonly others: readonly ApiObject[];
  /** The program, with the accepted risks and the patches that it needs. */
  readonly program: FinishedProgram;
}

/** A chart with its engines and other objects. */
export interface ChartProgram {
  readonly id: string;
  readonly namespace?: string;
  readonly engines: readonly EngineProgram[];
  readonly others: readonly OtherObject[];
}

/** A chart whose programs were run. */
export interface FinishedChart extends Omit<ChartProgram, 'engines'> {
  readonly engines: readonly FinishedProgram[];
}

/** Creates the charts, and runs the programs of their engines. */
export function runCharts(programs: readonly ChartProgram[], app: App): FinishedChart[] {
  const charts = programs.map(({ engines, ...chart }) => {
    const scope = new Chart(app, chart.id, { namespace: chart.namespace });
    const outcomes = engines.map((program) => run(program, scope));
    addOthers(chart.others, scope);
    return { ...chart, outcomes };
  });
  const conflicts = comparedEngines(app);
  return charts.map(({ outcomes, ...chart }) => ({
    ...chart,
    engines: outcomes.map(({ engine, program }) => acceptingConflicts(program, conflicts.get(engine)?.found ?? [])),
  }));
}

/** Returns the program with accepted risks for its conflicts with other engines. */
function acceptingConflicts(program: FinishedProgram, found: readonly Found[]): FinishedProgram {
  const risks = found.filter(({ problem }) => problem.risk !== undefined);
  return risks.length === 0
    ? program
    : { ...program, props: accepting(program.props, risks), risks: [...program.risks, ...risks] };
}

/** A program that has run, with its patches and risks. */
export interface FinishedProgram extends Omit<EngineProgram, 'patches'> {
  readonly patches: PerObject<readonly Patch[]>;
  /** The risks that the program accepts. */
  readonly risks: readonly Found[];
}

/** The problems, risks and warnings that the constructs find in an engine. */
export interface CheckResult {
  readonly found: readonly Found[];
  readonly cautions: readonly Caution[];
}

/** Checks a program by creating its engine in a separate app. `engine` is undefined if the construct rejects it. */
export function checkProgram(
  program: EngineProgram,
  namespace: string | undefined,
): CheckResult & { readonly engine?: Engine } {
  const chart = new Chart(new App(), 'chart', { namespace });
  reportRisksElsewhere(chart);
  try {
    const engine = createEngine(program, chart, program.props);
    return { found: engine._risks, cautions: engine._cautions, engine };
  } catch (error) {
    if (error instanceof ValidationError) {
      return { found: error.found, cautions: [] };
    }
    throw error;
  }
}

/** Returns the patches that a program needs for the objects of its engine. */
export function patchesOf(program: EngineProgram, engine: Engine): PerObject<readonly Patch[]> {
  return program.patches(
    Object.fromEntries(ENGINE_OBJECTS.map((of) => [of, engine[of]?.toJson() as Rendered | undefined])),
  );
}

/** A program and the namespace of its engine. */
export interface PlacedProgram {
  readonly program: EngineProgram;
  readonly namespace: string | undefined;
}

/**
 * Returns the conflicts between engines in the same cluster, in the order of their programs. `nameOf` returns names for
 * messages.
 */
export function checkConflicts(programs: readonly PlacedProgram[], nameOf: (index: number) => string): CheckResult[] {
  const app = new App();
  reportRisksElsewhere(app);
  const engines = programs.map(({ namespace, program }, index) =>
    createEngine(program, new Chart(app, nameOf(index), { namespace }), program.props),
  );
  const compared = comparedEngines(app);
  return engines.map((engine) => compared.get(engine)!);
}

/** Runs a program. The caller reports the risks. */
export function run(program: EngineProgram, scope: Construct): Outcome {
  reportRisksElsewhere(scope);
  const engine = createEngine(program, scope, program.props);
  const props = accepting(program.props, engine._risks);
  const patches = patchesOf(program, engine);
  for (const of of ENGINE_OBJECTS) {
    engine[of]?.addJsonPatch(...(patches[of] ?? []).map(jsonPatch));
  }
  const others = addOthers(program.others, scope);
  return { engine, others, program: { ...program, props, patches, risks: engine._risks } };
}

function addOthers(others: readonly OtherObject[], scope: Construct): ApiObject[] {
  return others.map(({ id, manifest, patches }) => {
    const object = new ApiObject(scope, id, evaluate(manifest) as ApiObjectProps);
    object.addJsonPatch(...patches.map(jsonPatch));
    return object;
  });
}

export const ENGINE_ID = 'engine';

function createEngine({ className, id = ENGINE_ID }: EngineProgram, scope: Construct, props: ObjectExpression): Engine {
  const Workload = ENGINES[className] as new (scope: Construct, id: string, props: EngineProps) => Engine;
  return new Workload(scope, id, evaluate(props) as EngineProps);
}

/** The reason that a program gives for the risks that it accepts. */
const TAKEN_OVER = 'taken over unchanged';

const ACCEPT_RISKS = 'acceptRisks' satisfies keyof EngineProps;

/** Returns the properties with the found risks added to `acceptRisks`. */
function accepting(props: ObjectExpression, found: readonly Found[]): ObjectExpression {
  const risks = new Map<string, AcceptedRisk>();
  for (const { problem, property } of found) {
    const accepted = { risk: problem.risk!, property: property.replace(/\[\d+\]/g, ''), reason: TAKEN_OVER };
    risks.set(JSON.stringify(accepted), accepted);
  }
  const added = acceptedRisks([...risks.values()]);
  const [, before] = props.entries.find(([key]) => key === ACCEPT_RISKS) ?? [];
  const all = [before, added].flatMap((one) => (one?.kind === 'list' ? one.items : []));
  return added === undefined
    ? props
    : { ...props, entries: [...props.entries.filter(([key]) => key !== ACCEPT_RISKS), [ACCEPT_RISKS, list(all)]] };
}

function jsonPatch({ op, path, from, value }: Patch): JsonPatch {
  return op === 'move' ? JsonPatch.move(from!, path) : JsonPatch[op](path, value);
}

/** Escapes a key for a JSON pointer. */
export function pointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

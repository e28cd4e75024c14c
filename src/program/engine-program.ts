import { ApiObject, App, Chart, JsonPatch, type ApiObjectProps } from 'cdk8s';
import type { Construct } from 'constructs';
import { ValidationError, type Caution, type Found, type Risk } from '../reporting/problems';
import type { Engine } from '../workload/engine';
import type { EngineProps } from '../workload/engine-props';
import { EngineDaemonSet } from '../workload/engine-daemon-set';
import { EngineDeployment } from '../workload/engine-deployment';
import { comparedEngines } from '../workload/engine-registry';
import { EngineStatefulSet } from '../workload/engine-stateful-set';
import { evaluate, list, literal, type Data, type Expression, type ObjectExpression } from './expression';

/** The constructs that a program can make an engine with. */
export const ENGINES = { EngineDaemonSet, EngineDeployment, EngineStatefulSet } as const;

/** A JSON patch of an object, for a field that no property can express. */
export interface Patch {
  readonly op: 'add' | 'move' | 'remove' | 'replace';
  /** The JSON pointer of the field. */
  readonly path: string;
  /** The JSON pointer of the field to move. */
  readonly from?: string;
  readonly value?: Data;
  /** The reason, for people who read the program. */
  readonly why: string;
}

/** An object next to the engine, as the API server reads it. */
export interface OtherObject {
  readonly id: string;
  /** The object without its namespace, which is the chart's. */
  readonly manifest: Expression;
  readonly patches: readonly Patch[];
}

/** The objects of an engine, by the names of their properties. */
export const ENGINE_OBJECTS = [
  'workload',
  'configMap',
  'serviceAccount',
  'service',
  'headlessService',
  'metricsService',
  'networkPolicy',
  'certificate',
] as const satisfies ReadonlyArray<keyof Engine>;

export type EngineObject = (typeof ENGINE_OBJECTS)[number];

/** A value for each of the objects that an engine has. */
export type PerObject<T> = { readonly [of in EngineObject]?: T };

/** One engine, and the objects next to it. */
export interface EngineProgram {
  /** The id of the construct; `engine` by default. */
  readonly id?: string;
  readonly className: keyof typeof ENGINES;
  /** Texts that several properties share, by name. */
  readonly constants: { readonly [name: string]: Expression };
  readonly props: ObjectExpression;
  /** Returns the patches for the fields that no property can express. */
  readonly patches: (made: PerObject<Rendered>) => PerObject<readonly Patch[]>;
  readonly others: readonly OtherObject[];
}

/** An object as it is written. */
export type Rendered = { readonly [key: string]: any }; // eslint-disable-line @typescript-eslint/no-explicit-any

/** What came of a program. */
export interface Outcome {
  readonly engine: Engine;
  readonly others: readonly ApiObject[];
  /** The program, with the risks accepted and the patches made that it needs. */
  readonly program: FinishedProgram;
}

/** A program of which everything is known. */
export interface FinishedProgram extends Omit<EngineProgram, 'patches'> {
  readonly patches: PerObject<readonly Patch[]>;
  /** The risks that it takes: the property, and the name. */
  readonly risks: ReadonlyArray<readonly [property: string, name: Risk]>;
}

/** What an engine of that program is refused with, and warned of. */
export interface Judgement {
  readonly found: readonly Found[];
  readonly cautions: readonly Caution[];
}

/** Makes the engine of a program for nothing but to see what is said of it. */
export function judge(program: EngineProgram, namespace: string | undefined): Judgement {
  const attempt = (props: ObjectExpression): Judgement => {
    try {
      const engine = make(program, new Chart(new App(), 'chart', { namespace }), props);
      return { found: [], cautions: engine._cautions };
    } catch (error) {
      if (error instanceof ValidationError) {
        return { found: error.found, cautions: [] };
      }
      throw error;
    }
  };
  const { found, cautions } = attempt(program.props);
  // An engine that is refused isn't warned of. With its risks accepted it is.
  return found.length === 0 || found.some(({ problem }) => problem.risk === undefined)
    ? { found, cautions }
    : {
        found,
        cautions: attempt(accepting(program.props, found)).cautions.filter(({ name }) => name !== 'accepted-risk'),
      };
}

/** A program that is judged, and in which namespace. `risks` are those that it takes. */
export interface JudgedProgram {
  readonly program: EngineProgram;
  readonly namespace: string | undefined;
  readonly risks: readonly Found[];
}

/** What engines of one cluster do to each other, in the order of their programs. Engines are named as `nameOf` has it. */
export function judgeTogether(programs: readonly JudgedProgram[], nameOf: (index: number) => string): Judgement[] {
  const app = new App();
  const engines = programs.map(({ namespace, program, risks }, index) =>
    make(program, new Chart(app, nameOf(index), { namespace }), accepting(program.props, risks)),
  );
  const compared = comparedEngines(app);
  return engines.map((engine) => compared.get(engine)!);
}

/** Makes the objects of a program. `found` are the risks that it takes. */
export function run(program: EngineProgram, scope: Construct, found: readonly Found[]): Outcome {
  const props = accepting(program.props, found);
  const engine = make(program, scope, props);
  const made = Object.fromEntries(ENGINE_OBJECTS.map((of) => [of, engine[of]?.toJson() as Rendered | undefined]));
  const patches = program.patches(made);
  for (const of of ENGINE_OBJECTS) {
    engine[of]?.addJsonPatch(...(patches[of] ?? []).map(jsonPatch));
  }
  const others = program.others.map(({ id, manifest, patches: own }) => {
    const object = new ApiObject(scope, id, evaluate(manifest) as ApiObjectProps);
    object.addJsonPatch(...own.map(jsonPatch));
    return object;
  });
  const risks = found.flatMap(({ property, problem }) =>
    problem.risk === undefined ? [] : [[property, problem.risk] as const],
  );
  return { engine, others, program: { ...program, props, patches, risks } };
}

/** The id of the engine of a program. */
export const ENGINE_ID = 'engine';

function make({ className, id = ENGINE_ID }: EngineProgram, scope: Construct, props: ObjectExpression): Engine {
  const Workload = ENGINES[className] as new (scope: Construct, id: string, props: EngineProps) => Engine;
  return new Workload(scope, id, evaluate(props) as EngineProps);
}

/** The properties with the risks accepted that are found in them. */
function accepting(props: ObjectExpression, found: readonly Found[]): ObjectExpression {
  const risks = [...new Set(found.filter(({ problem }) => problem.risk !== undefined).map(({ property }) => property))];
  return risks.length === 0
    ? props
    : { ...props, entries: [...props.entries, ['acceptRisks', list(risks.map((risk) => literal(risk)))]] };
}

function jsonPatch({ op, path, from, value }: Patch): JsonPatch {
  switch (op) {
    case 'add':
      return JsonPatch.add(path, value);
    case 'move':
      return JsonPatch.move(from!, path);
    case 'remove':
      return JsonPatch.remove(path);
    case 'replace':
      return JsonPatch.replace(path, value);
  }
}

/** A key as a part of a JSON pointer. */
export function pointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

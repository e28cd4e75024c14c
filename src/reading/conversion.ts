import { ENGINE_OBJECTS, checkProgram, patchesOf, type EngineProgram, type Patch } from '../program/engine-program';
import type { Found } from '../reporting/problems';
import { describeEngine, type DescribedEngine } from './described-engine';
import { firstDraft, programOf, type Draft } from './draft';
import { enginesOf } from './engine-pods';
import type { Inventory } from './inventory';
import type { ManifestObject } from './manifest-object';
import { refinementsOf, type Refinement } from './refinements';
import { rejectedFields } from './rejected-fields';

/** The programs that create the engines in an inventory, and the objects that these programs don't create. */
export interface Conversion {
  readonly engines: readonly ConvertedEngine[];
  /** The engines that no construct can create. Their workloads are among the other objects. */
  readonly rejected: readonly RejectedEngine[];
  readonly others: readonly ManifestObject[];
}

export interface ConvertedEngine {
  readonly engine: DescribedEngine;
  readonly program: EngineProgram;
  /** The risks that the program must accept. */
  readonly risks: readonly Found[];
}

/** An engine that no construct can create. */
export interface RejectedEngine {
  readonly object: ManifestObject;
  readonly reasons: readonly Found[];
}

/** The kinds of workloads that have constructs. */
const KINDS = ['DaemonSet', 'Deployment', 'StatefulSet'];

/** Options for a conversion. */
export interface ConversionOptions {
  /** Returns the id of an engine's construct. The default is the name of the workload. */
  readonly idOf?: (engine: DescribedEngine) => string;
  /** Whether to simplify the program: with typed options, and without properties that equal the default. */
  readonly isRefined?: boolean;
  /** Shows the progress of a long run. */
  readonly show?: (text: string) => void;
}

/** Converts engines to programs that create the same objects. Fields that no property can express become patches. */
export function convert(
  inventory: Inventory,
  { idOf = ({ object }) => object.name, isRefined = true, show }: ConversionOptions = {},
): Conversion {
  const engines: ConvertedEngine[] = [];
  const rejected: RejectedEngine[] = [];
  const created = new Set<ManifestObject>();
  for (const object of inventory.objects.filter(({ type }) => KINDS.some((kind) => type === `apps/${kind}`))) {
    // Other engines in the same pod become sidecars of the first one.
    const [pod] = enginesOf(object);
    if (pod === undefined || pod.isNative) {
      continue;
    }
    show?.(`converting ${object.kind} ${object.name}`);
    const reasons = rejectedFields(object);
    if (reasons.length > 0) {
      rejected.push({ object, reasons });
      continue;
    }
    const engine = describeEngine(pod, inventory);
    const draft = firstDraft(engine, idOf(engine), created);
    const first = trial(draft);
    if (first === undefined) {
      const { found } = checkProgram(programOf(draft), object.namespace);
      rejected.push({ object, reasons: found.filter(({ problem }) => problem.risk === undefined) });
      continue;
    }
    const {
      draft: { objects },
      program,
      risks,
    } = isRefined ? refined(first, created) : first;
    Object.values(objects).forEach((one) => created.add(one));
    engines.push({ engine, program, risks });
  }
  return { engines, rejected, others: inventory.objects.filter((object) => !created.has(object)) };
}

/** A draft that the constructs accept. */
interface Trial {
  readonly draft: Draft;
  readonly program: EngineProgram;
  readonly risks: readonly Found[];
  /** The patches that the program needs. */
  readonly patches: readonly Patch[];
}

/** Applies each refinement that adds no patches or risks beyond those that it allows. */
function refined(first: Trial, taken: ReadonlySet<ManifestObject>): Trial {
  let best = first;
  for (const refinement of refinementsOf(first.draft)) {
    const draft = refinement.apply(best.draft, taken);
    const next = draft && trial(draft);
    if (next !== undefined && isSimpler(next, best, refinement)) {
      best = next;
    }
  }
  return best;
}

/**
 * Whether a draft needs no more patches or risks than the best draft so far. Leaving out a default must not add a
 * patch.
 */
function isSimpler(next: Trial, best: Trial, { isDefault, mayPatch, mayRisk = 0 }: Refinement): boolean {
  const [after, before] = [next, best].map(({ patches }) => patches.map((patch) => JSON.stringify(patch)));
  const length = ({ patches }: Trial): number =>
    JSON.stringify(patches.filter(({ op, path }) => op !== 'move' && mayPatch?.test(path) !== true)).length;
  return (
    next.risks.length <= best.risks.length + mayRisk &&
    (isDefault ? after!.every((patch) => before!.includes(patch)) : length(next) <= length(best))
  );
}

/**
 * Checks a draft. Returns undefined if the construct rejects it, or creates more or fewer objects than the draft has.
 */
function trial(draft: Draft): Trial | undefined {
  const program = programOf(draft);
  const { engine, found: risks } = checkProgram(program, draft.engine.object.namespace);
  if (
    engine === undefined ||
    ENGINE_OBJECTS.some((of) => (engine[of] === undefined) !== (draft.objects[of] === undefined))
  ) {
    return undefined;
  }
  return { draft, program, risks, patches: Object.values(patchesOf(program, engine)).flat() };
}

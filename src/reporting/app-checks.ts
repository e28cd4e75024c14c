import type { IConstruct } from 'constructs';
import { hideFrames } from './problems';

const SYNTH = Symbol.for('cdk8s-dagger.synth');

/** A check of the whole app below `root`. It returns error messages by construct. */
export type AppCheck = (root: IConstruct) => ReadonlyMap<IConstruct, readonly string[]>;

/** Results by the function that computed them or by their construct. They are valid until the app can change. */
interface SynthState {
  readonly results: Map<unknown, unknown>;
  readonly checks: Set<AppCheck>;
  isRunning: boolean;
}

interface Root extends IConstruct {
  [SYNTH]?: SynthState;
  synth?: () => unknown;
  synthYaml?: () => unknown;
}

/**
 * Adds a check of the whole app, which runs once for each synth. cdk8s runs every validation of an app once for each
 * of its charts, so a plain validation that reads the whole app makes the synth of many charts quadratic.
 *
 * The check runs before the validations of all other constructs. It may print warnings. Errors are reported with the
 * path of their construct. A check that needs data of another check calls `oncePerSynth`.
 *
 * @param scope any construct of the app; adding the same function several times has no effect
 * @param check a function of a module, not a closure, so that it is the same for every construct of the app
 */
export function addAppCheck(scope: IConstruct, check: AppCheck): void {
  const { root } = scope.node;
  const { checks } = stateOf(root);
  if (checks.has(check)) {
    return;
  }
  checks.add(check);
  const errorsOf = (construct: IConstruct): string[] => [...(oncePerSynth(root, check).get(construct) ?? [])];
  // Only constructs with errors get a validation: an empty one for each engine would add up with many charts.
  const reporting = new Set([root]);
  root.node.addValidation({
    validate: () => {
      for (const construct of oncePerSynth(root, check).keys()) {
        if (!reporting.has(construct)) {
          reporting.add(construct);
          construct.node.addValidation({ validate: () => errorsOf(construct) });
        }
      }
      return errorsOf(root);
    },
  });
}

/**
 * Returns the result of `compute` for the app of a construct, which is computed at most once per synth. Call it only
 * from checks, because the app can change at other times.
 */
export function oncePerSynth<T>(scope: IConstruct, compute: (root: IConstruct) => T): T {
  const { root } = scope.node;
  const { results } = stateOf(root);
  if (!results.has(compute)) {
    results.set(compute, compute(root));
  }
  return results.get(compute) as T;
}

/** Keeps a result for a construct until it is taken, at most until the end of a synth of the whole app. */
export function keepDuringSynth(construct: IConstruct, result: unknown): void {
  const state = stateOf(construct.node.root);
  if (state.isRunning) {
    state.results.set(construct, result);
  }
}

/** Returns and forgets the result that was kept for a construct, or undefined if there is none. */
export function takeKept(construct: IConstruct): unknown {
  const { results } = stateOf(construct.node.root);
  const kept = results.get(construct);
  results.delete(construct);
  return kept;
}

/** Returns every construct of the app. Call it only from checks. */
export function allConstructs(scope: IConstruct): readonly IConstruct[] {
  return oncePerSynth(scope, findAll);
}

function findAll(root: IConstruct): readonly IConstruct[] {
  return root.node.findAll();
}

function stateOf(root: Root): SynthState {
  if (root[SYNTH] === undefined) {
    const state: SynthState = { results: new Map(), checks: new Set(), isRunning: false };
    root[SYNTH] = state;
    // Chart.toJson() also validates the app. The program may change the app between two calls.
    root.node.addValidation({
      validate: () => {
        if (!state.isRunning) {
          state.results.clear();
        }
        return [];
      },
    });
    keepResultsDuring(root, 'synth', state);
    keepResultsDuring(root, 'synthYaml', state);
  }
  return root[SYNTH];
}

/**
 * Keeps results while `App.synth()` or `App.synthYaml()` runs. cdk8s then validates the app once for each chart, and no
 * program changes it.
 */
function keepResultsDuring(app: Root, method: 'synth' | 'synthYaml', state: SynthState): void {
  const original = app[method];
  if (original === undefined) {
    return;
  }
  Object.defineProperty(app, method, {
    configurable: true,
    writable: true,
    value(this: Root): unknown {
      state.results.clear();
      state.isRunning = true;
      try {
        return original.call(this);
      } catch (error) {
        hideFrames(error);
        throw error;
      } finally {
        state.isRunning = false;
        state.results.clear();
      }
    },
  });
}

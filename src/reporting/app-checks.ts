import type { IConstruct } from 'constructs';
import { hideFrames } from './problems';

const SYNTH = Symbol.for('cdk8s-dagger.synth');

/** A check of the whole app below `root`. Returns the error messages of each construct. */
export type AppCheck = (root: IConstruct) => ReadonlyMap<IConstruct, readonly string[]>;

/**
 * Cached results, keyed by the function that computed them or by their construct. They are valid until the app can
 * change.
 */
interface SynthState {
  readonly results: Map<unknown, unknown>;
  readonly checks: Set<AppCheck>;
  /** The functions that change objects at the start of a synth. */
  readonly preparations: Array<() => void>;
  isRunning: boolean;
}

interface Root extends IConstruct {
  [SYNTH]?: SynthState;
  synth?: () => unknown;
  synthYaml?: () => unknown;
}

/**
 * Adds a check of the whole app that runs once per synth. cdk8s runs every validation once per chart. With a plain
 * validation that reads the whole app, synth time would be quadratic in the number of charts.
 *
 * The check runs before the validations of all other constructs. It may print warnings. Errors are reported with the
 * path of their construct. A check that needs another check's data calls `oncePerSynth`.
 *
 * @param scope any construct in the app; adding the same function several times has no effect
 * @param check a module-level function, not a closure, so that all constructs pass the same one
 */
export function addAppCheck(scope: IConstruct, check: AppCheck): void {
  const { root } = scope.node;
  const { checks } = stateOf(root);
  if (checks.has(check)) {
    return;
  }
  checks.add(check);
  const errorsOf = (construct: IConstruct): string[] => [...(oncePerSynth(root, check).get(construct) ?? [])];
  // Only constructs with errors get a validation. cdk8s runs each one once per chart, so one per engine would be slow.
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
 * Adds a function that changes objects before all checks of a synth, for example their annotations. It runs once per
 * synth. A second run must change nothing.
 */
export function addPreparation(scope: IConstruct, prepare: () => void): void {
  stateOf(scope.node.root).preparations.push(prepare);
}

/**
 * Returns the result of `compute` for the app, computed at most once per synth. Call it only from checks, because the
 * app can change at other times.
 */
export function oncePerSynth<T>(scope: IConstruct, compute: (root: IConstruct) => T): T {
  const { root } = scope.node;
  const { results } = stateOf(root);
  if (!results.has(compute)) {
    results.set(compute, compute(root));
  }
  return results.get(compute) as T;
}

/**
 * Returns the result of `compute`, computed at most once for a key during a synth. Outside a synth, the app can change at
 * any time, so each call computes it.
 */
export function sharedDuringSynth<T>(scope: IConstruct, key: string, compute: () => T): T {
  const { isRunning, results } = stateOf(scope.node.root);
  if (!isRunning) {
    return compute();
  }
  if (!results.has(key)) {
    results.set(key, compute());
  }
  return results.get(key) as T;
}

/** Stores a result for a construct until `takeKept` or the end of the synth. Does nothing outside `App.synth()`. */
export function keepDuringSynth(construct: IConstruct, result: unknown): void {
  const state = stateOf(construct.node.root);
  if (state.isRunning) {
    state.results.set(construct, result);
  }
}

/** Removes and returns the result stored for a construct, or undefined if there is none. */
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

function prepareAll(root: IConstruct): void {
  stateOf(root).preparations.forEach((prepare) => prepare());
}

function findAll(root: IConstruct): readonly IConstruct[] {
  return root.node.findAll();
}

function stateOf(root: Root): SynthState {
  if (root[SYNTH] === undefined) {
    const state: SynthState = { results: new Map(), checks: new Set(), preparations: [], isRunning: false };
    root[SYNTH] = state;
    // Chart.toJson() also validates the app. The program may change the app between two calls.
    root.node.addValidation({
      validate: () => {
        if (!state.isRunning) {
          state.results.clear();
        }
        oncePerSynth(root, prepareAll);
        return [];
      },
    });
    keepResultsDuring(root, 'synth', state);
    keepResultsDuring(root, 'synthYaml', state);
  }
  return root[SYNTH];
}

/**
 * Keeps results while `App.synth()` or `App.synthYaml()` runs. During that time, cdk8s validates the app once per
 * chart, and the program can't change it.
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

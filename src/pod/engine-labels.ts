import type { EngineVersion } from '../version/engine-version';

/** Returns the release label of pods and workloads. It isn't one of `engineLabels`, because selectors are immutable. */
export function versionLabel({ tag }: EngineVersion): { readonly [key: string]: string } {
  return { 'app.kubernetes.io/version': tag };
}

/** Returns the labels that select the pods of an engine, and that all of its objects have. */
export function engineLabels(name: string): { readonly [key: string]: string } {
  return { 'app.kubernetes.io/name': 'dagger-engine', 'app.kubernetes.io/instance': name };
}

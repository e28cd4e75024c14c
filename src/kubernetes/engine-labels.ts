/** The label of every object of an engine. Objects without an engine, such as storage classes, have only this one. */
export const COMMON_LABELS = { 'app.kubernetes.io/name': 'dagger-engine' };

/** The label with the name of an engine. */
export const INSTANCE_LABEL = 'app.kubernetes.io/instance';

/** Returns the labels that select the pods of an engine, and that all of its objects have. */
export function engineLabels(name: string): { readonly [key: string]: string } {
  return { ...COMMON_LABELS, [INSTANCE_LABEL]: name };
}

/** Returns the release label of pods and workloads. It isn't one of `engineLabels`, because selectors are immutable. */
export function versionLabel(release: string): { readonly [key: string]: string } {
  return { 'app.kubernetes.io/version': release };
}

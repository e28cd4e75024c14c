import type { Finding } from '../findings/finding';

/** The place of a finding in a file. */
export interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** Whether the field itself is missing, so that this is the closest field above it. */
  readonly isBelow?: true;
}

/** The Kubernetes object of a finding. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** A finding and its place. */
export interface LocatedFinding extends Finding {
  readonly place?: Place;
  readonly object?: ObjectReference;
  /** The reason for which the user ignores it. */
  readonly ignored?: string;
}

/** `values.yaml:3:5`. */
export function showPlace({ file, line, column }: Place): string {
  return [file, line, column].filter((part) => part !== undefined).join(':');
}

/** `StatefulSet ci/dagger`. */
export function showObject({ kind, namespace, name }: ObjectReference): string {
  return `${kind} ${[namespace, name ?? '(without name)'].filter((part) => part !== undefined).join('/')}`;
}

import type { Finding, FindingSeverity } from '../findings/finding';

/** The location of a finding in a file. Lines and columns count from 1. */
export interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** Whether the field is missing. For a missing field, the location is that of the closest parent in the file. */
  readonly isBelow?: true;
}

/** The Kubernetes object of a finding. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** Something that a command reports. */
export interface Reported {
  readonly name: string;
  readonly severity: FindingSeverity;
  /** The user's reason for ignoring it, or undefined if it isn't ignored. */
  readonly ignored?: string;
}

/** A finding and its location. */
export interface LocatedFinding extends Finding, Reported {
  readonly place?: Place;
  readonly object?: ObjectReference;
}

/** Formats a location, such as `values.yaml:3:5`. */
export function showPlace({ file, line, column }: Place): string {
  return [file, line, column].filter((part) => part !== undefined).join(':');
}

/** Formats a reference to an object, such as `StatefulSet ci/dagger`. */
export function showObject({ kind, namespace, name }: ObjectReference): string {
  return `${kind} ${[namespace, name ?? '(without name)'].filter((part) => part !== undefined).join('/')}`;
}

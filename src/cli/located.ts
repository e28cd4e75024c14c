import type { Finding } from '../findings/finding';
import { member } from '../program/expression';

/** Where a finding is: in a file, or in an option of the command. */
export interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly option?: string;
  /** Whether it is not there itself, and this is the innermost of the keys that lead to it. */
  readonly isBelow?: true;
}

/** A Kubernetes object that a finding is about. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** A finding, and where it is. */
export interface LocatedFinding extends Finding {
  readonly place?: Place;
  readonly object?: ObjectReference;
}

/** `values.yaml:3:5`, or `--set engine.port`. */
export function showPlace({ file, line, column, option }: Place): string {
  return option ?? [file, line, column].filter((part) => part !== undefined).join(':');
}

/** `StatefulSet ci/dagger`. */
export function showObject({ kind, namespace, name }: ObjectReference): string {
  return `${kind} ${[namespace, name ?? '(without name)'].filter((part) => part !== undefined).join('/')}`;
}

/** The keys and indexes that lead to a value, as findings have them: `engine.env[0].name`. */
export function keyPath(path: ReadonlyArray<string | number>): string {
  return path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text === '' ? part : member(text, part)),
    '',
  );
}

import { ApiObject, type ApiObjectProps } from 'cdk8s';
import type { Construct } from 'constructs';
import type { ObjectMeta } from 'kubernetes-types/meta/v1';

/** A Kubernetes object as the API server reads it, in the form of the package `kubernetes-types`. */
interface Manifest {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: ObjectMeta;
  readonly spec?: unknown;
}

/**
 * Adds an object to the tree as a plain `ApiObject` in wire form, so that JSON patches act on what the
 * API server reads. The generated classes would map a patched object through the types of
 * Kubernetes 1.28 once more, and drop what those don't have.
 */
export function emit(scope: Construct, id: string, manifest: Manifest): ApiObject {
  return new ApiObject(scope, id, manifest as ApiObjectProps);
}

/** The map without its undefined values; undefined when nothing is left, so that no empty map is written. */
export function compact<T extends object>(map: T): T | undefined {
  const entries = Object.entries(map).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as T);
}

/** The list, or undefined when it is empty, so that no empty list is written. */
export function nonEmpty<T>(list: readonly T[]): T[] | undefined {
  return list.length === 0 ? undefined : [...list];
}

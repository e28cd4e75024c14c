import type { Problems } from '../reporting/problems';

/** A reference to an object by name. Kubernetes looks for it in the namespace of the referring object. */
export interface Reference {
  readonly kind: string;
  readonly name: string;
  /** The namespace of the object, or undefined if it is unknown. */
  readonly namespace?: string;
}

/**
 * Returns the namespace of a cdk8s-plus-28 object, or undefined if the object is imported or its chart has no
 * namespace.
 */
export function namespaceOf(object: { readonly name: string }): string | undefined {
  return (object as { readonly metadata?: { readonly namespace?: string } }).metadata?.namespace;
}

/** Reports an object that isn't in the engine's namespace. The pod would wait forever for an object with this name. */
export function checkNamespace(problems: Problems, property: string, { kind, name, namespace }: Reference): void {
  if (namespace !== undefined && namespace !== problems.namespace) {
    problems.add(property, {
      wrong: `the ${kind} ${JSON.stringify(name)} is in another namespace, and a pod can use only objects in its own namespace`,
      got: namespace,
      allowed:
        problems.namespace === undefined
          ? 'the namespace of the engine, which its chart does not set'
          : JSON.stringify(problems.namespace),
      fix: 'create both in charts with the same namespace',
    });
  }
}

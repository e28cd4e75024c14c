import type { Field } from './field';
import type { Inventory } from './inventory';
import type { ManifestObject } from './manifest-object';

/** Names that the constructs accept: those that a shell can read. */
export const SHELL_NAME = /^[A-Za-z_]\w*$/;

/**
 * Returns the values of a container's variables, by name. A value is a field of the container, or of a ConfigMap that
 * the container refers to. A value that isn't in the manifests has no text. As in the pod, the last value of a variable
 * takes effect, and `env` takes precedence over `envFrom`.
 */
export function variablesOf(
  container: Field,
  { namespace }: Pick<ManifestObject, 'namespace'>,
  inventory: Inventory,
): ReadonlyMap<string, Field> {
  const dataOf = (reference: Field): Field | undefined =>
    inventory.named('/ConfigMap', namespace, reference.at('name').text)?.root.at('data');
  const sources = container.at('envFrom').items.flatMap((source) => {
    const prefix = source.at('prefix').text ?? '';
    const entries = dataOf(source.at('configMapRef'))?.entries ?? [];
    return entries.map(([key, value]) => [`${prefix}${key}`, value] as const);
  });
  const variables = container.at('env').items.map((variable) => {
    const reference = variable.at('valueFrom', 'configMapKeyRef');
    const key = reference.at('key').text;
    const value = key === undefined ? undefined : dataOf(reference)?.at(key);
    return [variable.at('name').text ?? '', value ?? variable.at('value')] as const;
  });
  return new Map([...sources, ...variables]);
}

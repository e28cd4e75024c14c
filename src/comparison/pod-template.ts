import { isPlainObject } from '../reporting/plain-object';
import { pathBelow } from '../reporting/property-path';
import { differences } from '../reading/differences';
import { podOf } from '../reading/engine-pods';
import type { Field } from '../reading/field';
import { withoutDefaults } from '../reading/server-fields';
import type { ComparedObject } from './comparison';

/** A change of a pod template. */
export interface TemplateChange {
  /** The description, such as `the image of container engine`. */
  readonly text: string;
  /** The path of the changed field, relative to the pod template. */
  readonly path: string;
}

/** The annotation that `kubectl rollout restart` adds. Tools that apply manifests keep it. */
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

/**
 * Returns the changes of a pod template. Defaults of the API server and different notations of quantities aren't
 * changes.
 */
export function templateChanges({ after, before }: Required<ComparedObject>): TemplateChange[] {
  const [old, current] = [podOf(before), podOf(after)];
  if (old === undefined || current === undefined) {
    return [];
  }
  const annotations = current.at('metadata', 'annotations');
  const [from, to] = [withoutRestart(old, annotations), current.value].map((value) =>
    withoutDefaults(value, 'spec.template'),
  );
  const changes = differences(from, to, () => '').map(({ from: moved, path }): TemplateChange => {
    const keys = (moved ?? path)
      .split('/')
      .slice(1)
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
    const source = [old, current].find((field) => valueAt(field.value, keys) !== undefined) ?? current;
    // Kubernetes compares lists with their order.
    const text =
      moved === undefined ? describe(keys, source.value) : `order of ${describe(keys.slice(0, -1), source.value)}`;
    return { text, path: keys.reduce((above, key) => pathOf(above, key), '') };
  });
  return [...new Map(changes.map((change) => [change.text, change])).values()];
}

function withoutRestart(old: Field, annotations: Field): unknown {
  const { metadata, ...rest } = (old.value ?? {}) as { readonly metadata?: unknown };
  const given = old.at('metadata', 'annotations').map;
  if (given?.[RESTARTED_AT] === undefined || annotations.at(RESTARTED_AT).exists) {
    return old.value;
  }
  const { [RESTARTED_AT]: _, ...kept } = given;
  const { annotations: _old, ...others } = metadata as { readonly annotations: unknown };
  return { ...rest, metadata: { ...others, ...(Object.keys(kept).length > 0 && { annotations: kept }) } };
}

function pathOf(above: string, key: string): string {
  return /^\d+$/.test(key) && above !== '' ? `${above}[${key}]` : pathBelow(above, key);
}

/** The annotation with the checksum of the configuration files, which this library and many charts set. */
const CHECKSUM = /^checksum\//;

/** Describes a field, such as `variable FOO of container engine`. Values may be secret, so it shows none. */
function describe(keys: readonly string[], pod: unknown): string {
  const [section, list, index, field] = keys;
  if (section === 'metadata') {
    return index === undefined
      ? `${list ?? 'metadata'} of the pods`
      : CHECKSUM.test(index)
        ? 'configuration'
        : `${list!.replace(/s$/, '')} ${index}`;
  }
  if (list === undefined) {
    return section ?? 'the whole pod';
  }
  const name = nameAt(pod, keys.slice(0, 3)) ?? index;
  if (index === undefined || !Array.isArray(valueAt(pod, keys.slice(0, 2)))) {
    return list;
  }
  if (!/[cC]ontainers$/.test(list)) {
    return `${list.replace(/ies$/, 'y').replace(/s$/, '')} ${name}`;
  }
  return field === undefined ? `container ${name}` : `${partOf(keys, pod)} of container ${name}`;
}

/** Describes a field of a container. */
function partOf(keys: readonly string[], pod: unknown): string {
  const field = keys[3]!;
  const item = nameAt(pod, keys.slice(0, 5));
  return item === undefined
    ? field
    : field === 'env'
      ? `variable ${item}`
      : field === 'volumeMounts'
        ? `mount ${item}`
        : field;
}

/** Returns the name of a list item. The name of a mount is its path. */
function nameAt(pod: unknown, keys: readonly string[]): string | undefined {
  const item = valueAt(pod, keys);
  const name = isPlainObject(item) ? (item['mountPath'] ?? item['name']) : undefined;
  return typeof name === 'string' ? name : undefined;
}

function valueAt(pod: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (value, key) =>
      Array.isArray(value)
        ? value[Number(key)]
        : isPlainObject(value) && Object.hasOwn(value, key)
          ? value[key]
          : undefined,
    pod,
  );
}

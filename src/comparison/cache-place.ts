import { posix } from 'node:path';
import { isPlainObject } from '../reporting/plain-object';
import { pathOf } from '../reading/mounted-config';
import type { DescribedEngine } from '../reading/described-engine';
import type { Field } from '../reading/field';
import { firstOrdinal, podCount } from './workload-facts';

/** The location of an engine's cache. */
export interface CachePlace {
  /** The identity of the location. Two engines with the same one use the same data. */
  readonly id: string;
  /** The description, such as `claims cache-pool-0 to cache-pool-2`. */
  readonly text: string;
  /** Whether the cache outlives its pod. */
  readonly isPersistent: boolean;
  /** The names of the claims, if they are known. */
  readonly claims: readonly string[];
  /** The VolumeSnapshot that new volumes are copied from. */
  readonly seed?: string;
  /** The directory of the node. */
  readonly nodePath?: string;
  /** The field that determines the location. */
  readonly field: Field;
}

/** The volumes whose content is deleted with the pod. */
const POD_VOLUMES: { readonly [source: string]: string } = {
  emptyDir: "the pod's emptyDir",
  ephemeral: "the pod's own claim",
  csi: 'a CSI volume of the pod',
};

/** Returns the location of an engine's cache. */
export function cachePlace(engine: DescribedEngine): CachePlace {
  const { container, mounts, object, state } = engine;
  const { cache } = mounts;
  if (cache === undefined || cache.isElsewhere || (cache.volume === undefined && cache.template === undefined)) {
    return {
      id: 'container',
      text: "the container's own file system",
      isPersistent: false,
      claims: [],
      field: container,
    };
  }
  const { mount, template, volume } = cache;
  const directory = posix.relative(pathOf(mount), state);
  const inside = [mount.at('subPath').text, mount.at('subPathExpr').text, directory].filter(Boolean).join('/');
  const below = inside === '' ? '' : `, in ${inside}`;
  const idOf = (kind: string, source: unknown): string => JSON.stringify([kind, sorted(source), inside]);
  if (template !== undefined) {
    const name = template.at('metadata', 'name').text ?? '';
    return {
      id: idOf('template', name),
      text: `${claimsText(claimsOf(engine, name), `${name}-${object.name}-*`)}${below}`,
      isPersistent: true,
      claims: claimsOf(engine, name),
      ...seedOf(template),
      field: template,
    };
  }
  const [kind, source] = volume!.entries.find(([key, { exists }]) => key !== 'name' && exists) ?? ['emptyDir', volume!];
  if (kind in POD_VOLUMES) {
    return {
      id: idOf(kind, ''),
      text: `${POD_VOLUMES[kind]}${below}`,
      isPersistent: false,
      claims: [],
      ...seedOf(source.at('volumeClaimTemplate')),
      field: volume!,
    };
  }
  if (kind === 'persistentVolumeClaim') {
    const name = source.at('claimName').text ?? '';
    return {
      id: idOf(kind, name),
      text: `claim ${name}${below}`,
      isPersistent: true,
      claims: [name],
      field: volume!,
    };
  }
  const path = source.at('path').text?.replace(/(.)\/+$/, '$1');
  return {
    id: idOf(kind, kind === 'hostPath' ? path : source.value),
    text: `${textOf(kind, source)}${below}`,
    isPersistent: true,
    claims: [],
    ...(kind === 'hostPath' && path !== undefined && { nodePath: path }),
    field: volume!,
  };
}

function seedOf(claim: Field): Pick<CachePlace, 'seed'> {
  const { kind, name } = claim.at('spec', 'dataSource').texts;
  return kind === 'VolumeSnapshot' && name !== undefined ? { seed: name } : {};
}

function textOf(kind: string, source: Field): string {
  const { path = '', server = '' } = source.texts;
  return kind === 'hostPath'
    ? `directory ${path} on each node`
    : kind === 'nfs'
      ? `the NFS directory ${server}:${path}`
      : `a volume of type ${kind}`;
}

/** Returns the value with sorted keys. */
function sorted(value: unknown): unknown {
  return isPlainObject(value)
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, inner]) => [key, sorted(inner)]),
      )
    : value;
}

/** Returns the names of the claims of a StatefulSet's template. The list is empty if the number of pods isn't known. */
export function claimsOf({ inventory, object }: DescribedEngine, template: string): string[] {
  const count = podCount(object, inventory) ?? 0;
  return Array.from({ length: count }, (_, index) => `${template}-${object.name}-${firstOrdinal(object) + index}`);
}

/** Describes claims. `pattern` describes them if their names aren't known. */
export function claimsText(claims: readonly string[], pattern: string): string {
  return claims.length === 0
    ? `the claims ${pattern}`
    : claims.length === 1
      ? `claim ${claims[0]}`
      : `claims ${claims[0]} to ${claims.at(-1)}`;
}

/** Returns the command that deletes claims. */
export function deleteClaims(claims: readonly string[], namespace: string): string[] {
  return claims.length === 0 || claims.length > 10
    ? []
    : [`kubectl delete persistentvolumeclaim ${claims.join(' ')}${namespace}`];
}

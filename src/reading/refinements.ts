import { entryOf, withEntries, type ObjectExpression } from '../program/expression';
import { typedJson, typedJsonWithoutMirror, typedToml } from './config-refinements';
import { withProps, type Draft } from './draft';
import { metrics, proxy } from './env-refinements';
import type { ManifestObject } from './inventory';
import { headlessService, listenerBehindService, ownListener } from './network-refinements';
import { typedCache, typedSocket } from './storage-refinements';

/** A simplification of a draft. */
export interface Refinement {
  /** Returns the simplified draft, or undefined if the refinement doesn't apply. */
  readonly apply: (draft: Draft, taken: ReadonlySet<ManifestObject>) => Draft | undefined;
  /** Whether the refinement leaves out a property that equals the default. */
  readonly isDefault: boolean;
}

/** The properties whose values can equal the default. */
const WITH_DEFAULTS = [
  'replicas',
  'podManagementPolicy',
  'updateStrategy',
  'progressDeadline',
  'imagePullPolicy',
  'cache',
  'hostSocket',
  'headlessService',
  'engineJson',
  'engineToml',
  'probes',
  'terminationGracePeriod',
];

/** Returns the refinements of a draft, in the order in which they are tried. */
export function refinementsOf({ props }: Draft): Refinement[] {
  const typed = [
    ownListener,
    listenerBehindService,
    // The ports of metrics and of a headless Service depend on the listener.
    metrics,
    headlessService,
    proxy,
    typedCache,
    typedSocket,
    typedToml,
    typedJson,
    typedJsonWithoutMirror,
  ];
  const probes = ['startup', 'readiness', 'liveness'].map((probe) => without('probes', probe));
  const properties = WITH_DEFAULTS.filter((property) => entryOf(props, property) !== undefined);
  return [
    ...typed.map((apply) => ({ apply, isDefault: false })),
    ...[...probes, ...properties.map((property) => without(property))].map((apply) => ({ apply, isDefault: true })),
  ];
}

function without(property: string, inner?: string): Refinement['apply'] {
  return (draft) => {
    const value = entryOf(draft.props, property) as ObjectExpression | undefined;
    const left = inner === undefined ? undefined : value && withEntries(value, { [inner]: undefined });
    return value && withProps(draft, { [property]: left });
  };
}

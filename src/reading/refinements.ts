import { entryOf, withEntries, type ObjectExpression } from '../program/expression';
import { typedJson, typedJsonWithoutMirror, typedToml } from './config-refinements';
import { disruptionBudget } from './disruption-refinement';
import { withProps, type Draft } from './draft';
import { metrics, proxy, remoteCache, telemetry } from './env-refinements';
import type { ManifestObject } from './manifest-object';
import { headlessService, networkPolicy, plainTcpListener } from './network-refinements';
import { engineVolumes, typedCache, typedSocket } from './storage-refinements';
import { tlsListener } from './tls-refinement';

/** A simplification of a draft. */
export interface Refinement {
  /** Returns the simplified draft, or undefined if the refinement doesn't apply. */
  readonly apply: (draft: Draft, taken: ReadonlySet<ManifestObject>) => Draft | undefined;
  /** Whether the refinement leaves out a property that equals the default. */
  readonly isDefault?: boolean;
  /**
   * Matches the fields that the refinement may add patches for, because the property is more useful than their exact
   * form.
   */
  readonly mayPatch?: RegExp;
  /** The number of risks that the refinement may add, because the program would otherwise hide them. */
  readonly mayRisk?: number;
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
  'drain',
  'disruptionBudget',
];

/** Matches the clients that a network policy allows. Programs add them with `connect` and `allowFrom`. */
const ADMITTED = /^\/spec\/(ingress|egress|policyTypes)/;

/** Matches variables and ports that a property can set in another form. */
const FORM = /\/(env|ports)(\/\d+(\/(name|value))?)?$/;

const TYPED: readonly Refinement[] = [
  ...[true, false].flatMap((createsService): Refinement[] => [
    { apply: (draft, taken) => plainTcpListener(draft, taken, createsService) },
    // Unlike a container, a listener reports a missing network policy.
    { apply: (draft, taken) => tlsListener(draft, taken, createsService), mayRisk: 1 },
  ]),
  // The ports of metrics and of a headless Service depend on the listener.
  { apply: metrics, mayPatch: FORM },
  { apply: networkPolicy, mayPatch: ADMITTED },
  { apply: headlessService },
  { apply: disruptionBudget },
  { apply: proxy, mayPatch: FORM },
  { apply: telemetry, mayPatch: FORM },
  { apply: remoteCache, mayPatch: FORM },
  { apply: engineVolumes },
  { apply: typedCache },
  { apply: typedSocket },
  { apply: typedToml },
  { apply: typedJson },
  { apply: typedJsonWithoutMirror },
];

/** Returns the refinements of a draft, in the order that they are tried. */
export function refinementsOf({ props }: Draft): Refinement[] {
  const probes = ['startup', 'readiness', 'liveness'].map((probe) => without('probes', probe));
  const properties = WITH_DEFAULTS.filter((property) => entryOf(props, property) !== undefined);
  const defaults = [...probes, ...properties.map((property) => without(property))];
  return [...TYPED, ...defaults.map((apply): Refinement => ({ apply, isDefault: true }))];
}

function without(property: string, inner?: string): Refinement['apply'] {
  return (draft) => {
    const value = entryOf(draft.props, property) as ObjectExpression | undefined;
    const left = inner === undefined ? undefined : value && withEntries(value, { [inner]: undefined });
    return value && withProps(draft, { [property]: left });
  };
}

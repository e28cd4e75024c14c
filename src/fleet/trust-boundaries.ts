import type { PersistentVolumeClaimSpec, PodSpec } from 'kubernetes-types/core/v1';
import type { EnginePlan } from '../workload/engine-plan';

/** An identity or a source of data that an engine shares with every other engine that uses it. */
interface SharedIdentity {
  /** The property that sets the identity. */
  readonly property: string;
  readonly text: string;
  /** The namespace of the object, if it isn't the namespace of the engine. `null` means the whole cluster. */
  readonly namespace?: string | null;
  /** Whether the engine starts from a copy of the object, but can't change it. */
  readonly isCopied?: true;
}

/** The rendered workload of an engine. JSON patches can change it. */
export interface RenderedWorkload {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly template: { readonly metadata?: { readonly labels?: object }; readonly spec: PodSpec };
    readonly volumeClaimTemplates?: ReadonlyArray<{
      readonly metadata?: { readonly name?: string };
      readonly spec?: PersistentVolumeClaimSpec;
    }>;
  };
}

/** Returns the spec of a claim that the app creates, if there is one. */
export type FindClaim = (namespace: string | undefined, name: string) => PersistentVolumeClaimSpec | undefined;

/** An engine of a fleet. */
export interface Bound {
  readonly key: string;
  readonly plan: EnginePlan;
  readonly workload: RenderedWorkload;
}

/** An identity that an untrusted engine shares with a trusted one. */
export interface CrossedBoundary extends SharedIdentity {
  readonly trusted: string;
  readonly untrusted: string;
  /** Whether the trusted engine starts from a copy of a volume that the untrusted one can change. */
  readonly isTrustedCopy: boolean;
}

/** Returns the identities that untrusted engines share with trusted ones. */
export function crossedBoundaries(
  trusted: readonly Bound[],
  untrusted: readonly Bound[],
  findClaim: FindClaim,
): CrossedBoundary[] {
  // The members that use an identity, and those that copy it. A copied claim is known by several keys.
  const [users, copiers] = [new Map<string, string>(), new Map<string, string>()];
  for (const engine of trusted) {
    for (const identity of identities(engine, findClaim)) {
      if (identity.isCopied === true) {
        keysOf(identity, engine.plan).forEach((key) => copiers.set(key, engine.key));
      } else {
        users.set(keyOf(identity, engine.plan), engine.key);
      }
    }
  }
  return untrusted.flatMap((engine) =>
    identities(engine, findClaim).flatMap((identity) => {
      const key = keyOf(identity, engine.plan);
      const keys = identity.isCopied === true ? keysOf(identity, engine.plan) : [key];
      const user = keys.map((one) => users.get(one)).find((one) => one !== undefined);
      const other = user ?? copiers.get(key);
      const isTrustedCopy = user === undefined && identity.isCopied !== true;
      return other === undefined ? [] : [{ ...identity, trusted: other, untrusted: engine.key, isTrustedCopy }];
    }),
  );
}

function identities({ plan, workload }: Bound, findClaim: FindClaim): SharedIdentity[] {
  const { listener, serviceAccount } = plan;
  const { clientCa, clientIssuer, server } = listener?.tls?.certificates ?? {};
  const certificates = 'listener.certificates';
  return [
    ...(server === undefined ? [] : [{ property: certificates, text: `the Secret ${server.secretName}` }]),
    ...(clientCa === undefined || clientCa.objectName === server?.secretName
      ? []
      : [{ property: certificates, text: `the ${clientCa.objectKind} ${clientCa.objectName}` }]),
    ...(clientIssuer === undefined
      ? []
      : [
          {
            property: certificates,
            text: `the ${clientIssuer.kind ?? 'Issuer'} ${clientIssuer.name}`,
            ...(clientIssuer.kind === 'ClusterIssuer' && { namespace: null }),
          },
        ]),
    ...(serviceAccount === undefined
      ? []
      : [{ property: 'serviceAccount', text: `the service account ${serviceAccount.name}` }]),
    ...claims(workload).map((name) => ({ property: 'cache', text: claimText(name) })),
    ...sources(workload, (name) => findClaim(plan.namespace, name)),
  ];
}

const CLAIM = 'PersistentVolumeClaim';

function claimText(name: string): string {
  return `the ${CLAIM} ${name}`;
}

/**
 * Returns the names of the claims that an engine mounts. In the names of a StatefulSet's claims, `*` is the ordinal, so
 * that they include the claims of pods that an autoscaler or a smaller number of engines removed.
 */
function claims({
  kind,
  metadata: { name },
  spec: { template, volumeClaimTemplates = [] },
}: RenderedWorkload): string[] {
  return [
    ...volumeClaimTemplates.map(({ metadata }) => `${metadata?.name}-${name}-*`),
    ...(template.spec.volumes ?? []).flatMap(({ ephemeral, name: volume, persistentVolumeClaim: claim }) =>
      claim !== undefined
        ? [claim.claimName]
        : ephemeral !== undefined && kind === 'StatefulSet'
          ? [`${name}-*-${volume}`]
          : [],
    ),
  ];
}

/** Returns the objects that the volumes of an engine are copied from. A copy contains the layers of all their builds. */
function sources(
  { spec: { template, volumeClaimTemplates = [] } }: RenderedWorkload,
  findClaim: (name: string) => PersistentVolumeClaimSpec | undefined,
): SharedIdentity[] {
  const specs = [
    ...volumeClaimTemplates.map(({ spec }) => spec),
    ...(template.spec.volumes ?? []).map(({ ephemeral, persistentVolumeClaim: claim }) =>
      claim === undefined ? ephemeral?.volumeClaimTemplate?.spec : findClaim(claim.claimName),
    ),
  ];
  return specs.flatMap((spec) => {
    const { kind, name, namespace }: { kind?: string; name?: string; namespace?: string } =
      spec?.dataSourceRef ?? spec?.dataSource ?? {};
    return name === undefined
      ? []
      : [
          {
            property: 'cache',
            text: `the ${kind} ${name}`,
            isCopied: true,
            ...(namespace !== undefined && { namespace }),
          },
        ];
  });
}

/** Returns a key for an identity in its namespace. */
function keyOf({ namespace, text }: SharedIdentity, plan: EnginePlan): string {
  return JSON.stringify([namespace === undefined ? (plan.namespace ?? '') : namespace, text]);
}

/** Returns keys for a source: its name, and for a claim also the name with each number in it as an ordinal. */
function keysOf(source: SharedIdentity, plan: EnginePlan): string[] {
  const { text } = source;
  const numbers = text.startsWith(claimText('')) ? [...text.matchAll(/-\d+(?=-|$)/g)] : [];
  const texts = numbers.map(({ 0: number, index }) => `${text.slice(0, index)}-*${text.slice(index + number.length)}`);
  return [text, ...texts].map((one) => keyOf({ ...source, text: one }, plan));
}

import type { PersistentVolumeClaimSpec, PodSpec } from 'kubernetes-types/core/v1';
import type { EnginePlan } from '../workload/engine-plan';

/** An identity or a source of data that an engine shares with every other engine that uses it. */
interface SharedIdentity {
  /** The property that sets the identity. */
  readonly property: string;
  readonly text: string;
  /** The namespace of the object, if it isn't the namespace of the engine. `null` means the whole cluster. */
  readonly namespace?: string | null;
}

/** The rendered workload of an engine. JSON patches can change it. */
export interface RenderedWorkload {
  readonly spec: {
    readonly template: { readonly metadata?: { readonly labels?: object }; readonly spec: PodSpec };
    readonly volumeClaimTemplates?: ReadonlyArray<{ readonly spec?: PersistentVolumeClaimSpec }>;
  };
}

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
}

/** Returns the identities that untrusted engines share with trusted ones. */
export function crossedBoundaries(trusted: readonly Bound[], untrusted: readonly Bound[]): CrossedBoundary[] {
  const owners = new Map<string, string>();
  for (const engine of trusted) {
    for (const identity of identities(engine)) {
      owners.set(keyOf(identity, engine.plan), engine.key);
    }
  }
  return untrusted.flatMap((engine) =>
    identities(engine).flatMap((identity) => {
      const owner = owners.get(keyOf(identity, engine.plan));
      return owner === undefined ? [] : [{ ...identity, trusted: owner, untrusted: engine.key }];
    }),
  );
}

function identities({ plan, workload }: Bound): SharedIdentity[] {
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
    ...sources(workload),
  ];
}

/** Returns the objects that the volumes of an engine are copied from. A copy contains the layers of all their builds. */
function sources({ spec: { template, volumeClaimTemplates = [] } }: RenderedWorkload): SharedIdentity[] {
  const claims = [
    ...volumeClaimTemplates.map(({ spec }) => spec),
    ...(template.spec.volumes ?? []).map(({ ephemeral }) => ephemeral?.volumeClaimTemplate?.spec),
  ];
  return claims.flatMap((claim) => {
    const { kind, name, namespace }: { kind?: string; name?: string; namespace?: string } =
      claim?.dataSourceRef ?? claim?.dataSource ?? {};
    return name === undefined
      ? []
      : [{ property: 'cache', text: `the ${kind} ${name}`, ...(namespace !== undefined && { namespace }) }];
  });
}

/** Returns a key for an identity in its namespace. */
function keyOf({ namespace, text }: SharedIdentity, plan: EnginePlan): string {
  return JSON.stringify([namespace === undefined ? (plan.namespace ?? '') : namespace, text]);
}

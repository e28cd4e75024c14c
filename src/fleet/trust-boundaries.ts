import type { EnginePlan } from '../workload/engine-plan';

/** An identity that an engine shares with every other engine that uses it. */
interface SharedIdentity {
  /** The property that sets the identity. */
  readonly property: string;
  readonly text: string;
}

/** An engine of a fleet. */
interface Bound {
  readonly key: string;
  readonly plan: EnginePlan;
}

/** An identity that an untrusted engine shares with a trusted one. */
export interface CrossedBoundary extends SharedIdentity {
  readonly trusted: string;
  readonly untrusted: string;
}

/** Returns the identities that untrusted engines share with trusted ones. */
export function crossedBoundaries(trusted: readonly Bound[], untrusted: readonly Bound[]): CrossedBoundary[] {
  const owners = new Map<string, string>();
  for (const { key, plan } of trusted) {
    for (const identity of identities(plan)) {
      owners.set(keyOf(identity, plan), key);
    }
  }
  return untrusted.flatMap(({ key, plan }) =>
    identities(plan).flatMap((identity) => {
      const owner = owners.get(keyOf(identity, plan));
      return owner === undefined ? [] : [{ ...identity, trusted: owner, untrusted: key }];
    }),
  );
}

function identities({ listener, serviceAccount }: EnginePlan): SharedIdentity[] {
  const { clientCa, clientIssuer, server } = listener?.tls?.certificates ?? {};
  const certificates = 'listener.certificates';
  return [
    ...(server === undefined ? [] : [{ property: certificates, text: `the Secret ${server.secretName}` }]),
    ...(clientCa === undefined || clientCa.objectName === server?.secretName
      ? []
      : [{ property: certificates, text: `the ${clientCa.objectKind} ${clientCa.objectName}` }]),
    ...(clientIssuer === undefined
      ? []
      : [{ property: certificates, text: `the ${clientIssuer.kind ?? 'Issuer'} ${clientIssuer.name}` }]),
    ...(serviceAccount === undefined
      ? []
      : [{ property: 'serviceAccount', text: `the service account ${serviceAccount.name}` }]),
  ];
}

/** Returns a key for an identity in its namespace. Issuers of the whole cluster have no namespace. */
function keyOf({ text }: SharedIdentity, { namespace }: EnginePlan): string {
  return JSON.stringify([text.startsWith('the ClusterIssuer ') ? null : (namespace ?? ''), text]);
}

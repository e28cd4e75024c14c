import { podOf } from '../reading/engine-pods';
import type { Inventory } from '../reading/inventory';
import type { ManifestObject } from '../reading/manifest-object';
import { ObjectIndex } from '../reading/object-index';
import { NodeKind, type Graph } from './graph';
import { keyOf, titleOf } from './objects';

const ISSUERS = ['cert-manager.io/ClusterIssuer', 'cert-manager.io/Issuer'];

/** Draws the certificates of cert-manager, their issuers, and the workloads that mount them. */
export function drawCertificates(inventory: Inventory, workloads: readonly ManifestObject[], graph: Graph): void {
  const bySecret = new ObjectIndex(workloads, secretsOf);
  for (const certificate of inventory.of('cert-manager.io/Certificate', undefined)) {
    const spec = certificate.root.at('spec');
    const secret = spec.at('secretName').text;
    const key = node(certificate, [...(secret === undefined ? [] : [`Secret ${secret}`])], graph);
    const issuer = spec.at('issuerRef');
    const signer = inventory.named(
      `cert-manager.io/${issuer.at('kind').text ?? 'Issuer'}`,
      certificate.namespace,
      issuer.at('name').text,
    );
    graph.edge({
      from: signer === undefined ? externalIssuer(certificate, graph) : node(signer, [], graph),
      to: key,
      lines: ['signs'],
    });
    for (const other of bySecret.find(certificate.namespace, secret === undefined ? [] : [secret])) {
      if (ISSUERS.includes(other.type)) {
        graph.edge({ from: key, to: node(other, [], graph), lines: ['is the CA of'] });
      } else if (graph.has(keyOf(other))) {
        // Only workloads that reach an engine are in the graph.
        graph.edge({ from: key, to: keyOf(other), lines: ['mounted by'] });
      }
    }
  }
}

function node(object: ManifestObject, details: readonly string[], graph: Graph): string {
  return graph.node({
    key: keyOf(object),
    kind: NodeKind.CERTIFICATE,
    namespace: object.namespace,
    lines: [titleOf(object), ...details],
  });
}

/** Adds the node for an issuer that isn't among the manifests. */
function externalIssuer({ namespace, root }: ManifestObject, graph: Graph): string {
  const issuer = root.at('spec', 'issuerRef');
  const kind = issuer.at('kind').text ?? 'Issuer';
  return graph.node({
    key: `${kind === 'Issuer' ? (namespace ?? '') : ''}/issuer ${kind} ${issuer.at('name').text}`,
    kind: NodeKind.CERTIFICATE,
    lines: [`${kind} ${issuer.at('name').text}`],
    ...(kind === 'Issuer' && { namespace }),
  });
}

/** Returns the Secrets that an issuer signs with, or that the pods of a workload mount. */
function secretsOf(object: ManifestObject): string[] {
  const volumes = podOf(object)?.at('spec', 'volumes').items ?? [];
  const fields = ISSUERS.includes(object.type)
    ? [object.root.at('spec', 'ca', 'secretName')]
    : volumes.flatMap((volume) => [
        volume.at('secret', 'secretName'),
        ...volume.at('projected', 'sources').items.map((source) => source.at('secret', 'name')),
      ]);
  return fields.map(({ text }) => text).filter((text) => text !== undefined);
}

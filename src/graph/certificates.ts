import { podOf } from '../reading/engine-pods';
import { mayShare, type Inventory, type ManifestObject } from '../reading/inventory';
import { NodeKind, type Graph } from './graph';
import { keyOf, titleOf } from './objects';

const ISSUERS = ['cert-manager.io/ClusterIssuer', 'cert-manager.io/Issuer'];

/** Draws the certificates of cert-manager, their issuers, and the workloads that mount them. */
export function drawCertificates(inventory: Inventory, workloads: readonly ManifestObject[], graph: Graph): void {
  for (const certificate of inventory.objects.filter(({ type }) => type === 'cert-manager.io/Certificate')) {
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
    for (const other of workloads.filter((object) => mayShare(object.namespace, certificate.namespace))) {
      if (ISSUERS.includes(other.type) && other.root.at('spec', 'ca', 'secretName').text === secret) {
        graph.edge({ from: key, to: node(other, [], graph), lines: ['is the CA of'] });
      }
      // Only workloads that reach an engine are in the graph.
      if (mounts(other, secret) && graph.nodes.some((one) => one.key === keyOf(other))) {
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

function mounts(object: ManifestObject, secret: string | undefined): boolean {
  const volumes = podOf(object)?.at('spec', 'volumes').items ?? [];
  return volumes.some(
    (volume) =>
      secret !== undefined &&
      [
        volume.at('secret', 'secretName').text,
        ...volume.at('projected', 'sources').items.map((source) => source.at('secret', 'name').text),
      ].includes(secret),
  );
}

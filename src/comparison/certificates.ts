import type { Field } from '../reading/field';
import { mayShare } from '../reading/inventory';
import type { Changes } from './change';
import type { Comparison } from './comparison';
import { listed } from './english';
import { difference } from './sets';
import { firstOrdinal, podCount } from './workload-facts';

/** Reports certificates of cert-manager that get another issuer, or cover other names. */
export function reportCertificates(comparison: Comparison, changes: Changes): void {
  const { changed } = comparison;
  for (const { after, before } of changed.filter((pair) => pair.after.type === 'cert-manager.io/Certificate')) {
    const [from, to] = [before, after].map(({ root }) => root.at('spec'));
    const [oldIssuer, issuer] = [from!, to!].map((spec) => issuerOf(spec.at('issuerRef')));
    if (oldIssuer !== issuer) {
      changes.add('access-lost', ['after', to!.at('issuerRef')], {
        effect: `Clients and engines that don't trust ${issuer} reject the certificate ${after.name}`,
        reasons: [
          `The issuer changes from ${oldIssuer}. If its CA is another one, first add the new CA wherever the old one is trusted.`,
        ],
      });
    }
    const stopped = stoppedPods(comparison, after.namespace);
    const lost = difference(namesOf(from!), namesOf(to!)).lost.filter(
      (name) => !stopped.some((pod) => name.startsWith(pod)),
    );
    if (lost.length > 0) {
      changes.add('access-lost', ['after', to!.at('dnsNames')], {
        effect: `The certificate ${after.name} no longer covers ${listed(lost)}`,
        reasons: ['Clients that use these names can no longer connect.'],
      });
    }
  }
}

/** Returns the start of the DNS names of pods that a smaller StatefulSet stops. No client can use these names. */
function stoppedPods({ engines }: Comparison, namespace: string | undefined): string[] {
  return engines.flatMap(({ after, before }) => {
    if (before === undefined || after?.object.kind !== 'StatefulSet' || !mayShare(after.object.namespace, namespace)) {
      return [];
    }
    const [old, current] = [before, after].map(({ inventory, object }) => podCount(object, inventory) ?? 0);
    const { name, root } = after.object;
    return Array.from(
      { length: Math.max(0, old! - current!) },
      (_, index) =>
        `${name}-${firstOrdinal(after.object) + current! + index}.${root.at('spec', 'serviceName').text ?? ''}`,
    );
  });
}

function issuerOf(reference: Field): string {
  return `${reference.at('kind').text ?? 'Issuer'} ${reference.at('name').text ?? ''}`;
}

function namesOf(spec: Field): string[] {
  return ['dnsNames', 'ipAddresses'].flatMap((field) => spec.at(field).items.map(({ text = '' }) => text));
}

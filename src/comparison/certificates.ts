import type { Field } from '../reading/field';
import type { Changes } from './change';
import type { Comparison } from './comparison';
import { listed } from './english';
import { difference } from './sets';

/** Reports certificates of cert-manager that get another issuer, or cover other names. */
export function reportCertificates({ changed }: Comparison, changes: Changes): void {
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
    const { lost } = difference(namesOf(from!), namesOf(to!));
    if (lost.length > 0) {
      changes.add('access-lost', ['after', to!.at('dnsNames')], {
        effect: `The certificate ${after.name} no longer covers ${listed(lost)}`,
        reasons: ['Clients that use these names can no longer connect.'],
      });
    }
  }
}

function issuerOf(reference: Field): string {
  return `${reference.at('kind').text ?? 'Issuer'} ${reference.at('name').text ?? ''}`;
}

function namesOf(spec: Field): string[] {
  return ['dnsNames', 'ipAddresses'].flatMap((field) => spec.at(field).items.map(({ text = '' }) => text));
}

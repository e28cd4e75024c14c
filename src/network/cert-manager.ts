import type { Duration } from 'cdk8s';
import { isIP } from 'node:net';
import { checkDnsSubdomain, labelOf } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import { PrivateKeyAlgorithm, type CertificateIssuer, type CertificateOptions } from './certificate-options';

const API_VERSION = 'cert-manager.io/v1';
const API_GROUP = 'cert-manager.io';

/** Key sizes that cert-manager takes (pkg/apis/certmanager/v1/types_certificate.go at v1.21.1), the default first. */
const KEY_SIZES: { readonly [algorithm in PrivateKeyAlgorithm]: readonly number[] } = {
  [PrivateKeyAlgorithm.RSA]: [2048, 4096, 8192],
  [PrivateKeyAlgorithm.ECDSA]: [256, 384, 521],
  [PrivateKeyAlgorithm.ED25519]: [],
};

const HOUR = 3600;
const FIVE_MINUTES = 300;

/** `*.` in the place of the first label, then a DNS name. */
const DNS_NAME = /^(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** What a Certificate says (cert-manager v1.21.1), as far as this library writes it. */
interface CertificateSpec {
  readonly secretName: string;
  readonly commonName?: string;
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
  readonly isCA?: true;
  readonly duration?: string;
  readonly renewBefore?: string;
  readonly privateKey: {
    readonly algorithm: string;
    readonly size?: number;
    readonly rotationPolicy: 'Always' | 'Never';
  };
  readonly usages: readonly string[];
  readonly issuerRef: { readonly name: string; readonly kind: string; readonly group: string };
}

/** An object that cert-manager works on. */
export interface CertManagerObject {
  readonly apiVersion: string;
  readonly kind: 'Certificate' | 'Issuer';
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels: { [key: string]: string } };
  readonly spec:
    CertificateSpec | { readonly selfSigned: Record<string, never> } | { readonly ca: { readonly secretName: string } };
}

interface CertificateParts {
  /** Name of the Certificate and of its Secret. */
  readonly name: string;
  readonly namespace?: string;
  readonly labels: { readonly [key: string]: string };
  readonly issuer: CertificateIssuer;
  readonly options: CertificateOptions;
}

/** The certificate that an engine shows. */
export function serverCertificate(
  parts: CertificateParts,
  dnsNames: readonly string[],
  ipAddresses: readonly string[],
): CertManagerObject {
  return certificate(parts, [...keyUsages(parts.options), 'server auth'], {
    dnsNames,
    ...(ipAddresses.length > 0 && { ipAddresses }),
  });
}

/** The certificate that a client shows; the terminator goes by its common name. */
export function clientCertificate(parts: CertificateParts, commonName: string): CertManagerObject {
  return certificate(parts, [...keyUsages(parts.options), 'client auth'], { commonName });
}

/** A self-signed Issuer, the authority that it signs, and the Issuer that signs with that. */
export function authority({ labels, name, options }: Pick<CertificateParts, 'labels' | 'name' | 'options'>): {
  [id: string]: CertManagerObject;
} {
  const issuer = (called: string, spec: CertManagerObject['spec']): CertManagerObject => ({
    apiVersion: API_VERSION,
    kind: 'Issuer',
    metadata: { name: called, labels: { ...labels } },
    spec,
  });
  const selfSigned = `${name}-selfsigned`;
  const parts = { name, labels, issuer: { name: selfSigned }, options };
  return {
    SelfSignedIssuer: issuer(selfSigned, { selfSigned: {} }),
    // What the authority has signed isn't signed anew when its own certificate is: with the same key both stay good.
    Authority: certificate(
      parts,
      ['digital signature', 'cert sign', 'crl sign'],
      { isCA: true, commonName: labelOf(name) },
      'Never',
    ),
    Issuer: issuer(name, { ca: { secretName: name } }),
  };
}

function certificate(
  { issuer, labels, name, namespace, options }: CertificateParts,
  usages: readonly string[],
  subject: Pick<CertificateSpec, 'commonName' | 'dnsNames' | 'ipAddresses' | 'isCA'>,
  rotationPolicy: 'Always' | 'Never' = 'Always',
): CertManagerObject {
  const {
    duration,
    keyAlgorithm = PrivateKeyAlgorithm.ECDSA,
    keySize = KEY_SIZES[keyAlgorithm]?.[0],
    renewBefore,
  } = options;
  return {
    apiVersion: API_VERSION,
    kind: 'Certificate',
    metadata: { name, ...(namespace !== undefined && { namespace }), labels: { ...labels } },
    spec: {
      secretName: name,
      ...subject,
      ...(duration && { duration: goDuration(duration) }),
      ...(renewBefore && { renewBefore: goDuration(renewBefore) }),
      privateKey: { algorithm: keyAlgorithm, ...(keySize !== undefined && { size: keySize }), rotationPolicy },
      usages,
      issuerRef: { name: issuer.name, kind: issuer.kind ?? 'Issuer', group: issuer.group ?? API_GROUP },
    },
  };
}

/** RSA keys may also encrypt the session's key, up to TLS 1.2. */
function keyUsages({ keyAlgorithm }: CertificateOptions): string[] {
  return keyAlgorithm === PrivateKeyAlgorithm.RSA ? ['digital signature', 'key encipherment'] : ['digital signature'];
}

/** As the API server stores it, so that GitOps tools see no difference: `2160h0m0s`. */
function goDuration(duration: Duration): string {
  const seconds = duration.toSeconds();
  return `${Math.floor(seconds / HOUR)}h${Math.floor((seconds % HOUR) / 60)}m${seconds % 60}s`;
}

/** Reports what cert-manager refuses. */
export function checkCertificateOptions(
  { duration, keyAlgorithm = PrivateKeyAlgorithm.ECDSA, keySize, renewBefore }: CertificateOptions,
  problems: Problems,
): void {
  const seconds = duration && checkDuration(duration, HOUR, 'an hour', problems, 'duration');
  const before = renewBefore && checkDuration(renewBefore, FIVE_MINUTES, 'five minutes', problems, 'renewBefore');
  const end = seconds ?? 90 * 24 * HOUR;
  if (before !== undefined && before >= end) {
    problems.add('renewBefore', {
      wrong: 'the certificate would be renewed all the time',
      got: `${before} s`,
      allowed: `less than the duration, ${end} s`,
      fix: 'remove it',
    });
  }
  const sizes = KEY_SIZES[keyAlgorithm];
  if (sizes === undefined) {
    problems.add('keyAlgorithm', {
      wrong: 'not an algorithm that cert-manager knows',
      got: keyAlgorithm,
      allowed: Object.keys(KEY_SIZES).join(', '),
      fix: 'remove it',
    });
  } else if (keySize !== undefined && !sizes.includes(keySize)) {
    problems.add('keySize', {
      wrong: `not a size of ${keyAlgorithm} keys`,
      got: keySize,
      allowed: sizes.length === 0 ? 'none: they have one size' : sizes.join(', '),
      fix: 'remove it',
    });
  }
}

function checkDuration(duration: Duration, min: number, words: string, problems: Problems, property: string): number {
  const seconds = duration.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds < min) {
    problems.add(property, {
      wrong: 'not a duration that cert-manager takes',
      got: `${seconds} s`,
      allowed: `whole seconds, at least ${words}`,
      fix: 'remove it',
    });
  }
  return seconds;
}

/** Whether an issuer signs for its own namespace only. */
export function isNamespaced({ kind = 'Issuer', group = API_GROUP }: CertificateIssuer): boolean {
  return group === API_GROUP && kind === 'Issuer';
}

/** Reports an issuer that can't be one. */
export function checkIssuer({ name, kind = 'Issuer', group = API_GROUP }: CertificateIssuer, problems: Problems): void {
  checkDnsSubdomain(problems, 'name', name);
  if (group === API_GROUP && kind !== 'Issuer' && kind !== 'ClusterIssuer') {
    problems.add('kind', {
      wrong: `not a kind of ${API_GROUP}`,
      got: kind,
      allowed: 'Issuer, ClusterIssuer',
      fix: 'name the group too, for an issuer of another one',
    });
  }
}

/** Reports names that no certificate can have. */
export function checkNames(dnsNames: readonly string[], ipAddresses: readonly string[], problems: Problems): void {
  for (const [index, name] of dnsNames.entries()) {
    if (!DNS_NAME.test(name) || name.length > 253) {
      problems.add(`extraDnsNames[${index}]`, {
        wrong: 'not a DNS name',
        got: name,
        allowed: "lower-case letters, digits, '-' and '.', with '*.' at most in front",
        fix: 'for an IP address use extraIpAddresses',
      });
    }
  }
  for (const [index, address] of ipAddresses.entries()) {
    if (isIP(address) === 0) {
      problems.add(`extraIpAddresses[${index}]`, {
        wrong: 'not an IP address',
        got: address,
        allowed: 'an IPv4 or IPv6 address, without brackets',
        fix: 'for a name use extraDnsNames',
      });
    }
  }
}

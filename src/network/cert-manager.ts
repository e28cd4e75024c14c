import type { Duration } from 'cdk8s';
import { isIP } from 'node:net';
import type { CertificateSpec as Certificate, IssuerSpec as Issuer } from '../../imports/cert-manager.io';
import type { Imported } from '../kubernetes/imported';
import { checkDnsSubdomain, isDnsSubdomain, labelOf } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import { PrivateKeyAlgorithm, type CertificateIssuer, type CertificateOptions } from './certificate-options';

const API_VERSION = 'cert-manager.io/v1';
const API_GROUP = 'cert-manager.io';

/**
 * The key sizes that cert-manager supports, the default first (pkg/apis/certmanager/v1/types_certificate.go@v1.21.1).
 */
const KEY_SIZES: { readonly [algorithm in PrivateKeyAlgorithm]: readonly number[] } = {
  [PrivateKeyAlgorithm.RSA]: [2048, 4096, 8192],
  [PrivateKeyAlgorithm.ECDSA]: [256, 384, 521],
  [PrivateKeyAlgorithm.ED25519]: [],
};

const HOUR = 3600;
const FIVE_MINUTES = 300;
const DEFAULT_DURATION = 90 * 24 * HOUR;

/** The spec of a Certificate with the field names of the API server. `cdk8s import` renames `isCA` to `isCa`. */
type CertificateSpec = Omit<Imported<Certificate>, 'isCa'> & { readonly isCA?: true };

type Usages = NonNullable<CertificateSpec['usages']>;

/** A cert-manager object. */
export interface CertManagerObject {
  readonly apiVersion: string;
  readonly kind: 'Certificate' | 'Issuer';
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels: { [key: string]: string } };
  readonly spec: CertificateSpec | Imported<Issuer>;
}

interface CertificateParts {
  /** The name of the Certificate and its Secret. */
  readonly name: string;
  readonly namespace?: string;
  readonly labels: { readonly [key: string]: string };
  readonly issuer: CertificateIssuer;
  readonly options: CertificateOptions;
}

/** Renders the Certificate of an engine. */
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

/** Renders the Certificate of a client. The TLS sidecar checks the common name. */
export function clientCertificate(parts: CertificateParts, commonName: string): CertManagerObject {
  return certificate(parts, [...keyUsages(parts.options), 'client auth'], { commonName });
}

/** Renders a private CA: a self-signed Issuer, the Certificate of the CA, and the Issuer that signs with the CA. */
export function certificateAuthority({
  labels,
  name,
  options,
}: Pick<CertificateParts, 'labels' | 'name' | 'options'>): {
  [id: string]: CertManagerObject;
} {
  const issuer = (issuerName: string, spec: Imported<Issuer>): CertManagerObject => ({
    apiVersion: API_VERSION,
    kind: 'Issuer',
    metadata: { name: issuerName, labels: { ...labels } },
    spec,
  });
  const selfSigned = `${name}-selfsigned`;
  const parts = { name, labels, issuer: { name: selfSigned }, options };
  return {
    SelfSignedIssuer: issuer(selfSigned, { selfSigned: {} }),
    // cert-manager doesn't reissue certificates when it renews their CA. They stay valid because the CA keeps its key.
    CertificateAuthority: certificate(
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
  usages: Usages,
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

/** Returns the usages of a key. Up to TLS 1.2, RSA keys may also encrypt session keys. */
function keyUsages({ keyAlgorithm }: CertificateOptions): Usages {
  return keyAlgorithm === PrivateKeyAlgorithm.RSA ? ['digital signature', 'key encipherment'] : ['digital signature'];
}

/** Formats a duration as the API server stores it, such as `2160h0m0s`, so that GitOps tools show no drift. */
function goDuration(duration: Duration): string {
  const seconds = duration.toSeconds();
  return `${Math.floor(seconds / HOUR)}h${Math.floor((seconds % HOUR) / 60)}m${seconds % 60}s`;
}

/**
 * Returns the time between the renewal of a certificate and its expiry, in seconds. The default is a third of the
 * lifetime.
 */
export function renewalSeconds({ spec }: CertManagerObject): number {
  const { duration, renewBefore } = spec as CertificateSpec;
  const lifetime = duration === undefined ? DEFAULT_DURATION : secondsOf(duration);
  return renewBefore === undefined ? lifetime / 3 : secondsOf(renewBefore);
}

/** Returns the seconds of a duration that `goDuration` formatted. */
function secondsOf(duration: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = duration.split(/[hms]/).map(Number);
  return hours * HOUR + minutes * 60 + seconds;
}

/** Reports options that cert-manager rejects. */
export function checkCertificateOptions(
  { duration, keyAlgorithm = PrivateKeyAlgorithm.ECDSA, keySize, renewBefore }: CertificateOptions,
  problems: Problems,
): void {
  const seconds = duration && checkDuration(problems, 'duration', duration, { seconds: HOUR, words: 'an hour' });
  const before =
    renewBefore &&
    checkDuration(problems, 'renewBefore', renewBefore, { seconds: FIVE_MINUTES, words: 'five minutes' });
  const end = seconds ?? DEFAULT_DURATION;
  if (before !== undefined && before >= end) {
    problems.add('renewBefore', {
      wrong: 'must be less than the duration, otherwise the certificate would be renewed continuously',
      got: `${before} s`,
      allowed: `less than the duration (${end} s)`,
      fix: 'remove it',
    });
  }
  const sizes = KEY_SIZES[keyAlgorithm];
  if (keySize !== undefined && !sizes.includes(keySize)) {
    problems.add('keySize', {
      wrong: `must be a valid key size for ${keyAlgorithm}`,
      got: keySize,
      allowed: sizes.length === 0 ? 'no value, because all keys have the same size' : sizes.join(', '),
      fix: 'remove it',
    });
  }
}

function checkDuration(
  problems: Problems,
  property: string,
  duration: Duration,
  min: { readonly seconds: number; readonly words: string },
): number {
  const seconds = duration.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds < min.seconds) {
    problems.add(property, {
      wrong: 'must be a duration that cert-manager supports',
      got: `${seconds} s`,
      allowed: `a whole number of seconds, at least ${min.words}`,
      fix: 'remove it',
    });
  }
  return seconds;
}

/** Reports a certificate that outlives the CA that signs it. */
export function checkWithinCa(
  ca: Duration,
  duration: Duration | undefined,
  property: string,
  problems: Problems,
): void {
  const seconds = duration?.toSeconds({ integral: false }) ?? DEFAULT_DURATION;
  const caSeconds = ca.toSeconds({ integral: false });
  if (seconds > caSeconds) {
    problems.add(property, {
      wrong: 'the CA expires before the certificates that it signs',
      got: `${seconds} s`,
      allowed: `at most the duration of the CA (${caSeconds} s)`,
      fix: 'increase ca.duration, or decrease this duration',
    });
  }
}

/** Whether an issuer signs only certificates in its own namespace. */
export function isNamespaced({ kind = 'Issuer', group = API_GROUP }: CertificateIssuer): boolean {
  return group === API_GROUP && kind === 'Issuer';
}

/** Reports an invalid issuer. */
export function checkIssuer({ name, kind = 'Issuer', group = API_GROUP }: CertificateIssuer, problems: Problems): void {
  checkDnsSubdomain(problems, 'name', name);
  if (group === API_GROUP && kind !== 'Issuer' && kind !== 'ClusterIssuer') {
    problems.add('kind', {
      wrong: `must be an issuer kind of the API group ${API_GROUP}`,
      got: kind,
      allowed: 'Issuer, ClusterIssuer',
      fix: 'use Issuer, or set group for an external issuer',
    });
  }
}

/** Reports names that are invalid in a certificate. */
export function checkNames(dnsNames: readonly string[], ipAddresses: readonly string[], problems: Problems): void {
  for (const [index, name] of dnsNames.entries()) {
    // The first label may be `*`.
    if (!isDnsSubdomain(name.replace(/^\*\./, '')) || name.length > 253) {
      problems.add(`extraDnsNames[${index}]`, {
        wrong: 'must be a DNS name',
        got: name,
        allowed: "lower-case letters, digits, '-' and '.', with an optional '*.' at the start",
        fix: 'correct the name, or use extraIpAddresses for an IP address',
      });
    }
  }
  for (const [index, address] of ipAddresses.entries()) {
    if (isIP(address) === 0) {
      problems.add(`extraIpAddresses[${index}]`, {
        wrong: 'must be an IP address',
        got: address,
        allowed: 'an IPv4 or IPv6 address, without brackets',
        fix: 'correct the address, or use extraDnsNames for a name',
      });
    }
  }
}

import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Problems } from '../reporting/problems';

/** The OID of the extended key usage `serverAuth` (RFC 5280, 4.2.1.12). */
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';

const CERTIFICATE_BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** A certificate with its key and CAs, in PEM form. */
interface Pem {
  readonly certificate: string;
  readonly privateKey?: string;
  readonly ca?: string;
}

/**
 * Reports the reasons that clients of `hosts` would reject a certificate. The messages never contain any part of a key.
 */
export function checkPem(
  { ca, certificate, privateKey }: Pem,
  hosts: readonly string[],
  problems: Problems,
  now = new Date(),
): void {
  const chain = parse(certificate, 'certificate', problems);
  const roots = ca === undefined ? undefined : parse(ca, 'ca', problems);
  const leaf = chain?.[0];
  if (chain === undefined || leaf === undefined) {
    return;
  }
  for (const [property, certificates] of Object.entries({ certificate: chain, ca: roots ?? [] })) {
    for (const one of certificates) {
      checkTime(one, now, property, problems);
    }
  }
  checkHosts(leaf, hosts, problems);
  if ((leaf.keyUsage?.length ?? 0) > 0 && !leaf.keyUsage.includes(SERVER_AUTH)) {
    problems.add('certificate', {
      wrong:
        'the extended key usage must include server authentication, because clients reject the certificate otherwise',
      got: leaf.keyUsage,
      allowed: `serverAuth (${SERVER_AUTH})`,
      fix: 'issue the certificate with this usage',
    });
  }
  if (privateKey !== undefined) {
    checkKey(leaf, privateKey, problems);
  }
  if (roots !== undefined && !isSignedBy(leaf, chain.slice(1), roots)) {
    problems.add('ca', {
      wrong: 'did not sign the certificate or any of its intermediates',
      got: `a certificate of the issuer ${issuerOf(leaf)}`,
      allowed: 'the CA at the root of the chain',
      fix: 'set the CA that signed it, or add all intermediates to certificate',
    });
  }
}

function parse(pem: string, property: string, problems: Problems): X509Certificate[] | undefined {
  try {
    const blocks = pem.match(CERTIFICATE_BLOCK) ?? [];
    if (blocks.length > 0) {
      return blocks.map((block) => new X509Certificate(block));
    }
  } catch {
    // OpenSSL's error messages don't help users, so the problem below replaces them.
  }
  problems.add(property, {
    wrong: 'must contain a readable certificate',
    allowed: 'one or more certificates in PEM form',
    fix: 'pass the content of the file, not its path',
  });
  return undefined;
}

function checkTime(
  { subject, validFrom, validTo }: X509Certificate,
  now: Date,
  property: string,
  problems: Problems,
): void {
  if (new Date(validTo) < now) {
    problems.add(property, {
      wrong: `${oneLine(subject)} has expired`,
      got: validTo,
      allowed: 'a time in the future',
      fix: 'renew it',
    });
  } else if (new Date(validFrom) > now) {
    problems.add(property, {
      wrong: `${oneLine(subject)} is not valid yet`,
      got: validFrom,
      allowed: 'a time in the past',
      fix: 'wait, or correct the clock',
    });
  }
}

function checkHosts(leaf: X509Certificate, hosts: readonly string[], problems: Problems): void {
  const missing = hosts.filter((host) => leaf.checkHost(host, { subject: 'never' }) === undefined);
  if (missing.length > 0) {
    problems.add('certificate', {
      wrong: `clients connect to ${missing.join(', ')}, but the certificate does not contain these names`,
      got: leaf.subjectAltName ?? 'no subject alternative names',
      allowed: 'a subject alternative name for each, or a wildcard',
      fix: 'issue the certificate with these names',
    });
  }
}

function checkKey(leaf: X509Certificate, privateKey: string, problems: Problems): void {
  try {
    if (!leaf.checkPrivateKey(createPrivateKey(privateKey))) {
      problems.add('privateKey', {
        wrong: 'belongs to a different certificate',
        allowed: 'the key of the first certificate',
        fix: 'pass the key of the first certificate',
      });
    }
  } catch {
    problems.add('privateKey', {
      wrong: 'must contain a readable private key',
      allowed: 'one unencrypted key in PEM form',
      fix: 'pass the content of the file, not its path',
    });
  }
}

/** Whether a chain of signatures connects a certificate to one of the roots. */
function isSignedBy(
  leaf: X509Certificate,
  intermediates: readonly X509Certificate[],
  roots: readonly X509Certificate[],
): boolean {
  const signed = (by: X509Certificate): boolean => leaf.checkIssued(by) && leaf.verify(by.publicKey);
  return (
    roots.some((root) => signed(root) || root.fingerprint256 === leaf.fingerprint256) ||
    intermediates.some(
      (next, index) =>
        signed(next) &&
        isSignedBy(
          next,
          intermediates.filter((_, other) => other !== index),
          roots,
        ),
    )
  );
}

function issuerOf({ issuer }: X509Certificate): string {
  return oneLine(issuer);
}

function oneLine(name: string): string {
  return name.replace(/\n/g, ', ');
}

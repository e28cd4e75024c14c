import type { CertManagerObject } from './cert-manager';
import type { TlsSecret } from './tls-secret';

/** A certificate of a client that this program knows. */
export interface KnownClientCertificate {
  readonly secret: TlsSecret;
  /** The namespace of the Secret, or undefined if it is unknown. */
  readonly namespace: string | undefined;
  /** The Certificate of cert-manager that writes the Secret, or undefined for an existing Secret. */
  readonly issued?: CertManagerObject;
}

/** The certificates of an engine's clients in this program. Clients can be added until synth. */
export class KnownClientCertificates {
  private readonly certificates = new Map<string, KnownClientCertificate>();

  /** The certificates, sorted by the namespaces and names of their Secrets. */
  public get all(): readonly KnownClientCertificate[] {
    return [...this.certificates].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, known]) => known);
  }

  /** Adds a certificate. A Secret that is already known is ignored, because a client can be connected several times. */
  public add(certificate: KnownClientCertificate): void {
    const { namespace, secret } = certificate;
    const key = JSON.stringify([namespace, secret.secretName, secret.certificate.key]);
    if (!this.certificates.has(key)) {
      this.certificates.set(key, certificate);
    }
  }
}

import type { Duration } from 'cdk8s';
import type { KeySelector } from '../config/key-selector';

/** The algorithm of a certificate's private key. */
export enum PrivateKeyAlgorithm {
  /** RSA with 2048, 4096 or 8192 bits. */
  RSA = 'RSA',
  /** ECDSA with 256, 384 or 521 bits. */
  ECDSA = 'ECDSA',
  /** Ed25519. The key size is fixed. */
  ED25519 = 'Ed25519',
}

/** Options for a cert-manager Certificate. */
export interface CertificateOptions {
  /**
   * The lifetime of the certificate, at least one hour. An issuer may shorten it.
   *
   * @default Duration.days(90)
   */
  readonly duration?: Duration;

  /**
   * The time before expiry at which cert-manager renews the certificate. It must be at least five minutes, and less
   * than `duration`.
   *
   * @default - a third of the lifetime
   */
  readonly renewBefore?: Duration;

  /**
   * The algorithm of the private key.
   *
   * @default PrivateKeyAlgorithm.ECDSA
   */
  readonly keyAlgorithm?: PrivateKeyAlgorithm;

  /**
   * The size of the private key, in bits.
   *
   * @default - 256 for ECDSA, 2048 for RSA, none for Ed25519
   */
  readonly keySize?: number;
}

/** Options for the certificates that are issued to an engine and its clients. */
export interface IssuedCertificatesOptions extends CertificateOptions {
  /**
   * The name of the Certificate and the Secret that cert-manager writes.
   *
   * @default - the engine's name followed by `-tls`
   */
  readonly secretName?: string;

  /**
   * Additional DNS names of the engine, for example the name of a load balancer. The certificate always includes the
   * cluster's DNS names of the engine's Services and pods. Wildcards such as `*.example.com` are allowed.
   *
   * @default - none
   */
  readonly extraDnsNames?: string[];

  /**
   * Additional IP addresses that clients use to connect to the engine.
   *
   * @default - none
   */
  readonly extraIpAddresses?: string[];

  /**
   * The CA certificates that verify clients, if the issuer's CA doesn't. Clients then need existing certificates,
   * because `engine.issueClient()` can't issue them.
   *
   * @default - the CA of the issuer, which cert-manager writes to the key `ca.crt` of the Secret
   */
  readonly clientCa?: KeySelector;

  /**
   * Options for the client certificates that `engine.issueClient()` creates.
   *
   * @default - the same options as for the engine's certificate
   */
  readonly clients?: CertificateOptions;
}

/** Options for a private CA and the certificates that it signs. */
export interface PrivateCaOptions extends IssuedCertificatesOptions {
  /**
   * Options for the CA's own certificate. Renewals keep the key of the CA, so the certificates that it signed stay
   * valid.
   *
   * @default - a lifetime of ten years, and an ECDSA key
   */
  readonly ca?: CertificateOptions;
}

/**
 * A cert-manager Issuer, ClusterIssuer or external issuer. ACME issuers don't work, because they sign neither
 * certificates for cluster-internal names nor client certificates.
 */
export interface CertificateIssuer {
  /** The name of the issuer. An issuer of the kind `Issuer` must be in the engine's namespace. */
  readonly name: string;

  /**
   * The kind of the issuer: 'Issuer', 'ClusterIssuer', or a kind of another `group`.
   *
   * @default 'Issuer'
   */
  readonly kind?: string;

  /**
   * The API group of the issuer.
   *
   * @default 'cert-manager.io'
   */
  readonly group?: string;
}

import type { Duration } from 'cdk8s';
import type { KeySelector } from '../config/key-selector';

/** The algorithm of a private key. */
export enum PrivateKeyAlgorithm {
  /** RSA with 2048, 4096 or 8192 bits. */
  RSA = 'RSA',
  /** ECDSA with 256, 384 or 521 bits. */
  ECDSA = 'ECDSA',
  /** Ed25519, which has one size. */
  ED25519 = 'Ed25519',
}

/** Options for a certificate of cert-manager. */
export interface CertificateOptions {
  /**
   * The lifetime of the certificate: at least one hour. An issuer may shorten it.
   *
   * @default - 90 days, by cert-manager
   */
  readonly duration?: Duration;

  /**
   * The time before expiry at which the certificate is renewed: at least five minutes, and less than `duration`.
   *
   * @default - a third of the lifetime, by cert-manager
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
   * @default - 256 for ECDSA, 2048 for RSA
   */
  readonly keySize?: number;
}

/** Options for the certificates of an engine and its clients. */
export interface IssuedCertificatesOptions extends CertificateOptions {
  /**
   * The name of the Certificate, and of the Secret that cert-manager writes.
   *
   * @default - the engine's name followed by `-tls`
   */
  readonly secretName?: string;

  /**
   * Additional names of the engine, for example of a load balancer. The names of its Services and pods in the cluster are
   * always included. Wildcards (`*.example.com`) are allowed.
   *
   * @default - none
   */
  readonly extraDnsNames?: string[];

  /**
   * IP addresses of the engine that clients connect to.
   *
   * @default - none
   */
  readonly extraIpAddresses?: string[];

  /**
   * The CAs of clients, if they differ from the issuer's. Clients then need existing certificates, because
   * `engine.issueClient` has no issuer for them.
   *
   * @default - the CA of the issuer, which cert-manager writes into the Secret as `ca.crt`
   */
  readonly clientCa?: KeySelector;

  /**
   * Options for the certificates of clients (`engine.issueClient`).
   *
   * @default - duration, renewal and key of the engine's certificate
   */
  readonly clients?: CertificateOptions;
}

/** Options for a private CA and the certificates that it signs. */
export interface PrivateCaOptions extends IssuedCertificatesOptions {
  /**
   * Options for the certificate of the CA. A renewal keeps its key, so the certificates that it signed stay valid.
   *
   * @default - ten years, ECDSA
   */
  readonly ca?: CertificateOptions;
}

/**
 * An Issuer, a ClusterIssuer, or an external issuer of cert-manager. ACME issuers don't work, because they sign neither
 * cluster names nor client certificates.
 */
export interface CertificateIssuer {
  /** The name of the issuer. An Issuer must be in the engine's namespace. */
  readonly name: string;

  /**
   * The kind of the issuer.
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

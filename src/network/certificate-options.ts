import type { Duration } from 'cdk8s';
import type { KeySelector } from '../config/key-selector';

/** The algorithm of a private key. */
export enum PrivateKeyAlgorithm {
  /** RSA, of 2048, 4096 or 8192 bits. */
  RSA = 'RSA',
  /** Elliptic curves, of 256, 384 or 521 bits. */
  ECDSA = 'ECDSA',
  /** Ed25519, of one size only. */
  ED25519 = 'Ed25519',
}

/** What cert-manager is asked for. */
export interface CertificateOptions {
  /**
   * How long a certificate holds, at least an hour. Issuers may give less.
   *
   * @default - cert-manager's: 90 days
   */
  readonly duration?: Duration;

  /**
   * How long before its end it is renewed, at least five minutes and less than `duration`.
   *
   * @default - cert-manager's: a third of its time
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

/** The certificate of an engine, and those of its clients. */
export interface IssuedCertificatesOptions extends CertificateOptions {
  /**
   * Name of the Certificate and of the Secret that cert-manager puts it in.
   *
   * @default - the engine's name, and `-tls`
   */
  readonly secretName?: string;

  /**
   * Names of the engine beside those of its Services and pods in the cluster, for example one of a load balancer. Wildcards
   * (`*.example.com`) are allowed.
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
   * The authorities of clients, where they are others than the issuer's. Then `engine.issueClient` has nobody to sign,
   * and clients bring certificates of their own.
   *
   * @default - the issuer's own, which it writes into the Secret as `ca.crt`
   */
  readonly clientCa?: KeySelector;

  /**
   * The certificates of clients (`engine.issueClient`), instead of what is said here of the engine's.
   *
   * @default - duration, renewal and key as the engine's
   */
  readonly clients?: CertificateOptions;
}

/** An authority of the engine's own, and what it signs. */
export interface PrivateCaOptions extends IssuedCertificatesOptions {
  /**
   * The authority's own certificate. A renewal keeps its key, so that what it has signed stays good.
   *
   * @default - ten years, ECDSA
   */
  readonly authority?: CertificateOptions;
}

/**
 * An Issuer, a ClusterIssuer, or an issuer of another group that cert-manager works with. Not one of the ACME kind: it
 * signs no names of the cluster, and no certificates of clients.
 */
export interface CertificateIssuer {
  /** Its name. An Issuer is one of the engine's namespace. */
  readonly name: string;

  /**
   * Its kind.
   *
   * @default 'Issuer'
   */
  readonly kind?: string;

  /**
   * Its API group.
   *
   * @default 'cert-manager.io'
   */
  readonly group?: string;
}

import type { ISecret } from 'cdk8s-plus-28';
import { KeySelector } from '../config/key-selector';

/** Under which keys a Secret holds a certificate. */
export interface TlsSecretKeys {
  /**
   * The certificate, followed by those of its intermediates, in PEM form.
   *
   * @default 'tls.crt'
   */
  readonly certificate?: string;

  /**
   * Its private key, in PEM form.
   *
   * @default 'tls.key'
   */
  readonly privateKey?: string;

  /**
   * The authorities that the other end is checked against, in PEM form.
   *
   * @default 'ca.crt'
   */
  readonly ca?: string;
}

/** A Secret with a certificate, its private key, and the authority that signed it, as cert-manager writes them. */
export class TlsSecret {
  /**
   * A Secret that exists, or that something else makes.
   *
   * @param name the Secret's name
   * @param keys the keys in its data, where they aren't those of cert-manager
   */
  public static fromSecretName(name: string, keys: TlsSecretKeys = {}): TlsSecret {
    return new TlsSecret(name, keys);
  }

  /**
   * A Secret of this program.
   *
   * @param secret the Secret
   * @param keys the keys in its data, where they aren't those of cert-manager
   */
  public static fromSecret(secret: ISecret, keys: TlsSecretKeys = {}): TlsSecret {
    return new TlsSecret(secret.name, keys);
  }

  /** The certificate. */
  public readonly certificate: KeySelector;

  /** Its private key. */
  public readonly privateKey: KeySelector;

  /** The authorities that the other end is checked against. */
  public readonly ca: KeySelector;

  /** The Secret's name. */
  public readonly secretName: string;

  private constructor(
    secretName: string,
    { certificate = 'tls.crt', privateKey = 'tls.key', ca = 'ca.crt' }: TlsSecretKeys,
  ) {
    this.secretName = secretName;
    this.certificate = KeySelector.fromSecretName(secretName, certificate);
    this.privateKey = KeySelector.fromSecretName(secretName, privateKey);
    this.ca = KeySelector.fromSecretName(secretName, ca);
  }
}

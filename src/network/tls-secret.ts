import type { ISecret } from 'cdk8s-plus-28';
import { KeySelector } from '../config/key-selector';
import { checkDnsSubdomain } from '../kubernetes/names';
import { checkNamespace, namespaceOf } from '../kubernetes/reference';
import type { Problems } from '../reporting/problems';
import { checkCalls } from '../reporting/check-arguments';

/** The keys of a Secret with a certificate. */
export interface TlsSecretKeys {
  /**
   * The key of the entry that contains the certificate, followed by its intermediate certificates, in PEM form.
   *
   * @default 'tls.crt'
   */
  readonly certificate?: string;

  /**
   * The key of the entry that contains the private key, in PEM form.
   *
   * @default 'tls.key'
   */
  readonly privateKey?: string;

  /**
   * The key of the entry that contains the CA certificates that verify the peer, in PEM form.
   *
   * @default 'ca.crt'
   */
  readonly ca?: string;
}

/**
 * A Secret with a certificate, its private key and the CA that signed it. By default, its data keys are the ones that
 * cert-manager writes.
 */
export class TlsSecret {
  /**
   * References an existing Secret by name.
   *
   * @param name the name of the Secret
   * @param keys the keys in its data, if they differ from cert-manager's
   */
  public static fromSecretName(name: string, keys: TlsSecretKeys = {}): TlsSecret {
    return new TlsSecret(name, undefined, keys);
  }

  /**
   * References a Secret in this program.
   *
   * @param secret the Secret
   * @param keys the keys in its data, if they differ from cert-manager's
   */
  public static fromSecret(secret: ISecret, keys: TlsSecretKeys = {}): TlsSecret {
    return new TlsSecret(secret.name, namespaceOf(secret), keys);
  }

  /** The certificate. */
  public readonly certificate: KeySelector;

  /** The private key. */
  public readonly privateKey: KeySelector;

  /** The CA certificates that verify the peer. */
  public readonly ca: KeySelector;

  /** The name of the Secret. */
  public readonly secretName: string;

  /** The namespace of the Secret, or undefined if it is unknown. */
  public readonly namespace?: string;

  private constructor(
    secretName: string,
    namespace: string | undefined,
    { certificate = 'tls.crt', privateKey = 'tls.key', ca = 'ca.crt' }: TlsSecretKeys,
  ) {
    this.secretName = secretName;
    this.namespace = namespace;
    this.certificate = KeySelector._ofSecret(secretName, certificate, namespace);
    this.privateKey = KeySelector._ofSecret(secretName, privateKey, namespace);
    this.ca = KeySelector._ofSecret(secretName, ca, namespace);
  }

  /** @internal */
  public _validate(problems: Problems): void {
    if (this.namespace !== undefined && this.namespace !== problems.namespace) {
      checkNamespace(problems, '', { kind: 'Secret', name: this.secretName, namespace: this.namespace });
    } else if (checkDnsSubdomain(problems, 'secretName', this.secretName)) {
      this.certificate._validate(problems, 'certificate');
      this.privateKey._validate(problems, 'privateKey');
      this.ca._validate(problems, 'ca');
    }
  }
}

checkCalls('TlsSecret', TlsSecret);

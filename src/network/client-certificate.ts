import type { KeySelector } from '../config/key-selector';
import { TlsSecret } from './tls-secret';
import { checkCalls } from '../reporting/check-arguments';

/** The Secret keys that a client mounts. */
interface ClientPem {
  readonly certificate?: KeySelector;
  readonly key?: KeySelector;
  readonly ca?: KeySelector;
  readonly namespace: string | undefined;
}

/** The certificate of a client, its private key and the engine's CA, in a Secret in the client's namespace. */
export class ClientCertificate {
  /**
   * References an existing Secret.
   *
   * @param secret the Secret; its `ca` must be the CA that signed the engine's certificate
   * @param namespace the namespace of the Secret, by default the namespace of `secret`; the library rejects clients in
   * other namespaces
   */
  public static fromSecret(secret: TlsSecret, namespace?: string): ClientCertificate {
    return new ClientCertificate(secret.secretName, secret, namespace ?? secret.namespace);
  }

  /** @internal */
  public static _issued(name: string, secretName: string, namespace: string | undefined): ClientCertificate {
    return new ClientCertificate(name, TlsSecret.fromSecretName(secretName), namespace);
  }

  /** The common name of an issued certificate, or the name of the Secret for an existing one. */
  public readonly name: string;

  /** The Secret with the certificate. */
  public readonly secret: TlsSecret;

  /** The namespace of the Secret, or undefined if it is unknown. */
  public readonly namespace?: string;

  private constructor(name: string, secret: TlsSecret, namespace: string | undefined) {
    this.name = name;
    this.secret = secret;
    this.namespace = namespace;
  }

  /** The name of the Secret. */
  public get secretName(): string {
    return this.secret.secretName;
  }

  /** @internal */
  public get _pem(): ClientPem {
    return {
      certificate: this.secret.certificate,
      key: this.secret.privateKey,
      ca: this.secret.ca,
      namespace: this.namespace,
    };
  }
}

checkCalls('ClientCertificate', ClientCertificate);

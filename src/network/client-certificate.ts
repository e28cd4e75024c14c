import type { KeySelector } from '../config/key-selector';
import { TlsSecret } from './tls-secret';
import { checkCalls } from '../reporting/check-arguments';

/** The keys of Secrets that a client mounts. */
interface ClientPem {
  readonly certificate?: KeySelector;
  readonly key?: KeySelector;
  readonly ca?: KeySelector;
  readonly namespace: string | undefined;
}

/** The certificate of a client with its key and the engine's CA, in a Secret of the client's namespace. */
export class ClientCertificate {
  /**
   * References an existing Secret.
   *
   * @param secret the Secret; its `ca` must be the CA that signed the engine's certificate
   * @param namespace the namespace of the Secret, to report clients in other namespaces; by default, the namespace of `secret`
   */
  public static fromSecret(secret: TlsSecret, namespace?: string): ClientCertificate {
    return new ClientCertificate(secret.secretName, secret, namespace ?? secret.namespace);
  }

  /** @internal */
  public static _issued(name: string, secretName: string, namespace: string | undefined): ClientCertificate {
    return new ClientCertificate(name, TlsSecret.fromSecretName(secretName), namespace);
  }

  /** The common name, if this program had the certificate issued. Otherwise the name of the Secret. */
  public readonly name: string;

  /** The Secret. */
  public readonly secret: TlsSecret;

  /** The namespace of the Secret. Undefined if it isn't known. */
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

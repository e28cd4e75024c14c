import { Duration } from 'cdk8s';
import type { KeySelector } from '../config/key-selector';
import { checkDnsSubdomain } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import {
  authority,
  checkCertificateOptions,
  checkIssuer,
  checkNames,
  serverCertificate,
  type CertManagerObject,
} from './cert-manager';
import type {
  CertificateIssuer,
  CertificateOptions,
  IssuedCertificatesOptions,
  PrivateCaOptions,
} from './certificate-options';
import { checkPem } from './pem-check';
import { TlsSecret } from './tls-secret';

/** PEM texts to be checked while the manifests are made. They don't get into them. */
export interface CertificatePem {
  /** The engine's certificate, followed by those of its intermediates. */
  readonly certificate: string;

  /**
   * Its private key, unencrypted, to see that the two belong together.
   *
   * @default - not checked
   */
  readonly privateKey?: string;

  /**
   * The authorities that clients check it against.
   *
   * @default - not checked
   */
  readonly ca?: string;
}

/** Certificates in Secrets that exist, or that something else makes. */
export interface SecretCertificatesOptions {
  /** The engine's certificate, in the engine's namespace. */
  readonly server: TlsSecret;

  /**
   * The authorities of clients, in the engine's namespace.
   *
   * @default - the key `ca` of `server`, unless `publicAuthority` is set
   */
  readonly clientCa?: KeySelector;

  /**
   * Whether the engine's certificate is of an authority that systems know, so that clients go by theirs.
   *
   * @default false - clients go by the key `ca` of `server`
   */
  readonly publicAuthority?: boolean;

  /**
   * The certificate that clients use which are given none of their own.
   *
   * @default - each client has to be given one
   */
  readonly client?: ClientCertificate;

  /**
   * What is in `server`, to be checked at synth: that it hasn't expired, belongs to its key and authority, and has the
   * names of the engine.
   *
   * @default - not checked
   */
  readonly verify?: CertificatePem;
}

/** Which keys of Secrets a client mounts. */
interface ClientPem {
  readonly certificate?: KeySelector;
  readonly key?: KeySelector;
  readonly ca?: KeySelector;
  readonly namespace: string | undefined;
}

/**
 * A certificate that a client shows to an engine, with its key and the engine's authority, in a Secret of the client's
 * namespace.
 */
export class ClientCertificate {
  /**
   * One that exists, or that something else makes.
   *
   * @param secret where it is; its `ca` is the authority that signed the engine's certificate
   * @param namespace the Secret's namespace, to be told when a client is in another one
   */
  public static fromSecret(secret: TlsSecret, namespace?: string): ClientCertificate {
    return new ClientCertificate(secret.secretName, secret, namespace);
  }

  /** @internal */
  public static _issued(name: string, secretName: string, namespace: string | undefined): ClientCertificate {
    return new ClientCertificate(name, TlsSecret.fromSecretName(secretName), namespace);
  }

  /** The common name in it, where this program had it issued; the Secret's name otherwise. */
  public readonly name: string;

  /** Where it is. */
  public readonly secret: TlsSecret;

  /** The namespace of its Secret; undefined where it isn't known. */
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

/** Where the certificates of a TLS listener come from. */
export class Certificates {
  /**
   * From Secrets that exist, or that something else makes.
   *
   * @param options which ones
   */
  public static fromSecrets(options: SecretCertificatesOptions): Certificates {
    return new Certificates((context) => bindSecrets(options, context));
  }

  /**
   * From cert-manager: a Certificate for the engine, with the names of its Services and, for a StatefulSet, of every pod.
   *
   * @param issuer who signs it
   * @param options what it is like
   */
  public static issuedBy(issuer: CertificateIssuer, options: IssuedCertificatesOptions = {}): Certificates {
    return new Certificates((context) => {
      checkIssuer(issuer, context.problems.at('issuer'));
      return bindIssued(issuer, options, context);
    });
  }

  /**
   * From an authority of the engine's own, which cert-manager makes: a self-signed Issuer, the authority's Certificate,
   * an Issuer that signs with it, and the engine's Certificate. Nobody else has certificates of it but those to whom the
   * engine's program or someone with rights on the engine's namespace gives one.
   *
   * @param options what the certificates are like
   */
  public static privateCa(options: PrivateCaOptions = {}): Certificates {
    return new Certificates((context) => {
      const name = `${context.name}-ca`;
      const ownOptions = { ...options.authority, duration: options.authority?.duration ?? Duration.days(3650) };
      checkCertificateOptions(ownOptions, context.problems.at('authority'));
      const issued = bindIssued({ name }, options, context);
      return {
        ...issued,
        objects: { ...authority({ name, labels: context.labels, options: ownOptions }), ...issued.objects },
      };
    });
  }

  private constructor(
    /** @internal */
    public readonly _bind: (context: CertificatesContext) => BoundCertificates,
  ) {}
}

/**
 * The engine that certificates are for.
 *
 * @internal
 */
export interface CertificatesContext {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly labels: { readonly [key: string]: string };
  /** The hosts of its `tls://` addresses. */
  readonly hosts: readonly string[];
  /** All names that it has in the cluster. */
  readonly dnsNames: readonly string[];
  readonly mutual: boolean;
  readonly problems: Problems;
}

/**
 * Certificates as the other files see them.
 *
 * @internal
 */
export interface BoundCertificates {
  readonly server: TlsSecret;
  /** What clients are checked against; undefined when they need no certificate. */
  readonly clientCa?: KeySelector;
  /** What clients check the engine's certificate against; undefined where their system knows it. */
  readonly serverCa?: KeySelector;
  /** The certificate of clients that have none of their own. */
  readonly client?: ClientCertificate;
  /** Who signs certificates of clients that the engine takes; undefined where nobody in the program does. */
  readonly clientIssuer?: CertificateIssuer;
  readonly clientOptions: CertificateOptions;
  /** What cert-manager is asked for, by construct id. */
  readonly objects: { readonly [id: string]: CertManagerObject };
}

function bindSecrets(
  { client, clientCa, publicAuthority = false, server, verify }: SecretCertificatesOptions,
  { hosts, mutual, problems }: CertificatesContext,
): BoundCertificates {
  checkSecret(server, problems.at('server'));
  clientCa?._validate(problems, 'clientCa');
  if (client !== undefined) {
    checkSecret(client.secret, problems.at('client'));
  }
  if (verify !== undefined) {
    checkPem(verify, hosts, problems.at('verify'));
  }
  if (publicAuthority && mutual && clientCa === undefined) {
    problems.add('clientCa', {
      wrong: 'a public authority signs the certificates of strangers too, so another one has to say who is a client',
      allowed: 'the certificate of an authority of your own',
      fix: 'set clientCa, or mutual: false on the listener',
    });
  }
  return {
    server,
    client,
    objects: {},
    clientOptions: {},
    ...(!publicAuthority && { serverCa: server.ca }),
    ...(mutual && { clientCa: clientCa ?? server.ca }),
  };
}

function checkSecret({ secretName, certificate, privateKey, ca }: TlsSecret, problems: Problems): void {
  if (checkDnsSubdomain(problems, 'secretName', secretName)) {
    certificate._validate(problems, 'certificate');
    privateKey._validate(problems, 'privateKey');
    ca._validate(problems, 'ca');
  }
}

function bindIssued(
  issuer: CertificateIssuer,
  options: IssuedCertificatesOptions,
  { dnsNames, labels, mutual, name, problems }: CertificatesContext,
): BoundCertificates {
  const {
    clientCa,
    clients,
    duration,
    extraDnsNames = [],
    extraIpAddresses = [],
    keyAlgorithm,
    keySize,
    renewBefore,
    secretName = `${name}-tls`,
  } = options;
  checkDnsSubdomain(problems, 'secretName', secretName);
  checkCertificateOptions(options, problems);
  checkNames(extraDnsNames, extraIpAddresses, problems);
  clientCa?._validate(problems, 'clientCa');
  if (clients !== undefined) {
    checkCertificateOptions(clients, problems.at('clients'));
  }
  const server = TlsSecret.fromSecretName(secretName);
  const names = [...new Set([...dnsNames, ...extraDnsNames])];
  return {
    server,
    ...(clientCa === undefined && { clientIssuer: issuer }),
    clientOptions: clients ?? { duration, keyAlgorithm, keySize, renewBefore },
    serverCa: server.ca,
    ...(mutual && { clientCa: clientCa ?? server.ca }),
    objects: { Certificate: serverCertificate({ name: secretName, labels, issuer, options }, names, extraIpAddresses) },
  };
}

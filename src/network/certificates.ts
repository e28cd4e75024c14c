import { Duration } from 'cdk8s';
import type { KeySelector } from '../config/key-selector';
import { checkDnsSubdomain } from '../kubernetes/names';
import { Problems } from '../reporting/problems';
import {
  certificateAuthority,
  checkCertificateOptions,
  checkIssuer,
  checkNames,
  checkWithinCa,
  serverCertificate,
  type CertManagerObject,
} from './cert-manager';
import type {
  CertificateIssuer,
  CertificateOptions,
  IssuedCertificatesOptions,
  PrivateCaOptions,
} from './certificate-options';
import type { ClientCertificate } from './client-certificate';
import { checkPem } from './pem-check';
import { TlsSecret } from './tls-secret';
import { checkCalls } from '../reporting/check-arguments';

/** Certificates in PEM form that the library verifies at synth. It doesn't write them into manifests. */
export interface CertificatePem {
  /** The engine's certificate, followed by its intermediate certificates. */
  readonly certificate: string;

  /**
   * The unencrypted private key of the certificate.
   *
   * @default - not verified
   */
  readonly privateKey?: string;

  /**
   * The CA certificates that clients use to verify the certificate.
   *
   * @default - not verified
   */
  readonly ca?: string;
}

/** Options for certificates in existing Secrets. */
export interface SecretCertificatesOptions {
  /** The Secret with the engine's certificate, in the engine's namespace. */
  readonly server: TlsSecret;

  /**
   * The CA certificates that verify clients, in the engine's namespace.
   *
   * @default - the key `ca` of `server`, unless `publicCa` is set
   */
  readonly clientCa?: KeySelector;

  /**
   * Whether a public CA signed the engine's certificate. If true, clients verify it with the CA certificates of their
   * system. Otherwise, they use the key `ca` of `server`.
   *
   * @default false
   */
  readonly publicCa?: boolean;

  /**
   * The default certificate of clients.
   *
   * @default - none: each client must specify a certificate
   */
  readonly client?: ClientCertificate;

  /**
   * The content of `server`, to verify at synth. The certificate must not have expired, must match its key and CA, and
   * must contain the DNS names of the engine.
   *
   * @default - not verified
   */
  readonly verify?: CertificatePem;
}

/** The source of the certificates of a TLS listener. */
export class Certificates {
  /**
   * Uses existing Secrets.
   *
   * @param options the Secrets, and the certificate to verify
   */
  public static fromSecrets(options: SecretCertificatesOptions): Certificates {
    return new Certificates((context) => bindSecrets(options, context));
  }

  /**
   * Creates a cert-manager Certificate for the engine. It contains the DNS names of the Services and, for a
   * StatefulSet, of every pod.
   *
   * @param issuer the issuer that signs the certificate
   * @param options options for the certificates
   */
  public static issuedBy(issuer: CertificateIssuer, options: IssuedCertificatesOptions = {}): Certificates {
    return new Certificates((context) => {
      checkIssuer(issuer, context.problems.at('issuer'));
      return bindIssued(issuer, options, context);
    });
  }

  /**
   * Creates a CA for this engine with cert-manager: a self-signed Issuer, the Certificate of the CA, an Issuer that
   * signs with the CA, and the engine's Certificate. Only this program and users with access to the engine's namespace
   * can issue client certificates. Clients in other namespaces need `Certificates.issuedBy()` with a ClusterIssuer, and
   * `allowedClients` on the listener.
   *
   * @param options options for the certificates
   */
  public static privateCa(options: PrivateCaOptions = {}): Certificates {
    return new Certificates((context) => {
      const name = `${context.name}-ca`;
      const caOptions = { ...options.ca, duration: options.ca?.duration ?? Duration.days(3650) };
      checkCertificateOptions(caOptions, context.problems.at('ca'));
      const issued = bindIssued({ name }, options, context);
      checkLifetime(caOptions.duration, options, context.problems);
      return {
        ...issued,
        clientIssuerDuration: caOptions.duration,
        objects: {
          ...certificateAuthority({ name, labels: context.labels, options: caOptions }),
          ...issued.objects,
        },
      };
    });
  }

  private constructor(
    /** @internal */
    public readonly _bind: (context: CertificatesContext) => BoundCertificates,
  ) {}
}

checkCalls('Certificates', Certificates);

/**
 * The properties of an engine that its certificates need.
 *
 * @internal
 */
export interface CertificatesContext {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly labels: { readonly [key: string]: string };
  /** The hosts of the engine's `tls://` addresses. */
  readonly hosts: readonly string[];
  /** All DNS names of the engine in the cluster. */
  readonly dnsNames: readonly string[];
  readonly mutual: boolean;
  readonly problems: Problems;
}

/**
 * The certificates of a listener that is bound to an engine.
 *
 * @internal
 */
export interface BoundCertificates {
  readonly server: TlsSecret;
  /** The CA that verifies clients, or undefined if clients don't need a certificate. */
  readonly clientCa?: KeySelector;
  /** The CA that verifies the engine, or undefined for a public CA. */
  readonly serverCa?: KeySelector;
  /** The default certificate of clients. */
  readonly client?: ClientCertificate;
  /** The issuer of client certificates, or undefined if this program can't issue any. */
  readonly clientIssuer?: CertificateIssuer;
  /** The lifetime of the CA of `clientIssuer`, or undefined if it is unknown. */
  readonly clientIssuerDuration?: Duration;
  readonly clientOptions: CertificateOptions;
  /** The cert-manager objects, keyed by construct id. */
  readonly objects: { readonly [id: string]: CertManagerObject };
}

function bindSecrets(
  { client, clientCa, publicCa = false, server, verify }: SecretCertificatesOptions,
  { hosts, mutual, problems }: CertificatesContext,
): BoundCertificates {
  server._validate(problems.at('server'));
  clientCa?._validateCertificate(problems, 'clientCa');
  if (client !== undefined) {
    // The Secret is in the client's namespace, not in the engine's.
    const found = Problems.of(client.secret.namespace);
    client.secret._validate(found);
    problems.adopt(found, (property) => `client.${property}`);
  }
  if (verify !== undefined) {
    checkPem(verify, hosts, problems.at('verify'));
  }
  if (publicCa && mutual && clientCa === undefined) {
    problems.add('clientCa', {
      wrong: 'is required with publicCa, because a public CA signs certificates for anyone',
      allowed: 'the certificate of your own CA',
      fix: 'set clientCa, or mutual: false on the listener',
    });
  }
  return {
    server,
    client,
    objects: {},
    clientOptions: {},
    ...(!publicCa && { serverCa: server.ca }),
    ...(mutual && { clientCa: clientCa ?? server.ca }),
  };
}

/** Reports a CA that expires before the certificates that it signs. */
function checkLifetime(ca: Duration, { clients, duration }: IssuedCertificatesOptions, problems: Problems): void {
  checkWithinCa(ca, duration, 'duration', problems);
  if (clients !== undefined) {
    checkWithinCa(ca, clients.duration, 'clients.duration', problems);
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
  clientCa?._validateCertificate(problems, 'clientCa');
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

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

/** Certificates in PEM form that are verified at synth. They aren't written into manifests. */
export interface CertificatePem {
  /** The engine's certificate, followed by its intermediates. */
  readonly certificate: string;

  /**
   * The unencrypted private key. It must belong to the certificate.
   *
   * @default - not verified
   */
  readonly privateKey?: string;

  /**
   * The CAs that clients verify the certificate with.
   *
   * @default - not verified
   */
  readonly ca?: string;
}

/** Options for certificates in existing Secrets. */
export interface SecretCertificatesOptions {
  /** The engine's certificate, in the engine's namespace. */
  readonly server: TlsSecret;

  /**
   * The CAs of clients, in the engine's namespace.
   *
   * @default - the key `ca` of `server`, unless `publicCa` is set
   */
  readonly clientCa?: KeySelector;

  /**
   * Whether a public CA signed the engine's certificate, so that clients verify it with the CAs of their system.
   *
   * @default false - clients verify it with the key `ca` of `server`
   */
  readonly publicCa?: boolean;

  /**
   * The certificate of clients that specify none.
   *
   * @default - each client must specify one
   */
  readonly client?: ClientCertificate;

  /**
   * The content of `server`. At synth, the library verifies that it hasn't expired, matches its key and CA, and has the
   * names of the engine.
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
   * @param options the Secrets
   */
  public static fromSecrets(options: SecretCertificatesOptions): Certificates {
    return new Certificates((context) => bindSecrets(options, context));
  }

  /**
   * Creates a cert-manager Certificate for the engine, with the names of its Services and, for a StatefulSet, of every pod.
   *
   * @param issuer the issuer that signs it
   * @param options options for the certificates
   */
  public static issuedBy(issuer: CertificateIssuer, options: IssuedCertificatesOptions = {}): Certificates {
    return new Certificates((context) => {
      checkIssuer(issuer, context.problems.at('issuer'));
      return bindIssued(issuer, options, context);
    });
  }

  /**
   * Creates a CA for this engine with cert-manager: a self-signed Issuer, the Certificate of the CA, an Issuer that signs
   * with it, and the engine's Certificate. Only this program, and users with access to the engine's namespace, can issue
   * client certificates.
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
 * The engine that the certificates belong to.
 *
 * @internal
 */
export interface CertificatesContext {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly labels: { readonly [key: string]: string };
  /** The hosts of the engine's `tls://` addresses. */
  readonly hosts: readonly string[];
  /** All names of the engine in the cluster. */
  readonly dnsNames: readonly string[];
  readonly mutual: boolean;
  readonly problems: Problems;
}

/**
 * Certificates, bound to an engine.
 *
 * @internal
 */
export interface BoundCertificates {
  readonly server: TlsSecret;
  /** The CA that verifies clients. Undefined if clients need no certificate. */
  readonly clientCa?: KeySelector;
  /** The CA that verifies the engine. Undefined for a public CA. */
  readonly serverCa?: KeySelector;
  /** The certificate of clients that specify none. */
  readonly client?: ClientCertificate;
  /** The issuer of client certificates. Undefined if this program can't issue any. */
  readonly clientIssuer?: CertificateIssuer;
  /** The lifetime of the CA of `clientIssuer`. Undefined if it isn't known. */
  readonly clientIssuerDuration?: Duration;
  readonly clientOptions: CertificateOptions;
  /** The objects for cert-manager, by construct id. */
  readonly objects: { readonly [id: string]: CertManagerObject };
}

function bindSecrets(
  { client, clientCa, publicCa = false, server, verify }: SecretCertificatesOptions,
  { hosts, mutual, problems }: CertificatesContext,
): BoundCertificates {
  server._validate(problems.at('server'));
  clientCa?._validateCertificate(problems, 'clientCa');
  if (client !== undefined) {
    // The Secret is in the namespace of the client, not of the engine.
    const found = Problems.of(client.secret.namespace);
    client.secret._validate(found);
    problems.adopt(found, (property) => `client.${property}`);
  }
  if (verify !== undefined) {
    checkPem(verify, hosts, problems.at('verify'));
  }
  if (publicCa && mutual && clientCa === undefined) {
    problems.add('clientCa', {
      wrong: 'a public CA also signs the certificates of strangers, so clients need another CA',
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

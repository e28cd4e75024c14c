import { Chart, type Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import { rejectDuplicateObjects } from '../kubernetes/duplicate-objects';
import { emit } from '../kubernetes/manifest';
import { checkDnsLabel, checkDnsSubdomain } from '../kubernetes/names';
import { Problems } from '../reporting/problems';
import { checkCertificateOptions, checkWithinCa, clientCertificate, isNamespaced } from './cert-manager';
import { rejectSharedCertificateSecrets } from './certificate-secrets';
import type { CertificateIssuer, CertificateOptions } from './certificate-options';
import { ClientCertificate } from './client-certificate';
import type { KnownClientCertificates } from './known-client-certificates';

/** Options for a client certificate. */
export interface IssueClientOptions extends CertificateOptions {
  /**
   * The namespace of the client and the Certificate. Pods can mount only Secrets in their own namespace.
   *
   * @default - the engine's namespace
   */
  readonly namespace?: string;

  /**
   * The name of the Certificate and the Secret that cert-manager writes.
   *
   * @default - `ENGINE-client-NAME`, with the names of the engine and the client
   */
  readonly secretName?: string;

  /**
   * The scope of the Certificate construct, for example the client's chart.
   *
   * @default - the engine
   */
  readonly scope?: Construct;
}

/**
 * The TLS settings of a listener that client certificates need.
 *
 * @internal
 */
interface IssuingTls {
  /** Whether clients must present a certificate. */
  readonly mutual: boolean;
  /** The common names of the allowed clients, or undefined to allow all. */
  readonly allowedClients: readonly string[] | undefined;
  /** The issuer of the client certificates that the engine accepts, or undefined if this program can't use it. */
  readonly clientIssuer: CertificateIssuer | undefined;
  /** The lifetime of the issuer's CA, or undefined if it is unknown. */
  readonly clientIssuerDuration: Duration | undefined;
  readonly clientOptions: CertificateOptions;
}

/**
 * The properties of an engine that client certificates need.
 *
 * @internal
 */
interface IssuingEngine {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly labels: { readonly [key: string]: string };
  readonly listener: { readonly tls: IssuingTls | undefined } | undefined;
}

/**
 * Issues the certificates of an engine's clients.
 *
 * @internal
 */
export class IssuedClients {
  private readonly issued = new Map<string, { readonly certificate: ClientCertificate; readonly options: string }>();

  public constructor(
    private readonly construct: Construct,
    private readonly engine: IssuingEngine,
    private readonly known?: KnownClientCertificates,
  ) {}

  /** Returns the certificate of a client. The first call creates it. */
  public issue(client: string, options: IssueClientOptions): ClientCertificate {
    const { engine } = this;
    const { namespace = engine.namespace, scope, secretName = `${engine.name}-client-${client}`, ...own } = options;
    const problems = new Problems();
    const { issuer, issuerDuration, defaults } = this.issuerFor(client, namespace, problems);
    const given = {
      duration: own.duration,
      keyAlgorithm: own.keyAlgorithm,
      keySize: own.keySize,
      renewBefore: own.renewBefore,
    };
    const used = Object.values(given).some((value) => value !== undefined) ? given : defaults;
    checkDnsLabel(problems, 'name', client);
    checkCertificateOptions(used, problems);
    if (issuerDuration !== undefined && used === given) {
      checkWithinCa(issuerDuration, given.duration, 'duration', problems);
    }
    for (const [property, value] of Object.entries({ namespace: options.namespace, secretName: options.secretName })) {
      if (value !== undefined) {
        checkDnsSubdomain(problems, property, value);
      }
    }
    const known = this.issued.get(JSON.stringify([namespace, client]));
    const summary = JSON.stringify({
      secretName,
      ...used,
      duration: used.duration?.toSeconds(),
      renewBefore: used.renewBefore?.toSeconds(),
    });
    const hasOptions = Object.keys(options).some((option) => !['namespace', 'scope'].includes(option));
    if (known !== undefined && known.options !== summary && hasOptions) {
      problems.add('options', {
        wrong: 'the client already has a certificate with other options',
        got: JSON.parse(summary),
        allowed: known.options,
        fix: 'call issueClient once for each client, and reuse the result',
      });
    }
    problems.throwIfAny(this.construct.node.path, `issueClient(${JSON.stringify(client)})`);
    if (known !== undefined) {
      return known.certificate;
    }
    const elsewhere = namespace === engine.namespace ? undefined : namespace;
    const parent = scope ?? this.construct;
    const object = clientCertificate(
      {
        name: secretName,
        namespace: namespace === Chart.of(parent).namespace ? undefined : namespace,
        labels: engine.labels,
        issuer,
        options: used,
      },
      client,
    );
    emit(
      parent,
      // Engines with the same name can have clients in one scope.
      [scope && this.construct.node.path, 'Client', elsewhere, client].filter((part) => part !== undefined).join('-'),
      object,
    );
    // The engine itself may belong to another program.
    rejectSharedCertificateSecrets(parent);
    rejectDuplicateObjects(parent);
    const certificate = ClientCertificate._issued(client, secretName, namespace);
    this.known?.add({ secret: certificate.secret, namespace, issued: object });
    this.issued.set(JSON.stringify([namespace, client]), { certificate, options: summary });
    return certificate;
  }

  /** Returns the issuer for a client in a namespace, and the default options of its certificate. */
  private issuerFor(
    client: string,
    namespace: string | undefined,
    problems: Problems,
  ): { issuer: CertificateIssuer; issuerDuration?: Duration; defaults: CertificateOptions } {
    const { listener, namespace: own } = this.engine;
    const { allowedClients, clientIssuer: issuer, clientIssuerDuration, clientOptions, mutual } = listener?.tls ?? {};
    if (mutual !== true) {
      problems.add('listener', {
        wrong: 'the engine does not use client certificates',
        allowed: 'an engine with mutual TLS',
        fix: 'set listener: Listener.tls({ certificates: Certificates.privateCa() }) on the engine',
      });
    } else if (issuer === undefined) {
      problems.add('listener.certificates', {
        wrong: 'this program has no issuer for certificates that the engine accepts',
        allowed: 'Certificates.issuedBy(...) or Certificates.privateCa(), without clientCa',
        fix: 'use an existing certificate with ClientCertificate.fromSecret(...)',
      });
    } else if (isNamespaced(issuer) && namespace !== own) {
      problems.add('namespace', {
        wrong: `the Issuer ${JSON.stringify(issuer.name)} signs only for the engine's namespace`,
        got: namespace,
        allowed: own,
        fix: "use Certificates.issuedBy({ name, kind: 'ClusterIssuer' }) and allowedClients with the names of all clients, or an existing Secret in the client's namespace with ClientCertificate.fromSecret(...)",
      });
    }
    if (allowedClients?.includes(client) === false) {
      problems.add('name', {
        wrong: 'must be a client that the listener allows',
        got: client,
        allowed: allowedClients.join(', '),
        fix: 'add the name to allowedClients on the listener',
      });
    }
    return { issuer: issuer ?? { name: '' }, issuerDuration: clientIssuerDuration, defaults: clientOptions ?? {} };
  }
}

import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { emit } from '../kubernetes/manifest';
import { checkDnsLabel, checkDnsSubdomain } from '../kubernetes/names';
import { Problems } from '../reporting/problems';
import { checkCertificateOptions, clientCertificate, isNamespaced } from './cert-manager';
import type { CertificateIssuer, CertificateOptions } from './certificate-options';
import { ClientCertificate } from './certificates';
import type { BoundListener } from './listener';

/** The certificate of one client. */
export interface IssueClientOptions extends CertificateOptions {
  /**
   * The client's namespace: it can mount Secrets of its own only.
   *
   * @default - the engine's
   */
  readonly namespace?: string;

  /**
   * Name of the Certificate and of the Secret that cert-manager puts it in.
   *
   * @default - the engine's name, `-client-` and the client's
   */
  readonly secretName?: string;

  /**
   * The scope of the Certificate, for example the client's chart.
   *
   * @default - the engine
   */
  readonly scope?: Construct;
}

/**
 * The engine that clients connect to.
 *
 * @internal
 */
interface IssuingEngine {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly labels: { readonly [key: string]: string };
  readonly listener: BoundListener | undefined;
}

/**
 * The certificates of an engine's clients.
 *
 * @internal
 */
export class IssuedClients {
  private readonly issued = new Map<string, { readonly certificate: ClientCertificate; readonly options: string }>();

  public constructor(
    private readonly construct: Construct,
    private readonly engine: IssuingEngine,
  ) {}

  /** The certificate of a client, made when it is asked for first. */
  public issue(client: string, options: IssueClientOptions): ClientCertificate {
    const { engine } = this;
    const { namespace = engine.namespace, scope, secretName = `${engine.name}-client-${client}`, ...own } = options;
    const problems = new Problems();
    const { issuer, defaults } = this.signer(client, namespace, problems);
    const given = {
      duration: own.duration,
      keyAlgorithm: own.keyAlgorithm,
      keySize: own.keySize,
      renewBefore: own.renewBefore,
    };
    const asked = Object.values(given).some((value) => value !== undefined) ? given : defaults;
    checkDnsLabel(problems, 'name', client);
    checkCertificateOptions(asked, problems);
    for (const [property, value] of Object.entries({ namespace: options.namespace, secretName: options.secretName })) {
      if (value !== undefined) {
        checkDnsSubdomain(problems, property, value);
      }
    }
    const known = this.issued.get(JSON.stringify([namespace, client]));
    const summary = JSON.stringify({
      secretName,
      ...asked,
      duration: asked.duration?.toSeconds(),
      renewBefore: asked.renewBefore?.toSeconds(),
    });
    const asksAnew = Object.keys(options).some((option) => !['namespace', 'scope'].includes(option));
    if (known !== undefined && known.options !== summary && asksAnew) {
      problems.add('options', {
        wrong: 'the client has a certificate with other options already',
        got: JSON.parse(summary),
        allowed: known.options,
        fix: 'issue it once, and pass on what issueClient returned',
      });
    }
    problems.throwIfAny(this.construct.node.path, `issueClient(${JSON.stringify(client)})`);
    if (known !== undefined) {
      return known.certificate;
    }
    const elsewhere = namespace === engine.namespace ? undefined : namespace;
    const parent = scope ?? this.construct;
    emit(
      parent,
      [scope && engine.name, 'Client', elsewhere, client].filter((part) => part !== undefined).join('-'),
      clientCertificate(
        {
          name: secretName,
          namespace: namespace === Chart.of(parent).namespace ? undefined : namespace,
          labels: engine.labels,
          issuer,
          options: asked,
        },
        client,
      ),
    );
    const certificate = ClientCertificate._issued(client, secretName, namespace);
    this.issued.set(JSON.stringify([namespace, client]), { certificate, options: summary });
    return certificate;
  }

  /** Who signs for a client in that namespace, and what its certificate is like unless it says otherwise. */
  private signer(
    client: string,
    namespace: string | undefined,
    problems: Problems,
  ): { issuer: CertificateIssuer; defaults: CertificateOptions } {
    const { listener, namespace: own } = this.engine;
    const { allowedClients, certificates, mutual } = listener?.tls ?? {};
    const issuer = certificates?.clientIssuer;
    if (mutual !== true) {
      problems.add('listener', {
        wrong: 'the engine asks clients for no certificate',
        allowed: 'an engine with mutual TLS',
        fix: 'set listener: Listener.tls({ certificates: Certificates.privateCa() }) on the engine',
      });
    } else if (issuer === undefined) {
      problems.add('listener.certificates', {
        wrong: 'the engine takes certificates that nobody in this program can have signed',
        allowed: 'Certificates.issuedBy(...) or Certificates.privateCa(), without clientCa',
        fix: 'give the client one with ClientCertificate.fromSecret(...)',
      });
    } else if (isNamespaced(issuer) && namespace !== own) {
      problems.add('namespace', {
        wrong: `the Issuer ${JSON.stringify(issuer.name)} signs for the engine's namespace only`,
        got: namespace,
        allowed: own,
        fix: "use Certificates.issuedBy({ name, kind: 'ClusterIssuer' }), or give the client a Secret of its namespace with ClientCertificate.fromSecret(...)",
      });
    }
    if (allowedClients?.includes(client) === false) {
      problems.add('name', {
        wrong: 'the listener admits other clients only',
        got: client,
        allowed: allowedClients.join(', '),
        fix: 'add it to allowedClients of the listener',
      });
    }
    return { issuer: issuer ?? { name: '' }, defaults: certificates?.clientOptions ?? {} };
  }
}

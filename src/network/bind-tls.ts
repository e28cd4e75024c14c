import { checkAnnotations } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import { EngineRisk } from '../reporting/engine-risk';
import { EngineCapability } from '../version/engine-capability';
import { EngineVersion } from '../version/engine-version';
import { reportUnsupported } from '../version/unsupported';
import type { BoundTls } from './bound-listener';
import { isNamespaced } from './cert-manager';
import type { BoundCertificates, Certificates } from './certificates';
import { serviceHost } from './service-host';
import { TlsTermination } from './tls-termination';
import { checkSidecar } from './tls-sidecar';

/** The first release whose client supports `tls://` (`EngineCapability.TLS_CLIENT`). */
const FIRST_TLS_CLIENT = 'v0.20.1';

/** The maximum length of a common name (RFC 5280, appendix A.1). */
const COMMON_NAME_MAX = 64;

/** The properties of an engine that its TLS listener needs. */
export interface TlsEngine {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly labels: { readonly [key: string]: string };
  /** The stable names of the pods. The list is empty if the pods have random names. */
  readonly podNames: readonly string[];
  readonly headlessServiceName: string;
  /** Whether the headless Service exists, so that the pods have DNS names. */
  readonly podsHaveHosts: boolean;
}

/** The TLS-specific options of `Listener.tls`. */
interface TlsOptions {
  readonly certificates: Certificates;
  readonly mutual?: boolean;
  readonly termination?: TlsTermination;
  readonly allowedClients?: readonly string[];
  readonly reloadAnnotations?: { readonly [key: string]: string };
}

/** The address that a listener listens on, and the name of its Service. */
interface ListenAddress {
  readonly address: string;
  readonly port: number;
  readonly serviceName: string;
}

/** The context in which a listener is bound to its engine. */
export interface ListenerContext {
  readonly version: EngineVersion;
  readonly problems: Problems;
}

/** Binds the TLS options of a listener to its engine. */
export function bindTls(
  options: TlsOptions,
  { address, port, serviceName }: ListenAddress,
  engine: TlsEngine,
  { version, problems }: ListenerContext,
): BoundTls {
  const { allowedClients, mutual = true, reloadAnnotations = {} } = options;
  const termination =
    options.termination ??
    (allowedClients === undefined && version.supports(EngineCapability.ENGINE_TLS)
      ? TlsTermination.engine()
      : TlsTermination.sidecar());
  const sidecar = termination._sidecar;
  const certificates = options.certificates._bind({
    name: engine.name,
    namespace: engine.namespace,
    labels: engine.labels,
    mutual,
    problems: problems.at('certificates'),
    ...namesOf(engine, serviceName),
  });
  checkClientRelease(version, problems);
  if (allowedClients !== undefined) {
    checkAllowedClients(allowedClients, mutual, sidecar !== undefined, problems);
  } else if (mutual) {
    checkSharedIssuer(certificates, problems);
  }
  checkAnnotations(problems, 'reloadAnnotations', reloadAnnotations);
  if (sidecar === undefined) {
    checkEngineTermination(certificates, reloadAnnotations, { version, problems });
  } else {
    checkSidecar(sidecar, port, problems.at('termination'));
    if (Object.keys(reloadAnnotations).length > 0) {
      problems.add('reloadAnnotations', {
        wrong:
          'is unnecessary, because the TLS sidecar reloads renewed certificates itself, and a restart would cancel every build',
        got: reloadAnnotations,
        allowed: 'annotations only with TlsTermination.engine()',
        fix: 'remove it',
      });
    }
  }
  return {
    mutual,
    certificates,
    sidecar,
    address: `${address}:${port}`,
    allowedClients,
    annotations: reloadAnnotations,
    publicCa: certificates.serverCa === undefined,
    ...(!mutual && { serverOnlyPem: { ca: certificates.serverCa, namespace: engine.namespace } }),
  };
}

/** Returns the hosts of the engine's `tls://` addresses, and all DNS names of the engine in the cluster. */
function namesOf(engine: TlsEngine, serviceName: string): { hosts: string[]; dnsNames: string[] } {
  const podsOf = (host: string): string[] =>
    engine.podsHaveHosts ? engine.podNames.map((pod) => `${pod}.${host}`) : [];
  return {
    hosts: [serviceHost(engine, serviceName), ...podsOf(serviceHost(engine, engine.headlessServiceName))],
    dnsNames: [
      ...serviceNames(engine, serviceName),
      ...serviceNames(engine, engine.headlessServiceName).flatMap(podsOf),
    ],
  };
}

/** Returns all DNS names of a Service in a cluster with the default domain. */
function serviceNames({ namespace }: { readonly namespace: string | undefined }, service: string): string[] {
  return namespace === undefined
    ? [service]
    : [service, `${service}.${namespace}`, `${service}.${namespace}.svc`, `${service}.${namespace}.svc.cluster.local`];
}

/** Warns if the client of the engine's release doesn't support `tls://`. */
function checkClientRelease(version: EngineVersion, problems: Problems): void {
  if (version.supports(EngineCapability.TLS_CLIENT)) {
    return;
  }
  const rejection = version._rejectionOf(EngineVersion.of(FIRST_TLS_CLIENT));
  problems.warn(
    EngineRisk.TLS_NEEDS_NEWER_CLIENT,
    '',
    rejection === undefined
      ? `the CLI of ${version.tag} doesn't support tls:// addresses`
      : `tls:// addresses need the CLI of ${FIRST_TLS_CLIENT} or later, but ${rejection}`,
    rejection === undefined
      ? `use the CLI of ${FIRST_TLS_CLIENT} or later in clients`
      : 'use a tunnel in clients, such as `ghostunnel client`',
  );
}

/** Warns about a CA that also signs certificates for other programs, because the engine would accept all of them. */
function checkSharedIssuer({ clientIssuer }: BoundCertificates, problems: Problems): void {
  if (clientIssuer !== undefined && !isNamespaced(clientIssuer)) {
    problems.warn(
      EngineRisk.UNRESTRICTED_CLIENTS,
      'allowedClients',
      `the engine accepts every certificate that the ${clientIssuer.kind ?? 'Issuer'} ${JSON.stringify(clientIssuer.name)} signs, including certificates for other namespaces`,
      'list the common names of your clients; if all clients are in the namespace of the engine, Certificates.privateCa() also restricts them',
    );
  }
}

function checkAllowedClients(
  allowed: readonly string[],
  mutual: boolean,
  hasSidecar: boolean,
  problems: Problems,
): void {
  if (!mutual) {
    problems.add('allowedClients', {
      wrong: 'requires mutual TLS, because client names come from certificates',
      got: allowed,
      allowed: 'mutual TLS',
      fix: 'remove mutual: false',
    });
  } else if (!hasSidecar) {
    problems.add('allowedClients', {
      wrong: 'is ignored by the engine, which checks only the signature of a client certificate',
      got: allowed,
      allowed: 'TlsTermination.sidecar()',
      fix: 'remove termination',
    });
  }
  if (allowed.length === 0) {
    problems.add('allowedClients', {
      wrong: 'must not be empty, because no client could connect',
      got: [],
      allowed: 'at least one name',
      fix: 'remove it to accept every client with a certificate from the CA',
    });
  }
  for (const [index, name] of allowed.entries()) {
    if (name.trim() === '' || name.length > COMMON_NAME_MAX) {
      problems.add(`allowedClients[${index}]`, {
        wrong: 'must be the common name of a certificate',
        got: name,
        allowed: `1 to ${COMMON_NAME_MAX} characters`,
        fix: 'remove it',
      });
    }
  }
}

function checkEngineTermination(
  { server }: BoundCertificates,
  reloadAnnotations: { readonly [key: string]: string },
  { version, problems }: ListenerContext,
): void {
  if (!version.supports(EngineCapability.ENGINE_TLS)) {
    const problem = {
      wrong: `Dagger clients can't connect if ${version.tag} terminates TLS itself, because neither side negotiates HTTP/2 (dagger/dagger #13306)`,
      got: 'TlsTermination.engine()',
      allowed: EngineCapability.ENGINE_TLS.availability,
      fix: 'use TlsTermination.sidecar()',
    };
    reportUnsupported({ version, capability: EngineCapability.ENGINE_TLS }, problem, 'termination', problems);
  } else if (Object.keys(reloadAnnotations).length === 0) {
    problems.warn(
      EngineRisk.CERTIFICATE_NOT_RELOADED,
      'reloadAnnotations',
      `the engine reads its certificate only at startup. After the Secret ${JSON.stringify(server.secretName)} changes, it serves the old certificate until its pod is replaced`,
      'set reloadAnnotations for a controller that replaces the pod, or use TlsTermination.sidecar()',
    );
  }
}

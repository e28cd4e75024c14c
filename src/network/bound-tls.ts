import type { KeySelector } from '../config/key-selector';
import { checkAnnotations } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import { EngineCapability } from '../version/engine-capability';
import { EngineVersion } from '../version/engine-version';
import { EngineWarning } from '../reporting/warnings';
import type { BoundCertificates, Certificates } from './certificates';
import { serviceHost, serviceNames } from './service-host';
import { checkSidecar } from './tls-sidecar';
import { TlsTermination, type TlsSidecarOptions } from './tls-termination';

/** The oldest release whose clients know `tls://` (`EngineCapability.TLS_CLIENT`). */
const FIRST_TLS_CLIENT = 'v0.20.1';

/** The longest common name (RFC 5280, appendix A.1). */
const COMMON_NAME_MAX = 64;

/** The engine that a TLS listener is of. */
export interface TlsEngine {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly labels: { readonly [key: string]: string };
  /** The pods that have names of their own, and the Service that gives them. */
  readonly podNames: readonly string[];
  readonly headlessServiceName: string;
  /** Whether there is such a Service. */
  readonly podsHaveHosts: boolean;
}

/** What encrypts a listener, as the other floors see it. */
export interface BoundTls {
  /** Whether clients need a certificate. */
  readonly mutual: boolean;
  readonly certificates: BoundCertificates;
  /** The container that decrypts; undefined where the engine does. */
  readonly sidecar?: TlsSidecarOptions;
  /** What it listens on: `0.0.0.0:8443`. */
  readonly address: string;
  /** The common names that may connect; undefined for all. */
  readonly allowedClients?: readonly string[];
  /** Annotations of the workload. */
  readonly annotations: { readonly [key: string]: string };
  /** Whether clients go by the authorities of their system. */
  readonly publicAuthority: boolean;
  /** What a client mounts that needs no certificate of its own. */
  readonly serverOnlyPem?: { readonly ca?: KeySelector; readonly namespace: string | undefined };
}

/** What `Listener.tls` was told. */
interface TlsOptions {
  readonly certificates: Certificates;
  readonly mutual?: boolean;
  readonly termination?: TlsTermination;
  readonly allowedClients?: readonly string[];
  readonly reloadAnnotations?: { readonly [key: string]: string };
}

/** Where a listener listens, and the Service in front of it. */
interface Place {
  readonly address: string;
  readonly port: number;
  readonly serviceName: string;
}

export function bindTls(
  options: TlsOptions,
  place: Place,
  version: EngineVersion,
  engine: TlsEngine,
  problems: Problems,
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
    ...namesOf(engine, place.serviceName),
  });
  checkClients(version, problems);
  checkAllowed(allowedClients, mutual, sidecar !== undefined, problems);
  checkAnnotations(problems, 'reloadAnnotations', reloadAnnotations);
  if (sidecar === undefined) {
    checkEngine(certificates, version, reloadAnnotations, problems);
  } else {
    checkSidecar(sidecar, place.port, problems.at('termination'));
    if (Object.keys(reloadAnnotations).length > 0) {
      problems.add('reloadAnnotations', {
        wrong: 'the sidecar takes up a renewed certificate by itself, and a restart would cancel every build',
        got: reloadAnnotations,
        allowed: 'annotations beside TlsTermination.engine()',
        fix: 'remove it',
      });
    }
  }
  return {
    mutual,
    certificates,
    sidecar,
    address: `${place.address}:${place.port}`,
    allowedClients,
    annotations: reloadAnnotations,
    publicAuthority: certificates.serverCa === undefined,
    ...(!mutual && { serverOnlyPem: { ca: certificates.serverCa, namespace: engine.namespace } }),
  };
}

/** The hosts of the engine's `tls://` addresses, and every name that it has beside them. */
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

/** Warns where the clients that come with a release don't know `tls://`. */
function checkClients(version: EngineVersion, problems: Problems): void {
  if (!version.supports(EngineCapability.TLS_CLIENT)) {
    const refusal = version._refusalOf(EngineVersion.of(FIRST_TLS_CLIENT));
    problems.warn(
      EngineWarning.TLS_NEEDS_NEWER_CLIENT,
      '',
      refusal === undefined
        ? `the CLI of ${version.tag} doesn't know tls:// addresses: clients need that of ${FIRST_TLS_CLIENT} or later`
        : `only the CLI of ${FIRST_TLS_CLIENT} and later knows tls:// addresses, and ${refusal}: clients need a tunnel of their own, such as \`ghostunnel client\``,
    );
  }
}

function checkAllowed(
  allowed: readonly string[] | undefined,
  mutual: boolean,
  hasSidecar: boolean,
  problems: Problems,
): void {
  if (allowed === undefined) {
    return;
  }
  if (!mutual) {
    problems.add('allowedClients', {
      wrong: 'clients without a certificate have no name',
      got: allowed,
      allowed: 'mutual TLS',
      fix: 'remove mutual: false',
    });
  } else if (!hasSidecar) {
    problems.add('allowedClients', {
      wrong: "the engine looks at the signature of a client's certificate only, and would admit all",
      got: allowed,
      allowed: 'TlsTermination.sidecar()',
      fix: 'remove termination',
    });
  }
  if (allowed.length === 0) {
    problems.add('allowedClients', {
      wrong: 'nobody could connect',
      got: [],
      allowed: 'at least one name',
      fix: 'remove it to admit every client of the authority',
    });
  }
  for (const [index, name] of allowed.entries()) {
    if (name.trim() === '' || name.length > COMMON_NAME_MAX) {
      problems.add(`allowedClients[${index}]`, {
        wrong: 'not a common name that a certificate can have',
        got: name,
        allowed: `1 to ${COMMON_NAME_MAX} characters`,
        fix: 'remove it',
      });
    }
  }
}

function checkEngine(
  certificates: BoundCertificates,
  version: EngineVersion,
  reloadAnnotations: { readonly [key: string]: string },
  problems: Problems,
): void {
  if (!version.supports(EngineCapability.ENGINE_TLS)) {
    problems.add('termination', {
      wrong: `no Dagger client can connect to the TLS that ${version.tag} terminates itself, as neither end negotiates HTTP/2 (dagger/dagger #13306)`,
      got: 'TlsTermination.engine()',
      allowed: EngineCapability.ENGINE_TLS.availability,
      fix: 'use TlsTermination.sidecar()',
    });
  } else if (Object.keys(reloadAnnotations).length === 0) {
    problems.warn(
      EngineWarning.CERTIFICATE_NOT_RELOADED,
      'reloadAnnotations',
      `the engine reads its certificate at its start only, and serves the old one until a restart when the Secret ${JSON.stringify(certificates.server.secretName)} changes: ` +
        'set the annotation of a controller that restarts it, or use TlsTermination.sidecar()',
    );
  }
}

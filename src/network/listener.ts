import { isIPv4, isIPv6 } from 'node:net';
import { checkPort } from '../kubernetes/ports';
import type { Problems } from '../reporting/problems';
import { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';
import { bindTls, type BoundTls, type TlsEngine } from './bound-tls';
import type { Certificates } from './certificates';
import type { EngineServiceOptions } from './service-options';
import type { TlsTermination } from './tls-termination';

/** A port of the engine without encryption and without authentication. */
export interface InsecureTcpOptions {
  /**
   * The port, in the pod and of the Service.
   *
   * @default 1234
   */
  readonly port?: number;

  /**
   * Address to listen on: `[::]` on a cluster without IPv4.
   *
   * @default '0.0.0.0'
   */
  readonly address?: string;

  /**
   * Port of the node that leads to the pod.
   *
   * @default - none
   */
  readonly hostPort?: number;

  /**
   * Whether the engine's container declares the port. Declaring opens nothing: false is for a workload that is taken over and
   * doesn't, or does so by a name of its own, in `extraPorts`.
   *
   * @default true
   */
  readonly declarePort?: boolean;

  /**
   * The Service in front of the port.
   *
   * @default - a ClusterIP Service with the engine's name
   */
  readonly service?: EngineServiceOptions;
}

/** A port of the engine with encryption and authentication. */
export interface TlsListenerOptions {
  /** Where the engine's certificate comes from, and those of its clients. */
  readonly certificates: Certificates;

  /**
   * The port, in the pod and of the Service.
   *
   * @default 8443
   */
  readonly port?: number;

  /**
   * Address to listen on: `[::]` on a cluster without IPv4.
   *
   * @default '0.0.0.0'
   */
  readonly address?: string;

  /**
   * Port of the node that leads to the pod.
   *
   * @default - none
   */
  readonly hostPort?: number;

  /**
   * The Service in front of the port.
   *
   * @default - a ClusterIP Service with the engine's name
   */
  readonly service?: EngineServiceOptions;

  /**
   * Whether clients need a certificate too. Without, the connection is encrypted, but whoever reaches the port can run
   * privileged builds, and so is root on the node.
   *
   * @default true
   */
  readonly mutual?: boolean;

  /**
   * Who decrypts.
   *
   * @default - TlsTermination.engine() on releases where that works with Dagger clients (until v0.21.3 and v1.0.0-beta.2)
   * and clients aren't named, TlsTermination.sidecar() else
   */
  readonly termination?: TlsTermination;

  /**
   * The common names of the clients that may connect: those of `engine.issueClient`, or of certificates that others made. The
   * sidecar checks them.
   *
   * @default - every client with a certificate that the authority signed
   */
  readonly allowedClients?: string[];

  /**
   * Annotations of the workload by which a controller in the cluster restarts the engine when its certificate has
   * changed, for example `{ 'secret.reloader.stakater.com/reload': 'NAME-tls' }`. Only an engine that decrypts itself
   * needs one.
   *
   * @default - none
   */
  readonly reloadAnnotations?: { [key: string]: string };
}

/** A port that an engine opens for clients. */
export class Listener {
  /**
   * Plain TCP: whoever reaches the port can run privileged builds, and so is root on the node. For networks where
   * something else decides who reaches it.
   *
   * @param options port and Service
   */
  public static insecureTcp(options: InsecureTcpOptions = {}): Listener {
    return new Listener(options);
  }

  /**
   * TLS. Clients need a certificate too, unless `mutual` is false.
   *
   * @param options certificates, port and Service
   */
  public static tls(options: TlsListenerOptions): Listener {
    return new Listener({ ...options, port: options.port ?? 8443 }, options);
  }

  private constructor(
    private readonly options: InsecureTcpOptions,
    private readonly tls?: TlsListenerOptions,
  ) {}

  /**
   * Whether it makes a Service with the name of the engine.
   *
   * @internal
   */
  public get _namesServiceAfterEngine(): boolean {
    const { create, name } = this.options.service ?? {};
    return create !== false && name === undefined;
  }

  /** @internal */
  public _bind(version: EngineVersion, problems: Problems, engine: TlsEngine): BoundListener {
    const { address = '0.0.0.0', declarePort = true, hostPort, port = 1234, service = {} } = this.options;
    checkPort(problems, 'port', port);
    if (hostPort !== undefined) {
      checkPort(problems, 'hostPort', hostPort);
    }
    if (!isIPv4(address) && !isIPv6(/^\[(.*)\]$/.exec(address)?.[1] ?? '')) {
      problems.add('address', {
        wrong: 'not an address to listen on',
        got: address,
        allowed: 'an IPv4 address, or an IPv6 address in brackets',
        fix: "use '0.0.0.0' or '[::]'",
      });
    } else if (/^(127\.|\[::1\]$)/.test(address)) {
      problems.add('address', {
        wrong: 'nothing outside the pod reaches a loopback address, so the Service would lead nowhere',
        got: address,
        allowed: 'an address of the pod, or all of them',
        fix: "use '0.0.0.0' or '[::]'",
      });
    }
    const tls =
      this.tls &&
      bindTls(this.tls, { address, port, serviceName: service.name ?? engine.name }, version, engine, problems);
    if (tls?.sidecar !== undefined) {
      return { port, hostPort, declaresPort: false, service, byFlag: false, tls };
    }
    if (!declarePort && hostPort !== undefined) {
      problems.add('hostPort', {
        wrong: 'a port that is not declared has none',
        got: hostPort,
        allowed: 'without declarePort: false',
        fix: 'set it on the port in extraPorts',
      });
    }
    // Where the flag adds to the sockets it is the simplest way, and leaves engine.toml alone. Before that it would
    // replace every socket, the one of the probes too: engine.toml then names all of them.
    const byFlag = version.supports(EngineCapability.ADDR_FLAG_APPENDS);
    return { port, hostPort, declaresPort: declarePort, service, url: `tcp://${address}:${port}`, byFlag, tls };
  }
}

/**
 * A listener as the other floors see it.
 *
 * @internal
 */
export interface BoundListener {
  readonly port: number;
  readonly hostPort?: number;
  /** Whether the engine's container declares the port, with the library's name for it. */
  readonly declaresPort: boolean;
  readonly service: EngineServiceOptions;
  /** The address that the engine listens on, as it takes it; undefined where a sidecar listens. */
  readonly url?: string;
  /** Whether a flag gives the engine the address; otherwise engine.toml has to. */
  readonly byFlag: boolean;
  /** What encrypts; undefined for plain TCP. */
  readonly tls?: BoundTls;
}

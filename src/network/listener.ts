import { isIPv4, isIPv6 } from 'node:net';
import { checkPort } from '../kubernetes/ports';
import type { Problems } from '../reporting/problems';
import { EngineCapability } from '../version/engine-capability';
import { bindTls, type ListenerContext, type TlsEngine } from './bind-tls';
import type { BoundListener } from './bound-listener';
import type { Certificates } from './certificates';
import type { EngineServiceOptions } from './service-options';
import type { TlsTermination } from './tls-termination';
import { checkCalls } from '../reporting/check-arguments';

/** Options for an engine port without encryption or authentication. */
export interface InsecureTcpOptions {
  /**
   * The port of the pods, and of the Service unless `service.port` is set.
   *
   * @default 1234
   */
  readonly port?: number;

  /**
   * The address to listen on. Use `[::]` in a cluster without IPv4.
   *
   * @default '0.0.0.0'
   */
  readonly address?: string;

  /**
   * A port on the node that forwards to the pod.
   *
   * @default - none
   */
  readonly hostPort?: number;

  /**
   * Whether the engine's container declares the port. An undeclared port is open too. Set this to false to take over a
   * workload that doesn't declare the port, or to declare it under another name with `extraPorts`.
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

/** Options for an engine port with TLS. */
export interface TlsListenerOptions {
  /** The source of the certificates for the engine and its clients. */
  readonly certificates: Certificates;

  /**
   * The port of the pods, and of the Service unless `service.port` is set.
   *
   * @default 8443
   */
  readonly port?: number;

  /**
   * The address to listen on. Use `[::]` in a cluster without IPv4.
   *
   * @default '0.0.0.0'
   */
  readonly address?: string;

  /**
   * A port on the node that forwards to the pod.
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
   * Whether clients must present a certificate. If false, connections are encrypted, but any client that reaches the
   * port can run privileged builds and become root on the node.
   *
   * @default true
   */
  readonly mutual?: boolean;

  /**
   * The process that terminates TLS.
   *
   * @default - TlsTermination.engine() up to v0.21.3 and v1.0.0-beta.2 if `allowedClients` is not set; otherwise
   * TlsTermination.sidecar()
   */
  readonly termination?: TlsTermination;

  /**
   * The common names of the clients that may connect. The TLS sidecar checks them. List the names of all clients,
   * including clients of `engine.issueClient()`.
   *
   * @default - any client with a certificate from the CA
   */
  readonly allowedClients?: string[];

  /**
   * Annotations of the workload for a controller that restarts the engine when its certificate changes, for example `{
   * 'secret.reloader.stakater.com/reload': 'NAME-tls' }`. They are needed only if the engine terminates TLS itself.
   *
   * @default - none
   */
  readonly reloadAnnotations?: { [key: string]: string };
}

/** A port that an engine opens for clients. */
export class Listener {
  /**
   * Opens a port for plain TCP. Any client that reaches the port can run privileged builds and become root on the node.
   * Use this only if access to the port is controlled by other means.
   *
   * @param options options for the port and the Service
   */
  public static insecureTcp(options: InsecureTcpOptions = {}): Listener {
    return new Listener(options);
  }

  /**
   * Opens a port for TLS. Clients must present a certificate, unless `mutual` is false.
   *
   * @param options options for the certificates, the port and the Service
   */
  public static tls(options: TlsListenerOptions): Listener {
    return new Listener({ ...options, port: options.port ?? 8443 }, options);
  }

  private constructor(
    private readonly options: InsecureTcpOptions,
    private readonly tls?: TlsListenerOptions,
  ) {}

  /**
   * Whether the listener creates a Service with the engine's name.
   *
   * @internal
   */
  public get _namesServiceAfterEngine(): boolean {
    const { create, name } = this.options.service ?? {};
    return create !== false && name === undefined;
  }

  /** @internal */
  public _bind(engine: TlsEngine, context: ListenerContext): BoundListener {
    const { address = '0.0.0.0', declarePort = true, hostPort, port = 1234, service = {} } = this.options;
    const { problems, version } = context;
    checkPort(problems, 'port', port);
    if (hostPort !== undefined) {
      checkPort(problems, 'hostPort', hostPort);
    }
    checkAddress(address, problems);
    const tls =
      this.tls && bindTls(this.tls, { address, port, serviceName: service.name ?? engine.name }, engine, context);
    if (tls?.sidecar !== undefined) {
      return { port, hostPort, declaresPort: false, service, byFlag: false, tls };
    }
    if (!declarePort && hostPort !== undefined) {
      problems.add('hostPort', {
        wrong: "an undeclared port can't have a host port",
        got: hostPort,
        allowed: 'hostPort without declarePort: false',
        fix: 'set hostPort on the port in extraPorts',
      });
    }
    // In recent releases, the flag adds an address. In earlier releases, it replaces all addresses, including the
    // socket that probes use, so engine.toml lists all addresses instead.
    const byFlag = version.supports(EngineCapability.ADDR_FLAG_APPENDS);
    return { port, hostPort, declaresPort: declarePort, service, url: `tcp://${address}:${port}`, byFlag, tls };
  }
}

checkCalls('Listener', Listener);

function checkAddress(address: string, problems: Problems): void {
  const fix = "use '0.0.0.0' or '[::]'";
  if (!isIPv4(address) && !isIPv6(/^\[(.*)\]$/.exec(address)?.[1] ?? '')) {
    problems.add('address', {
      wrong: 'must be an address to listen on',
      got: address,
      allowed: 'an IPv4 address, or an IPv6 address in brackets',
      fix,
    });
  } else if (/^(127\.|\[::1\]$)/.test(address)) {
    problems.add('address', {
      wrong: 'only the pod itself can reach a loopback address, so the Service would not work',
      got: address,
      allowed: "'0.0.0.0', '[::]'",
      fix,
    });
  } else if (address !== '0.0.0.0' && address !== '[::]') {
    problems.add('address', {
      wrong: 'the addresses of pods are not known in advance, and the engine exits if its pod has a different address',
      got: address,
      allowed: "'0.0.0.0', '[::]'",
      fix,
    });
  }
}

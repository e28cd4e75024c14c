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

/** Options for an engine port without encryption and authentication. */
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
   * A port of the node that forwards to the pod.
   *
   * @default - none
   */
  readonly hostPort?: number;

  /**
   * Whether the engine's container declares the port. A port is open even if it isn't declared. Use false if you take over a
   * workload that doesn't declare it, or that declares it in `extraPorts` under another name.
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

/** Options for an engine port with encryption and authentication. */
export interface TlsListenerOptions {
  /** The source of the certificates of the engine and its clients. */
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
   * A port of the node that forwards to the pod.
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
   * Whether clients need a certificate too. If false, the connection is encrypted, but any client that reaches the port can
   * run privileged builds, and is root on the node.
   *
   * @default true
   */
  readonly mutual?: boolean;

  /**
   * The process that terminates TLS.
   *
   * @default - TlsTermination.engine() until v0.21.3 and v1.0.0-beta.2, where it works with Dagger clients, if
   * `allowedClients` is not set; otherwise TlsTermination.sidecar()
   */
  readonly termination?: TlsTermination;

  /**
   * The common names of the clients that may connect, whether `engine.issueClient` or another issuer created their
   * certificates. The TLS sidecar checks them.
   *
   * @default - every client with a certificate of the CA
   */
  readonly allowedClients?: string[];

  /**
   * Annotations of the workload for a controller that restarts the engine when its certificate changes, for example
   * `{ 'secret.reloader.stakater.com/reload': 'NAME-tls' }`. Only needed if the engine terminates TLS itself.
   *
   * @default - none
   */
  readonly reloadAnnotations?: { [key: string]: string };
}

/** A port that an engine opens for clients. */
export class Listener {
  /**
   * Plain TCP. Any client that reaches the port can run privileged builds, and is root on the node. Use it only if
   * something else controls access to the port.
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
        wrong: 'a port that the container does not declare has no port on the node',
        got: hostPort,
        allowed: 'hostPort without declarePort: false',
        fix: 'set it on the port in extraPorts',
      });
    }
    // The flag adds an address and leaves engine.toml alone, which is simplest. In earlier releases it replaces all
    // sockets, including the one that probes use, so engine.toml lists all of them.
    const byFlag = version.supports(EngineCapability.ADDR_FLAG_APPENDS);
    return { port, hostPort, declaresPort: declarePort, service, url: `tcp://${address}:${port}`, byFlag, tls };
  }
}

checkCalls('Listener', Listener);

function checkAddress(address: string, problems: Problems): void {
  const fix = "use '0.0.0.0' or '[::]'";
  if (!isIPv4(address) && !isIPv6(/^\[(.*)\]$/.exec(address)?.[1] ?? '')) {
    problems.add('address', {
      wrong: 'not an address to listen on',
      got: address,
      allowed: 'an IPv4 address, or an IPv6 address in brackets',
      fix,
    });
  } else if (/^(127\.|\[::1\]$)/.test(address)) {
    problems.add('address', {
      wrong: 'only the pod itself reaches a loopback address, so the Service would not work',
      got: address,
      allowed: "'0.0.0.0', '[::]'",
      fix,
    });
  } else if (address !== '0.0.0.0' && address !== '[::]') {
    problems.add('address', {
      wrong: 'the address of a pod or node is not known in advance, and the engine exits where it is another one',
      got: address,
      allowed: "'0.0.0.0', '[::]'",
      fix,
    });
  }
}

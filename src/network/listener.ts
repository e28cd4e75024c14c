import { isIPv4, isIPv6 } from 'node:net';
import { checkPort } from '../internal/ports';
import type { Problems } from '../internal/problems';
import { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';
import type { EngineServiceOptions } from './service-options';

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
   * The Service in front of the port.
   *
   * @default - a ClusterIP Service with the engine's name
   */
  readonly service?: EngineServiceOptions;
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

  private constructor(private readonly options: InsecureTcpOptions) {}

  /** @internal */
  public _bind(version: EngineVersion, problems: Problems): BoundListener {
    const { address = '0.0.0.0', hostPort, port = 1234, service = {} } = this.options;
    checkPort(problems, 'port', port);
    if (hostPort !== undefined) {
      checkPort(problems, 'hostPort', hostPort);
    }
    if (!isIPv4(address) && !isIPv6(/^\[(.*)\]$/.exec(address)?.[1] ?? '')) {
      problems.add('address', { wrong: 'not an address to listen on', got: address, allowed: 'an IPv4 address, or an IPv6 address in brackets', fix: "use '0.0.0.0' or '[::]'" });
    } else if (/^(127\.|\[::1\]$)/.test(address)) {
      problems.add('address', { wrong: 'nothing outside the pod reaches a loopback address, so the Service would lead nowhere', got: address, allowed: 'an address of the pod, or all of them', fix: "use '0.0.0.0' or '[::]'" });
    }
    const url = `tcp://${address}:${port}`;
    // Where the flag adds to the sockets it is the simplest way, and leaves engine.toml alone. Before that it would
    // replace every socket, the one of the probes too: engine.toml then names all of them.
    const byFlag = version.supports(EngineCapability.ADDR_FLAG_APPENDS);
    return { port, hostPort, service, url, byFlag };
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
  readonly service: EngineServiceOptions;
  /** The address, as the engine takes it. */
  readonly url: string;
  /** Whether a flag gives the engine the address; otherwise engine.toml has to. */
  readonly byFlag: boolean;
}

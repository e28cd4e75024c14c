import { checkCalls } from '../reporting/check-arguments';

/** Options for a transport over the network. */
export interface NetworkTransportOptions {
  /**
   * The ordinal of a pod in an EngineStatefulSet. The client connects to this pod instead of the Service, so all
   * connections of a session reach the same engine.
   *
   * @default - the client connects to the engine's Service
   */
  readonly ordinal?: number;
}

/** Options for the transport through the Kubernetes API. Set exactly one of them. */
export interface KubePodTransportOptions {
  /**
   * The name of a pod, or a shell variable such as `$POD` that contains it.
   *
   * @default - the pod that `ordinal` selects
   */
  readonly podName?: string;

  /**
   * The ordinal of a pod in an EngineStatefulSet.
   *
   * @default - the pod that `podName` selects
   */
  readonly ordinal?: number;
}

/** The transport that a client uses to reach an engine. */
export class Transport {
  /**
   * Uses the unix socket on the node. The client's pod must run on a node with an engine, mount
   * `engine.hostSocketDirectory` at `engine.clientSocketDirectory`, and run as root or with the engine's
   * `security.group` (1001 by default) in `supplementalGroups`.
   */
  public static unix(): Transport {
    return new Transport('unix', {});
  }

  /**
   * Uses plain TCP.
   *
   * @param options the pod to connect to
   */
  public static tcp(options: NetworkTransportOptions = {}): Transport {
    return new Transport('tcp', options);
  }

  /**
   * Uses TLS. The client finds its certificate, its key and the engine's CA as `tls.crt`, `tls.key` and `ca.crt` in
   * `/etc/dagger-client/NAME`, where NAME is the name of the engine.
   *
   * @param options the pod to connect to
   */
  public static tls(options: NetworkTransportOptions = {}): Transport {
    return new Transport('tls', options);
  }

  /**
   * Uses the Kubernetes API (`kubectl exec`). The client needs `kubectl`, and permissions to get the pod and to exec
   * into it.
   *
   * @param options the pod to connect to
   */
  public static kubePod(options: KubePodTransportOptions): Transport {
    return new Transport('kubePod', options);
  }

  /** @internal */
  public readonly _ordinal: number | undefined;

  /** @internal */
  public readonly _podName: string | undefined;

  private constructor(
    /** @internal */
    public readonly _kind: 'unix' | 'tcp' | 'tls' | 'kubePod',
    { ordinal, podName }: KubePodTransportOptions,
  ) {
    this._ordinal = ordinal;
    this._podName = podName;
  }

  /**
   * The call that creates this transport, for messages.
   *
   * @internal
   */
  public get _call(): string {
    const options = Object.entries({ podName: this._podName, ordinal: this._ordinal })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
    return `Transport.${this._kind}(${options.length === 0 ? '' : `{ ${options.join(', ')} }`})`;
  }
}

checkCalls('Transport', Transport);

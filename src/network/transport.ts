/** A way for a client to reach an engine. */
export class Transport {
  /**
   * The socket on the node. The client's pod runs on the engine's node, mounts `engine.hostSocketDirectory` at
   * `engine.clientSocketDirectory`, and runs as root or with the group 1001 (`supplementalGroups`), which `security.group` of the engine sets.
   */
  public static unix(): Transport {
    return new Transport('unix');
  }

  /** The engine's Service, plain TCP. */
  public static tcp(): Transport {
    return new Transport('tcp');
  }

  /**
   * One pod of a StatefulSet by its own name, plain TCP. The way to keep sessions together that no load balancer
   * can get wrong.
   *
   * @param ordinal the pod's ordinal
   */
  public static tcpToPod(ordinal: number): Transport {
    return new Transport('tcpToPod', ordinal);
  }

  /**
   * The engine's Service, over TLS. The client's certificate, its key and the engine's authority are in
   * `/etc/dagger-client/NAME`, where NAME is the engine's, as `tls.crt`, `tls.key` and `ca.crt`.
   */
  public static tls(): Transport {
    return new Transport('tls');
  }

  /**
   * One pod of a StatefulSet by its own name, over TLS, as `tls`.
   *
   * @param ordinal the pod's ordinal
   */
  public static tlsToPod(ordinal: number): Transport {
    return new Transport('tlsToPod', ordinal);
  }

  /**
   * One pod through the Kubernetes API (`kubectl exec`). The client needs `kubectl`, and the right to get the pod
   * and to exec into it.
   *
   * @param pod the pod's name, or a shell variable such as `$POD` that will hold it
   */
  public static kubePod(pod: string): Transport {
    return new Transport('kubePod', undefined, pod);
  }

  /**
   * One pod of a StatefulSet through the Kubernetes API, as `kubePod`.
   *
   * @param ordinal the pod's ordinal
   */
  public static kubePodOrdinal(ordinal: number): Transport {
    return new Transport('kubePodOrdinal', ordinal);
  }

  private constructor(
    /** @internal */
    public readonly _kind: 'unix' | 'tcp' | 'tcpToPod' | 'tls' | 'tlsToPod' | 'kubePod' | 'kubePodOrdinal',
    /** @internal */
    public readonly _ordinal: number = 0,
    /** @internal */
    public readonly _pod: string = '',
  ) {}
}

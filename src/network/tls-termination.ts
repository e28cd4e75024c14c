import type { Duration } from 'cdk8s';
import type { ImagePullPolicy } from '../pod/engine-pod-props';

/** Resources of the TLS sidecar, as Kubernetes quantities. */
export interface TlsSidecarResources {
  /**
   * What the scheduler sets aside.
   *
   * @default - cpu 50m, memory 32Mi
   */
  readonly requests?: { [resource: string]: string };

  /**
   * What the sidecar may use at most. Every byte to and from a client goes through it.
   *
   * @default - no limits
   */
  readonly limits?: { [resource: string]: string };
}

/** The container that terminates TLS in front of the engine's unix socket: ghostunnel. */
export interface TlsSidecarOptions {
  /**
   * The image of ghostunnel, with a tag or digest. The flags are those of v1.11.
   *
   * @default 'docker.io/ghostunnel/ghostunnel:v1.11.0-distroless'
   */
  readonly image?: string;

  /**
   * When the image is pulled.
   *
   * @default - the API server's: ImagePullPolicy.IF_NOT_PRESENT
   */
  readonly imagePullPolicy?: ImagePullPolicy;

  /**
   * Resources of the container.
   *
   * @default - requests of cpu 50m and memory 32Mi, no limits
   */
  readonly resources?: TlsSidecarResources;

  /**
   * Whether it is a native sidecar (an init container that runs on, Kubernetes 1.29): it starts before the engine and
   * stops after it. A cluster that doesn't know these would wait for it forever. As a plain container it starts and stops
   * together with the engine, and a `preStop` hook of the engine doesn't hold it.
   *
   * @default true
   */
  readonly native?: boolean;

  /**
   * How often the certificates are read again: a renewed one serves new connections, and no open one is cut.
   *
   * @default Duration.minutes(5)
   */
  readonly reloadInterval?: Duration;

  /**
   * Port of the status page that the kubelet probes (`/_status`) and of the metrics (`/_metrics/prometheus`), HTTPS
   * without client certificate. No Service leads there.
   *
   * @default 8444
   */
  readonly statusPort?: number;

  /**
   * Further flags of `ghostunnel server`.
   *
   * @default - none
   */
  readonly args?: string[];
}

/** Who decrypts what clients send. */
export class TlsTermination {
  /**
   * The engine itself, by `[grpc.tls]` of engine.toml. It reads its certificates at its start only, and admits every
   * client whose certificate the authority signed. Until v0.21.3 and v1.0.0-beta.2: in later releases no Dagger client
   * gets through, as neither end negotiates HTTP/2 (dagger/dagger #13306).
   */
  public static engine(): TlsTermination {
    return new TlsTermination(undefined);
  }

  /**
   * A sidecar in front of the engine's unix socket, on any release: the engine opens no port at all, renewed certificates
   * are taken up without a restart, and access can be limited to named clients.
   *
   * @param options the container
   */
  public static sidecar(options: TlsSidecarOptions = {}): TlsTermination {
    return new TlsTermination(options);
  }

  private constructor(
    /** @internal */
    public readonly _sidecar: TlsSidecarOptions | undefined,
  ) {}
}

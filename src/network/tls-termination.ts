import type { Duration } from 'cdk8s';
import type { ImagePullPolicy } from '../pod/engine-container-props';
import { checkCalls } from '../reporting/check-arguments';

/** The resources of the TLS sidecar, as Kubernetes quantities. */
export interface TlsSidecarResources {
  /**
   * The resources that the scheduler reserves.
   *
   * @default - cpu 50m, memory 32Mi
   */
  readonly requests?: { [resource: string]: string };

  /**
   * The maximum that the sidecar may use. Every byte to and from a client passes through it.
   *
   * @default - no limits
   */
  readonly limits?: { [resource: string]: string };
}

/** Options for the TLS sidecar: ghostunnel in front of the engine's unix socket. */
export interface TlsSidecarOptions {
  /**
   * The image of ghostunnel, with a tag or digest. The library passes flags of v1.11.
   *
   * @default 'docker.io/ghostunnel/ghostunnel:v1.11.0-distroless'
   */
  readonly image?: string;

  /**
   * The pull policy of the image.
   *
   * @default - the API server's: ImagePullPolicy.IF_NOT_PRESENT
   */
  readonly imagePullPolicy?: ImagePullPolicy;

  /**
   * The resources of the container.
   *
   * @default - requests of cpu 50m and memory 32Mi, no limits
   */
  readonly resources?: TlsSidecarResources;

  /**
   * Whether it is a native sidecar, an init container that keeps running (Kubernetes 1.29). A native sidecar starts before
   * the engine and stops after it. An older cluster would wait for it forever. A plain container starts and stops together
   * with the engine, and doesn't wait for a `preStop` hook of the engine.
   *
   * @default true
   */
  readonly native?: boolean;

  /**
   * The interval at which the certificates are reloaded. New connections use a renewed certificate, and open connections
   * are kept.
   *
   * @default Duration.minutes(5)
   */
  readonly reloadInterval?: Duration;

  /**
   * The time that open connections get when the sidecar stops. A native sidecar stops after the engine.
   *
   * @default - the grace period of the pod
   */
  readonly shutdownTimeout?: Duration;

  /**
   * The port of the status page that the kubelet probes (`/_status`), and of the metrics (`/_metrics/prometheus`). It serves
   * HTTPS without client certificates. No Service exposes it.
   *
   * @default 8444
   */
  readonly statusPort?: number;

  /**
   * Additional flags of `ghostunnel server`.
   *
   * @default - none
   */
  readonly args?: string[];
}

/** The process that terminates TLS. */
export class TlsTermination {
  /**
   * The engine itself, configured by `[grpc.tls]` in engine.toml. It reads its certificates only when it starts, and admits
   * every client with a certificate of the CA. Works until v0.21.3 and v1.0.0-beta.2. Dagger clients can't connect to later
   * releases this way, because neither side negotiates HTTP/2 (dagger/dagger #13306).
   */
  public static engine(): TlsTermination {
    return new TlsTermination(undefined);
  }

  /**
   * A sidecar in front of the engine's unix socket. Works with every release. The engine opens no port, renewed certificates
   * are loaded without a restart, and access can be limited to named clients.
   *
   * @param options options for the container
   */
  public static sidecar(options: TlsSidecarOptions = {}): TlsTermination {
    return new TlsTermination(options);
  }

  private constructor(
    /** @internal */
    public readonly _sidecar: TlsSidecarOptions | undefined,
  ) {}
}

checkCalls('TlsTermination', TlsTermination);

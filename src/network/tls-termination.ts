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
   * The maximum resources that the sidecar may use. All traffic between clients and the engine passes through it.
   *
   * @default - no limits
   */
  readonly limits?: { [resource: string]: string };
}

/** Options for the TLS sidecar, which runs ghostunnel in front of the engine's unix socket. */
export interface TlsSidecarOptions {
  /**
   * The image of ghostunnel, with a tag or digest. It must support the flags of v1.11.
   *
   * @default 'docker.io/ghostunnel/ghostunnel:v1.11.0-distroless'
   */
  readonly image?: string;

  /**
   * The pull policy of the image.
   *
   * @default ImagePullPolicy.IF_NOT_PRESENT
   */
  readonly imagePullPolicy?: ImagePullPolicy;

  /**
   * The resources of the container.
   *
   * @default - requests of cpu 50m and memory 32Mi, no limits
   */
  readonly resources?: TlsSidecarResources;

  /**
   * Whether the container is a native sidecar, which is an init container that keeps running. A native sidecar starts
   * before the engine and stops after it. Set this to false for Kubernetes versions before 1.29, where the pod would
   * wait for it forever. A plain container starts and stops together with the engine, and doesn't wait for the engine's
   * `preStop` hook.
   *
   * @default true
   */
  readonly native?: boolean;

  /**
   * The interval at which the certificates are reloaded, in whole seconds. New connections use a renewed certificate.
   * Existing connections stay open.
   *
   * @default Duration.minutes(5)
   */
  readonly reloadInterval?: Duration;

  /**
   * The time that open connections have to finish when the sidecar stops, in whole seconds. A native sidecar stops
   * after the engine.
   *
   * @default - the grace period of the pod
   */
  readonly shutdownTimeout?: Duration;

  /**
   * The port of the status page (`/_status`), which the kubelet probes, and of the metrics (`/_metrics/prometheus`).
   * The port serves HTTPS without client certificates, and no Service exposes it. It must be from 1024 to 65535.
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
   * Terminates TLS in the engine, configured by `[grpc.tls]` in engine.toml. The engine reads its certificates only
   * when it starts, and accepts every client with a certificate from the CA. This works up to v0.21.3 and
   * v1.0.0-beta.2. Dagger clients can't connect to later releases this way, because neither side negotiates HTTP/2
   * (dagger/dagger #13306).
   */
  public static engine(): TlsTermination {
    return new TlsTermination(undefined);
  }

  /**
   * Terminates TLS in a sidecar in front of the engine's unix socket. This works with every release. The engine doesn't
   * open a port, renewed certificates are loaded without a restart, and `allowedClients` can restrict access.
   *
   * @param options options for the sidecar
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

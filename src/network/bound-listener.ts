import type { KeySelector } from '../config/key-selector';
import type { BoundCertificates } from './certificates';
import type { EngineServiceOptions } from './service-options';
import type { TlsSidecarOptions } from './tls-termination';

/**
 * A listener, bound to its engine.
 *
 * @internal
 */
export interface BoundListener {
  readonly port: number;
  readonly hostPort?: number;
  /** Whether the engine's container declares the port under the library's name. */
  readonly declaresPort: boolean;
  readonly service: EngineServiceOptions;
  /** The address that the engine listens on, such as `tcp://0.0.0.0:1234`. Undefined if the TLS sidecar listens. */
  readonly url?: string;
  /** Whether a flag passes the address to the engine. Otherwise engine.toml does. */
  readonly byFlag: boolean;
  /** Undefined for plain TCP. */
  readonly tls?: BoundTls;
}

/** The TLS settings of a listener, bound to its engine. */
export interface BoundTls {
  /** Whether clients need a certificate. */
  readonly mutual: boolean;
  readonly certificates: BoundCertificates;
  /** The container that terminates TLS. Undefined if the engine does. */
  readonly sidecar?: TlsSidecarOptions;
  /** The address to listen on, such as `0.0.0.0:8443`. */
  readonly address: string;
  /** The common names that are admitted. Undefined for all. */
  readonly allowedClients?: readonly string[];
  /** Annotations of the workload. */
  readonly annotations: { readonly [key: string]: string };
  /** Whether clients verify the engine with the CAs of their system. */
  readonly publicCa: boolean;
  /** The CA to mount into clients that need no certificate. */
  readonly serverOnlyPem?: { readonly ca?: KeySelector; readonly namespace: string | undefined };
}

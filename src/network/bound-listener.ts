import type { KeySelector } from '../config/key-selector';
import type { BoundCertificates } from './certificates';
import type { EngineServiceOptions } from './service-options';
import type { TlsSidecarOptions } from './tls-termination';

/**
 * The settings of a listener that is bound to its engine.
 *
 * @internal
 */
export interface BoundListener {
  readonly port: number;
  readonly hostPort?: number;
  /** Whether the engine's container declares the port with the name `tcp-engine`. */
  readonly declaresPort: boolean;
  readonly service: EngineServiceOptions;
  /** The address that the engine listens on, such as `tcp://0.0.0.0:1234`, or undefined if the TLS sidecar listens. */
  readonly url?: string;
  /** Whether the engine gets the address from a flag, not from engine.toml. */
  readonly byFlag: boolean;
  /** The TLS settings, or undefined for plain TCP. */
  readonly tls?: BoundTls;
}

/** The TLS settings of a listener that is bound to its engine. */
export interface BoundTls {
  /** Whether clients must present a certificate. */
  readonly mutual: boolean;
  readonly certificates: BoundCertificates;
  /** The options of the TLS sidecar, or undefined if the engine terminates TLS. */
  readonly sidecar?: TlsSidecarOptions;
  /** The address to listen on, such as `0.0.0.0:8443`. */
  readonly address: string;
  /** The common names of the allowed clients, or undefined to allow all. */
  readonly allowedClients?: readonly string[];
  /** The annotations of the workload for a controller that restarts the engine. */
  readonly annotations: { readonly [key: string]: string };
  /** Whether clients verify the engine with the CA certificates of their system. */
  readonly publicCa: boolean;
  /** The CA to mount into clients, if they don't need a certificate. */
  readonly serverOnlyPem?: { readonly ca?: KeySelector; readonly namespace: string | undefined };
}

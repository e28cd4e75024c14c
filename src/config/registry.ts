import type { PemFile } from './pem-file';

/** Options for the connection to a registry. */
export interface RegistryConfig {
  /**
   * Registries to pull from first, as `host`, `host:port` or `host:port/path`, in order of preference.
   *
   * The options of a mirror are those of its own entry in `registries`, or of this entry if it has none. Use `http` for plain
   * HTTP, not a scheme (engine/server/registryhosts.go:24-57@v0.21.7).
   *
   * @default - none
   */
  readonly mirrors?: string[];

  /**
   * Whether to use plain HTTP instead of HTTPS.
   *
   * @default - false, but true for localhost
   */
  readonly http?: boolean;

  /**
   * Whether to skip the verification of the registry's certificate.
   *
   * @default false
   */
  readonly insecure?: boolean;

  /**
   * CA certificates to trust in addition to those of the system, in PEM form.
   *
   * @default - only the CAs of the system
   */
  readonly ca?: PemFile[];
}

/** A client certificate for a registry. */
export interface RegistryKeyPair {
  /** The private key, in PEM form. */
  readonly key: PemFile;

  /** The certificate, in PEM form. */
  readonly cert: PemFile;
}

/** Options for the connection to a registry, including those that only engine.toml supports. */
export interface TomlRegistryConfig extends RegistryConfig {
  /**
   * Client certificates.
   *
   * @default - none
   */
  readonly keypairs?: RegistryKeyPair[];
}

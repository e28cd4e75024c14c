import type { PemFile } from './pem-file';

/** Options for the connection to a registry. */
export interface RegistryConfig {
  /**
   * The mirrors to pull from first, as `host`, `host:port` or `host:port/path`, in order of preference.
   *
   * A mirror uses the options of its own entry in `registries`. If it doesn't have an entry, it uses the options of
   * this one. For plain HTTP, use `http` instead of a scheme (engine/server/registryhosts.go:24-57@v0.21.7).
   *
   * @default - none
   */
  readonly mirrors?: string[];

  /**
   * Whether to use plain HTTP instead of HTTPS.
   *
   * @default - true for localhost, otherwise false
   */
  readonly http?: boolean;

  /**
   * Whether to skip the verification of the registry's certificate.
   *
   * @default false
   */
  readonly insecure?: boolean;

  /**
   * The CA certificates to trust in addition to the system's CA certificates, in PEM form.
   *
   * @default - only the CA certificates of the system
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
   * The client certificates for the registry.
   *
   * @default - none
   */
  readonly keypairs?: RegistryKeyPair[];
}

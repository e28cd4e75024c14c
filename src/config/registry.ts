import type { PemFile } from './pem-file';

/** How the engine reaches one registry. */
export interface RegistryConfig {
  /**
   * Registries to pull from first, as `host`, `host:port` or `host:port/path`, in order of preference.
   *
   * Each is reached as its own entry in `registries` says, or as this one where it has none: `http` makes it plain
   * HTTP, not a scheme (engine/server/registryhosts.go:24-57@v0.21.7).
   *
   * @default - none
   */
  readonly mirrors?: string[];

  /**
   * Plain HTTP instead of HTTPS.
   *
   * @default - false, but true for localhost
   */
  readonly http?: boolean;

  /**
   * Don't verify the registry's certificate.
   *
   * @default false
   */
  readonly insecure?: boolean;

  /**
   * Certificates of authorities to trust beside the system's, in PEM form.
   *
   * @default - the system's authorities alone
   */
  readonly ca?: PemFile[];
}

/** A client certificate, to authenticate to a registry. */
export interface RegistryKeyPair {
  /** The private key, in PEM form. */
  readonly key: PemFile;

  /** The certificate, in PEM form. */
  readonly cert: PemFile;
}

/** How the engine reaches one registry, with what only engine.toml can say. */
export interface TomlRegistryConfig extends RegistryConfig {
  /**
   * Client certificates.
   *
   * @default - none
   */
  readonly keypairs?: RegistryKeyPair[];
}

import type { Problems } from '../internal/problems';
import type { MountedFile } from './config-context';
import type { KeySelector } from './key-selector';

/**
 * A file that the engine reads for a registry: a certificate or a key.
 */
export class RegistryFile {
  /**
   * A file that is in the pod already: in the image, or on a volume that you mount.
   *
   * @param path an absolute path
   */
  public static at(path: string): RegistryFile {
    return new RegistryFile(path, undefined);
  }

  /**
   * A key of a Secret or ConfigMap; it is mounted for you, by itself (`subPath`).
   *
   * @param selector which key of which object
   */
  public static from(selector: KeySelector): RegistryFile {
    return new RegistryFile(undefined, selector);
  }

  private constructor(
    private readonly path: string | undefined,
    private readonly selector: KeySelector | undefined,
  ) {}

  /**
   * The path at which the engine finds it for registry `host`. Adds to `files` what has to be mounted.
   *
   * @internal
   */
  public _resolve(host: string, problems: Problems, property: string, files: MountedFile[]): string {
    if (this.selector === undefined) {
      checkPath(problems, property, this.path!);
      return this.path!;
    }
    const { objectKind, objectName, key } = this.selector;
    this.selector._validate(problems, property);
    const path = `/etc/dagger/certs/${folder(host)}/${objectKind.toLowerCase()}/${objectName}/${key}`;
    if (!files.some((file) => file.path === path)) {
      files.push({ selector: this.selector, path });
    }
    return path;
  }
}

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
  readonly ca?: RegistryFile[];
}

/** A client certificate, to authenticate to a registry. */
export interface RegistryKeyPair {
  /** The private key, in PEM form. */
  readonly key: RegistryFile;

  /** The certificate, in PEM form. */
  readonly cert: RegistryFile;
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

/** Reports a path that nothing can be mounted or found at. */
function checkPath(problems: Problems, property: string, path: string): void {
  if (!/^\/[^\0]+$/.test(path)) {
    problems.add(property, { wrong: 'not an absolute path', got: path, allowed: "a path in the pod, starting with '/'", fix: "for example '/etc/ssl/certs/ca.pem', or RegistryFile.from(...) to have it mounted" });
  }
}

/** Mount paths take no `:`, and `_` is in no host, so that two hosts never share a folder. */
function folder(host: string): string {
  return host.replace(/[^-A-Za-z0-9.]/g, '_');
}

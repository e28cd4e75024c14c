import type { Problems } from '../reporting/problems';
import type { MountedFile } from './config-context';
import type { KeySelector } from './key-selector';
import { checkNoPrivateKey } from './private-key-name';
import { checkCalls } from '../reporting/check-arguments';

/** A file with a certificate or private key in PEM form. */
export class PemFile {
  /**
   * References a file in the engine's container, from the image or from a volume that you mount.
   *
   * @param path the absolute path of the file
   */
  public static fromPath(path: string): PemFile {
    return new PemFile(path, undefined);
  }

  /**
   * References a key of a Secret or ConfigMap. The library mounts it as a single file.
   *
   * @param selector the key of the Secret or ConfigMap
   */
  public static fromSelector(selector: KeySelector): PemFile {
    return new PemFile(undefined, selector);
  }

  private constructor(
    private readonly path: string | undefined,
    private readonly selector: KeySelector | undefined,
  ) {}

  /**
   * Resolves a certificate like `_resolve`, and reports a private key.
   *
   * @internal
   */
  public _resolveCertificate(purpose: string, problems: Problems, property: string, files: MountedFile[]): string {
    checkNoPrivateKey(this.path ?? this.selector!.key, property, problems);
    return this._resolve(purpose, problems, property, files);
  }

  /**
   * Returns the path of the file. If the file must be mounted, adds it to `files`.
   *
   * @param purpose the host of a registry, or `grpc_tls`
   *
   * @internal
   */
  public _resolve(purpose: string, problems: Problems, property: string, files: MountedFile[]): string {
    if (this.selector === undefined) {
      checkPath(problems, property, this.path!);
      return this.path!;
    }
    const { objectKind, objectName, key } = this.selector;
    this.selector._validate(problems, property);
    const path = `/etc/dagger/certs/${folder(purpose)}/${objectKind.toLowerCase()}/${objectName}/${key}`;
    if (!files.some((file) => file.path === path)) {
      files.push({ selector: this.selector, path });
    }
    return path;
  }
}

checkCalls('PemFile', PemFile);

function checkPath(problems: Problems, property: string, path: string): void {
  if (!/^\/[^\0]+$/.test(path)) {
    problems.add(property, {
      wrong: 'must be an absolute path',
      got: path,
      allowed: "a path in the pod, starting with '/'",
      fix: "use a value such as '/etc/ssl/certs/ca.pem', or PemFile.fromSelector(...) to mount it",
    });
  }
}

/**
 * Returns the directory for a purpose. Mount paths can't contain `:`. Hosts can't contain `_`, so two hosts never share
 * a directory.
 */
function folder(purpose: string): string {
  return purpose.replace(/[^-A-Za-z0-9.]/g, '_');
}

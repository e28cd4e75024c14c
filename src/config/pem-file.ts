import type { Problems } from '../reporting/problems';
import type { MountedFile } from './config-context';
import type { KeySelector } from './key-selector';

/**
 * A certificate or a key in PEM form that the engine reads.
 */
export class PemFile {
  /**
   * A file that is in the pod already: in the image, or on a volume that you mount.
   *
   * @param path an absolute path
   */
  public static at(path: string): PemFile {
    return new PemFile(path, undefined);
  }

  /**
   * A key of a Secret or ConfigMap; it is mounted for you, by itself (`subPath`).
   *
   * @param selector which key of which object
   */
  public static from(selector: KeySelector): PemFile {
    return new PemFile(undefined, selector);
  }

  private constructor(
    private readonly path: string | undefined,
    private readonly selector: KeySelector | undefined,
  ) {}

  /**
   * The path at which the engine finds it for `purpose`: a registry's host, or `grpc_tls`. Adds to `files` what has to be
   * mounted.
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

/** Reports a path that nothing can be mounted or found at. */
function checkPath(problems: Problems, property: string, path: string): void {
  if (!/^\/[^\0]+$/.test(path)) {
    problems.add(property, {
      wrong: 'not an absolute path',
      got: path,
      allowed: "a path in the pod, starting with '/'",
      fix: "for example '/etc/ssl/certs/ca.pem', or PemFile.from(...) to have it mounted",
    });
  }
}

/** Mount paths take no `:`, and `_` is in no host, so that two hosts never share a folder. */
function folder(purpose: string): string {
  return purpose.replace(/[^-A-Za-z0-9.]/g, '_');
}

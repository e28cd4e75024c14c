import type { Problems } from '../internal/problems';

/** A directory of the node where the engine's unix socket appears, for clients on the same node. */
export class HostSocket {
  /**
   * In a directory of one's choice. No other engine may use it: one that starts later takes the socket over
   * without a word.
   *
   * @param path absolute path of the directory on the node
   */
  public static at(path: string): HostSocket {
    return new HostSocket(path);
  }

  /** Not on the node: clients come over TCP or the Kubernetes API. */
  public static none(): HostSocket {
    return new HostSocket(undefined);
  }

  private constructor(private readonly path: string | undefined) {}

  /** @internal */
  public _render(problems: Problems): string | undefined {
    if (this.path !== undefined && (!this.path.startsWith('/') || this.path === '/' || this.path.split('/').includes('..'))) {
      problems.add('', { wrong: 'not a usable path', got: this.path, allowed: "an absolute path other than '/', without '..'", fix: "for example HostSocket.at('/run/dagger')" });
    }
    return this.path;
  }
}

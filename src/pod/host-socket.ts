import type { k8s } from 'cdk8s-plus-28';
import type { Volume } from 'kubernetes-types/core/v1';
import type { Problems } from '../reporting/problems';
import { toWire } from '../kubernetes/wire-form';
import { checkCalls } from '../reporting/check-arguments';

/** The types of hostPath volumes that are directories. The kubelet doesn't check a volume without a type. */
const DIRECTORIES = ['', 'Directory', 'DirectoryOrCreate'];

/**
 * The rendered volume of a socket's directory.
 *
 * @internal
 */
export interface BoundHostSocket {
  /** The directory on the node. */
  readonly path: string;
  /** The pod's volume. */
  readonly volume: Volume;
  /** Whether the user passed the volume, and therefore chose its name. */
  readonly isGiven: boolean;
}

/** The directory on the node with the engine's unix socket, for clients on the same node. */
export class HostSocket {
  /**
   * Creates the socket in a directory of your choice. No other engine may use this directory, because an engine that
   * starts later silently replaces the socket.
   *
   * @param path the absolute path of the directory on the node
   */
  public static fromPath(path: string): HostSocket {
    return new HostSocket({ name: 'socket', hostPath: { path, type: 'DirectoryOrCreate' } }, false);
  }

  /**
   * Creates the socket in the directory of a hostPath volume. The volume keeps its name and type, so use this to take
   * over a workload.
   *
   * @param volume a hostPath volume
   */
  public static fromVolume(volume: k8s.Volume): HostSocket {
    return new HostSocket(toWire<Volume>(volume), true);
  }

  /** Doesn't create a socket on the node. Clients use TCP or the Kubernetes API. */
  public static none(): HostSocket {
    return new HostSocket(undefined, false);
  }

  private constructor(
    private readonly volume: Volume | undefined,
    private readonly isGiven: boolean,
  ) {}

  /** @internal */
  public _render(problems: Problems): BoundHostSocket | undefined {
    if (this.volume === undefined) {
      return undefined;
    }
    const { hostPath } = this.volume;
    if (hostPath === undefined || !DIRECTORIES.includes(hostPath.type ?? '')) {
      problems.add('', {
        wrong: 'must be a directory on the node',
        got: this.volume,
        allowed: 'a hostPath volume with a directory',
        fix: "use a value such as HostSocket.fromPath('/run/dagger-ci')",
      });
      return undefined;
    }
    const { path = '' } = hostPath;
    if (!path.startsWith('/') || path === '/' || path.split('/').includes('..')) {
      problems.add('', {
        wrong: 'must be a valid directory on the node',
        got: path,
        allowed: "an absolute path other than '/', without '..'",
        fix: "use a value such as HostSocket.fromPath('/run/dagger-ci')",
      });
    }
    return { path, volume: this.volume, isGiven: this.isGiven };
  }
}

checkCalls('HostSocket', HostSocket);

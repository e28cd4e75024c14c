import type { k8s } from 'cdk8s-plus-28';
import type { Volume } from 'kubernetes-types/core/v1';
import type { Problems } from '../reporting/problems';
import { toWire } from '../kubernetes/wire-form';
import { checkVolume } from './pod-volumes';

/** The types of a hostPath volume that are a directory; without one nothing is checked. */
const DIRECTORIES = ['', 'Directory', 'DirectoryOrCreate'];

/**
 * A socket's directory as the other floors see it.
 *
 * @internal
 */
export interface BoundHostSocket {
  /** The directory on the node. */
  readonly path: string;
  /** The pod's volume. */
  readonly volume: Volume;
  /** Whether the user gave it, with its name. */
  readonly isGiven: boolean;
}

/** A directory of the node where the engine's unix socket appears, for clients on the same node. */
export class HostSocket {
  /**
   * In a directory of one's choice. No other engine may use it: one that starts later takes the socket over
   * without a word.
   *
   * @param path absolute path of the directory on the node
   */
  public static at(path: string): HostSocket {
    return new HostSocket({ name: 'socket', hostPath: { path, type: 'DirectoryOrCreate' } }, false);
  }

  /**
   * In a directory of the node, by the volume of a workload that is taken over: with its name, and its type or none.
   *
   * @param volume a hostPath volume
   */
  public static fromVolume(volume: k8s.Volume): HostSocket {
    return new HostSocket(toWire<Volume>(volume), true);
  }

  /** Not on the node: clients come over TCP or the Kubernetes API. */
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
        wrong: 'not a directory of the node',
        got: this.volume,
        allowed: 'a hostPath volume of a directory',
        fix: "for example HostSocket.at('/run/dagger')",
      });
      return undefined;
    }
    const { path = '' } = hostPath;
    checkVolume(this.volume, problems);
    if (!path.startsWith('/') || path === '/' || path.split('/').includes('..')) {
      problems.add('', {
        wrong: 'not a usable path',
        got: path,
        allowed: "an absolute path other than '/', without '..'",
        fix: "for example HostSocket.at('/run/dagger')",
      });
    }
    return { path, volume: this.volume, isGiven: this.isGiven };
  }
}

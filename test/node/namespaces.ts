import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Processes } from '../processes';

const FIRST_PROCESS = join(__dirname, 'namespaces.sh');

/** Shell commands that remove the cgroups of a node. They retry until all processes in the cgroups have ended. */
export const REMOVE_CGROUPS = `
for attempt in $(seq 100); do
  cgroups=$(find /sys/fs/cgroup -mindepth 2 -maxdepth 2 -name "$(basename "$0")")
  [ -n "$cgroups" ] || break
  find $cgroups -depth -type d -exec rmdir {} + 2>/dev/null
  sleep 0.1
done
`;

/**
 * The mount, network and process namespaces and the cgroup of a node. Processes in them see the files of the machine,
 * except for some folders that start empty and are writable. When the first process ends, all others end too.
 */
export class Namespaces {
  /** The path of the cgroup in each hierarchy. */
  public readonly cgroup: string;

  private constructor(
    private readonly directory: string,
    private readonly firstProcess: number,
  ) {
    this.cgroup = `/${basename(directory)}`;
  }

  /**
   * Creates the namespaces. `address` is the address of the only network interface except the loopback interface.
   */
  public static async start(processes: Processes, address: string): Promise<Namespaces> {
    const { directory } = processes;
    const pid = processes.start('namespaces', 'unshare', [
      ...['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'],
      ...['sh', FIRST_PROCESS, directory, basename(directory), address],
    ]);
    await processes.until(() => existsSync(join(directory, 'ready')), 'the namespaces of the node');
    return new Namespaces(directory, inside(pid!));
  }

  /** Returns the path on the machine for `path`, a path in one of the node's writable folders. */
  public outside(path: string): string {
    return join(this.directory, 'root', path);
  }

  /** Returns the command line that runs a program in the namespaces. */
  public command(program: string, args: readonly string[]): [program: string, args: string[]] {
    return ['nsenter', [`--target=${this.firstProcess}`, '--mount', '--net', '--pid', '--', program, ...args]];
  }
}

/** Returns the child of an `unshare` or `nsenter` process. Both ids are those outside the process namespace. */
export function inside(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'));
}

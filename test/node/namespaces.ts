import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Processes } from '../processes';
import { output } from './run';

const FIRST_PROCESS = join(__dirname, 'namespaces.sh');

/** The limit on the files of a node: its images, volumes and logs. */
const DISK_SIZE = '30G';

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
    /** The folder of the node's files. */
    public readonly directory: string,
    cgroup: string,
    private readonly firstProcess: number,
  ) {
    this.cgroup = `/${cgroup}`;
  }

  /** Creates the namespaces. `address` is the address of the interface `node`, whose other end is `peer`. */
  public static async start(processes: Processes, address: string): Promise<Namespaces> {
    const namespaces = await Namespaces.create(processes, processes.directory, basename(processes.directory));
    const script = [
      'ip link add node type veth peer name peer',
      `ip addr add ${address}/24 dev node`,
      'ip link set node up',
      'ip link set peer up',
    ].join(' && ');
    await output(...namespaces.command('sh', ['-c', script]));
    return namespaces;
  }

  /**
   * Creates the namespaces of another node. `peer` of this node becomes its only network interface except the loopback
   * interface. Both nodes have the same files in `shared`.
   */
  public async startNeighbor(processes: Processes, address: string, shared: string): Promise<Namespaces> {
    const directory = join(this.directory, 'neighbor');
    mkdirSync(directory);
    mkdirSync(this.outside(shared), { recursive: true });
    const cgroup = join(basename(this.directory), 'neighbor');
    const neighbor = await Namespaces.create(processes, directory, cgroup, { parent: this.firstProcess, shared });
    const move = ['ip', 'link', 'set', 'peer', 'netns', `${neighbor.firstProcess}`, 'name', 'node'];
    await output('nsenter', [`--target=${this.firstProcess}`, '--net', '--', ...move]);
    const script = `ip addr add ${address}/24 dev node && ip link set node up`;
    await output(...neighbor.command('sh', ['-c', script]));
    return neighbor;
  }

  private static async create(
    processes: Processes,
    directory: string,
    cgroup: string,
    neighborOf?: { readonly parent: number; readonly shared: string },
  ): Promise<Namespaces> {
    const command = [
      ...['unshare', '--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'],
      ...['sh', FIRST_PROCESS, directory, cgroup, DISK_SIZE],
    ];
    const pid =
      neighborOf === undefined
        ? processes.start('namespaces', command[0], command.slice(1))
        : // The shared folder is on the disk of the first node, which only processes in its mount namespace see.
          processes.start('namespaces of the neighbor', 'nsenter', [
            ...[`--target=${neighborOf.parent}`, '--mount', '--', ...command],
            ...[join(dirname(directory), 'root', neighborOf.shared), neighborOf.shared],
          ]);
    await processes.until(() => existsSync(join(directory, 'ready')), 'the namespaces of the node');
    return new Namespaces(directory, cgroup, inside(pid!));
  }

  /** Returns the path at which processes of the machine see `path`, a path of the node. */
  public outside(path: string): string {
    return join(`/proc/${this.firstProcess}/root`, path);
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

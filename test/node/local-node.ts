import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '../cluster/client';
import {
  apiServerArgs,
  controllerManagerArgs,
  etcdArgs,
  schedulerArgs,
  writeKubeconfig,
  writeServiceAccountKey,
} from '../cluster/components';
import { startCsi } from '../cluster/csi';
import { isAvailable, isReady } from '../cluster/pods';
import { kubernetesVersions, program, type Program } from '../cluster/programs';
import type { Volumes } from '../cluster/volumes';
import { Processes } from '../processes';
import { certManagerProgram } from './cert-manager';
import { CONTAINERD_SOCKET, containerdArgs, containerdPrograms } from './containerd';
import { coreDns } from './coredns';
import { failureFolder } from './failure-folder';
import { connect } from './kubectl';
import { kubeRouterArgs, kubeRouterProgram } from './kube-router';
import { kubeletArgs, kubeProxyArgs } from './kubelet';
import { localPathArgs, localPathObjects, localPathProgram } from './local-path';
import { inside, Namespaces, REMOVE_CGROUPS } from './namespaces';
import { pauseImage } from './images/images';
import { coreDnsImage, importImages, PAUSE } from './node-images';
import { output, run, type Result, type RunOptions } from './run';

/** The addresses of the nodes. Other machines can't reach them. */
const [ADDRESS, NEIGHBOR_ADDRESS] = ['10.88.0.1', '10.88.0.2'];
/** The networks of the nodes' pods. */
const [PODS, NEIGHBOR_PODS] = ['10.244.0.0/24', '10.244.1.0/24'];
const ETCD_PORT = 2379;
const ETCD_PEER_PORT = 2380;
const API_PORT = 6443;

/** The time in seconds after which a silent node is considered unreachable. It is the Kubernetes default. */
const NODE_GRACE_SECONDS = 50;

const [VERSION] = kubernetesVersions().slice(-1);

/** The folder of local volumes. */
const VOLUMES = '/var/lib/volumes';
/** The folder of the CSI driver. */
const CSI_FOLDER = '/var/lib/csi';

export type Component = Program | 'cert-manager' | 'containerd' | 'kube-router' | 'local-path-provisioner';

/** One of the nodes. */
interface Machine {
  readonly name: string;
  readonly address: string;
  /** The network of its pods. */
  readonly pods: string;
  readonly namespaces: Namespaces;
}

/** A Kubernetes cluster with one or two nodes on this machine, which run pods for real. */
export class LocalNode {
  public readonly name = 'local';
  private readonly kubeconfig: string;
  private readonly machines: Machine[];
  /** The command of each component. */
  private readonly components = new Map<Component, [program: string, args: string[]]>();

  private constructor(
    public readonly processes: Processes,
    private readonly namespaces: Namespaces,
    private readonly certificate: string,
    token: string,
  ) {
    this.kubeconfig = writeKubeconfig(processes.directory, `https://${ADDRESS}:${API_PORT}`, certificate, token);
    this.machines = [{ name: this.name, address: ADDRESS, pods: PODS, namespaces }];
  }

  public static async start(): Promise<{ node: LocalNode; client: Client }> {
    const processes = new Processes('node', REMOVE_CGROUPS);
    try {
      const namespaces = await Namespaces.start(processes, ADDRESS);
      const certificate = join(processes.directory, 'apiserver.crt');
      const token = randomUUID();
      const node = new LocalNode(processes, namespaces, certificate, token);
      const [machine] = node.machines;
      const [client] = await Promise.all([node.startControlPlane(token), node.startContainerd(machine)]);
      await node.startKubelet(client, machine);
      await node.startCoreDns(client);
      return { node, client };
    } catch (error) {
      const folder = failureFolder();
      processes.writeLogs(folder);
      await processes.stop();
      throw new Error(`the local node didn't start; logs of its components: ${folder}`, { cause: error });
    }
  }

  /**
   * Starts a second node, and returns its name. It has its own network, processes and containers. Both nodes see the
   * files of volumes without a size limit, as if they were on network storage.
   */
  public async startNeighbor(client: Client): Promise<string> {
    const namespaces = await this.namespaces.startNeighbor(this.processes, NEIGHBOR_ADDRESS, VOLUMES);
    const neighbor = { name: 'neighbor', address: NEIGHBOR_ADDRESS, pods: NEIGHBOR_PODS, namespaces };
    this.machines.push(neighbor);
    await output(...this.command('ip', ['route', 'add', NEIGHBOR_PODS, 'via', NEIGHBOR_ADDRESS]));
    await output(...namespaces.command('ip', ['route', 'add', 'default', 'via', ADDRESS]));
    await this.startContainerd(neighbor);
    await this.startKubelet(client, neighbor);
    return neighbor.name;
  }

  /** Kills the components of the second node. To the cluster, its machine is gone. */
  public killNeighbor(): void {
    const { name } = this.machines.pop()!;
    for (const component of ['kubelet', 'kube-proxy', 'kube-router', 'containerd']) {
      process.kill(inside(this.processes.release(`${component} of ${name}`)), 'SIGKILL');
    }
  }

  /** Returns the command line that runs kubectl as the administrator. */
  public kubectl(args: readonly string[]): [program: string, args: string[]] {
    return this.command(program(VERSION, 'kubectl'), [`--kubeconfig=${this.kubeconfig}`, ...args]);
  }

  /** Returns the command line that runs a program on the node. */
  public command(name: string, args: readonly string[]): [program: string, args: string[]] {
    return this.namespaces.command(name, args);
  }

  /** Runs a program on the node until it exits. */
  public run(name: string, args: readonly string[], options?: RunOptions): Promise<Result> {
    return run(...this.command(name, args), options);
  }

  /** Stops a component. The containers keep running. */
  public async stopComponent(name: Component, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const pid = inside(this.processes.release(name));
    process.kill(pid, signal);
    await this.processes.until(() => !existsSync(`/proc/${pid}`), `${name} to end`);
  }

  /** Starts a stopped component. */
  public async startComponent(name: Component): Promise<void> {
    this.processes.start(name, ...this.components.get(name)!);
    // The kubelet exits if containerd doesn't answer at startup.
    if (name === 'containerd') {
      await this.processes.until(() => containerdAnswers(this.machines[0]), 'containerd to answer');
    }
  }

  /** Starts cert-manager. The API server must already serve its kinds. */
  public startCertManager(): void {
    this.start('cert-manager', [`--kubeconfig=${this.kubeconfig}`], certManagerProgram());
  }

  /** Starts the stand-in for a CSI driver on the node, its sidecars, and the snapshot controller. */
  public async startCsi(client: Client): Promise<void> {
    const { kubeconfig, name, processes } = this;
    await startCsi(
      { client, until: (probe, what) => processes.until(probe, what) },
      { folder: CSI_FOLDER, kubeconfig, node: name, run: (component, args) => this.start(component, args) },
    );
  }

  /** Starts the local-path provisioner. Its helper pods use the image of the pause container. */
  public async startLocalPath(client: Client): Promise<void> {
    for (const object of localPathObjects()) {
      await client.apply(object);
    }
    this.start('local-path-provisioner', localPathArgs(this.kubeconfig), localPathProgram());
  }

  /** Imports an image from an OCI or Docker archive to the nodes. */
  public async importImage(archive: string): Promise<void> {
    for (const machine of this.machines) {
      await importTo(machine, archive);
    }
  }

  /** Callbacks for local volumes that are folders on the node. Their size isn't limited. */
  public get volumes(): Volumes {
    return this.localVolumes({ create: () => {}, remove: () => {} }, () => this.machines.map(({ name }) => name));
  }

  /** Callbacks for local volumes that are file systems in memory. Their size is the size of the claim. */
  public get limitedVolumes(): Volumes {
    return this.localVolumes(
      {
        create: (path, size) => {
          const bytes = size.replace(/i$/, '');
          execFileSync(...this.command('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=777`, 'tmpfs', path]));
        },
        remove: (path) => execFileSync(...this.command('umount', ['--lazy', path])),
      },
      () => [this.name],
    );
  }

  /** Changes the size of a limited volume while it is mounted, as a storage driver does when a claim grows. */
  public async resizeLimitedVolume(path: string, bytes: string): Promise<void> {
    await output(...this.command('mount', ['-o', `remount,size=${bytes}`, path]));
  }

  private localVolumes(
    disk: { readonly create: (path: string, size: string) => void; readonly remove: (path: string) => void },
    nodes: () => string[],
  ): Volumes {
    const pathOf = (uid: string): string => `${VOLUMES}/${uid}`;
    return {
      create: (uid, size) => {
        const path = pathOf(uid);
        mkdirSync(this.namespaces.outside(path), { recursive: true, mode: 0o777 });
        disk.create(path, size);
        const hostname = { key: 'kubernetes.io/hostname', operator: 'In', values: nodes() };
        return {
          local: { path },
          nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [hostname] }] } },
        };
      },
      remove: (uid) => {
        disk.remove(pathOf(uid));
        rmSync(this.namespaces.outside(pathOf(uid)), { recursive: true, force: true });
      },
    };
  }

  private async startControlPlane(token: string): Promise<Client> {
    const { processes, kubeconfig, certificate } = this;
    const { directory } = processes;
    const serviceAccountKey = writeServiceAccountKey(directory);
    this.start('etcd', etcdArgs(directory, ETCD_PORT, ETCD_PEER_PORT));
    this.start('kube-apiserver', [
      ...apiServerArgs({ directory, etcdPort: ETCD_PORT, port: API_PORT, token, serviceAccountKey }),
      `--bind-address=${ADDRESS}`,
      `--advertise-address=${ADDRESS}`,
      // The name of the node can't be resolved.
      '--kubelet-preferred-address-types=InternalIP',
    ]);
    await processes.until(() => existsSync(certificate), 'kube-apiserver to write its certificate');
    const client = await connect(processes, (args) => this.kubectl(args));
    this.start(
      'kube-controller-manager',
      controllerManagerArgs({ kubeconfig, certificate, serviceAccountKey, nodeGraceSeconds: NODE_GRACE_SECONDS }),
    );
    this.start('kube-scheduler', schedulerArgs(directory, kubeconfig));
    return client;
  }

  private async startContainerd(machine: Machine): Promise<void> {
    const { directory } = machine.namespaces;
    this.start('containerd', containerdArgs(directory, machine.pods), containerdPrograms().containerd, machine);
    await this.processes.until(() => containerdAnswers(machine), 'containerd to answer');
    await importImages([pauseImage(PAUSE), coreDnsImage()], (archive) => importTo(machine, archive));
  }

  private async startKubelet(client: Client, machine: Machine): Promise<void> {
    const { kubeconfig } = this;
    const { address, name, namespaces } = machine;
    const { cgroup, directory } = namespaces;
    this.start('kubelet', kubeletArgs({ directory, kubeconfig, address, name, cgroup }), undefined, machine);
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name } };
    await this.processes.until(async () => isReady(await client.get(node)), `the node ${name} to be Ready`);
    // kube-proxy must start after the node is Ready. It exits if the node has no address yet.
    this.start('kube-proxy', kubeProxyArgs({ directory, kubeconfig, address, name }), undefined, machine);
    this.start('kube-router', kubeRouterArgs({ kubeconfig, name }), kubeRouterProgram(), machine);
  }

  private async startCoreDns(client: Client): Promise<void> {
    for (const object of coreDns()) {
      await client.apply(object);
    }
    await this.processes.until(
      async () => (await client.list('v1', 'Pod', { labelSelector: 'k8s-app=kube-dns' })).some(isAvailable),
      'CoreDNS to be ready',
    );
  }

  private start(name: Program, args: readonly string[], path?: undefined, machine?: Machine): void;
  private start(name: Component, args: readonly string[], path: string, machine?: Machine): void;
  private start(name: any, args: readonly string[], path = program(VERSION, name), machine = this.machines[0]): void {
    const command = machine.namespaces.command(path, args);
    if (machine === this.machines[0]) {
      this.components.set(name, command);
      this.processes.start(name, ...command);
    } else {
      this.processes.start(`${name} of ${machine.name}`, ...command);
    }
  }
}

async function importTo({ namespaces }: Machine, archive: string): Promise<void> {
  await output(...namespaces.command(...ctr(['--namespace=k8s.io', 'images', 'import', archive])));
}

async function containerdAnswers({ namespaces }: Machine): Promise<boolean> {
  return (await run(...namespaces.command(...ctr(['version'])))).status === 0;
}

function ctr(args: readonly string[]): [program: string, args: string[]] {
  return [containerdPrograms().ctr, [`--address=${CONTAINERD_SOCKET}`, ...args]];
}

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
import { isAvailable, isReady } from '../cluster/pods';
import { kubernetesVersions, program, type Program } from '../cluster/programs';
import type { Volumes } from '../cluster/volumes';
import { Processes } from '../processes';
import { CONTAINERD_SOCKET, containerdArgs, containerdPrograms } from './containerd';
import { coreDns } from './coredns';
import { connect } from './kubectl';
import { kubeletArgs, kubeProxyArgs } from './kubelet';
import { Namespaces, REMOVE_CGROUPS } from './namespaces';
import { nodeImages } from './node-images';
import { output } from './run';

/** The address of the node, which no other machine reaches. */
const ADDRESS = '10.88.0.1';
const ETCD_PORT = 2379;
const ETCD_PEER_PORT = 2380;
const API_PORT = 6443;

/** The time after which a silent node is unreachable: the default of Kubernetes. */
const NODE_GRACE_SECONDS = 50;

const [VERSION] = kubernetesVersions().slice(-1);

/** A Kubernetes cluster with one node on this machine, which runs pods for real. */
export class LocalNode {
  public readonly name = 'local';
  private readonly kubeconfig: string;

  private constructor(
    public readonly processes: Processes,
    private readonly namespaces: Namespaces,
    private readonly certificate: string,
    token: string,
  ) {
    this.kubeconfig = writeKubeconfig(processes.directory, `https://${ADDRESS}:${API_PORT}`, certificate, token);
  }

  public static async start(): Promise<{ node: LocalNode; client: Client }> {
    const processes = new Processes('node', REMOVE_CGROUPS);
    try {
      const namespaces = await Namespaces.start(processes, ADDRESS);
      const certificate = join(processes.directory, 'apiserver.crt');
      const token = randomUUID();
      const node = new LocalNode(processes, namespaces, certificate, token);
      return { node, client: await node.startComponents(token) };
    } catch (error) {
      await processes.stop();
      throw error;
    }
  }

  /** The command of kubectl as the administrator. */
  public kubectl(args: readonly string[]): [program: string, args: string[]] {
    return this.command(program(VERSION, 'kubectl'), [`--kubeconfig=${this.kubeconfig}`, ...args]);
  }

  /** The command that runs a program on the node. */
  public command(name: string, args: readonly string[]): [program: string, args: string[]] {
    return this.namespaces.command(name, args);
  }

  /** Makes an image known to the node. The archive is of the OCI or of Docker. */
  public async importImage(archive: string): Promise<void> {
    await this.ctr(['--namespace=k8s.io', 'images', 'import', archive]);
  }

  /** Folders on the node, which the kubelet mounts as local volumes. */
  public get volumes(): Volumes {
    const path = (uid: string): string => `/var/lib/volumes/${uid}`;
    return {
      create: (uid) => {
        mkdirSync(this.namespaces.outside(path(uid)), { recursive: true, mode: 0o777 });
        const values = [this.name];
        const hostname = { key: 'kubernetes.io/hostname', operator: 'In', values };
        return {
          local: { path: path(uid) },
          nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [hostname] }] } },
        };
      },
      remove: (uid) => rmSync(this.namespaces.outside(path(uid)), { recursive: true, force: true }),
    };
  }

  private async startComponents(token: string): Promise<Client> {
    const { processes, kubeconfig, certificate, name } = this;
    const { directory } = processes;
    const serviceAccountKey = writeServiceAccountKey(directory);
    this.start('etcd', etcdArgs(directory, ETCD_PORT, ETCD_PEER_PORT));
    this.start('kube-apiserver', [
      ...apiServerArgs({ directory, etcdPort: ETCD_PORT, port: API_PORT, token, serviceAccountKey }),
      `--bind-address=${ADDRESS}`,
      `--advertise-address=${ADDRESS}`,
      // The name of the node isn't resolvable.
      '--kubelet-preferred-address-types=InternalIP',
    ]);
    processes.start('containerd', ...this.command(containerdPrograms().containerd, containerdArgs(directory)));
    await processes.until(() => existsSync(certificate), 'kube-apiserver to write its certificate');
    const client = await connect(processes, (args) => this.kubectl(args));
    this.start(
      'kube-controller-manager',
      controllerManagerArgs({ kubeconfig, certificate, serviceAccountKey, nodeGraceSeconds: NODE_GRACE_SECONDS }),
    );
    this.start('kube-scheduler', schedulerArgs(directory, kubeconfig));
    this.start('kube-proxy', kubeProxyArgs({ directory, kubeconfig, address: ADDRESS, name }));
    await processes.until(() => this.containerdAnswers(), 'containerd to answer');
    for (const archive of nodeImages(directory)) {
      await this.importImage(archive);
      rmSync(archive);
    }
    this.start(
      'kubelet',
      kubeletArgs({ directory, kubeconfig, address: ADDRESS, name, cgroup: this.namespaces.cgroup }),
    );
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name } };
    await processes.until(async () => {
      const found = await client.get(node);
      return found !== undefined && isReady(found);
    }, 'the node to be Ready');
    for (const object of coreDns()) {
      await client.apply(object);
    }
    await processes.until(
      async () => (await client.list('v1', 'Pod', { labelSelector: 'k8s-app=kube-dns' })).some(isAvailable),
      'CoreDNS to be ready',
    );
    return client;
  }

  private start(name: Program, args: readonly string[]): void {
    this.processes.start(name, ...this.command(program(VERSION, name), args));
  }

  private containerdAnswers(): Promise<boolean> {
    return this.ctr(['version']).then(
      () => true,
      () => false,
    );
  }

  private ctr(args: readonly string[]): Promise<string> {
    return output(...this.command(containerdPrograms().ctr, [`--address=${CONTAINERD_SOCKET}`, ...args]));
  }
}

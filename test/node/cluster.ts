import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client, Manifest } from '../cluster/client';
import { installDefinitions } from '../cluster/definitions';
import { startStorage } from '../cluster/volumes';
import { Processes } from '../processes';
import { pauseImage } from './images/images';
import type { Image } from './images/oci-archive';
import { connect, type Kubectl } from './kubectl';
import { LocalNode } from './local-node';
import { importImages, PAUSE } from './node-images';
import { output, run, type Result, type RunOptions } from './run';

/** The StorageClass of a local node whose volumes have the size of the claim. */
export const LIMITED_STORAGE = 'limited';

/** A reference to a container. */
export interface ContainerRef {
  readonly namespace: string;
  readonly pod: string;
  /** @default - the pod's only container */
  readonly container?: string;
}

export interface ClusterOptions {
  /** The number of nodes of a cluster on this machine. @default 1 */
  readonly nodes?: 1 | 2;
}

/** The cluster in `KUBECONFIG`, or a cluster with one or two nodes on this machine. */
export class TestCluster {
  private readonly namespaces: string[] = [];
  private constructor(
    private readonly processes: Processes,
    private readonly kubectlCommand: Kubectl,
    /** A client with administrator permissions. */
    public readonly client: Client,
    /** The local node, or undefined if the tests use the cluster in `KUBECONFIG`. */
    public readonly node: LocalNode | undefined,
  ) {
    processes.beforeStop(() => client.close());
    if (node === undefined) {
      processes.beforeStop(() => this.deleteNamespaces());
    }
  }

  public static start(options: ClusterOptions = {}): Promise<TestCluster> {
    return process.env.KUBECONFIG === undefined ? TestCluster.startLocal(options) : TestCluster.connect();
  }

  private static async startLocal({ nodes = 1 }: ClusterOptions): Promise<TestCluster> {
    const { node, client } = await LocalNode.start();
    if (nodes === 2) {
      await node.startNeighbor(client);
    }
    const cluster = new TestCluster(node.processes, (args) => node.kubectl(args), client, node);
    await startStorage(cluster, { volumes: node.volumes });
    await startStorage(cluster, { name: LIMITED_STORAGE, default: false, volumes: node.limitedVolumes });
    await installDefinitions(cluster, 'cert-manager.io', { all: true });
    node.startCertManager();
    return cluster;
  }

  private static async connect(): Promise<TestCluster> {
    const processes = new Processes('kubectl');
    const kubectl: Kubectl = (args) => ['kubectl', [...args]];
    try {
      const cluster = new TestCluster(processes, kubectl, await connect(processes, kubectl), undefined);
      await cluster.importImages([pauseImage(PAUSE)]);
      return cluster;
    } catch (error) {
      await processes.stop();
      throw error;
    }
  }

  /**
   * Creates a namespace that allows all pods. Its unique name starts with `prefix`. It is deleted when the cluster
   * stops.
   */
  public async createNamespace(prefix: string, labels: { readonly [key: string]: string } = {}): Promise<string> {
    const name = `${prefix}-${randomBytes(3).toString('hex')}`;
    await this.apply([
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': 'privileged', ...labels } },
      },
    ]);
    this.namespaces.push(name);
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } };
    await this.until(() => this.client.get(account), `the service account of ${name}`);
    return name;
  }

  /**
   * Starts the deletion of a namespace. Ignores errors, because an unreachable cluster must not hide the original
   * failure of a test.
   */
  public async deleteNamespace(name: string): Promise<void> {
    await this.client.delete({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }).catch(() => {});
  }

  /** Applies objects, and returns the warnings of the API server. */
  public async apply(objects: readonly Manifest[]): Promise<string[]> {
    const warnings: string[] = [];
    for (const object of objects) {
      warnings.push(...(await this.client.apply(object, { force: true })).warnings);
    }
    return warnings;
  }

  /** Returns the output of kubectl. Throws if kubectl fails. */
  public kubectl(args: readonly string[], options?: RunOptions): Promise<string> {
    return output(...this.kubectlCommand(args), options);
  }

  /** Runs a command in a container. A nonzero exit code isn't an error. */
  public exec(where: ContainerRef, command: readonly string[], options: RunOptions = {}): Promise<Result> {
    const input = options.input === undefined ? [] : ['--stdin'];
    return run(...this.kubectlCommand(['exec', ...input, ...target(where), '--', ...command]), options);
  }

  /** Returns the log of a container. `previous` selects the log before the last restart. */
  public logs(where: ContainerRef, { previous = false } = {}): Promise<string> {
    return this.kubectl(['logs', `--previous=${previous}`, ...target(where)]);
  }

  public events(namespace: string): Promise<any[]> {
    return this.client.list('v1', 'Event', { namespace });
  }

  /**
   * Calls `probe` repeatedly until it returns a truthy value, and returns this value. Throws after the timeout, or if a
   * component of the local node has exited.
   */
  public until<T>(probe: () => T | Promise<T>, what: string, timeoutSeconds = 60): Promise<NonNullable<T>> {
    return this.processes.until(probe, what, timeoutSeconds * 1000);
  }

  /** Imports an image to the nodes. For the cluster in `KUBECONFIG`, runs the command in `IMPORT_IMAGE`. */
  public async importImage(archive: string): Promise<void> {
    if (this.node === undefined) {
      await output('sh', ['-c', `${process.env.IMPORT_IMAGE} "$0"`, archive], { timeoutSeconds: 300 });
    } else {
      await this.node.importImage(archive);
    }
  }

  /** Imports images to the nodes. */
  public importImages(images: readonly Image[]): Promise<void> {
    return importImages(images, (archive) => this.importImage(archive));
  }

  /** Writes the pods, events and logs in the test namespaces, and the logs of the local node, to a folder. */
  public async keepDiagnostics(folder: string): Promise<void> {
    const keep = async (file: string, args: readonly string[]): Promise<void> => {
      const { stdout, stderr } = await run(...this.kubectlCommand(args));
      writeFileSync(join(folder, file), `${stdout}${stderr}`);
    };
    mkdirSync(folder, { recursive: true });
    for (const namespace of this.node === undefined ? this.namespaces : ['kube-system', ...this.namespaces]) {
      const within = `--namespace=${namespace}`;
      await keep(`${namespace}.objects.txt`, ['get', 'all,pvc,endpointslices', '--output=wide', within]);
      await keep(`${namespace}.pods.txt`, ['describe', 'pods', within]);
      await keep(`${namespace}.events.txt`, ['get', 'events', '--sort-by=.lastTimestamp', within]);
      for (const { metadata } of await this.client.list('v1', 'Pod', { namespace })) {
        await keep(`${namespace}.${metadata.name}.log`, [
          'logs',
          '--all-containers',
          '--prefix',
          metadata.name,
          within,
        ]);
      }
    }
    this.processes.writeLogs(folder);
  }

  /** Registers a function to call before the cluster stops. Functions are called in reverse order. */
  public beforeStop(ending: () => void | Promise<void>): void {
    this.processes.beforeStop(ending);
  }

  /** Stops the local node and all its processes, or deletes the namespaces from the cluster in `KUBECONFIG`. */
  public stop(): Promise<void> {
    return this.processes.stop();
  }

  private async deleteNamespaces(): Promise<void> {
    if (this.namespaces.length > 0) {
      await this.kubectl(['delete', 'namespace', '--ignore-not-found', ...this.namespaces], { timeoutSeconds: 300 });
    }
  }
}

function target({ namespace, pod, container }: ContainerRef): string[] {
  return [`--namespace=${namespace}`, pod, ...(container === undefined ? [] : [`--container=${container}`])];
}

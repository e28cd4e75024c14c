import type { ArcRunnerScaleSet, EngineDaemonSet } from '../../src/index';
import { GONE_AFTER, WHEN_KILLED, type ControlPlane } from './control-plane';
import { History, type NodeHistory, type PodHistory } from './node-history';
import { isAvailable } from './pods';

const POD = { apiVersion: 'v1', kind: 'Pod' };

/** The time that an engine without clients takes to stop. */
export const STOP = '2s';

/** The longest wait for Karpenter, in milliseconds. */
const PATIENCE = 240_000;

/**
 * The nodes of a NodePool, an engine on each node, and runners. Two parts are stand-ins: this class creates and deletes
 * the runners like ARC, and it decides when kwok stops an engine. An engine that is evicted waits for its clients until
 * the end of its grace period, like the library's drain.
 */
export class PoolOfNodes {
  public readonly history = new History();
  private readonly clients = new Map<string, number>();

  public constructor(
    private readonly cluster: ControlPlane,
    private readonly nodePool: string,
    private readonly engine: EngineDaemonSet,
  ) {}

  private get namespace(): string {
    return this.engine.namespace!;
  }

  /** Waits until pods can be created in the namespace, and starts to record. */
  public async start(): Promise<void> {
    const account = {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace: this.namespace },
    };
    await this.until(() => this.cluster.client.get(account), `the service account in ${this.namespace}`);
    this.cluster.beforeStop(await this.history.record(this.cluster.client, this.nodePool, this.namespace));
  }

  /** Creates a runner without waiting. */
  public async createRunner(name: string, { values }: ArcRunnerScaleSet): Promise<void> {
    const { metadata, spec } = values.template as any;
    await this.cluster.client.apply({ ...POD, metadata: { ...metadata, ...this.named(name).metadata }, spec });
  }

  /** Waits until a runner and the engine on its node run. The runner is then a client of the engine. Returns the node. */
  public async runs(name: string): Promise<NodeHistory> {
    const runner = await this.until(async () => {
      const pod = await this.cluster.client.get(this.named(name));
      return isAvailable(pod) && pod;
    }, `${name} to run`);
    const node: string = runner.spec.nodeName;
    await this.until(async () => {
      const engine = this.engineOn(node);
      return engine !== undefined && isAvailable(await this.cluster.client.get(this.named(engine.name)));
    }, `an engine on the node of ${name}`);
    await this.addClients(node, 1);
    return this.history.nodes.get(node)!;
  }

  public async startRunner(name: string, runners: ArcRunnerScaleSet): Promise<NodeHistory> {
    await this.createRunner(name, runners);
    return this.runs(name);
  }

  /** Deletes a runner whose job is done. */
  public async endRunner(name: string): Promise<void> {
    await this.cluster.client.delete(this.named(name));
    await this.addClients(this.pod(name).node!, -1);
  }

  /** Adds clients to the engine of a node, or removes them. */
  public async addClients(node: string, change: number): Promise<void> {
    const clients = (this.clients.get(node) ?? 0) + change;
    this.clients.set(node, clients);
    await this.cluster.client.patch(this.named(this.engineOn(node)!.name), {
      metadata: { annotations: { [GONE_AFTER]: clients > 0 ? WHEN_KILLED : STOP } },
    });
  }

  public pod(name: string): PodHistory {
    return this.history.pods.get(name)!;
  }

  public engineOn(node: string): PodHistory | undefined {
    return [...this.history.pods.values()].find(
      ({ name, node: its }) => its === node && name.startsWith(`${this.engine.name}-`),
    );
  }

  public until<T>(probe: () => T | Promise<T>, what: string): Promise<NonNullable<T>> {
    return this.cluster.until(probe, what, PATIENCE);
  }

  public untilGone(node: NodeHistory): Promise<unknown> {
    return this.until(() => node.gone, `Karpenter to remove ${node.name}`);
  }

  private named(name: string): typeof POD & { metadata: { name: string; namespace: string } } {
    return { ...POD, metadata: { name, namespace: this.namespace } };
  }
}

import { App, Duration, Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { KarpenterNodesChart } from '../../../examples/karpenter-nodes/chart';
import {
  ArcRunnerScaleSet,
  EngineAccess,
  EngineDaemonSet,
  EngineNamespace,
  EngineNodes,
  EngineRisk,
  KarpenterConsolidation,
  KarpenterNodeClass,
  NodeRequirementOperator,
  type EngineDaemonSetProps,
  type KarpenterNodesProps,
} from '../../../src/index';
import { accept, warnings } from '../../engines';
import { GONE_AFTER } from '../control-plane';
import { simulateNodes, startKarpenter } from '../karpenter';
import type { NodeHistory, PodHistory } from '../node-history';
import { PoolOfNodes, STOP } from '../pool-of-nodes';
import { CONTROL_PLANE } from '../programs';
import { controlPlane, onNewestKubernetes } from '../suite';
import { apply, program, seen } from './scenario';

interface PoolProps {
  readonly nodes?: Partial<KarpenterNodesProps>;
  readonly engine?: Partial<EngineDaemonSetProps>;
}

/** Creates the program of a pool with the same name as its namespace and its NodePool. */
function poolProgram(name: string, { engine, nodes }: PoolProps): EngineDaemonSet {
  const chart = program(name);
  const created = EngineNodes.karpenter(chart, name, {
    nodeClass: KarpenterNodeClass.ec2({
      clusterName: 'ci',
      role: 'KarpenterNodeRole-ci',
      amiAlias: 'al2023@v20260801',
      minLocalDisk: Size.gibibytes(400),
    }),
    requirements: [{ key: 'karpenter.k8s.aws/instance-cpu', operator: NodeRequirementOperator.GT, values: ['7'] }],
    ...nodes,
  });
  simulateNodes(created);
  return new EngineDaemonSet(chart, 'engine', {
    version: 'v0.21.8',
    nodes: created,
    resources: { requests: { cpu: '4', memory: '16Gi' } },
    ...engine,
    podAnnotations: { [GONE_AFTER]: STOP, ...engine?.podAnnotations },
  });
}

/**
 * Creates runners of which one fits on a node with 8 CPUs and an engine, and three on a node with 16 CPUs. `kept` runners
 * have the annotation that the guide recommends.
 */
function runners(
  engine: EngineDaemonSet,
  { kept, priority }: { readonly kept: boolean; readonly priority?: string },
): ArcRunnerScaleSet {
  const name = kept ? 'kept' : 'plain';
  return new ArcRunnerScaleSet({
    githubConfigUrl: 'https://github.com/example',
    githubConfigSecret: 'github-app',
    ...(kept && { podAnnotations: { 'karpenter.sh/do-not-disrupt': 'true' } }),
    podSpec: {
      ...(priority !== undefined && { priorityClassName: priority }),
      containers: [
        {
          name: 'runner',
          image: 'ghcr.io/actions/actions-runner:2.328.0',
          resources: { requests: { cpu: k8s.Quantity.fromString('3800m') } },
        },
      ],
    },
    engine: EngineAccess.fromConnection(engine.addClient({ name })),
  });
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

/** The time in seconds from the start of a node's removal. */
function after(node: NodeHistory, { at }: { readonly at: number }): number {
  return Math.round(at - node.disrupted!.at);
}

function graceOf(engine: EngineDaemonSet): number {
  return engine.workload.toJson().spec.template.spec.terminationGracePeriodSeconds;
}

onNewestKubernetes([...CONTROL_PLANE, 'karpenter', 'definitions'], (version) => {
  describe('Karpenter', () => {
    const cluster = controlPlane({ version, controllerManager: true, scheduler: true, kwok: true });
    beforeAll(() => startKarpenter(cluster()));

    /** The scenarios. Most of their time is waiting, so they all start before the first test. */
    const scenarios: (() => void)[] = [];
    beforeAll(() => scenarios.forEach((start) => start()));

    function scenario(name: string, run: () => Promise<void>): void {
      let running: Promise<void>;
      scenarios.push(() => {
        running = run();
        // The test reports the error.
        running.catch(() => {});
      });
      test(name, () => running);
    }

    async function start(name: string, props: PoolProps = {}): Promise<[PoolOfNodes, EngineDaemonSet]> {
      const engine = poolProgram(name, props);
      await apply(cluster(), engine);
      const pool = new PoolOfNodes(cluster(), name, engine);
      await pool.start();
      return [pool, engine];
    }

    /** Asserts that an engine began to stop after the removal of its node, with its full grace period, and was waited for. */
    function expectStopped(pool: PoolOfNodes, node: NodeHistory, engine: EngineDaemonSet): PodHistory {
      const pod = pool.engineOn(node.name)!;
      expect(pod.grace).toBe(graceOf(engine));
      expect(pod.stopping!.revision).toBeGreaterThan(node.disrupted!.revision);
      expect(node.gone!.revision).toBeGreaterThan(pod.gone!.revision);
      return pod;
    }

    scenario('creates a node of the example for a runner, but not for other pods', async () => {
      const chart = new KarpenterNodesChart(new App(), 'karpenter-nodes', { namespace: 'dagger' });
      new EngineNamespace(chart, 'namespace');
      simulateNodes(chart.node.findChild('builds') as EngineNodes);
      await apply(cluster(), chart.engine);
      const pool = new PoolOfNodes(cluster(), 'builds', chart.engine);
      await pool.start();

      const { client } = cluster();
      const stranger = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'stranger', namespace: 'dagger' },
        spec: {
          nodeSelector: { 'dagger-node': 'builds' },
          containers: [{ name: 'main', image: 'example.com/main:1' }],
        },
      };
      await client.apply(stranger);
      await pool.until(async () => {
        const events = await client.list('v1', 'Event', {
          namespace: 'dagger',
          fieldSelector: 'involvedObject.name=stranger',
        });
        return events.some(
          ({ message, source }) =>
            source.component === 'karpenter' &&
            message.includes('did not tolerate taint (taint=dagger-node=builds:NoSchedule)'),
        );
      }, 'Karpenter to report that the stranger tolerates no taint of the pool');
      expect(pool.history.nodes.size).toBe(0);

      const created = Date.now() / 1000;
      const { object: node } = await pool.startRunner('runner', chart.runners);
      const took = Date.now() / 1000 - created;
      expect(node.metadata.labels).toMatchObject({
        'dagger-node': 'builds',
        'karpenter.sh/capacity-type': 'on-demand',
        'karpenter.k8s.aws/instance-cpu': '8',
        'karpenter.k8s.aws/instance-local-nvme': '474',
        'kubernetes.io/arch': 'amd64',
      });
      expect(node.spec.taints).toEqual([{ key: 'dagger-node', value: 'builds', effect: 'NoSchedule' }]);
      expect((await client.get(stranger)).spec.nodeName).toBeUndefined();
      expect(pool.history.nodes.size).toBe(1);
      seen(
        cluster(),
        `a runner and its engine ran on a new node (${node.metadata.labels['node.kubernetes.io/instance-type']}) after ${took.toFixed(0)} s`,
      );
    });

    scenario('removes an empty node after its engine has stopped, and keeps a node with a runner', async () => {
      const [pool, engine] = await start('empty', { nodes: { consolidateAfter: Duration.seconds(10) } });
      const plain = runners(engine, { kept: false });
      const busy = await pool.startRunner('first', plain);
      const idle = await pool.startRunner('second', plain);
      await pool.endRunner('second');
      const ended = Date.now() / 1000;
      await pool.untilGone(idle);
      expectStopped(pool, idle, engine);
      expect(busy.disrupted).toBeUndefined();

      await pool.endRunner('first');
      await pool.untilGone(busy);
      expectStopped(pool, busy, engine);
      seen(
        cluster(),
        `consolidateAfter 10 s: an empty node was gone ${(idle.gone!.at - ended).toFixed(0)} s after its last runner, with the runner's node kept`,
      );
    });

    scenario('evicts the clients of an underutilized node, unless they have the annotation', async () => {
      const [pool, engine] = await start('underutilized', {
        nodes: {
          consolidation: KarpenterConsolidation.WHEN_EMPTY_OR_UNDERUTILIZED,
          consolidateAfter: Duration.seconds(10),
        },
      });
      const group = async (kept: boolean, ...names: string[]): Promise<NodeHistory> => {
        for (const name of names) {
          await pool.createRunner(name, runners(engine, { kept }));
        }
        const nodes = await Promise.all(names.map((name) => pool.runs(name)));
        expect(new Set(nodes).size).toBe(1);
        return nodes[0]!;
      };
      const keeping = await group(true, 'kept', 'kept-done', 'kept-done-too');
      const plain = await group(false, 'plain', 'plain-done', 'plain-done-too');
      for (const name of ['kept-done', 'kept-done-too', 'plain-done', 'plain-done-too']) {
        await pool.endRunner(name);
      }
      await pool.until(() => pool.pod('plain').stopping, 'Karpenter to evict the runner');
      await pool.addClients(plain.name, -1);
      await pool.untilGone(plain);
      expectStopped(pool, plain, engine);
      expect(keeping.disrupted).toBeUndefined();
      expect(pool.pod('kept').stopping).toBeUndefined();
      seen(
        cluster(),
        'of two nodes with a third of their runners left, only the one without the annotation was evicted',
      );
    });

    scenario('waits for the runner and the engine on an expired node', async () => {
      const [pool, engine] = await start('expired', { nodes: { expireAfter: Duration.seconds(60) } });
      const kept = runners(engine, { kept: true });
      const busy = await pool.startRunner('first', kept);
      const idle = await pool.startRunner('second', kept);
      await pool.endRunner('second');
      await pool.untilGone(idle);
      expectStopped(pool, idle, engine);

      await pool.until(() => busy.disrupted, 'the other node to expire');
      await pause(10);
      expect([pool.pod('first').stopping, pool.engineOn(busy.name)!.stopping]).toEqual([undefined, undefined]);
      // Another client of the engine outlives the runner.
      await pool.addClients(busy.name, 1);
      await pool.endRunner('first');
      await pool.until(() => pool.engineOn(busy.name)!.stopping, 'Karpenter to evict the engine');
      await pause(10);
      expect([busy.gone, pool.engineOn(busy.name)!.gone]).toEqual([undefined, undefined]);
      await pool.addClients(busy.name, -1);
      await pool.untilGone(busy);
      expectStopped(pool, busy, engine);
      seen(
        cluster(),
        `expireAfter 60 s: the idle node was gone at the age of ${(idle.gone!.at - idle.appeared.at).toFixed(0)} s, the other one at ${(busy.gone!.at - busy.appeared.at).toFixed(0)} s, after its runner and the engine's last client`,
      );
    });

    scenario('replaces drifted nodes one after the other, and waits for their runners', async () => {
      const [pool, engine] = await start('drifted');
      const kept = runners(engine, { kept: true });
      const nodes = [await pool.startRunner('first', kept), await pool.startRunner('second', kept)];
      await apply(cluster(), poolProgram('drifted', { nodes: { expireAfter: Duration.days(6) } }));
      await pool.until(() => nodes.some(({ disrupted }) => disrupted), 'Karpenter to remove a drifted node');
      await pause(20);
      const [one, other] = nodes[0]!.disrupted ? nodes : [...nodes].reverse();
      expect(other!.disrupted).toBeUndefined();
      expect(pool.engineOn(one!.name)!.stopping).toBeUndefined();
      expect(['first', 'second'].map((name) => pool.pod(name).stopping)).toEqual([undefined, undefined]);
      for (const node of [one!, other!]) {
        await pool.endRunner(['first', 'second'].find((name) => pool.pod(name).node === node.name)!);
        await pool.untilGone(node);
        expectStopped(pool, node, engine);
      }
      expect(other!.disrupted!.revision).toBeGreaterThan(one!.gone!.revision);
      seen(
        cluster(),
        `drift: the second of two nodes began to go ${(other!.disrupted!.at - one!.gone!.at).toFixed(0)} s after the first one was gone`,
      );
    });

    scenario('cuts runners and engines when the termination grace period of the node ends', async () => {
      const [period, grace, runnerGrace] = [80, 45, 30];
      const [pool, engine] = await start('limited', {
        nodes: { expireAfter: Duration.seconds(30), terminationGracePeriod: Duration.seconds(period) },
        engine: { terminationGracePeriod: Duration.seconds(grace) },
      });
      const node = await pool.startRunner('runner', runners(engine, { kept: true }));
      await pool.untilGone(node);
      const stopped = pool.engineOn(node.name)!;
      const runner = pool.pod('runner');
      for (const [pod, length] of [
        [stopped, grace],
        [runner, runnerGrace],
      ] as const) {
        expect(after(node, pod.stopping!)).toBeGreaterThanOrEqual(period - length - 2);
        expect(after(node, pod.stopping!)).toBeLessThanOrEqual(period - length + 10);
        expect(pod.grace).toBeLessThanOrEqual(length);
        expect(pod.grace).toBeGreaterThan(length - 10);
      }
      expect(after(node, stopped.gone!)).toBeLessThanOrEqual(period + 10);
      seen(
        cluster(),
        `terminationGracePeriod ${period} s: the engine (grace period ${grace} s) began to stop after ${after(node, stopped.stopping!)} s, the runner (${runnerGrace} s) after ${after(node, runner.stopping!)} s, and the node was gone after ${after(node, node.gone!)} s`,
      );
    });

    for (const [name, grace] of [
      ['whole', 100],
      ['above', 150],
    ] as const) {
      scenario(
        `stops an engine at once if its grace period is ${name === 'whole' ? 'all of' : 'above'} the limit of the node`,
        async () => {
          const period = 100;
          const props: PoolProps = {
            nodes: { expireAfter: Duration.seconds(30), terminationGracePeriod: Duration.seconds(period) },
            engine: {
              terminationGracePeriod: Duration.seconds(grace),
              acceptRisks: name === 'above' ? [accept(EngineRisk.STOP_EXCEEDS_NODE_LIMIT)] : [],
            },
          };
          if (name === 'whole') {
            expect(warnings(poolProgram(name, props))).toContainEqual(
              expect.stringContaining('nodes: when Karpenter removes a node, it stops the engine at once'),
            );
          }
          const [pool, engine] = await start(name, props);
          const node = await pool.startRunner('runner', runners(engine, { kept: true }));
          await pool.untilGone(node);
          const stopped = pool.engineOn(node.name)!;
          expect(after(node, stopped.stopping!)).toBeLessThanOrEqual(10);
          expect(stopped.grace).toBeLessThanOrEqual(period);
          expect(after(node, pool.pod('runner').stopping!)).toBeGreaterThanOrEqual(period - 30 - 2);
          seen(
            cluster(),
            `terminationGracePeriod ${period} s: the engine (grace period ${grace} s, of which Karpenter gave ${stopped.grace} s) began to stop after ${after(node, stopped.stopping!)} s, and its client after ${after(node, pool.pod('runner').stopping!)} s`,
          );
        },
      );
    }

    scenario('evicts a client with a critical priority after its engine', async () => {
      const [pool, engine] = await start('critical', {
        nodes: { expireAfter: Duration.seconds(30) },
        engine: { terminationGracePeriod: Duration.seconds(40) },
      });
      const node = await pool.startRunner(
        'runner',
        runners(engine, { kept: false, priority: 'system-cluster-critical' }),
      );
      await pool.untilGone(node);
      const stopped = pool.engineOn(node.name)!;
      const runner = pool.pod('runner');
      expect(runner.stopping!.revision).toBeGreaterThan(stopped.gone!.revision);
      seen(
        cluster(),
        `a client with a critical priority: the engine began to stop after ${after(node, stopped.stopping!)} s, with the client connected, and the client after ${after(node, runner.stopping!)} s`,
      );
    });

    scenario('removes a node without stopping an engine that tolerates all taints', async () => {
      const props: PoolProps = {
        nodes: { consolidateAfter: Duration.seconds(10) },
        engine: { tolerations: [{ operator: 'Exists' }] },
      };
      expect(warnings(poolProgram('tolerant', props))).toEqual([
        expect.stringContaining(
          'warning not-drained: tolerations[0]: it also tolerates karpenter.sh/disrupted, so Karpenter removes a node without stopping the engine',
        ),
      ]);
      const [pool, engine] = await start('tolerant', props);
      const node = await pool.startRunner('runner', runners(engine, { kept: false }));
      await pool.endRunner('runner');
      await pool.untilGone(node);
      const pod = pool.engineOn(node.name)!;
      expect(pod.stopping?.revision ?? Infinity).toBeGreaterThan(node.gone!.revision);
      seen(
        cluster(),
        `an engine that tolerates all taints: its node was gone ${after(node, node.gone!)} s after the start of the removal, and the engine was not stopped before`,
      );
    });

    scenario('keeps an idle node whose engine has the annotation for clients', async () => {
      const nodes = { consolidateAfter: Duration.seconds(10) };
      const props: PoolProps = { nodes, engine: { podAnnotations: { 'karpenter.sh/do-not-disrupt': 'true' } } };
      expect(warnings(poolProgram('annotated', props))).toEqual([
        expect.stringContaining('so Karpenter keeps idle nodes until they expire or drift'),
      ]);
      const [pool, engine] = await start('annotated', props);
      const node = await pool.startRunner('runner', runners(engine, { kept: false }));
      await pool.endRunner('runner');
      await pause(90);
      expect(node.disrupted).toBeUndefined();
      await apply(
        cluster(),
        poolProgram('annotated', { ...props, nodes: { ...nodes, expireAfter: Duration.days(6) } }),
      );
      await pool.until(() => node.disrupted, 'Karpenter to remove the drifted node');
      await pause(10);
      expect(pool.engineOn(node.name)!.stopping).toBeUndefined();
      expect(node.gone).toBeUndefined();
      seen(
        cluster(),
        'an idle node whose engine has the annotation: kept for 90 s with consolidateAfter 10 s, until it drifted',
      );
    });
  });
});

import { Duration } from 'cdk8s';
import {
  Autoscaling,
  DisruptionBudget,
  Drain,
  EngineRisk,
  Listener,
  NodeStopLimit,
  PodCount,
  type EngineStatefulSetProps,
} from '../../src/index';
import { daemonSet, deployment, statefulSet } from '../engines';

const seconds = (count: number): Duration => Duration.seconds(count);
const drain = (atMost: number): Drain => Drain.untilIdle({ atMost: seconds(atMost) });

/** Whether the engine has a warning. */
const warns = (engine: { readonly _cautions: ReadonlyArray<{ readonly name: string }> }, risk: EngineRisk): boolean =>
  engine._cautions.some(({ name }) => name === risk);

describe('the drain of the only engine', () => {
  const LONG = { listener: Listener.insecureTcp(), drain: drain(601) };
  const warnsAbout = (props: Partial<EngineStatefulSetProps>): boolean =>
    warns(statefulSet({ ...LONG, ...props }), EngineRisk.LONG_DRAIN_OF_ONLY_ENGINE);

  test('must not outlast the clients that it rejects', () => {
    expect(warnsAbout({})).toBe(true);
    expect(warns(deployment(LONG), EngineRisk.LONG_DRAIN_OF_ONLY_ENGINE)).toBe(true);
  });

  test.each<[string, Partial<EngineStatefulSetProps>]>([
    ['ten minutes', { drain: drain(600) }],
    ['the default drain', { drain: undefined }],
    [
      'a drain that admits new clients',
      { drain: Drain.untilIdle({ atMost: Duration.hours(1), admitNewClients: true }) },
    ],
    ['another engine', { replicas: 2 }],
    ['no listener', { listener: undefined }],
    [
      'an autoscaler that stops the engine when it is idle',
      { autoscaling: Autoscaling.fromExisting({ minReplicas: 0, maxReplicas: 1 }) },
    ],
  ])('is accepted with %s', (_, props) => {
    expect(warnsAbout(props)).toBe(false);
  });

  test('is accepted on nodes, whose clients use the socket', () => {
    expect(warns(daemonSet(LONG), EngineRisk.LONG_DRAIN_OF_ONLY_ENGINE)).toBe(false);
  });
});

describe('the limit of nodes on which clients use the socket', () => {
  const warnsAbout = (limit: NodeStopLimit, engine: typeof daemonSet | typeof statefulSet = daemonSet): boolean =>
    warns(
      engine({ terminationGracePeriod: seconds(600), nodeStopLimits: [limit] }),
      EngineRisk.STOP_EXCEEDS_NODE_LIMIT,
    );

  test('must exceed the grace period, because Karpenter stops the engine when only that is left', () => {
    expect(warnsAbout(NodeStopLimit.karpenter(seconds(600)))).toBe(true);
    expect(warnsAbout(NodeStopLimit.karpenter(seconds(601)))).toBe(false);
  });

  test('can become the grace period', () => {
    const limit = NodeStopLimit.karpenter(seconds(400));
    expect(warns(daemonSet({ nodeStopLimits: [limit] }), EngineRisk.STOP_EXCEEDS_NODE_LIMIT)).toBe(true);
  });

  test('is irrelevant for clients on other nodes, and for autoscalers that wait for the grace period', () => {
    expect(warnsAbout(NodeStopLimit.karpenter(seconds(600)), statefulSet)).toBe(false);
    expect(warnsAbout(NodeStopLimit.clusterAutoscaler(seconds(600)))).toBe(false);
  });
});

describe('a disruption budget', () => {
  // A stop takes up to 1275 s, and the grace period is 1575 s.
  const karpenter = (limit: number): Partial<EngineStatefulSetProps> => ({
    replicas: 3,
    drain: drain(1200),
    nodeStopLimits: [NodeStopLimit.karpenter(seconds(limit))],
  });
  const warnsAbout = (props: Partial<EngineStatefulSetProps>): boolean =>
    warns(statefulSet(props), EngineRisk.BUDGET_EXCEEDS_NODE_LIMIT);

  test('must leave two engines on a node time to stop', () => {
    expect(warnsAbout(karpenter(1275 + 1575 - 1))).toBe(true);
    expect(warnsAbout(karpenter(1275 + 1575))).toBe(false);
  });

  test.each<[string, Partial<EngineStatefulSetProps>]>([
    ['two of three engines', { disruptionBudget: DisruptionBudget.maxUnavailable(PodCount.absolute(2)) }],
    ['one of three engines', { disruptionBudget: DisruptionBudget.minAvailable(PodCount.percent(34)) }],
  ])('matters if it allows to stop %s', (_, props) => {
    expect(warnsAbout({ ...karpenter(2000), ...props })).toBe(true);
  });

  test.each<[string, Partial<EngineStatefulSetProps>]>([
    ['all engines may stop', { disruptionBudget: DisruptionBudget.maxUnavailable(PodCount.percent(100)) }],
    ['there is no budget', { disruptionBudget: DisruptionBudget.none() }],
    ['there is one engine', { replicas: 1 }],
    ['there is no drain', { drain: Drain.none(), acceptRisks: [] }],
    ['the nodes have no limit', { nodeStopLimits: [] }],
    [
      'cluster-autoscaler checks the budget first',
      { nodeStopLimits: [NodeStopLimit.clusterAutoscaler(seconds(2000))] },
    ],
    ['the kubelet of the node stops the engines', { nodeStopLimits: [NodeStopLimit.nodeShutdown(seconds(2000))] }],
    [
      'a topology spread keeps engines apart',
      {
        topologySpreadConstraints: [
          { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'DoNotSchedule' },
        ],
      },
    ],
    [
      'an affinity keeps engines apart',
      {
        affinity: {
          podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              {
                topologyKey: 'kubernetes.io/hostname',
                labelSelector: { matchLabels: { 'app.kubernetes.io/instance': 'engine' } },
              },
            ],
          },
        },
      },
    ],
    ['engines need the same port of a node', { listener: Listener.insecureTcp({ hostPort: 1234 }) }],
  ])('does not matter if %s', (_, props) => {
    expect(warnsAbout({ ...karpenter(2000), ...props })).toBe(false);
  });

  test.each<[string, object]>([
    ['prefers other nodes', { whenUnsatisfiable: 'ScheduleAnyway' }],
    ['spreads over zones', { topologyKey: 'topology.kubernetes.io/zone' }],
  ])('matters if a topology spread only %s', (_, change) => {
    const spread = { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'DoNotSchedule', ...change };
    expect(warnsAbout({ ...karpenter(2000), topologySpreadConstraints: [spread] })).toBe(true);
  });

  test('keeps engines on a spot instance from stopping', () => {
    const onSpot = { replicas: 2, nodeStopLimits: [NodeStopLimit.awsSpot()] };
    expect(warnsAbout(onSpot)).toBe(true);
    expect(warnsAbout({ ...onSpot, drain: drain(0) })).toBe(true);
    expect(warnsAbout({ ...onSpot, disruptionBudget: DisruptionBudget.none() })).toBe(false);
  });
});

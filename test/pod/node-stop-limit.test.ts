import { Duration, Size } from 'cdk8s';
import { CacheVolume, Drain, EngineRisk, NodeStopLimit, type EngineStatefulSetProps } from '../../src/index';
import { drainSettingsOf } from '../../src/pod/drain-script';
import { accept, container, pod, problems, statefulSet, warnings } from '../engines';

const seconds = (count: number): Duration => Duration.seconds(count);

/** Returns the longest drain and the grace period of an engine in seconds, such as `180 of 600`. */
function times(props: Partial<EngineStatefulSetProps>): string {
  const engine = statefulSet({ acceptRisks: [], ...props });
  const script = container(engine).lifecycle?.preStop.exec.command[2] ?? '';
  return `${drainSettingsOf(script)?.atMost} of ${pod(engine).terminationGracePeriodSeconds}`;
}

describe('the default times', () => {
  test.each<[string, NodeStopLimit[], string]>([
    ['cluster-autoscaler', [NodeStopLimit.clusterAutoscaler()], '180 of 600'],
    ['cluster-autoscaler with a longer limit', [NodeStopLimit.clusterAutoscaler(Duration.hours(1))], '180 of 600'],
    ['Karpenter', [NodeStopLimit.karpenter(seconds(400))], '180 of 400'],
    ['Karpenter with a short limit', [NodeStopLimit.karpenter(seconds(100))], '25 of 100'],
    ['a spot instance of AWS', [NodeStopLimit.awsSpot()], '45 of 600'],
    ['several limits', [NodeStopLimit.karpenter(seconds(400)), NodeStopLimit.awsSpot()], '45 of 400'],
    ['a limit that no time fits', [NodeStopLimit.gcpSpot()], '180 of 600'],
    ['a limit of a shutdown', [NodeStopLimit.nodeShutdown(seconds(240))], '165 of 600'],
  ])('fit the limit: %s', (_, nodeStopLimits, expected) => {
    expect(times({ nodeStopLimits })).toBe(expected);
  });

  test('fit a drain that is shorter than the limit', () => {
    const nodeStopLimits = [NodeStopLimit.clusterAutoscaler()];
    expect(times({ nodeStopLimits, drain: Drain.untilIdle({ atMost: seconds(525) }) })).toBe('525 of 600');
  });
});

describe('times that exceed a limit', () => {
  const drain = (atMost: number): Drain => Drain.untilIdle({ atMost: seconds(atMost) });

  test.each<[string, Partial<EngineStatefulSetProps>, string]>([
    [
      'a drain that cluster-autoscaler cuts',
      { drain: drain(7200), nodeStopLimits: [NodeStopLimit.clusterAutoscaler()] },
      'drain.atMost: when cluster-autoscaler removes a node, pods have 600 s, and the engine needs up to 75 s after the drain; got "7200 s"; allowed: at most 525 s; fix: set Duration.seconds(525), or raise the limit of the nodes and nodeStopLimits[0]',
    ],
    [
      'a drain on a spot instance',
      { drain: drain(60), nodeStopLimits: [NodeStopLimit.clusterAutoscaler(), NodeStopLimit.awsSpot()] },
      'drain.atMost: when AWS interrupts a spot instance, pods have 120 s, and the engine needs up to 75 s after the drain; got "60 s"; allowed: at most 45 s; fix: set Duration.seconds(45)',
    ],
    [
      'a grace period',
      { terminationGracePeriod: seconds(3600), nodeStopLimits: [NodeStopLimit.karpenter(seconds(1800))] },
      'terminationGracePeriod: when Karpenter removes a node, pods have only 1800 s; got "3600 s"; allowed: at most 1800 s; fix: remove it to use the limit of the nodes, or raise this limit',
    ],
  ])('are rejected: %s', (_, props, message) => {
    expect(problems(() => statefulSet(props))).toEqual([message]);
  });

  test('leave an accepted drain enough time when nothing but the limited removal stops the engine', () => {
    const acceptRisks = [accept(EngineRisk.STOP_EXCEEDS_NODE_LIMIT)];
    const nodeStopLimits = [NodeStopLimit.clusterAutoscaler()];
    expect(times({ acceptRisks, drain: drain(7200), nodeStopLimits })).toBe('7200 of 7575');
  });

  test('can be accepted', () => {
    const nodeStopLimits = [NodeStopLimit.clusterAutoscaler()];
    const acceptRisks = [accept(EngineRisk.STOP_EXCEEDS_NODE_LIMIT)];
    expect(times({ nodeStopLimits, acceptRisks, terminationGracePeriod: seconds(900) })).toBe('180 of 900');
  });

  test('may exceed the notice of a spot instance only with the grace period', () => {
    expect(times({ nodeStopLimits: [NodeStopLimit.awsSpot()], terminationGracePeriod: seconds(900) })).toBe(
      '45 of 900',
    );
  });
});

describe('a limit that is too short to save the cache', () => {
  const WARNING =
    '[test/engine] warning short-grace-period: nodeStopLimits[0]: when Azure evicts a Spot VM, the engine has 30 s to stop, but can need 75 s. If it is killed before it has written its cache, v0.21.7 deletes the whole cache at the next start; fix: run engines whose cache must survive on other nodes';

  test('causes a warning', () => {
    expect(warnings(statefulSet({ nodeStopLimits: [NodeStopLimit.azureSpot()] }))).toEqual([WARNING]);
  });

  test('depends on the drain, after which the engine has no clients to wait for', () => {
    const nodeStopLimits = [NodeStopLimit.karpenter(seconds(300))];
    expect(warnings(statefulSet({ nodeStopLimits }))).toEqual([]);
    expect(warnings(statefulSet({ nodeStopLimits: [NodeStopLimit.karpenter(seconds(75))] }))).toEqual([]);
    expect(warnings(statefulSet({ nodeStopLimits: [NodeStopLimit.karpenter(seconds(74))] }))).toEqual([
      '[test/engine] warning short-grace-period: nodeStopLimits[0]: when Karpenter removes a node, the engine has 74 s to stop, but can need 75 s. If it is killed before it has written its cache, v0.21.7 deletes the whole cache at the next start; fix: run engines whose cache must survive on other nodes',
    ]);
    const acceptRisks = [accept(EngineRisk.STOP_LOSES_CACHE)];
    expect(warnings(statefulSet({ nodeStopLimits, drain: Drain.none(), acceptRisks }))).toEqual([
      '[test/engine] warning short-grace-period: nodeStopLimits: the engine has only 300 s left to stop, but can need more than 300 s. If it is killed before it has written its cache, v0.21.7 deletes the whole cache at the next start; fix: raise the limit of the nodes to at least 600 s',
    ]);
  });

  test('causes no warning if the cache is deleted with the pod', () => {
    const cache = CacheVolume.ephemeral({ size: Size.gibibytes(50) });
    expect(warnings(statefulSet({ cache, nodeStopLimits: [NodeStopLimit.azureSpot()] }))).toEqual([]);
  });
});

test('must be whole seconds', () => {
  expect(problems(() => statefulSet({ nodeStopLimits: [NodeStopLimit.karpenter(Duration.millis(500))] }))).toEqual([
    'nodeStopLimits[0]: must be a duration that Kubernetes supports; got "0.5 s"; allowed: a whole number of seconds, at least 1; fix: use a value such as Duration.seconds(600)',
  ]);
});

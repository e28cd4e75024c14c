import { rolloutSeconds, startSeconds, MARGIN_SECONDS } from '../workload/rollout-timeout';
import { podOf } from '../reading/engine-pods';
import type { ManifestObject } from '../reading/manifest-object';
import type { Comparison, ComparedObject } from './comparison';
import { counted, duration } from './english';
import { firstOrdinal, podCount, podRange } from './workload-facts';

/** The replacement of pods after a change of their template. */
export interface Rollout {
  /** The number of pods that restart, or undefined if it isn't known. */
  readonly count?: number;
  /** The order, such as `one at a time, from pool-2 to pool-0`. */
  readonly order: string;
  /** Sentences about pods that don't restart. */
  readonly exceptions: readonly string[];
  /** The maximum number of seconds that a healthy update takes, or undefined if it isn't known. */
  readonly seconds?: number;
}

/** Returns the replacement of a workload's pods, or undefined if the pods are replaced only after they are deleted. */
export function rolloutOf(pair: Required<ComparedObject>, comparison: Comparison): Rollout | undefined {
  const { after, before } = pair;
  const strategy = after.root.at('spec', after.kind === 'Deployment' ? 'strategy' : 'updateStrategy');
  if (strategy.at('type').text === 'OnDelete') {
    return undefined;
  }
  const [old, current] = [podCount(before, comparison.before), podCount(after, comparison.after)];
  // Pods that are added start with the new template, and pods that are removed don't start again.
  const count = old === undefined || current === undefined ? undefined : Math.min(old, current);
  const seconds = secondsOf(pair, count);
  switch (after.kind) {
    case 'DaemonSet':
      return { order: nodeOrder(after), exceptions: [], seconds };
    case 'StatefulSet':
      return { ...ordinalOrder(after, count), seconds };
    default:
      return { count, order: deploymentOrder(after, count), exceptions: [], seconds };
  }
}

function nodeOrder({ root }: ManifestObject): string {
  const { maxSurge, maxUnavailable = 1 } = (root.at('spec', 'updateStrategy', 'rollingUpdate').map ?? {}) as {
    readonly maxSurge?: number | string;
    readonly maxUnavailable?: number | string;
  };
  const surges = maxSurge !== undefined && !['0', '0%'].includes(String(maxSurge));
  const atOnce = surges ? maxSurge : maxUnavailable;
  const pace =
    String(atOnce) === '1'
      ? 'one node at a time'
      : `on up to ${typeof atOnce === 'number' ? counted(atOnce, 'node') : `${atOnce} of the nodes`} at a time`;
  return surges ? `${pace}, and each new pod starts before the old one stops` : pace;
}

function ordinalOrder(after: ManifestObject, count: number | undefined): Omit<Rollout, 'seconds'> {
  const { name, root } = after;
  const update = root.at('spec', 'updateStrategy', 'rollingUpdate');
  const first = firstOrdinal(after);
  const partition = Math.max(first, update.at('partition').number ?? 0);
  const atOnce = update.at('maxUnavailable').value ?? 1;
  const pace = String(atOnce) === '1' ? 'one at a time' : `up to ${String(atOnce)} at a time`;
  if (count === undefined) {
    return {
      order: `${pace}, from the highest ordinal to ${name}-${partition}`,
      exceptions:
        partition > first ? [`Pods with an ordinal below ${partition} don't restart, because of the partition.`] : [],
    };
  }
  const restarting = Math.max(0, first + count - partition);
  const kept = count - restarting;
  return {
    count: restarting,
    order:
      restarting > 1
        ? `${pace}, from ${podRange(name, first + count - 1, partition)}`
        : podRange(name, partition, partition),
    exceptions:
      kept > 0
        ? [
            `${kept === 1 ? `${name}-${first} keeps its` : `${name}-${first} to ${name}-${first + kept - 1} keep their`} old template until you lower the partition from ${partition}.`,
          ]
        : [],
  };
}

function deploymentOrder({ root }: ManifestObject, count: number | undefined): string {
  const strategy = root.at('spec', 'strategy');
  if (strategy.at('type').text === 'Recreate') {
    return count === 1
      ? 'the old pod stops before the new one starts'
      : 'all at once: the old pods stop before the new ones start';
  }
  const limit = (key: string): number | string => {
    const { number, text } = strategy.at('rollingUpdate', key);
    return number ?? text ?? '25%';
  };
  const [surge, unavailable] = [
    podsOf(limit('maxSurge'), count, Math.ceil),
    podsOf(limit('maxUnavailable'), count, Math.floor),
  ];
  if (surge === undefined || unavailable === undefined) {
    return 'a part of them at a time';
  }
  if (count === 1) {
    return surge > 0 ? 'the new pod starts before the old one stops' : 'the old pod stops before the new one starts';
  }
  return surge > 0 && unavailable === 0
    ? `${surge === 1 ? 'one' : `up to ${surge}`} at a time, and each new pod starts before an old one stops`
    : `up to ${Math.max(1, surge + unavailable)} at a time`;
}

function podsOf(
  value: number | string,
  total: number | undefined,
  round: (pods: number) => number,
): number | undefined {
  return typeof value === 'number'
    ? value
    : total === undefined
      ? undefined
      : round((parseInt(value, 10) * total) / 100);
}

/** Returns the maximum duration for all pods, or for each node of a DaemonSet. The old pods stop, and new ones start. */
function secondsOf({ after, before }: Required<ComparedObject>, count: number | undefined): number | undefined {
  const spec = after.root.at('spec').value as Parameters<typeof rolloutSeconds>[0]['spec'];
  const stop = podOf(before)?.at('spec', 'terminationGracePeriodSeconds').number ?? 30;
  const template = { ...spec.template, spec: { ...spec.template.spec!, terminationGracePeriodSeconds: stop } };
  return after.kind === 'DaemonSet'
    ? stop + startSeconds(spec.template, spec.minReadySeconds) + MARGIN_SECONDS
    : count === undefined
      ? undefined
      : rolloutSeconds({ kind: after.kind, spec: { ...spec, replicas: count, template } }, count);
}

/** Returns a sentence about the duration of an update. */
export function durationSentence({ count, seconds }: Rollout, isDaemonSet: boolean, drainSeconds = 0): string[] {
  if (seconds === undefined || seconds === 0) {
    return [];
  }
  if (isDaemonSet) {
    return [`A healthy update takes at most ${duration(seconds)} for each node, and usually far less.`];
  }
  const drains =
    count !== undefined && count > 1 && drainSeconds > 0
      ? `, of which up to ${duration(count * drainSeconds)} are waits for clients`
      : '';
  return [`A healthy update takes at most ${duration(seconds)}${drains}. Idle engines stop within a minute.`];
}

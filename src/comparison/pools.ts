import { FindingSeverity } from '../findings/finding';
import { autoscalerOf } from '../reading/autoscaler';
import type { DescribedEngine } from '../reading/described-engine';
import { podOf } from '../reading/engine-pods';
import { cachePlace, claimsText } from './cache-place';
import type { Changes } from './change';
import type { ComparedEngine, Comparison } from './comparison';
import { capitalized, counted } from './english';
import { nodeChange } from './node-choice';
import {
  cutsBuilds,
  firstOrdinal,
  hasNoPods,
  isRolling,
  namespaceOption,
  podCount,
  podRange,
  selectsNoNode,
  stopSentences,
  target,
} from './workload-facts';

/** Reports engines that are added, removed or scaled. */
export function reportPools(comparison: Comparison, changes: Changes): void {
  for (const { after, before } of comparison.engines) {
    if (!isRolling((after ?? before)!.object)) {
      // A Job or a pod ends by itself.
    } else if (before === undefined && after !== undefined) {
      reportAdded(after, comparison, changes);
    } else if (before !== undefined && after === undefined) {
      reportRemoved(before, comparison, changes);
    } else if (before !== undefined && after !== undefined) {
      reportScale({ before, after }, comparison, changes);
    }
  }
}

function enginesText({ inventory, object }: DescribedEngine): string {
  const count = podCount(object, inventory);
  return object.kind === 'DaemonSet'
    ? 'one engine on each selected node'
    : count === undefined
      ? 'engines'
      : counted(count, 'engine');
}

function reportAdded(after: DescribedEngine, { before }: Comparison, changes: Changes): void {
  const { kind, name, root } = after.object;
  const place = cachePlace(after);
  changes.add('engines-added', ['after', root], {
    effect: `${kind} ${name} starts ${enginesText(after)}`,
    reasons:
      before.objects.length === 0
        ? []
        : [
            place.seed === undefined
              ? `The cache is in ${place.text}${place.isPersistent ? '. It is empty unless the volume exists already' : ''}.`
              : `The cache is in ${place.text}. A new volume is a copy of VolumeSnapshot ${place.seed}.`,
          ],
  });
}

function reportRemoved(before: DescribedEngine, { after }: Comparison, changes: Changes): void {
  const { kind, name, root } = before.object;
  const remaining = after.named(before.object.type, undefined, name) !== undefined;
  const isEmpty = hasNoPods(before);
  changes.add('engines-removed', ['before', root], {
    effect: remaining
      ? `${kind} ${name} no longer runs an engine`
      : isEmpty
        ? `${kind} ${name} is removed`
        : `${kind} ${name} and its engines are removed`,
    reasons: isEmpty
      ? ['It has no engines, so no build is cut.']
      : [
          ...(remaining ? [] : ['Tools that prune delete the object. Without pruning, it keeps running.']),
          ...stopSentences(before),
        ],
  });
}

function reportScale({ after, before }: Required<ComparedEngine>, comparison: Comparison, changes: Changes): void {
  const [from, to] = [podCount(before.object, comparison.before), podCount(after.object, comparison.after)];
  const replicas = after.object.root.at('spec', 'replicas');
  const { kind, name } = after.object;
  if (after.object.kind === 'DaemonSet') {
    if (selectsNoNode(after.object) && !selectsNoNode(before.object)) {
      changes.add('scale-in', ['after', podOf(after.object)!.at('spec', 'nodeSelector')], {
        effect: 'The engines stop on every node',
        reasons: ['The DaemonSet selects a label that no node has.', ...stopSentences(before)],
        severity: cutsBuilds(before) ? FindingSeverity.WARNING : FindingSeverity.INFO,
      });
    } else if (selectsNoNode(before.object) && !selectsNoNode(after.object)) {
      changes.add('engines-added', ['after', after.object.root], {
        effect: 'An engine starts on each selected node',
        reasons: ['The DaemonSet no longer selects a label that no node has.'],
      });
    } else if (nodeChange({ before, after })?.leaves === false) {
      changes.add('engines-added', ['after', podOf(after.object)!.at('spec', 'nodeSelector')], {
        effect: 'Engines can start on more nodes',
        reasons: ['The pods fit the old nodes, and also others.'],
      });
    }
    return;
  }
  const written = before.object.root.at('spec', 'replicas').number;
  if (!replicas.exists && written !== undefined && written > 1) {
    reportReset(written, { before, after }, changes);
  } else if (from !== undefined && to !== undefined && to < from) {
    const first = firstOrdinal(after.object);
    changes.add('scale-in', ['after', replicas], {
      effect: capitalized(
        `${counted(from - to, 'engine')} ${from - to === 1 ? 'stops' : 'stop'}${kind === 'StatefulSet' ? `: ${podRange(name, first + from - 1, first + to)}` : ''}`,
      ),
      reasons: [
        `The number of engines changes from ${from} to ${to}.`,
        ...(kind === 'StatefulSet' ? paceOf(after, from - to) : ['Kubernetes chooses the pods.']),
        ...stopSentences(before),
      ],
      severity: cutsBuilds(before) ? FindingSeverity.WARNING : FindingSeverity.INFO,
    });
  } else if (from !== undefined && to !== undefined && to > from) {
    reportScaleOut(from, to, after, changes);
  }
}

/** Returns a sentence about the order in which several pods of a StatefulSet stop. */
function paceOf({ object }: DescribedEngine, count: number): string[] {
  const isParallel = object.root.at('spec', 'podManagementPolicy').text === 'Parallel';
  return count === 1 ? [] : [`They stop ${isParallel ? 'at the same time' : 'one at a time'}.`];
}

/** Reports engines that are added to a workload. They don't share the caches of the other engines. */
function reportScaleOut(from: number, to: number, after: DescribedEngine, changes: Changes): void {
  const { kind, name, root } = after.object;
  const first = firstOrdinal(after.object);
  const place = cachePlace(after);
  const added = to - from;
  // The claims of earlier engines may remain.
  const cache =
    place.seed !== undefined || place.isPersistent ? '' : added === 1 ? ' with an empty cache' : ' with empty caches';
  const pods = kind === 'StatefulSet' ? `: ${podRange(name, first + from, first + to - 1)}` : '';
  const template = after.mounts.cache?.template?.at('metadata', 'name').text;
  const text = template === undefined ? place.text : claimsText(place.claims.slice(from), '');
  changes.add('engines-added', ['after', root.at('spec', 'replicas')], {
    effect: `${counted(added, 'engine')} ${added === 1 ? 'starts' : 'start'}${cache}${pods}`,
    reasons: [
      `The number of engines changes from ${from} to ${to}.`,
      place.isPersistent
        ? added === 1
          ? `The cache is in ${text}. It is empty, unless an earlier engine left its volume.`
          : `The caches are in ${text}. They are empty, unless earlier engines left their volumes.`
        : `Each cache is in ${text}.`,
      ...(place.seed === undefined ? [] : [`A new volume is a copy of VolumeSnapshot ${place.seed}.`]),
    ],
  });
}

/** Reports replicas that are removed from a manifest, which the API server resets to 1. */
function reportReset(written: number, { after }: Required<ComparedEngine>, changes: Changes): void {
  const { inventory, object } = after;
  const autoscaler = autoscalerOf(object, inventory);
  changes.add('scale-in', ['after', object.root.at('spec', 'replicas')], {
    effect: `${counted(written - 1, 'engine')} ${written === 2 ? 'stops' : 'stop'} at once, because the API server resets replicas to 1`,
    reasons: [
      'The manifest no longer contains replicas.',
      autoscaler === undefined
        ? 'If you want one engine, write replicas: 1. If an autoscaler sets the number, hand the field over first.'
        : `Hand the field over to the ${autoscaler.object.kind} before you apply this change (docs/how-to/scale-engines.md).`,
    ],
    commands: [
      `kubectl apply edit-last-applied ${target(object)}${namespaceOption(object)}  # delete the line with replicas`,
    ],
    severity: FindingSeverity.WARNING,
  });
}

import { FindingSeverity } from '../findings/finding';
import { podOf } from '../reading/engine-pods';
import type { Field } from '../reading/field';
import type { ManifestObject } from '../reading/manifest-object';
import type { Changes } from './change';
import type { ComparedEngine, ComparedObject, Comparison } from './comparison';
import { listed } from './english';
import { templateChanges, type TemplateChange } from './pod-template';
import { isRejectedUpdate, rejectsSelector } from './rejected-fields';
import { durationSentence, rolloutOf } from './rollout';
import {
  cutsBuilds,
  isRolling,
  namespaceOption,
  podCount,
  selectsNoNode,
  stopOf,
  stopSentences,
  target,
} from './workload-facts';

/** Reports the pods that restart. */
export function reportRestarts(comparison: Comparison, changes: Changes): void {
  for (const pair of comparison.changed.filter(({ after }) => isRolling(after))) {
    const found = templateChanges(pair);
    if (found.length === 0) {
      reportPostponed(pair, comparison, changes);
    } else if (!rejectsSelector(pair)) {
      reportRestart(pair, found, comparison, changes);
    }
  }
}

function reportRestart(
  pair: Required<ComparedObject>,
  found: readonly TemplateChange[],
  comparison: Comparison,
  changes: Changes,
): void {
  const { after, before } = pair;
  if (selectsNoNode(before) || selectsNoNode(after)) {
    // Other statements cover engines that start or stop.
    return;
  }
  const [engine] = comparison.enginesOf(pair);
  const old = engine?.before;
  const noun = engine === undefined ? 'pod' : 'engine';
  const { place, why } = causes(found, engine, after);
  const rollout = rolloutOf(pair, comparison);
  const stop = old === undefined ? [] : stopSentences(old);
  if (rollout === undefined) {
    changes.add('manual-restart', ['after', place], {
      effect: `The ${noun}s restart only when you delete their pods`,
      reasons: [why, 'The update strategy is OnDelete.', ...stop],
      commands: [`kubectl delete pod POD${namespaceOption(after)}`],
    });
    return;
  }
  const { count, exceptions, order } = rollout;
  if (count === 0) {
    const isEmpty = podCount(before, comparison.before) === 0;
    changes.add('restart', ['after', place], {
      effect: `No ${noun} restarts now`,
      reasons: [why, ...(isEmpty ? ['There are no pods. New ones use the new template.'] : exceptions)],
    });
    return;
  }
  const timeout = rollout.seconds === undefined || after.kind === 'DaemonSet' ? '' : ` --timeout=${rollout.seconds}s`;
  changes.add('restart', ['after', place], {
    effect: effectOf(noun, count, order, old !== undefined && cutsBuilds(old)),
    reasons: [
      why,
      ...(isRejectedUpdate(pair) ? ['This happens after you resolve the rejected update.'] : []),
      ...exceptions,
      ...stop,
      ...(old === undefined ? [] : durationSentence(rollout, after.kind === 'DaemonSet', stopOf(old).drainSeconds)),
    ],
    commands: old === undefined ? [] : [`kubectl rollout status ${target(after)}${namespaceOption(after)}${timeout}`],
    severity: old !== undefined && cutsBuilds(old) ? FindingSeverity.WARNING : FindingSeverity.INFO,
  });
}

function effectOf(noun: string, count: number | undefined, order: string, cuts: boolean): string {
  return count === undefined
    ? `The ${noun}s restart${cuts ? ' and cut running builds' : ''}, ${order}`
    : count === 1
      ? `1 ${noun} restarts${cuts ? ' and cuts running builds' : ''}: ${order}`
      : `${count} ${noun}s restart${cuts ? ' and cut running builds' : ''}, ${order}`;
}

/** The label with the release of an engine, which changes with its image. */
const VERSION_LABEL = 'label app.kubernetes.io/version';

/** Returns the changed field to show, and a sentence about all changed fields. */
function causes(
  found: readonly TemplateChange[],
  engine: ComparedEngine | undefined,
  after: ManifestObject,
): { readonly place: Field; readonly why: string } {
  const image = imageChange(engine);
  const engineImage = `image of container ${engine?.after?.container.at('name').text ?? ''}`;
  const others = found.filter(({ text }) => image === undefined || ![VERSION_LABEL, engineImage].includes(text));
  return {
    place: image === undefined ? podOf(after)!.below(found[0]!.path) : engine!.after!.container.at('image'),
    why: `The pod template changes: ${listed([...(image === undefined ? [] : [image]), ...others.map(({ text }) => text)])}.`,
  };
}

/** Returns the change of an engine's image, with both tags. */
function imageChange({ after, before }: ComparedEngine = {}): string | undefined {
  const [from, to] = [before, after].map((engine) => engine?.container.at('image').text);
  if (from === undefined || to === undefined || from === to) {
    return undefined;
  }
  const [fromTag, toTag] = [from, to].map((image) => image.slice(image.lastIndexOf('/') + 1));
  return fromTag === toTag ? `image (${from} to ${to})` : `image (${fromTag} to ${toTag})`;
}

/** Reports pods with an older template that a new update strategy lets restart. */
function reportPostponed(pair: Required<ComparedObject>, comparison: Comparison, changes: Changes): void {
  const { after, before } = pair;
  const [old, current] = [before, after].map((object) => {
    const strategy = object.root.at('spec', object.kind === 'Deployment' ? 'strategy' : 'updateStrategy');
    return {
      isManual: strategy.at('type').text === 'OnDelete',
      partition: strategy.at('rollingUpdate', 'partition').number ?? 0,
      strategy,
    };
  });
  if (current!.isManual || (!old!.isManual && current!.partition >= old!.partition)) {
    return;
  }
  const noun = comparison.enginesOf(pair).length === 0 ? 'pods' : 'engines';
  changes.add('postponed-restart', ['after', current!.strategy], {
    effect: `The ${noun} restart if they still have an older pod template`,
    reasons: [
      old!.isManual
        ? 'The update strategy is no longer OnDelete.'
        : `The partition changes from ${old!.partition} to ${current!.partition}.`,
    ],
    commands: [`kubectl rollout history ${target(after)}${namespaceOption(after)}`],
  });
}

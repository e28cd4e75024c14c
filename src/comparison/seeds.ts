import { FindingSeverity } from '../findings/finding';
import type { Inventory } from '../reading/inventory';
import type { ManifestObject } from '../reading/manifest-object';
import { PUBLISHED_LABEL, SEED_LABEL } from '../seed/seed-labels';
import { publishedBy } from '../seed/snapshot-script';
import type { Changes } from './change';
import type { Comparison } from './comparison';
import { cachePlace } from './cache-place';
import { isDeletedNamespace } from './namespaces';
import { namespaceOption } from './workload-facts';

/** Reports snapshots that remain after a seed is removed, and those that don't exist yet. */
export function reportSeeds(comparison: Comparison, changes: Changes): void {
  for (const { after, before } of comparison.objects) {
    const [old, current] = [before, after].map((job) => job && snapshotOf(job));
    if (before === undefined || old === undefined) {
      continue;
    }
    if (after === undefined) {
      if (!isDeletedNamespace(comparison, before.namespace)) {
        reportRemoved(before, old, comparison, changes);
      }
    } else if (current !== undefined && old !== current) {
      changes.add('cache-orphaned', ['after', after.root], {
        effect: `VolumeSnapshot ${old} remains`,
        reasons: [
          `The job now writes ${current}, which doesn't exist until the job has run.`,
          `${old} costs money until you delete it. Keep it until no engine uses it.`,
        ],
        commands: [runJob(after), `kubectl delete volumesnapshot ${old}${namespaceOption(after)}`],
        severity: FindingSeverity.INFO,
      });
    }
  }
}

function reportRemoved(job: ManifestObject, snapshot: string, comparison: Comparison, changes: Changes): void {
  const { namespace } = job;
  const seed = job.root.at('metadata', 'labels').texts['app.kubernetes.io/instance'] ?? '';
  const isUsed = comparison.engines.some(
    ({ after }) => after?.object.namespace === namespace && after !== undefined && cachePlace(after).seed === snapshot,
  );
  changes.add('cache-orphaned', ['before', job.root], {
    effect: `The VolumeSnapshots of seed ${seed} remain`,
    reasons: [
      "The job created them, so they aren't in the manifests, and no tool deletes them. They cost money until you delete them.",
      ...(isUsed ? [`New engines are still copied from ${snapshot}, so keep it.`] : []),
    ],
    commands: [
      `kubectl delete volumesnapshots --selector ${SEED_LABEL}=${seed}${isUsed ? `,${PUBLISHED_LABEL}=false` : ''}${namespaceOption(job)}`,
    ],
  });
}

/** Returns the snapshot that a CronJob writes for new volumes, or undefined if it isn't the job of a seed. */
function snapshotOf({ root, type }: ManifestObject): string | undefined {
  return type === 'batch/CronJob'
    ? publishedBy(
        root.at('spec', 'jobTemplate', 'spec', 'template', 'spec', 'containers').items[0]?.at('command').items[2]
          ?.text ?? '',
      )
    : undefined;
}

/** Returns a sentence about a snapshot that may not exist yet. */
export function pendingSentence(snapshot: string): string {
  return `If ${snapshot} doesn't exist, new pods stay Pending until the job of the seed has run.`;
}

/** Returns the command that takes a snapshot now. The list is empty if the manifests don't contain the job. */
export function takeSnapshot(inventory: Inventory, namespace: string | undefined, snapshot: string): string[] {
  return inventory
    .of('batch/CronJob', namespace)
    .filter((job) => snapshotOf(job) === snapshot)
    .map(runJob);
}

function runJob(job: ManifestObject): string {
  return `kubectl create job ${job.name}-now --from cronjob/${job.name}${namespaceOption(job)}`;
}

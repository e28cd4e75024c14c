import { cachePlace } from './cache-place';
import type { Changes } from './change';
import type { Comparison } from './comparison';

const EVENTS = { whenDeleted: 'the StatefulSet is deleted', whenScaled: 'their engines stop for good' } as const;

/** Reports claims that Kubernetes deletes later, because of a new retention policy. */
export function reportClaimRetention({ engines }: Comparison, changes: Changes): void {
  for (const { after, before } of engines) {
    if (before === undefined || after?.mounts.cache?.template === undefined) {
      continue;
    }
    for (const [field, event] of Object.entries(EVENTS)) {
      const [old, current] = [before, after].map(({ object }) =>
        object.root.at('spec', 'persistentVolumeClaimRetentionPolicy', field),
      );
      if (current!.text === 'Delete' && old!.text !== 'Delete') {
        changes.add('cache-at-risk', ['after', current!], {
          effect: `From now on, Kubernetes deletes the claims of the caches when ${event}`,
          reasons: [`${field} changes to Delete. It applies to ${cachePlace(after).text}.`],
        });
      }
    }
  }
}

import { compareReleases, parseRelease } from '../version/release';
import { cachePlace } from './cache-place';
import type { Changes } from './change';
import type { Comparison } from './comparison';
import { releaseOf } from './workload-facts';

/** Reports engines that run an older release after the change. */
export function reportDowngrades({ engines }: Comparison, changes: Changes): void {
  for (const { after, before } of engines) {
    const [from, to] = [before && releaseOf(before), after && releaseOf(after)];
    if (
      from === undefined ||
      to === undefined ||
      compareReleases(parseRelease(to.tag)!, parseRelease(from.tag)!) >= 0
    ) {
      continue;
    }
    const [old, current] = [before!, after!].map(cachePlace);
    const keepsCache = current!.isPersistent && old!.id === current!.id && from.cacheSchema === to.cacheSchema;
    changes.add('downgrade', ['after', after!.container.at('image')], {
      effect: `The engines run an older release: ${to.tag} instead of ${from.tag}`,
      reasons: [
        ...(keepsCache
          ? [
              `${from.tag} may have written cache entries that ${to.tag} can't use. Builds that need such an entry fail until you delete the cache or return to ${from.tag}.`,
            ]
          : []),
        'An older release lacks later fixes. If the downgrade is planned, ignore this effect with a reason.',
      ],
    });
  }
}

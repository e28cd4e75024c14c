import { compareReleases, KNOWN, lineOf, parseRelease, tagOf, type Release } from '../version/release';
import { EngineVersion } from '../version/engine-version';
import type { Changes } from './change';
import type { Comparison } from './comparison';
import { releaseOf } from './workload-facts';

/** Reports clients that are too old or too new for another release of the engine. */
export function reportClients(comparison: Comparison, changes: Changes): void {
  for (const { after, before } of comparison.engines) {
    const [from, to] = [before && releaseOf(before), after && releaseOf(after)];
    if (from === undefined || to === undefined || from.tag === to.tag) {
      continue;
    }
    const image = after!.container.at('image');
    if (compareReleases(releaseIn(to.minimumClient), releaseIn(from.minimumClient)) > 0) {
      changes.add('clients-too-old', ['after', image], {
        effect: `Clients older than ${to.minimumClient} can no longer use the engines`,
        reasons: [
          `${to.tag} rejects them. ${from.tag} accepted clients from ${from.minimumClient}. Check the version of the dagger CLI in your CI jobs.`,
        ],
      });
    }
    const newest = EngineVersion.of(tagOf(KNOWN[lineOf(releaseIn(to.tag))].newest));
    const rejects = (engine: EngineVersion): boolean =>
      compareReleases(releaseIn(engine.tag), releaseIn(newest.minimumEngine)) < 0;
    if (rejects(to) && !rejects(from)) {
      changes.add('clients-too-new', ['after', image], {
        effect: `Newer clients, such as ${newest.tag}, can no longer use the engines`,
        reasons: [`They reject engines older than ${newest.minimumEngine}, and the engines become ${to.tag}.`],
      });
    }
  }
}

function releaseIn(tag: string): Release {
  return parseRelease(tag)!;
}

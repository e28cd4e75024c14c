import { readImage } from '../reading/engine-image';
import type { Findings } from './finding';
import { report } from './finding-kinds';

/** Reports an image that changes under its tag, or whose tag isn't a release. `otherwise` is the release that is assumed. */
export function reportImage(reference: string, key: string, otherwise: string, findings: Findings): void {
  const { release, tag } = readImage(reference);
  if (tag !== undefined && /^(main|latest|edge|dev|nightly)$/.test(tag) && !reference.includes('@')) {
    report(
      findings,
      'moving-image',
      key,
      `${JSON.stringify(reference)} changes with every build: a pod that restarts may run another release, and a release that can't read the cache deletes it`,
      'name a release, such as registry.dagger.io/engine:v0.21.7',
      'image',
    );
  } else if (release === undefined) {
    report(
      findings,
      'unknown-engine-version',
      key,
      `${JSON.stringify(reference)} names no release that the library knows; the checks assume ${otherwise}`,
      'set the release that it behaves like as version',
    );
  }
}

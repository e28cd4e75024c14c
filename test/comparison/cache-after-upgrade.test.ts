import { compareManifests } from '../../src/comparison/compare';
import { CacheOutcome, EngineVersion } from '../../src/index';
import { manifests } from './cases';

/** The effect that the diff reports for each outcome. */
const EFFECTS = {
  [CacheOutcome.KEPT]: 'cache-kept',
  [CacheOutcome.WIPED]: 'cache-wiped',
  [CacheOutcome.UNCONFIRMED]: 'cache-at-risk',
};

const UNKNOWN = "The cache schema of v1.0.0-beta.21 isn't known, so it may differ.";

test.each([
  ['v0.21.7', 'v0.21.8', CacheOutcome.KEPT, 'The cache schema stays 16.'],
  ['v0.21.8', 'v0.21.3', CacheOutcome.KEPT, 'The cache schema stays 16.'],
  ['v0.21.8', 'v0.21.8', CacheOutcome.KEPT, 'The release stays the same.'],
  [
    'v0.21.8',
    'v1.0.0-beta.10',
    CacheOutcome.WIPED,
    'The cache schema changes from 16 (v0.21.8) to 17 (v1.0.0-beta.10), and an engine deletes a cache with another schema.',
  ],
  [
    'v1.0.0-beta.10',
    'v0.21.8',
    CacheOutcome.WIPED,
    'The cache schema changes from 17 (v1.0.0-beta.10) to 16 (v0.21.8), and an engine deletes a cache with another schema.',
  ],
  [
    'v0.21.8',
    'v0.21.11',
    CacheOutcome.UNCONFIRMED,
    "The cache schema of v0.21.11 isn't confirmed. It is 16 up to v0.21.8, and may differ.",
  ],
  ['v1.0.0-beta.10', 'v1.0.0-beta.21', CacheOutcome.UNCONFIRMED, UNKNOWN],
  [
    'v0.20.8',
    'v0.21.8',
    CacheOutcome.UNCONFIRMED,
    "v0.20.8 is older than the first release with a cache schema, so it isn't known whether its cache can be read.",
  ],
])('an upgrade from %s to %s has the outcome that the diff reports: %s', (from, to, outcome, reason) => {
  expect(EngineVersion.of(from).cacheAfterUpgradeTo(EngineVersion.of(to))).toEqual({ outcome, reason });
  const [before, after] = [from, to].map((version) => manifests('EngineStatefulSet', { version }));
  const effects = compareManifests(before!, after!).filter(({ name }) => name.startsWith('cache-'));
  expect(effects.map(({ name }) => name)).toEqual(from === to ? [] : [EFFECTS[outcome]]);
  if (outcome !== CacheOutcome.KEPT) {
    expect(effects[0]!.reasons.join(' ')).toContain(reason);
  }
});

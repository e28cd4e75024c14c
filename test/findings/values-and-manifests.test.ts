import { Chart, Testing } from 'cdk8s';
import * as fc from 'fast-check';
import { HelmChart, HelmRelease } from 'cdk8s-dagger';
import { checkManifests } from '../../src/findings/check-manifests';
import { RELEASE_NAMES, VALUES } from '../helm/chart-values';

/** What only values show, since what is rendered is without it, or can't tell it from what is meant. */
const OF_VALUES = [
  'account-name-ignored',
  'chart-version-assumed',
  'duplicate-key',
  'host-socket-path',
  'ignored-value',
  'invalid-render',
  'metrics-by-variable',
  'no-namespace',
  'no-volume',
  'second-probe-handler',
  'secret-in-values',
  'shared-selector',
  'unknown-key',
  'volume-declared-twice',
];

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation();
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** Of the flags in a manifest it doesn't show which ones the chart has added. */
const OF_FLAGS = 'unmanaged-flag';

function names(findings: ReadonlyArray<{ readonly name: string }>): string[] {
  return [...new Set(findings.map(({ name }) => name))].filter((name) => name !== OF_FLAGS).sort();
}

test.each(HelmChart.ALL)('what is found in values of the $name chart is found in what they render', (chart) => {
  // Without an image kubiya's chart names one that no release has, of which each side says something of its own.
  const image = chart === HelmChart.KUBIYA ? { ref: 'registry.dagger.io/engine:v0.18.16' } : {};
  let compared = 0;
  fc.assert(
    fc.property(VALUES[chart.name]!, RELEASE_NAMES, (values, releaseName) => {
      const scope = new Chart(Testing.app(), 'chart', { namespace: 'ci' });
      let release: HelmRelease;
      try {
        release = HelmRelease.fromValues(scope, 'release', {
          chart,
          releaseName,
          values: { ...values, engine: { ...values.engine, image: { ...image, ...values.engine.image } } },
        });
      } catch {
        // Values from which Kubernetes takes nothing.
        return;
      }
      // Where the tag doesn't say the release, each side takes another.
      if (
        release.findings.some(({ name }) =>
          ['unknown-engine-version', 'image-of-chart-version', 'moving-image'].includes(name),
        )
      ) {
        return;
      }
      compared += 1;
      expect(names(checkManifests(scope.toJson()))).toEqual(
        names(release.findings).filter((name) => !OF_VALUES.includes(name)),
      );
    }),
    { numRuns: 60 },
  );
  expect(compared).toBeGreaterThan(10);
});

import { EngineVersion, HelmChart } from '../../src/index';
import { chartHas, firstWith } from '../../src/helm/helm-chart';
import { Problems } from '../../src/reporting/problems';
import { tagOf, KNOWN } from '../../src/version/release';

function version(
  chart: HelmChart,
  given: string | undefined,
): { readonly text?: string; readonly isNewer?: boolean; readonly problems: readonly string[] } {
  const problems = new Problems();
  const found = chart._version(given, problems);
  return { text: found?.text, isNewer: found?.isNewer, problems: problems.messages };
}

test.each([
  ['0.17.0', '0.17.0', false],
  ['v0.21.7', '0.21.7', false],
  ['0.21.7+build.1', '0.21.7+build.1', false],
  ['1.0.0-beta.1', '1.0.0-beta.1', false],
  [undefined, tagOf(KNOWN['0.x'].newest).slice(1), false],
  ['0.22.0', '0.22.0', false],
  ['1.0.0', '1.0.0', true],
  ['2.0.0', '2.0.0', true],
])('%s is a version of the official chart', (given, text, isNewer) => {
  expect(version(HelmChart.OFFICIAL, given)).toEqual({ text, isNewer, problems: [] });
});

test.each([
  [HelmChart.OFFICIAL, '0.16.3'],
  [HelmChart.OFFICIAL, 'latest'],
  [HelmChart.OFFICIAL, ''],
  [HelmChart.OFFICIAL, '0.21'],
  [HelmChart.OFFICIAL, '^0.21.0'],
  [HelmChart.GSTACKIO, '0.12.2'],
  [HelmChart.GSTACKIO, '0.12.4'],
  [HelmChart.KUBIYA, '0.4.0'],
  [HelmChart.KUBIYA, '0.5.0'],
])('%s has no version %j', (chart, given) => {
  const { problems, text } = version(chart, given);
  expect(text).toBeUndefined();
  expect(problems).toEqual([
    expect.stringMatching(
      /^chartVersion: is not a version of the \w+ chart that the library can read; got ".*"; allowed: .+; fix: .+/,
    ),
  ]);
});

test('every release of the engine since 0.17.0 is a version of the official chart', () => {
  for (const release of ['v0.17.0', 'v0.18.19', 'v0.19.11', 'v0.20.8', 'v0.21.8', 'v1.0.0-beta.11']) {
    expect(EngineVersion.of(release).tag).toBe(release);
    expect(version(HelmChart.OFFICIAL, release)).toMatchObject({ isNewer: false, problems: [] });
  }
});

/** The last chart version without each feature, and the first with it. */
test.each([
  ['DAEMON_SET_SECRET_NAME', '0.18.1', '0.18.2'],
  ['STATEFUL_SET_SECRET_NAME', '0.20.3', '0.20.4'],
  ['RUNTIME_CLASS', '0.18.6', '0.18.7'],
  ['SIDECARS', '0.18.14', '0.18.15'],
  ['CONTAINER_PORTS', '0.19.0', '0.19.1'],
  ['SHARED_PROCESSES', '0.19.9', '0.19.10'],
  ['LIVENESS_PROBE', '0.19.10', '0.19.11'],
  ['PROBES_AS_VALUES', '0.20.3', '0.20.4'],
  ['SERVICE', '0.20.8', '0.21.0'],
] as const)('the official chart has %s exactly from %s on', (feature, before, since) => {
  const has = (given: string): boolean => chartHas(HelmChart.OFFICIAL._version(given, new Problems())!, feature);
  expect([has(before), has(since), has('1.0.0-beta.11')]).toEqual([false, true, true]);
  expect(firstWith(feature)).toBe(since);
});

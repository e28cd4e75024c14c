import * as fc from 'fast-check';
import { HelmChart } from '../../src/index';
import { GSTACKIO_DEFAULTS } from '../../src/helm/gstackio-values';
import { KUBIYA_DEFAULTS } from '../../src/helm/kubiya-values';
import { officialDefaults } from '../../src/helm/official-values';
import { coalesce, isEmpty, type ValueMap } from '../../src/helm/values';
import { keysOf as keysOfPath } from '../../src/reporting/property-path';
import { parseRelease } from '../../src/version/release';
import { VALUES, type ChartValues } from '../helm/chart-values';
import { keysOf, mutated, mutationsOf, valuesIn, type Path } from '../helm/mutations';
import { synthesize } from '../helm/verdict';

/** One chart version for each variant of the templates. */
const CHARTS = [
  ...['0.17.0', '0.18.7', '0.19.1', '0.20.0', '0.21.7', '1.0.0-beta.11'].map((version) => ({
    chart: HelmChart.OFFICIAL,
    version,
  })),
  { chart: HelmChart.GSTACKIO, version: '0.12.3' },
  { chart: HelmChart.KUBIYA, version: '0.4.1' },
].map((one) => ({ ...one, title: `${one.chart.name} ${one.version}` }));

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation();
});

test.each(CHARTS)(
  'a value that is set in values of $title changes the output or is reported at its key',
  ({ chart, version }) => {
    const make = (values: ChartValues): ReturnType<typeof synthesize> =>
      synthesize({ chart, version }, { releaseName: 'dagger', namespace: 'ci', values });
    const defaults =
      chart === HelmChart.GSTACKIO
        ? GSTACKIO_DEFAULTS
        : chart === HelmChart.KUBIYA
          ? KUBIYA_DEFAULTS
          : officialDefaults({ text: version, release: parseRelease(version)!, isNewer: false });
    const effective = (values: ChartValues): unknown => withoutNothing(coalesce(defaults, values as ValueMap));
    const counts = { changed: 0, found: 0, refused: 0 };
    const changes = VALUES[chart.name]!.chain((values) =>
      mutationsOf(values, keysOf(chart, version)).map((mutation) => ({ values, mutation })),
    );
    fc.assert(
      fc.property(changes, ({ mutation, values }) => {
        const [before, changed] = [make(values), mutated(values, mutation)];
        if (!('findings' in before) || changed === undefined) {
          return;
        }
        const after = make(changed);
        if ('crash' in after) {
          throw new Error(JSON.stringify({ mutation, values }), { cause: after.crash });
        }
        const isSaid = (keys: readonly string[]): boolean => keys.some((key) => isAt(key, mutation.path));
        if ('refusal' in after) {
          // The mutation may be invalid only in combination with another or a missing value, whose key is then
          // reported.
          counts.refused++;
          const isOurs =
            isSaid(after.keys) ||
            after.keys.some((key) => key === 'magicache.token' || valuesIn(changed).some((path) => isAt(key, path)));
          expect(isOurs ? '' : `${after.refusal} ${JSON.stringify({ mutation, values })}`).toBe('');
        } else if (JSON.stringify(after.objects) !== JSON.stringify(before.objects)) {
          counts.changed++;
        } else if (isSaid(after.findings.map(({ key }) => key))) {
          counts.found++;
        } else {
          // The mutation has no effect: it repeats the default, or removes a value that has no effect.
          const isAccounted =
            isSaid(before.findings.map(({ key }) => key)) ||
            JSON.stringify(effective(changed)) === JSON.stringify(effective(values));
          expect(isAccounted ? '' : JSON.stringify({ mutation, values })).toBe('');
        }
      }),
      { numRuns: 300 },
    );
    expect(Math.min(...Object.values(counts))).toBeGreaterThan(0);
  },
);

/**
 * Whether the key of a finding is at, above or below a path, or in the same section or list item. Text can follow the
 * key after a colon.
 */
function isAt(key: string, path: Path): boolean {
  const steps = path.map(String);
  const index = path.findIndex((step) => typeof step === 'number');
  return [key, key.split(': ')[0]!]
    .map((path) => keysOfPath(path))
    .some((words) =>
      words.slice(0, index < 0 ? 2 : index + 1).every((word, at) => at >= steps.length || word === steps[at]),
    );
}

/** Returns values in a fixed order, without empty ones, which Helm ignores. */
function withoutNothing(value: any): any {
  if (Array.isArray(value)) {
    return value.map(withoutNothing);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, withoutNothing(item)] as const)
      .filter(([, item]) => !isEmpty(item))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

test('throws nothing but a ValidationError for any JSON', () => {
  for (const { chart, version } of CHARTS) {
    fc.assert(
      fc.property(fc.jsonValue(), (values) => {
        const made = synthesize(
          { chart, version },
          { releaseName: 'dagger', namespace: 'ci', values: values as ChartValues },
        );
        expect('crash' in made ? made.crash.stack : undefined).toBeUndefined();
      }),
      { numRuns: 60 },
    );
  }
});

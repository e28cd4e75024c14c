import * as fc from 'fast-check';
import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { compareReleases, release } from '../../src/version/release';
import { CASES } from './cases';
import { NAMESPACES, RELEASE_NAMES, VALUES } from './chart-values';
import { fromManifests } from '../../src/findings/converted-manifests';
import { changes } from '../findings/converted';
import { chartsIn, missingTools, render, type Release, type UnpackedChart } from './charts';
import { keysOf, mutated, mutationsOf } from './mutations';
import { judge, type Verdict } from './verdict';

const { HELM = '', HELM_CHARTS = '', HELM_RUNS = '12', HELM_SEED = '20241124' } = process.env;

/** The number of occurrences of each result, across all charts. */
const counts: { [what: string]: number } = {};

function count(what: string): void {
  counts[what] = (counts[what] ?? 0) + 1;
}

/**
 * Compares releases in parallel on all processors. Returns the verdicts, and every complaint together with its release.
 */
async function judgeAll(
  chart: UnpackedChart,
  releases: readonly Release[],
): Promise<{ readonly verdicts: readonly Verdict[]; readonly complaints: readonly string[] }> {
  const verdicts: Verdict[] = [];
  const waiting = [...releases.entries()];
  await Promise.all(
    Array.from({ length: availableParallelism() }, async () => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        verdicts[next[0]] = await judge(HELM, chart, next[1]);
      }
    }),
  );
  verdicts.forEach(({ corrections, outcome }) =>
    [outcome, ...corrections.map((name) => `corrected: ${name}`)].forEach(count),
  );
  return {
    verdicts,
    complaints: verdicts.flatMap(({ complaint }, index) =>
      complaint === undefined ? [] : [`${JSON.stringify(releases[index])}\n${complaint}`],
    ),
  };
}

function isSince(version: string, since = '0.0.1'): boolean {
  return compareReleases(release(version), release(since)) >= 0;
}

const missing = missingTools(process.env);

if (missing !== undefined) {
  console.warn(`skipped: the comparison with the real charts needs ${missing}`);
  test.skip('the library creates the objects that the charts render', () => undefined);
} else {
  const charts = chartsIn(HELM_CHARTS).map((unpacked) => ({
    ...unpacked,
    title: `${unpacked.chart.name} ${unpacked.version} (${relative(HELM_CHARTS, unpacked.folder)})`,
  }));

  beforeEach(() => {
    jest.spyOn(console, 'warn').mockImplementation();
  });

  afterAll(() => {
    process.stderr.write(
      `${Object.entries(counts)
        .sort()
        .map(([what, times]) => `${String(times).padStart(7)} ${what}`)
        .join('\n')}\n`,
    );
  });

  describe.each(charts)('$title', (unpacked) => {
    test('from-manifests converts the output of every case to programs that create the same objects', async () => {
      const cases = CASES.filter(({ chart, since }) => chart === unpacked.chart && isSince(unpacked.version, since));
      for (const { title, ...release } of cases) {
        const output = await render(HELM, unpacked, release);
        const text = 'rendered' in output ? output.rendered : '';
        const documents = parseAllDocuments(text, { uniqueKeys: false }).map((document): unknown => document.toJS());
        const { manifests, notConverted } = fromManifests(documents.filter((document) => document !== null));
        const objects = documents.filter((document) => document !== null);
        expect({ title, notConverted, changes: changes(objects, manifests()) }).toEqual({
          title,
          notConverted: [],
          changes: [],
        });
        count('converted');
      }
    });

    test('of every case', async () => {
      const cases = CASES.filter(({ chart, since }) => chart === unpacked.chart && isSince(unpacked.version, since));
      const { complaints, verdicts } = await judgeAll(unpacked, cases);
      expect(complaints).toEqual([]);
      expect(verdicts.map(({ outcome }) => outcome)).toEqual(cases.map(() => 'equal'));
    });

    test('of generated values', async () => {
      const runs = Number(HELM_RUNS);
      const generated = fc.sample(
        fc.record({ values: VALUES[unpacked.chart.name]!, releaseName: RELEASE_NAMES, namespace: NAMESPACES }),
        { numRuns: runs, seed: seedOf(unpacked) },
      );
      const { complaints, verdicts } = await judgeAll(unpacked, generated);
      expect(complaints).toEqual([]);
      expect(verdicts.flatMap(({ unsaid = [] }) => unsaid)).toEqual([]);
      // Ensures that enough releases are compared.
      expect(verdicts.filter(({ outcome }) => outcome === 'equal').length).toBeGreaterThan(runs / 5);
    });

    // This test ignores `unsaid`, because Kubernetes itself reports problems deep inside objects.
    test('of generated values with one arbitrary change', async () => {
      const keys = keysOf(unpacked.chart, unpacked.version);
      const generated = fc.sample(
        VALUES[unpacked.chart.name]!.chain((values) =>
          mutationsOf(values, keys).map((mutation) => mutated(values, mutation) ?? values),
        ),
        { numRuns: Number(HELM_RUNS), seed: seedOf(unpacked) },
      );
      const { complaints } = await judgeAll(
        unpacked,
        generated.map((values) => ({ values, releaseName: 'dagger', namespace: 'ci' })),
      );
      expect(complaints).toEqual([]);
    });
  });
}

/** Returns a seed that differs for every chart version, but is the same in every run with the same HELM_SEED. */
function seedOf({ chart, version }: UnpackedChart): number {
  return [...`${chart.name} ${version} ${HELM_SEED}`].reduce(
    (hash, letter) => (Math.imul(hash, 31) + letter.charCodeAt(0)) | 0,
    7,
  );
}

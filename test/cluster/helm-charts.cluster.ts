import { chartsIn, missingTools, type UnpackedChart } from '../helm/charts';
import { VERSIONS } from '../helm/wrong-values';
import { missingLoaders, OWN_RELEASES } from '../loaders/loader';
import { entries, Judges, NAMESPACE, type Entry } from './chart-fates';
import { NOTICED_HEAD, noticedRows, SUMMARY_HEAD, summaryRows, UNNOTICED, type Judged } from './chart-fates-document';
import { expectOnPage } from './page';
import { inParallel } from './parallel';
import { API_SERVER, kubernetesVersions } from './programs';
import { controlPlane, onNewestKubernetes } from './suite';

/**
 * The Kubernetes release whose messages docs/testing.md quotes. Older releases validate less, and reject names that
 * newer releases accept.
 */
const QUOTED = '1.37';

/** The engine release in catalogue entries with an engine.json. */
const WITH_ENGINE_JSON = `v${VERSIONS.official}`;

const { HELM = '', HELM_CHARTS = '' } = process.env;
const absent = missingTools(process.env) ?? missingLoaders('engine.toml') ?? missingLoaders('engine.json');
const charts = absent === undefined ? chartsIn(HELM_CHARTS) : [];

function chartOf({ chart, version }: Entry): UnpackedChart | undefined {
  return charts.find((one) => one.chart === chart && one.version === version);
}

function missing(): string | undefined {
  if (absent !== undefined) {
    return absent;
  }
  const unfound = entries()
    .filter((entry) => chartOf(entry) === undefined)
    .map(({ chart, version }) => `${chart.name} ${version} in HELM_CHARTS`);
  return (
    unfound[0] ??
    (OWN_RELEASES.includes(WITH_ENGINE_JSON) ? undefined : `${WITH_ENGINE_JSON} in ENGINE_LOADERS`) ??
    (kubernetesVersions().at(-1) === QUOTED ? undefined : `Kubernetes ${QUOTED}`)
  );
}

const needed = missing();

if (needed !== undefined) {
  // Jest hides the console output of files whose tests are all skipped, so this writes to stderr directly.
  process.stderr.write(`skipped: the comparison with the real Helm charts needs ${needed}\n`);
  test.skip('the Helm charts handle invalid values as docs/testing.md says', () => undefined);
} else {
  onNewestKubernetes(API_SERVER, (version) => {
    const server = controlPlane({ version });
    let judged: Judged[];
    beforeAll(async () => {
      await server().client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
      const judges = new Judges(HELM, server().client);
      try {
        judged = await inParallel(entries(), 4, async (entry) => ({
          entry,
          fate: await judges.fateOf(entry, chartOf(entry)!),
        }));
      } finally {
        await judges.stop();
      }
    });

    test('the values that only the library rejects are listed', () => {
      const unnoticed = judged
        .filter(({ entry, fate }) => entry.isRefused && fate.judge === 'nobody')
        .map(({ entry }) => entry.title);
      expect(unnoticed.sort()).toEqual(Object.keys(UNNOTICED).sort());
    });

    test('docs/testing.md counts the programs that reject invalid values (UPDATE_DOCS=1 writes it)', () =>
      expectOnPage(SUMMARY_HEAD, summaryRows(judged)));

    test('docs/testing.md quotes the messages (UPDATE_DOCS=1 writes it)', () =>
      expectOnPage(NOTICED_HEAD, noticedRows(judged)));
  });
}

import * as fc from 'fast-check';
import { HelmChart } from '../../src/index';
import { NAMESPACES, RELEASE_NAMES, VALUES } from '../helm/chart-values';
import { compareWithTemplates } from '../helm/verdict';

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation();
});

/** One chart version for each version of the templates. */
const VERSIONS = [
  ...['0.17.0', '0.18.2', '0.18.7', '0.18.15', '0.19.1', '0.19.10', '0.19.11', '0.20.4', '0.21.0', '1.0.0-beta.11'].map(
    (version) => ({ chart: HelmChart.OFFICIAL, version }),
  ),
  { chart: HelmChart.GSTACKIO, version: '0.12.3' },
  { chart: HelmChart.KUBIYA, version: '0.4.1' },
].map((one) => ({ ...one, title: `${one.chart.name} ${one.version}` }));

test.each(VERSIONS)('a release of $title has the objects that the templates render', (chart) => {
  let count = 0;
  fc.assert(
    fc.property(RELEASE_NAMES, NAMESPACES, VALUES[chart.chart.name]!, (releaseName, namespace, values) => {
      const comparison = compareWithTemplates(chart, { releaseName, namespace, values });
      count += comparison === undefined ? 0 : 1;
      expect(comparison ?? { corrections: [], differences: [] }).toEqual({ corrections: [], differences: [] });
    }),
    { numRuns: 100 },
  );
  expect(count).toBeGreaterThan(20);
});

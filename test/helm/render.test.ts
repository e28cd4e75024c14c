import * as fc from 'fast-check';
import { Findings } from '../../src/findings/finding';
import { readRelease, renderRelease, type Source } from '../../src/helm/translate';
import { Problems } from '../../src/reporting/problems';
import { HelmChart } from '../../src/index';
import type { KubernetesObject } from '../manifests';
import { CASES } from './cases';
import { NAMESPACES, RELEASE_NAMES, VALUES } from './chart-values';
import { compare } from './equality';
import { synthesize } from './verdict';

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation();
});

/** What the chart's template renders; undefined for values that the chart rejects. */
function render(source: Source): KubernetesObject[] | undefined {
  const release = readRelease(source, new Findings(), new Problems());
  return release && renderRelease(release).map(({ value }) => value as KubernetesObject);
}

const VERSIONS = [
  ...['0.17.0', '0.18.2', '0.18.7', '0.18.15', '0.19.1', '0.19.10', '0.19.11', '0.20.4', '0.21.0', '1.0.0-beta.11'].map(
    (version) => ({ chart: HelmChart.OFFICIAL, version }),
  ),
  { chart: HelmChart.GSTACKIO, version: '0.12.3' },
  { chart: HelmChart.KUBIYA, version: '0.4.1' },
].map((one) => ({ ...one, title: `${one.chart.name} ${one.version}` }));

test.each(CASES)('the template and the engine of a release are the same objects: $title', (one) => {
  const rendered = render({ ...one, chartVersion: one.version });
  const synthesized = synthesize(one, one) as { readonly objects: KubernetesObject[] };
  expect(
    compare(rendered!.map((object) => JSON.stringify(object)).join('\n---\n'), synthesized.objects).differences,
  ).toEqual([]);
});

test.each(VERSIONS)('the same for generated values of $title', ({ chart, version }) => {
  let count = 0;
  fc.assert(
    fc.property(RELEASE_NAMES, NAMESPACES, VALUES[chart.name]!, (releaseName, namespace, values) => {
      const release = { releaseName, namespace, values };
      const synthesized = synthesize({ chart, version }, release);
      if ('objects' in synthesized) {
        count++;
        const rendered = render({ ...release, chart, chartVersion: version })!;
        const { corrections, differences } = compare(
          rendered.map((object) => JSON.stringify(object)).join('\n---\n'),
          synthesized.objects,
        );
        expect({ corrections, differences }).toEqual({ corrections: [], differences: [] });
      }
    }),
    { numRuns: Number(process.env.RUNS ?? 20) },
  );
  expect(count).toBeGreaterThan(0);
});

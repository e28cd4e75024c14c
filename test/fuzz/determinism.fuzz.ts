import { App, Chart } from 'cdk8s';
import * as fc from 'fast-check';
import { HelmChart, HelmRelease } from '../../src/index';
import { VALUES } from '../helm/chart-values';
import { programs, type Program } from '../invariants/programs';

const RUNS = Number(process.env.FC_RUNS ?? 500);

beforeEach(() => {
  jest.spyOn(console, 'warn').mockImplementation();
});

function yamlOf(program: Program): string {
  const app = new App();
  program.evaluate(app);
  return app.synthYaml();
}

test('the same program creates the same YAML, byte for byte', () => {
  fc.assert(
    fc.property(programs, (program) => {
      expect(yamlOf(program)).toBe(yamlOf(program));
    }),
    { numRuns: RUNS },
  );
});

test('the same Helm values produce the same YAML or the same error', () => {
  const outcome = (values: { readonly [key: string]: unknown }): string => {
    const app = new App();
    const chart = new Chart(app, 'ci', { namespace: 'ci' });
    try {
      HelmRelease.fromValues(chart, 'release', {
        chart: HelmChart.OFFICIAL,
        chartVersion: '0.21.7',
        releaseName: 'dagger',
        values,
      });
      return app.synthYaml();
    } catch (error) {
      return (error as Error).message;
    }
  };
  fc.assert(
    fc.property(VALUES.official!, (values) => {
      expect(outcome(values)).toBe(outcome(values));
    }),
    { numRuns: Number(process.env.FC_RUNS ?? 30) },
  );
});

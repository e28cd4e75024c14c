import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart, Duration, Size } from 'cdk8s';
import { CacheVolume, EngineRisk, EngineStatefulSet, Risks } from '../../src/index';
import { docsOfErrors, SITE } from '../../src/reporting/documentation';

test('the address of the documentation is the homepage of the package', () => {
  const { homepage } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as {
    readonly homepage: string;
  };
  expect(SITE).toBe(homepage);
});

test('the stack of an error links to the explanation of each kind of problem', () => {
  const { message, stack = '' } = thrownBy(
    (chart) =>
      new EngineStatefulSet(chart, 'engine', {
        version: 'v0.21.7',
        cache: CacheVolume.claimTemplate({ size: Size.gibibytes(100) }),
        terminationGracePeriod: Duration.days(25_000),
        podLabels: { 'team/': 'ci' },
      }),
  );
  expect(stack.split('\n').filter((line) => line.startsWith('  docs: '))).toEqual([
    `  docs: ${SITE}reference/errors#sizes-and-durations`,
    `  docs: ${SITE}reference/errors#names-and-references`,
  ]);
  expect(message).not.toContain(SITE);
});

test('the stack of an error at synth links to the explanation', () => {
  const { stack } = thrownBy((chart) => Risks.of(chart).accept(EngineRisk.NFS_CACHE, 'a test'));
  expect(stack).toContain(`\n  docs: ${SITE}reference/errors#accepted-risks\n`);
});

test('errors of other packages have no link', () => {
  expect(docsOfErrors('Validation failed with the following errors:\n  [ci/pod] at least one container')).toEqual([]);
});

test('an error about a risk links to the risk', () => {
  expect(docsOfErrors('  - cache: a, b; got 1; fix: c; or accept EngineRisk.SHARED_CACHE')).toEqual([
    `${SITE}reference/findings#shared-cache`,
  ]);
});

function thrownBy(program: (chart: Chart) => unknown): Error {
  const app = new App();
  const chart = new Chart(app, 'ci', { namespace: 'ci' });
  try {
    program(chart);
    app.synthYaml();
  } catch (error) {
    return error as Error;
  }
  throw new Error('the program synthesizes');
}

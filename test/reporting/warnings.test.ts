import { App, Chart, Testing } from 'cdk8s';
import { EngineDaemonSet, EngineRisk, Risks } from '../../src/index';
import { VERSION, warnings } from '../engines';

const LIMITS = { resources: { limits: { memory: '1Gi' } } };
const SAYS = /^\[ci\/engine\] warning limits-do-not-bound-builds: resources\.limits: /;

function program(): { app: App; chart: Chart; engine: EngineDaemonSet } {
  const app = Testing.app();
  const chart = new Chart(app, 'ci', { namespace: 'ci' });
  return { app, chart, engine: new EngineDaemonSet(chart, 'engine', { version: VERSION, ...LIMITS }) };
}

describe('warnings', () => {
  test('are printed to standard error once, even if the app is synthesized several times', () => {
    const { app, chart } = program();
    new Chart(app, 'second');
    expect(warnings(chart)).toEqual([expect.stringMatching(SAYS)]);
    expect(warnings(chart)).toEqual([]);
  });

  test('are printed once for each engine of several charts', () => {
    const { app, chart } = program();
    new EngineDaemonSet(new Chart(app, 'other', { namespace: 'ci' }), 'other', { version: VERSION, ...LIMITS });
    expect(warnings(chart)).toEqual([
      expect.stringMatching(SAYS),
      expect.stringMatching(/^\[other\/other\] warning limits-do-not-bound-builds: /),
    ]);
  });

  test('are not printed at construction', () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation();
    program();
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  test('are not printed to standard output', () => {
    const log = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
    warnings(program().chart);
    expect(log).not.toHaveBeenCalled();
    log.mockRestore();
  });

  test('nothing is printed without warnings', () => {
    const chart = new Chart(Testing.app(), 'ci', { namespace: 'ci' });
    new EngineDaemonSet(chart, 'engine', { version: VERSION });
    expect(warnings(chart)).toEqual([]);
  });
});

describe('warnings about an accepted risk', () => {
  test.each(['engine', 'chart', 'app'] as const)(
    'are silent if it is accepted for the %s after construction',
    (where) => {
      const made = program();
      Risks.of(made[where]).accept(EngineRisk.LIMITS_DO_NOT_BOUND_BUILDS, 'dedicated nodes');
      expect(warnings(made.chart)).toEqual([]);
    },
  );

  test.each(['chart', 'app'] as const)('are silent if it is accepted for the %s before construction', (where) => {
    const app = Testing.app();
    const chart = new Chart(app, 'ci', { namespace: 'ci' });
    Risks.of({ app, chart }[where]).accept(EngineRisk.LIMITS_DO_NOT_BOUND_BUILDS, 'dedicated nodes');
    new EngineDaemonSet(chart, 'engine', { version: VERSION, ...LIMITS });
    expect(warnings(chart)).toEqual([]);
  });

  test('are silent only in that scope', () => {
    const { app, chart } = program();
    const other = new Chart(app, 'other', { namespace: 'ci' });
    Risks.of(other).accept(EngineRisk.LIMITS_DO_NOT_BOUND_BUILDS, 'dedicated nodes');
    new EngineDaemonSet(other, 'other', { version: VERSION, ...LIMITS });
    expect(warnings(chart)).toEqual([expect.stringMatching(SAYS)]);
  });

  test('have their reason in the annotation', () => {
    const { chart, engine } = program();
    Risks.of(chart).accept(EngineRisk.LIMITS_DO_NOT_BOUND_BUILDS, 'dedicated nodes');
    expect(warnings(chart)).toEqual([]);
    expect(engine.workload.toJson().metadata.annotations).toEqual({
      'cdk8s-dagger.github.io/accepted-risks': 'limits-do-not-bound-builds: dedicated nodes',
    });
  });
});

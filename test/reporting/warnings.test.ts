import { App, Chart, Testing } from 'cdk8s';
import { EngineDaemonSet, EngineRisk, Risks } from '../../src/index';
import { VERSION, warnings } from '../engines';

const LIMITS = { resources: { limits: { memory: '1Gi' } } };
const SAYS = /^\[ci\/engine\] warning limits-do-not-bound-builds: resources\.limits: /;

function program(): { app: App; chart: Chart; engine: EngineDaemonSet } {
  const app = Testing.app();
  const chart = new Chart(app, 'ci');
  return { app, chart, engine: new EngineDaemonSet(chart, 'engine', { version: VERSION, ...LIMITS }) };
}

describe('are printed to standard error', () => {
  test('once, even if the app is synthesized several times', () => {
    const { app, chart } = program();
    new Chart(app, 'second');
    expect(warnings(chart)).toEqual([expect.stringMatching(SAYS)]);
    expect(warnings(chart)).toEqual([]);
  });

  test('once for each engine of several charts', () => {
    const { app, chart } = program();
    new EngineDaemonSet(new Chart(app, 'other'), 'other', { version: VERSION, ...LIMITS });
    expect(warnings(chart)).toEqual([
      expect.stringMatching(SAYS),
      expect.stringMatching(/^\[other\/other\] warning limits-do-not-bound-builds: /),
    ]);
  });

  test('not at construction', () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation();
    program();
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  test('and not to standard output', () => {
    const log = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
    warnings(program().chart);
    expect(log).not.toHaveBeenCalled();
    log.mockRestore();
  });

  test('not at all without warnings', () => {
    const chart = new Chart(Testing.app(), 'ci');
    new EngineDaemonSet(chart, 'engine', { version: VERSION });
    expect(warnings(chart)).toEqual([]);
  });
});

describe('are silent if the risk is accepted', () => {
  test.each(['engine', 'chart', 'app'] as const)('for the %s, after construction', (where) => {
    const made = program();
    Risks.of(made[where]).accept(EngineRisk.LIMITS_DO_NOT_BOUND_BUILDS, 'dedicated nodes');
    expect(warnings(made.chart)).toEqual([]);
  });

  test.each(['chart', 'app'] as const)('for the %s, before construction', (where) => {
    const app = Testing.app();
    const chart = new Chart(app, 'ci');
    Risks.of({ app, chart }[where]).accept(EngineRisk.LIMITS_DO_NOT_BOUND_BUILDS, 'dedicated nodes');
    new EngineDaemonSet(chart, 'engine', { version: VERSION, ...LIMITS });
    expect(warnings(chart)).toEqual([]);
  });

  test('only in that scope', () => {
    const { app, chart } = program();
    const other = new Chart(app, 'other');
    Risks.of(other).accept(EngineRisk.LIMITS_DO_NOT_BOUND_BUILDS, 'dedicated nodes');
    new EngineDaemonSet(other, 'other', { version: VERSION, ...LIMITS });
    expect(warnings(chart)).toEqual([expect.stringMatching(SAYS)]);
  });

  test('and the annotation contains the reason', () => {
    const { chart, engine } = program();
    Risks.of(chart).accept(EngineRisk.LIMITS_DO_NOT_BOUND_BUILDS, 'dedicated nodes');
    expect(warnings(chart)).toEqual([]);
    expect(engine.workload.toJson().metadata.annotations).toEqual({
      'cdk8s-dagger.github.io/accepted-risks': 'limits-do-not-bound-builds: dedicated nodes',
    });
  });
});

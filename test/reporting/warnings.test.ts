import { App, Chart, Testing } from 'cdk8s';
import { EngineDaemonSet, EngineWarning, Warnings } from '../../src/index';
import { refusal, VERSION, warnings } from '../engines';

const LIMITS = { resources: { limits: { memory: '1Gi' } } };
const SAYS = /^\[ci\/engine\] warning limits-do-not-bound-builds: resources\.limits: /;

function program(): { app: App; chart: Chart; engine: EngineDaemonSet } {
  const app = Testing.app();
  const chart = new Chart(app, 'ci');
  return { app, chart, engine: new EngineDaemonSet(chart, 'engine', { version: VERSION, ...LIMITS }) };
}

describe('are printed to standard error', () => {
  test('once, however often the app is synthesized', () => {
    const { app, chart } = program();
    new Chart(app, 'second');
    expect(warnings(chart)).toEqual([expect.stringMatching(SAYS)]);
    expect(warnings(chart)).toEqual([]);
  });

  test("once for each of several charts' engines", () => {
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

  test('and nothing to standard output', () => {
    const log = jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
    warnings(program().chart);
    expect(log).not.toHaveBeenCalled();
    log.mockRestore();
  });

  test('nothing is printed when there is nothing to say', () => {
    const chart = new Chart(Testing.app(), 'ci');
    new EngineDaemonSet(chart, 'engine', { version: VERSION });
    expect(warnings(chart)).toEqual([]);
  });
});

describe('are silenced by name', () => {
  test.each(['engine', 'chart', 'app'] as const)('for the %s, after construction', (where) => {
    const made = program();
    Warnings.of(made[where]).acknowledge(EngineWarning.LIMITS_DO_NOT_BOUND_BUILDS, 'nodes of their own');
    expect(warnings(made.chart)).toEqual([]);
  });

  test.each(['chart', 'app'] as const)('for the %s, before construction', (where) => {
    const app = Testing.app();
    const chart = new Chart(app, 'ci');
    Warnings.of({ app, chart }[where]).acknowledge(EngineWarning.LIMITS_DO_NOT_BOUND_BUILDS, 'nodes of their own');
    new EngineDaemonSet(chart, 'engine', { version: VERSION, ...LIMITS });
    expect(warnings(chart)).toEqual([]);
  });

  test('for that scope alone', () => {
    const { app, chart } = program();
    const other = new Chart(app, 'other');
    Warnings.of(other).acknowledge(EngineWarning.LIMITS_DO_NOT_BOUND_BUILDS, 'nodes of their own');
    new EngineDaemonSet(other, 'other', { version: VERSION, ...LIMITS });
    expect(warnings(chart)).toEqual([expect.stringMatching(SAYS)]);
  });

  test('and that name alone', () => {
    const { chart, engine } = program();
    Warnings.of(engine).acknowledge(EngineWarning.NFS_CACHE, 'there is none');
    expect(warnings(chart)).toEqual([expect.stringMatching(SAYS)]);
  });

  test('with a reason', () => {
    const { engine } = program();
    expect(refusal(() => Warnings.of(engine).acknowledge(EngineWarning.NFS_CACHE, ' '))).toEqual([
      '[ci/engine] acknowledging the warning "nfs-cache" needs a reason; got " "; fix: say why it is fine here',
    ]);
  });
});

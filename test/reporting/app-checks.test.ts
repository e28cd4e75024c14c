import { ApiObject, App, Chart, Testing } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { addAppCheck, allConstructs, oncePerSynth } from '../../src/reporting/app-checks';
import { EngineDaemonSet } from '../../src/index';
import { VERSION } from '../engines';

const CHARTS = 5;

/** Creates an app with several charts and an object in each. */
function appWithCharts(): { readonly app: App; readonly charts: readonly Chart[] } {
  const app = Testing.app();
  const charts = Array.from({ length: CHARTS }, (_, index) => new Chart(app, `chart-${index}`));
  charts.forEach(addObject);
  return { app, charts };
}

function addObject(chart: Chart): ApiObject {
  return new ApiObject(chart, `object-${chart.node.children.length}`, { apiVersion: 'v1', kind: 'ConfigMap' });
}

function objectsOf(root: IConstruct): number {
  return allConstructs(root).filter((construct) => ApiObject.isApiObject(construct)).length;
}

/** Creates an app check that records the number of objects at each run. */
function recording(): { readonly runs: number[]; readonly check: (root: IConstruct) => Map<IConstruct, string[]> } {
  const runs: number[] = [];
  return {
    runs,
    check: (root) => {
      runs.push(objectsOf(root));
      return new Map();
    },
  };
}

test.each(['synth', 'synthYaml'] as const)('runs a check once in %s() of an app with many charts', (method) => {
  const { app, charts } = appWithCharts();
  const { check, runs } = recording();
  charts.forEach((chart) => addAppCheck(chart, check));
  app[method]();
  expect(runs).toEqual([CHARTS]);
});

test('runs a check again in the next synth, with the current objects', () => {
  const { app, charts } = appWithCharts();
  const { check, runs } = recording();
  addAppCheck(app, check);
  app.synth();
  addObject(charts[0]!);
  app.synth();
  app.synthYaml();
  expect(runs).toEqual([CHARTS, CHARTS + 1, CHARTS + 1]);
});

test('runs a check again for each chart that a program synthesizes by itself', () => {
  const { app, charts } = appWithCharts();
  const { check, runs } = recording();
  addAppCheck(app, check);
  Testing.synth(charts[0]!);
  addObject(charts[1]!);
  Testing.synth(charts[0]!);
  app.synth();
  addObject(charts[1]!);
  Testing.synth(charts[1]!);
  expect(runs).toEqual([CHARTS, CHARTS + 1, CHARTS + 1, CHARTS + 2]);
});

test('reports errors with the path of their construct, until they are gone', () => {
  const { app, charts } = appWithCharts();
  let errors = new Map<IConstruct, string[]>([
    [charts[1]!, ['first', 'second']],
    [app, ['of the app']],
  ]);
  addAppCheck(charts[0]!, () => errors);
  const message =
    'Validation failed with the following errors:\n  [] of the app\n  [chart-1] first\n  [chart-1] second';
  expect(() => app.synth()).toThrow(new Error(message));
  expect(() => Testing.synth(charts[0]!)).toThrow(new Error(message));
  errors = new Map([[charts[2]!, ['third']]]);
  expect(() => app.synth()).toThrow(new Error('Validation failed with the following errors:\n  [chart-2] third'));
  errors = new Map();
  expect(() => app.synth()).not.toThrow();
  expect(() => Testing.synth(charts[0]!)).not.toThrow();
});

test('shares results between checks of one synth', () => {
  const { app } = appWithCharts();
  let computed = 0;
  const compute = (): number => ++computed;
  const seen: number[] = [];
  const check = (root: IConstruct) => (): Map<IConstruct, string[]> => {
    seen.push(oncePerSynth(root, compute));
    return new Map();
  };
  addAppCheck(app, check(app));
  addAppCheck(app, check(app));
  app.synth();
  app.synth();
  expect(seen).toEqual([1, 1, 2, 2]);
});

test('keeps what App.synth() returns, throws and writes', () => {
  class OwnApp extends App {
    public override synthYaml(): string {
      return `# ours\n${super.synthYaml()}`;
    }
  }
  const app = new OwnApp();
  const chart = new Chart(app, 'chart');
  addObject(chart);
  const before = app.synthYaml();
  const keys = Object.keys(app);
  addAppCheck(chart, () => new Map());
  expect(app.synthYaml()).toBe(before);
  expect(before).toMatch(/^# ours\napiVersion: v1\n/);
  expect(Object.keys(app)).toEqual(keys);
});

/** Returns how often the synth of an app with an engine in each chart visits all constructs of the app. */
function walks(charts: number): number {
  const app = Testing.app();
  for (let index = 0; index < charts; index++) {
    new EngineDaemonSet(new Chart(app, `c${index}`, { namespace: `c${index}` }), 'engine', { version: VERSION });
  }
  const findAll = jest.spyOn(Object.getPrototypeOf(app.node), 'findAll');
  try {
    app.synth();
    return findAll.mock.contexts.filter((node) => node === app.node).length;
  } finally {
    findAll.mockRestore();
  }
}

test('visits the constructs of an app once, however many charts have engines', () => {
  // cdk8s itself visits the app once for each chart.
  expect(walks(40) - walks(10)).toBe(30);
});

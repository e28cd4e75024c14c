import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ScaleAuthentication, ScaleAuthenticationMode, ScaleTrigger } from '../../src/index';
import { bindMetrics } from '../../src/network/metrics';
import { Problems } from '../../src/reporting/problems';
import { EngineVersion } from '../../src/version/engine-version';
import { describeWithKeda, keda, kedaFolder } from './keda';
import { PER_ENGINE, POLICIES } from './policies';

const PAGE = join(__dirname, '../../docs/how-to/scale-engines.md');

/** The outcome of a policy, from conformance/keda/simulation.go. */
interface Outcome {
  readonly name: string;
  readonly builds: number;
  readonly cut: number;
  readonly engineHours: number;
  readonly meanWait: number;
  readonly p95Wait: number;
  readonly scaleIns: number;
}

const render = (trigger: ScaleTrigger): { readonly found: number; readonly wire: object } => {
  const problems = new Problems();
  const metrics = bindMetrics({}, { version: EngineVersion.of('v0.21.8'), problems, property: 'metrics' });
  const context = { name: 'pool', namespace: 'ci', scalesToZero: true, metrics, problems, engineProblems: problems };
  const wire = trigger._render(context);
  return { found: problems.found.length, wire };
};

const schedule = (start: string): ScaleTrigger =>
  ScaleTrigger.schedule({ start, end: '0 19 * * *', timeZone: 'UTC', replicas: 3 });

describeWithKeda()("KEDA's scalers", () => {
  const prometheus = ScaleTrigger.prometheus({
    address: 'http://prometheus.monitoring.svc:9090',
    query: 'sum(jobs)',
    perEngine: 3,
    startAbove: 4,
    authentication: ScaleAuthentication.fromTriggerAuthentication('login', ScaleAuthenticationMode.BEARER),
  });

  test('accept triggers, and give Kubernetes their targets', () => {
    const triggers = [
      ScaleTrigger.sessions({ perEngine: 1.5 }),
      ScaleTrigger.arcListener({
        scaleSet: 'ci',
        perEngine: 2,
        address: 'http://listener.arc.svc:8080/metrics',
        startAbove: 4,
      }),
      schedule('0 7 * * 1-5'),
    ];
    expect(keda('check', [triggers.map((trigger) => render(trigger).wire)])).toEqual([
      [
        { type: 'metrics-api', target: 'AverageValue 1.500' },
        { type: 'metrics-api', target: 'AverageValue 2' },
        { type: 'cron', target: 'AverageValue 1' },
      ],
    ]);
  });

  test('know the parameters of a Prometheus trigger', () => {
    // Reads the source code of this scaler, because building it would require the SDKs of three clouds.
    const sources = ['prometheus_scaler.go', 'authentication/authentication_types.go'].map((file) =>
      readFileSync(join(kedaFolder(), 'pkg/scalers', file), 'utf8'),
    );
    const known = sources.flatMap((text) =>
      [...text.matchAll(/keda:"name=([\w;]+)/g)].flatMap(([, names]) => names!.split(';')),
    );
    const { metadata } = render(prometheus).wire as { metadata: object };
    expect(Object.keys(metadata).filter((name) => !known.includes(name))).toEqual([]);
  });

  test('accept the same cron expressions as the library', () => {
    const parts = [
      '*',
      '?',
      '*/5',
      '0',
      '5',
      '7',
      '59',
      '60',
      '1-5',
      '5-1',
      '1,2',
      '1-5/2',
      '3/4',
      '*/0',
      'mon',
      'MON-FRI',
      'jan',
      'x',
      '',
      '1-2-3',
      '-1',
    ];
    const expressions = parts.flatMap((part) =>
      [0, 1, 2, 3, 4].map((field) =>
        ['0', '7', '1', '1', '1'].map((usual, index) => (index === field ? part : usual)).join(' '),
      ),
    );
    const all = [...expressions, '@daily', '0 7 * *', '0 0 7 * * *', '  0 7 * * *'].filter(
      (one) => one !== '0 19 * * *',
    );
    const rendered = all.map((expression) => render(schedule(expression)));
    const answers = keda<Array<[{ error?: string }]>>(
      'check',
      rendered.map(({ wire }) => [wire]),
    );
    const different = all.filter(
      (_, index) => (answers[index]![0].error === undefined) !== (rendered[index]!.found === 0),
    );
    expect(different).toEqual([]);
  });
});

describeWithKeda()('a day of builds in bursts', () => {
  let outcomes: { readonly [name: string]: Outcome };
  beforeAll(() => {
    const list = keda<Outcome[]>('simulate', { policies: POLICIES, perEngine: PER_ENGINE, hours: 12 });
    outcomes = Object.fromEntries(list.map((outcome) => [outcome.name, outcome]));
  });

  test('no build is cut with a drain that is longer than each build', () => {
    const safe = POLICIES.filter(({ drain }) => drain >= 3600).map(({ name }) => outcomes[name]!);
    expect(safe.map(({ cut }) => cut)).toEqual(safe.map(() => 0));
    expect(safe.some(({ scaleIns }) => scaleIns > 10)).toBe(true);
  });

  test('builds are cut without a drain, and by the CPU', () => {
    expect(outcomes['sessions, no drain']!.cut).toBeGreaterThan(0);
    expect(outcomes['CPU at 35 %, no drain']!.cut).toBeGreaterThan(0);
  });

  test('the documentation has the results (UPDATE_DOCS=1 writes them)', () => {
    const rows = Object.values(outcomes).map(({ builds, cut, engineHours, meanWait, name, p95Wait }) => [
      name,
      `${cut} of ${builds}`,
      engineHours.toFixed(1),
      `${Math.round(meanWait)} s`,
      `${Math.round(p95Wait)} s`,
    ]);
    const head = ['Policy', 'Builds cut', 'Engine-hours', 'Mean delay', '95th percentile'];
    const widths = head.map((title, column) =>
      Math.max(...[head, ...rows].map((row) => row[column]!.length), title.length),
    );
    const line = (cells: readonly string[]): string =>
      `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
    const table = [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
    const page = readFileSync(PAGE, 'utf8');
    const updated = page.replace(/\| Policy .*?\n\n/s, `${table}\n\n`);
    if (process.env.UPDATE_DOCS !== undefined) {
      writeFileSync(PAGE, updated);
    }
    expect(page.includes(table) || process.env.UPDATE_DOCS !== undefined).toBe(true);
  });
});

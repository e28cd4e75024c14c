import { accept } from '../engines';
import { ApiObject, App, Chart, JsonPatch, Testing } from 'cdk8s';
import {
  EngineDaemonSet,
  EngineStatefulSet,
  FindingSeverity,
  HelmChart,
  HelmRelease,
  type HelmReleaseProps,
  EngineRisk,
} from '../../src/index';
import { manifest } from '../golden';
import { CASES, type Case } from './cases';

let warn: jest.SpyInstance;

beforeEach(() => {
  warn = jest.spyOn(console, 'warn').mockImplementation();
});

afterEach(() => {
  jest.restoreAllMocks();
});

function release(
  props: Partial<HelmReleaseProps> = {},
  scope = new Chart(Testing.app(), 'ci', { namespace: 'ci' }),
): HelmRelease {
  return HelmRelease.fromValues(scope, 'release', {
    chart: HelmChart.OFFICIAL,
    chartVersion: '0.21.7',
    releaseName: 'dagger',
    ...props,
  });
}

function made({ chart, namespace, releaseName, values, version }: Case): { scope: Chart; release: HelmRelease } {
  const scope = new Chart(Testing.app(), 'ci', { namespace });
  return {
    scope,
    release: HelmRelease.fromValues(scope, 'release', { chart, chartVersion: version, releaseName, values }),
  };
}

/** `npm run test:helm` compares the same cases with the output of the real charts. */
describe.each(CASES)('$title', (given) => {
  test('has the manifest of the snapshot', () => {
    expect(manifest(made(given).scope)).toMatchSnapshot();
  });

  test('has the findings of the snapshot', () => {
    expect(
      made(given)
        .release.findings.map(({ key, name, severity }) => `${severity} ${name} at ${key}`)
        .join('\n'),
    ).toMatchSnapshot();
  });
});

describe('a release', () => {
  test('is an engine construct, with the other objects of the chart', () => {
    const { engine, others } = release({ values: { engine: { port: 1234, newServiceAccount: { create: true } } } });
    expect(engine).toBeInstanceOf(EngineDaemonSet);
    expect(engine.podSelector).toEqual({ name: 'dagger-dagger-helm-engine' });
    expect(engine.serviceAccount?.name).toBe('dagger-dagger-helm');
    expect(others.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['Service dagger-dagger-helm']);
    expect(release({ values: { engine: { kind: 'StatefulSet' } } }).engine).toBeInstanceOf(EngineStatefulSet);
  });

  test('accepts patches like every engine', () => {
    const { engine } = release();
    ApiObject.of(engine).addJsonPatch(JsonPatch.add('/spec/template/spec/hostUsers', true));
    expect(engine.workload.toJson().spec.template.spec.hostUsers).toBe(true);
  });

  test("has the chart's defaults without values", () => {
    const [one, other] = [release(), release({ values: {} })];
    expect(one.engine.workload.toJson()).toEqual(other.engine.workload.toJson());
  });

  test("doesn't change its values", () => {
    const values = {
      engine: { image: { pullPolicy: 'Always' }, volumes: [{ name: 'a', emptyDir: {} }] },
      magicache: { enabled: false },
    };
    const before = structuredClone(values);
    release({ values });
    expect(values).toEqual(before);
  });

  test('can be created next to one with another name', () => {
    const scope = new Chart(Testing.app(), 'ci', { namespace: 'ci' });
    HelmRelease.fromValues(scope, 'one', { chart: HelmChart.OFFICIAL, chartVersion: '0.21.7', releaseName: 'one' });
    HelmRelease.fromValues(scope, 'two', { chart: HelmChart.OFFICIAL, chartVersion: '0.21.7', releaseName: 'two' });
    expect(Testing.synth(scope).map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual([
      'one-dagger-helm-engine',
      'two-dagger-helm-engine',
    ]);
  });
});

describe('findings', () => {
  const values = { engine: { port: 1234 } };

  test('are sorted by severity, and otherwise in the order in which they were found', () => {
    const order = [FindingSeverity.ERROR, FindingSeverity.WARNING, FindingSeverity.INFO];
    const severities = release({ values }).findings.map(({ severity }) => order.indexOf(severity));
    expect(new Set(severities).size).toBe(3);
    expect(severities).toEqual([...severities].sort());
    expect(release({ values }).findings.map(({ name }) => name)).toEqual([
      'short-probe-grace',
      'liveness-under-load',
      'plain-tcp',
      'no-network-policy',
      'split-sessions',
      'short-grace-period',
      'stop-loses-cache',
      'no-requests',
      'group-in-images',
      'no-namespace',
      'token-mounted',
      'host-socket-path',
    ]);
  });

  test('are printed to standard error at synth, with their severity', () => {
    const app = new App();
    const { findings } = release({ values: { engine: { tolerance: [] } } }, new Chart(app, 'ci', { namespace: 'ci' }));
    expect(warn).not.toHaveBeenCalled();
    app.synthYaml();
    const printed = warn.mock.calls.map(([text]) => String(text));
    expect(printed).toContain(
      '[ci/release] error unknown-key: engine.tolerance: the official chart does not have this key, and Helm ignores it silently; fix: use engine.tolerations, or remove it',
    );
    expect(new Set(findings.map(({ severity }) => severity)).size).toBe(3);
    expect(printed).toEqual(
      findings.map(
        ({ fix, key, name, severity, why }) => `[ci/release] ${severity} ${name}: ${key}: ${why}; fix: ${fix}`,
      ),
    );
  });

  test('are silent and not in the list if they are accepted', () => {
    const app = new App();
    const { findings } = release(
      {
        acceptRisks: [
          accept(EngineRisk.SHORT_PROBE_GRACE),
          accept(EngineRisk.LIVENESS_UNDER_LOAD),
          accept(EngineRisk.SHORT_GRACE_PERIOD, 'terminationGracePeriod'),
          accept(EngineRisk.TOKEN_MOUNTED),
          accept(EngineRisk.NO_REQUESTS, 'engine.resources'),
          accept(EngineRisk.GROUP_IN_IMAGES),
          accept(EngineRisk.STOP_LOSES_CACHE),
          accept(EngineRisk.HOST_SOCKET_PATH),
        ],
      },
      new Chart(app, 'ci', { namespace: 'ci' }),
    );
    app.synthYaml();
    expect(findings).toEqual([]);
    expect(warn).not.toHaveBeenCalled();
  });

  test.each([
    [FindingSeverity.ERROR, ['short-probe-grace']],
    [
      FindingSeverity.WARNING,
      [
        'short-probe-grace',
        'liveness-under-load',
        'short-grace-period',
        'stop-loses-cache',
        'no-requests',
        'group-in-images',
      ],
    ],
    [
      FindingSeverity.INFO,
      [
        'short-probe-grace',
        'liveness-under-load',
        'short-grace-period',
        'stop-loses-cache',
        'no-requests',
        'group-in-images',
        'token-mounted',
        'host-socket-path',
      ],
    ],
  ])('of severity %s and worse are errors with failOn', (failOn, names) => {
    let message = '';
    try {
      release({ failOn });
    } catch (error) {
      ({ message } = error as Error);
    }
    expect([...message.matchAll(/: (?:error|warning|info) ([a-z-]+): /g)].map(([, name]) => name)).toEqual(names);
    expect(() => release({ failOn, acceptRisks: names.map((name) => accept(name as EngineRisk)) })).not.toThrow();
  });

  test.each<[property: string, given: unknown, says: string]>([
    [
      'failOn',
      'wraning',
      'failOn: is not a member of FindingSeverity; got "wraning"; allowed: FindingSeverity.ERROR, FindingSeverity.WARNING, FindingSeverity.INFO; fix: use FindingSeverity.WARNING',
    ],
    [
      'acceptRisks',
      [{ risk: 'no-request', reason: 'fine' }],
      'acceptRisks[0].risk: is not a member of EngineRisk; got "no-request"; allowed: a member of EngineRisk; fix: use EngineRisk.NO_REQUESTS',
    ],
    [
      'acceptRisks',
      'no-requests',
      'acceptRisks: has the wrong type; got "no-requests"; allowed: a list of AcceptedRisk objects; fix: put it in brackets',
    ],
  ])('%s: %j is an error, and ignores no finding', (property, given, says) => {
    expect(() => release({ [property]: given })).toThrow(
      new Error(`[ci/release] HelmRelease has 1 problem:\n  - ${says}`),
    );
  });
});

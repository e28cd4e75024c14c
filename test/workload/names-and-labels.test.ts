import { Chart, Testing } from 'cdk8s';
import { Certificates, CliInstall, EngineDaemonSet, EngineServiceAccount, Listener, Transport } from '../../src/index';
import {
  chart,
  daemonSet,
  deployment,
  objects,
  podTemplate,
  problems,
  statefulSet,
  TOPOLOGIES,
  VERSION,
  workload,
} from '../engines';

const OWN = { 'app.kubernetes.io/name': 'dagger-engine', 'app.kubernetes.io/instance': 'engine' };
const ALLOWED = (max: number) =>
  `allowed: lower-case letters, digits and '-', starting and ending with a letter or digit, at most ${max} characters`;
const OF_A_SERVICE = (max: number) =>
  `allowed: lower-case letters, digits and '-', starting with a letter and ending with a letter or digit, at most ${max} characters`;

describe('names', () => {
  test('are derived from the id of the construct', () => {
    expect(
      Object.keys(
        objects(
          statefulSet({ listener: Listener.insecureTcp(), metrics: {}, serviceAccount: EngineServiceAccount.create() }),
        ),
      ),
    ).toEqual([
      'ServiceAccount engine',
      'ConfigMap engine-config',
      'Service engine',
      'Service engine-headless',
      'Service engine-metrics',
      'NetworkPolicy engine',
      'StatefulSet engine',
    ]);
  });

  test('are derived from the property name', () => {
    const engine = statefulSet({
      name: 'pool',
      listener: Listener.insecureTcp(),
      metrics: {},
      serviceAccount: EngineServiceAccount.create(),
    });
    expect(engine.name).toBe('pool');
    expect(Object.keys(objects(engine))).toEqual([
      'ServiceAccount pool',
      'ConfigMap pool-config',
      'Service pool',
      'Service pool-headless',
      'Service pool-metrics',
      'NetworkPolicy pool',
      'StatefulSet pool',
    ]);
  });

  test('do not depend on the path of the construct', () => {
    const app = Testing.app();
    const here = new EngineDaemonSet(new Chart(app, 'here', { namespace: 'a' }), 'engine', { version: VERSION });
    const there = new EngineDaemonSet(new Chart(new Chart(app, 'outer'), 'there', { namespace: 'b' }), 'engine', {
      version: VERSION,
    });
    expect(there.podSelector).toEqual(here.podSelector);
    expect(there.name).toBe(here.name);
  });

  test.each([
    ['EngineDaemonSet', daemonSet, {}, 63],
    ['EngineDaemonSet with metrics', daemonSet, { metrics: {} }, 55],
    ['EngineStatefulSet', statefulSet, {}, 52],
    ['EngineStatefulSet with metrics', statefulSet, { metrics: {} }, 52],
    ['EngineDeployment', deployment, {}, 63],
    ['EngineDeployment with metrics', deployment, { metrics: {} }, 55],
  ])('of %s leave space for suffixes', (_, engine, props, max) => {
    const longest = 'n'.repeat(max);
    const listener = Listener.insecureTcp();
    const made = engine({ ...props, listener, name: longest });
    for (const { metadata } of Object.values(objects(made)).filter(({ kind }) => kind !== 'ConfigMap')) {
      expect(metadata.name.length).toBeLessThanOrEqual(63);
    }
    expect(problems(() => engine({ ...props, listener, name: `${longest}n` }))).toEqual([
      `name: must be a valid name; got "${longest}n"; ${OF_A_SERVICE(max)}; fix: set the name to "${longest}"`,
    ]);
  });

  test('leave space for the prefixes of clients', () => {
    const made = ['a', 'b'].map((last) => {
      const name = `${'n'.repeat(62)}${last}`;
      const engine = daemonSet({ name, listener: Listener.tls({ certificates: Certificates.privateCa() }) });
      const { initContainers, volumeMounts, volumes } = engine.addClient({ cli: CliInstall.fromEngineImage() });
      const {
        volumes: [socket],
      } = engine.addClient({ transport: Transport.unix() });
      expect(volumeMounts.map((mount) => mount.name)).toEqual(volumes.map((volume) => volume.name));
      const commonNames = Object.values(objects(engine))
        .map(({ spec }) => spec?.commonName)
        .filter((commonName) => commonName !== undefined);
      expect(commonNames).toHaveLength(2);
      return [...volumes, ...initContainers, socket!].map((named) => named.name).concat(commonNames);
    });
    for (const name of made.flat()) {
      expect(name).toMatch(/^[a-z][-a-z0-9]{0,61}[a-z0-9]$/);
    }
    expect(made[0]!.filter((name) => made[1]!.includes(name))).toEqual([]);
  });

  test('can contain dots if no Service or host has the name', () => {
    expect(daemonSet({ name: 'ci.dagger' }).workload.name).toBe('ci.dagger');
    expect(problems(() => statefulSet({ name: 'ci.dagger' }))).toEqual([
      expect.stringContaining('name: must be a valid name; got "ci.dagger"'),
    ]);
    expect(problems(() => daemonSet({ name: 'ci.dagger', metrics: {} }))).toEqual([
      expect.stringContaining('name: must be a valid name; got "ci.dagger"'),
    ]);
  });

  test.each([
    ['Engine', 'engine'],
    ['my_engine', 'my-engine'],
    ['myEngine', 'my-engine'],
    ['-engine-', 'engine'],
  ])('reject %s', (name, better) => {
    expect(problems(() => daemonSet({ name }))).toEqual([
      `name: must be a valid name; got "${name}"; ${ALLOWED(63)}; fix: set the name to "${better}"`,
    ]);
  });

  test('are rejected with a hint if they come from an invalid id', () => {
    expect(problems(() => new EngineDaemonSet(chart(), 'CI Engine', { version: VERSION }))).toEqual([
      `name: must be a valid name, which is the construct's id; got "CI Engine"; ${ALLOWED(63)}; fix: set the name to "ci-engine"`,
    ]);
    expect(new EngineDaemonSet(chart(), 'CI Engine', { version: VERSION, name: 'ci' }).name).toBe('ci');
    expect(problems(() => daemonSet({ name: '' }))).toEqual([
      `name: must be a valid name; got ""; ${ALLOWED(63)}; fix: set a name`,
    ]);
  });

  describe('that start with a digit', () => {
    const elsewhere = Listener.insecureTcp({ service: { create: false, name: 'builds' } });

    test.each<[string, () => unknown]>([
      ['a DaemonSet', () => daemonSet({ name: '2engines' })],
      ['a Deployment', () => deployment({ name: '2engines' })],
      ['a port with an existing Service', () => daemonSet({ name: '2engines', listener: elsewhere })],
      [
        'a port whose Service has a custom name',
        () => daemonSet({ name: '2engines', listener: Listener.insecureTcp({ service: { name: 'builds' } }) }),
      ],
      ['a StatefulSet without headless Service', () => statefulSet({ name: '2engines', headlessService: false })],
      [
        'a StatefulSet whose headless Service has a custom name',
        () => statefulSet({ name: '2engines', serviceName: 'engines' }),
      ],
    ])('are accepted for %s', (_, engine) => {
      expect(engine).not.toThrow();
    });

    test.each<[string, number, () => unknown]>([
      ['a port', 63, () => daemonSet({ name: '2engines', listener: Listener.insecureTcp() })],
      ['metrics', 55, () => deployment({ name: '2engines', metrics: {} })],
      ['the pods of a StatefulSet', 52, () => statefulSet({ name: '2engines' })],
    ])('are rejected if the Service of %s has the name', (_, max, engine) => {
      expect(problems(engine)).toEqual([
        `name: must be a valid name; got "2engines"; ${OF_A_SERVICE(max)}; fix: set the name to "engines"`,
      ]);
    });
  });
});

describe.each(Object.entries(TOPOLOGIES))('labels of %s', (_, engine) => {
  const labels = { team: 'builds', 'example.com/cost-center': '1' };

  test('include the version on the workload and its pods, but not in selectors', () => {
    const made = engine({ listener: Listener.insecureTcp(), metrics: {} });
    const version = { 'app.kubernetes.io/version': 'v0.21.7' };
    expect(workload(made).metadata.labels).toEqual({ ...OWN, ...version });
    expect(podTemplate(made).metadata.labels).toEqual({ ...OWN, ...version });
    expect(workload(made).spec.selector).toEqual({ matchLabels: OWN });
    expect(made.service?.toJson().spec.selector).toEqual(OWN);
    expect(made.service?.toJson().metadata.labels).not.toHaveProperty(['app.kubernetes.io/version']);
  });

  test('include user-defined labels on every object, but not in selectors', () => {
    const made = engine({
      labels,
      listener: Listener.insecureTcp(),
      metrics: {},
      serviceAccount: EngineServiceAccount.create(),
    });
    for (const { metadata, spec } of Object.values(objects(made))) {
      expect(metadata.labels).toMatchObject({ ...OWN, ...labels });
      expect(spec?.selector?.matchLabels ?? spec?.selector ?? OWN).toEqual(OWN);
    }
    expect(podTemplate(made).metadata.labels).not.toHaveProperty('team');
    expect(made.labels).toEqual({ ...OWN, ...labels });
  });

  test('include the labels of the chart', () => {
    const made = engine(
      { labels: { team: 'builds' }, metrics: {} },
      chart({ namespace: 'ci', labels: { owner: 'platform', team: 'platform' } }),
    );
    for (const { metadata } of Object.values(objects(made))) {
      expect(metadata.labels).toMatchObject({ owner: 'platform', team: 'builds' });
    }
  });

  test('annotations are only on the workload', () => {
    const made = engine({ annotations: { 'example.com/owner': 'platform' }, listener: Listener.insecureTcp() });
    expect(workload(made).metadata.annotations).toEqual({ 'example.com/owner': 'platform' });
    expect(made.service?.toJson().metadata).not.toHaveProperty('annotations');
    expect(workload(engine({ annotations: {}, labels: {} }))).toEqual(workload(engine()));
  });

  test('include a custom selector that takes over an existing workload', () => {
    const selector = { name: 'dagger-dagger-helm-engine', 'app.kubernetes.io/instance': 'dagger' };
    const made = engine({ takeOver: true, podSelector: selector, listener: Listener.insecureTcp(), metrics: {} });
    expect(workload(made).spec.selector).toEqual({ matchLabels: selector });
    expect(podTemplate(made).metadata.labels).toEqual({ ...OWN, 'app.kubernetes.io/version': 'v0.21.7', ...selector });
    expect(made.service?.toJson().spec.selector).toEqual(selector);
    expect(made.metricsService?.toJson().spec.selector).toEqual(selector);
    expect(made.podSelector).toEqual(selector);
  });

  test('selectors never contain the version', () => {
    expect(
      problems(() => engine({ takeOver: true, podSelector: { name: 'x', 'app.kubernetes.io/version': 'v0.9.0' } })),
    ).toEqual([
      'podSelector: the library sets this key itself; got "app.kubernetes.io/version"; allowed: other keys; fix: remove it',
    ]);
  });

  test('can be overridden', () => {
    const labels = {
      'app.kubernetes.io/name': 'dagger-helm',
      'app.kubernetes.io/instance': 'dagger',
      'app.kubernetes.io/version': 'v0.21.8',
      'app.kubernetes.io/component': 'engine',
    };
    const made = engine({
      labels,
      takeOver: true,
      podSelector: { name: 'dagger' },
      podLabels: labels,
      listener: Listener.insecureTcp(),
      metrics: {},
      serviceAccount: EngineServiceAccount.create(),
    });
    for (const { metadata } of Object.values(objects(made))) {
      expect(metadata.labels).toEqual(labels);
    }
    expect(podTemplate(made).metadata.labels).toEqual({ ...labels, name: 'dagger' });
    expect(made.labels).toEqual(labels);
  });

  test('can be overridden on the Service alone', () => {
    const service = { labels: { 'app.kubernetes.io/name': 'dagger-helm', 'app.kubernetes.io/component': 'builds' } };
    const made = engine({ listener: Listener.insecureTcp({ service }) });
    expect(made.service?.toJson().metadata.labels).toEqual({ ...OWN, ...service.labels });
    expect(workload(made).metadata.labels).toMatchObject(OWN);
  });

  test('reject different values for the labels of the selector', () => {
    expect(problems(() => engine({ takeOver: true, podSelector: { name: 'a' }, podLabels: { name: 'b' } }))).toEqual([
      'podLabels: the library sets this key itself; got "name"; allowed: other keys; fix: remove it',
    ]);
    expect(problems(() => engine({ podLabels: { 'app.kubernetes.io/name': 'b' } }))).toEqual([
      'podLabels: the library sets this key itself; got "app.kubernetes.io/name"; allowed: other keys; fix: remove it',
    ]);
  });
});

test('rejects invalid labels, annotations and selectors', () => {
  expect(
    problems(() => daemonSet({ labels: { a: 'b c' }, annotations: { 'a/b/c': 'x' }, takeOver: true, podSelector: {} })),
  ).toEqual([
    'podSelector: must not be empty, because it would select every pod; got {}; allowed: at least one label; fix: remove it',
    "labels[\"a\"]: must be a valid label value; got \"b c\"; allowed: letters, digits, '-', '_' and '.', starting and ending with a letter or digit, at most 63 characters; fix: use an annotation for other text",
    "annotations: must be a valid key; got \"a/b/c\"; allowed: an optional DNS prefix and '/', then at most 63 letters, digits, '-', '_' and '.'; fix: rename the key",
  ]);
});

describe.each(Object.entries(TOPOLOGIES))('the namespace of %s', (_, engine) => {
  const props = { listener: Listener.insecureTcp(), metrics: {}, serviceAccount: EngineServiceAccount.create() };

  test('is that of the chart', () => {
    const made = engine(props, chart({ namespace: 'builds' }));
    expect(made.namespace).toBe('builds');
    expect(Object.values(objects(made)).map(({ metadata }) => metadata.namespace)).toEqual(
      Object.values(objects(made)).map(() => 'builds'),
    );
  });

  test('is omitted if the chart has none', () => {
    const made = engine(props, chart({}));
    expect(made.namespace).toBeUndefined();
    for (const { metadata } of Object.values(objects(made))) {
      expect(metadata).not.toHaveProperty('namespace');
    }
  });
});

import { Chart, Testing } from 'cdk8s';
import { EngineDaemonSet, EngineServiceAccount, Listener } from '../../src';
import { chart, daemonSet, deployment, objects, podTemplate, problems, statefulSet, TOPOLOGIES, VERSION, workload } from '../engines';

const OWN = { 'app.kubernetes.io/name': 'dagger-engine', 'app.kubernetes.io/instance': 'engine' };
const ALLOWED = (max: number) => `allowed: lower-case letters, digits and '-', starting with a letter and ending with a letter or digit, at most ${max} characters`;

describe('names', () => {
  test('all come from the construct\'s id', () => {
    expect(Object.keys(objects(statefulSet({ listener: Listener.insecureTcp(), metrics: {}, serviceAccount: EngineServiceAccount.create() })))).toEqual([
      'ServiceAccount engine', 'ConfigMap engine-config', 'Service engine', 'Service engine-headless', 'Service engine-metrics', 'NetworkPolicy engine', 'StatefulSet engine',
    ]);
  });

  test('or from the name', () => {
    const engine = statefulSet({ name: 'pool', listener: Listener.insecureTcp(), metrics: {}, serviceAccount: EngineServiceAccount.create() });
    expect(engine.name).toBe('pool');
    expect(Object.keys(objects(engine))).toEqual([
      'ServiceAccount pool', 'ConfigMap pool-config', 'Service pool', 'Service pool-headless', 'Service pool-metrics', 'NetworkPolicy pool', 'StatefulSet pool',
    ]);
  });

  test('not from where the construct is in the tree', () => {
    const app = Testing.app();
    const here = new EngineDaemonSet(new Chart(app, 'here', { namespace: 'a' }), 'engine', { version: VERSION });
    const there = new EngineDaemonSet(new Chart(new Chart(app, 'outer'), 'there', { namespace: 'b' }), 'engine', { version: VERSION });
    expect(there.selector).toEqual(here.selector);
    expect(there.name).toBe(here.name);
  });

  test.each([
    ['EngineDaemonSet', daemonSet, 55],
    ['EngineStatefulSet', statefulSet, 52],
    ['EngineDeployment', deployment, 55],
  ])('%s leaves room for what Kubernetes appends', (_, engine, max) => {
    const longest = 'n'.repeat(max);
    const made = engine({ name: longest, listener: Listener.insecureTcp(), metrics: {}, replicas: 1 });
    for (const { metadata } of Object.values(objects(made))) {
      expect(metadata.name.length).toBeLessThanOrEqual(63);
    }
    expect(problems(() => engine({ name: `${longest}n` }))).toEqual([`name: not a valid name; got "${longest}n"; ${ALLOWED(max)}; fix: set the name to "${longest}"`]);
  });

  test.each([
    ['Engine', 'engine'],
    ['my_engine', 'my-engine'],
    ['myEngine', 'my-engine'],
    ['2engines', 'engines'],
    ['-engine-', 'engine'],
    ['a.b', 'a-b'],
  ])('%s is no name', (name, better) => {
    expect(problems(() => daemonSet({ name }))).toEqual([`name: not a valid name; got "${name}"; ${ALLOWED(55)}; fix: set the name to "${better}"`]);
  });

  test('an id that is no name says so', () => {
    expect(problems(() => new EngineDaemonSet(chart(), 'CI Engine', { version: VERSION }))).toEqual([
      `name: not a valid name, which is the construct's id; got "CI Engine"; ${ALLOWED(55)}; fix: set the name to "ci-engine"`,
    ]);
    expect(new EngineDaemonSet(chart(), 'CI Engine', { version: VERSION, name: 'ci' }).name).toBe('ci');
    expect(problems(() => daemonSet({ name: '' }))).toEqual([`name: not a valid name; got ""; ${ALLOWED(55)}; fix: set a name`]);
  });
});

describe.each(Object.entries(TOPOLOGIES))('labels of %s', (_, engine) => {
  const labels = { 'team': 'builds', 'example.com/cost-center': '1' };

  test('the release is on the workload and its pods, and in no selector', () => {
    const made = engine({ listener: Listener.insecureTcp(), metrics: {} });
    const version = { 'app.kubernetes.io/version': 'v0.21.7' };
    expect(workload(made).metadata.labels).toEqual({ ...OWN, ...version });
    expect(podTemplate(made).metadata.labels).toEqual({ ...OWN, ...version });
    expect(workload(made).spec.selector).toEqual({ matchLabels: OWN });
    expect(made.service?.toJson().spec.selector).toEqual(OWN);
    expect(made.service?.toJson().metadata.labels).not.toHaveProperty(['app.kubernetes.io/version']);
  });

  test('the user\'s are on every object, and in no selector', () => {
    const made = engine({ labels, listener: Listener.insecureTcp(), metrics: {}, serviceAccount: EngineServiceAccount.create() });
    for (const { metadata, spec } of Object.values(objects(made))) {
      expect(metadata.labels).toMatchObject({ ...OWN, ...labels });
      expect(spec?.selector?.matchLabels ?? spec?.selector ?? OWN).toEqual(OWN);
    }
    expect(podTemplate(made).metadata.labels).not.toHaveProperty('team');
    expect(made.labels).toEqual({ ...OWN, ...labels });
  });

  test('the chart\'s too', () => {
    const made = engine({ labels: { team: 'builds' }, metrics: {} }, chart({ namespace: 'ci', labels: { owner: 'platform', team: 'platform' } }));
    for (const { metadata } of Object.values(objects(made))) {
      expect(metadata.labels).toMatchObject({ owner: 'platform', team: 'builds' });
    }
  });

  test('annotations are the workload\'s alone', () => {
    const made = engine({ annotations: { 'example.com/owner': 'platform' }, listener: Listener.insecureTcp() });
    expect(workload(made).metadata.annotations).toEqual({ 'example.com/owner': 'platform' });
    expect(made.service?.toJson().metadata).not.toHaveProperty('annotations');
    expect(workload(engine({ annotations: {}, labels: {} }))).toEqual(workload(engine()));
  });

  test('a selector of one\'s own takes over a workload that exists', () => {
    const selector = { 'name': 'dagger-dagger-helm-engine', 'app.kubernetes.io/instance': 'dagger' };
    const made = engine({ selector, listener: Listener.insecureTcp(), metrics: {} });
    expect(workload(made).spec.selector).toEqual({ matchLabels: selector });
    expect(podTemplate(made).metadata.labels).toEqual({ ...OWN, 'app.kubernetes.io/version': 'v0.21.7', ...selector });
    expect(made.service?.toJson().spec.selector).toEqual(selector);
    expect(made.metricsService?.toJson().spec.selector).toEqual(selector);
    expect(made.selector).toEqual(selector);
  });

  test('but not by the release, which changes', () => {
    expect(problems(() => engine({ selector: { 'name': 'x', 'app.kubernetes.io/version': 'v0.9.0' } }))).toEqual([
      'selector: the library sets that key itself; got "app.kubernetes.io/version"; allowed: other keys; fix: remove it',
    ]);
  });

  test('what the selector needs can\'t be changed on the pods', () => {
    expect(problems(() => engine({ selector: { name: 'a' }, pod: { labels: { name: 'b' } } }))).toEqual([
      'pod.labels: the library sets that key itself; got "name"; allowed: other keys; fix: remove it',
    ]);
  });
});

test('labels, annotations and selectors that can\'t be', () => {
  expect(problems(() => daemonSet({ labels: { 'app.kubernetes.io/name': 'x', 'a': 'b c' }, annotations: { 'a/b/c': 'x' }, selector: {} }))).toEqual([
    'selector: an empty selector would select every pod; got {}; allowed: at least one label; fix: remove it',
    'labels["a"]: not a valid label value; got "b c"; allowed: letters, digits, \'-\', \'_\' and \'.\', starting and ending with a letter or digit, at most 63 characters; fix: move text that is no label to annotations',
    'labels: the library sets that key itself; got "app.kubernetes.io/name"; allowed: other keys; fix: remove it',
    'annotations: not a valid key; got "a/b/c"; allowed: an optional DNS prefix and \'/\', then at most 63 letters, digits, \'-\', \'_\' and \'.\'; fix: rename the key',
  ]);
});

describe.each(Object.entries(TOPOLOGIES))('the namespace of %s', (_, engine) => {
  const props = { listener: Listener.insecureTcp(), metrics: {}, serviceAccount: EngineServiceAccount.create() };

  test('is the chart\'s', () => {
    const made = engine(props, chart({ namespace: 'builds' }));
    expect(made.namespace).toBe('builds');
    expect(Object.values(objects(made)).map(({ metadata }) => metadata.namespace)).toEqual(Object.values(objects(made)).map(() => 'builds'));
  });

  test('is not invented', () => {
    const made = engine(props, chart({}));
    expect(made.namespace).toBeUndefined();
    for (const { metadata } of Object.values(objects(made))) {
      expect(metadata).not.toHaveProperty('namespace');
    }
  });
});

import { EngineNamespace } from '../../src/index';
import { chart, objects, problems } from '../engines';

test("admits privileged pods, and has the name of the chart's namespace", () => {
  const namespace = new EngineNamespace(chart({ namespace: 'dagger' }), 'namespace', {
    labels: { team: 'builds' },
    annotations: { 'example.com/owner': 'platform' },
  });
  expect(namespace.name).toBe('dagger');
  // A Namespace is cluster-scoped, so it doesn't get the namespace of its chart.
  expect(objects(namespace)).toEqual({
    'Namespace dagger': {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: 'dagger',
        labels: {
          'app.kubernetes.io/instance': 'dagger',
          'app.kubernetes.io/name': 'dagger-engine',
          'pod-security.kubernetes.io/audit': 'privileged',
          'pod-security.kubernetes.io/enforce': 'privileged',
          'pod-security.kubernetes.io/warn': 'privileged',
          team: 'builds',
        },
        annotations: { 'example.com/owner': 'platform' },
      },
    },
  });
});

test('can have another name', () => {
  expect(new EngineNamespace(chart({}), 'namespace', { name: 'engines' }).apiObject.toJson().metadata.name).toBe(
    'engines',
  );
});

test('rejects a missing name, and invalid labels and annotations', () => {
  expect(problems(() => new EngineNamespace(chart({}), 'namespace'))).toEqual([
    "name: is missing, and the chart has no namespace; got undefined; allowed: a name; fix: set name, or give the chart a namespace: new Chart(app, 'ci', { namespace: 'dagger' })",
  ]);
  expect(
    problems(
      () =>
        new EngineNamespace(chart(), 'namespace', {
          name: 'Builds',
          labels: { 'pod-security.kubernetes.io/enforce': 'baseline' },
        }),
    ),
  ).toEqual([
    'name: must be a valid name; got "Builds"; allowed: lower-case letters, digits and \'-\', starting and ending with a letter or digit, at most 63 characters; fix: set the name to "builds"',
    'labels: the library sets this key itself; got "pod-security.kubernetes.io/enforce"; allowed: other keys; fix: remove it',
  ]);
});

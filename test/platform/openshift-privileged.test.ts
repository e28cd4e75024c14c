import { EngineServiceAccount, OpenShiftPrivileged } from '../../src/index';
import { chart, daemonSet, problems } from '../engines';

test("allows only the engine's own service account to use the constraint", () => {
  const scope = chart();
  const engine = daemonSet({ serviceAccount: EngineServiceAccount.create() }, scope);
  expect(new OpenShiftPrivileged(scope, 'scc', { engine }).roleBinding.toJson()).toEqual({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: {
      name: 'engine-privileged-scc',
      namespace: 'ci',
      labels: { 'app.kubernetes.io/instance': 'engine', 'app.kubernetes.io/name': 'dagger-engine' },
    },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:openshift:scc:privileged' },
    subjects: [{ kind: 'ServiceAccount', name: 'engine', namespace: 'ci' }],
  });
});

test('is in the namespace of the engine, even in a chart of another one', () => {
  const engine = daemonSet({ serviceAccount: EngineServiceAccount.fromName('builder') });
  const { roleBinding } = new OpenShiftPrivileged(chart({ namespace: 'rbac' }), 'scc', { engine });
  expect(roleBinding.toJson()).toMatchObject({
    metadata: { namespace: 'ci' },
    subjects: [{ name: 'builder', namespace: 'ci' }],
  });
});

test.each([
  [undefined, 'undefined'],
  [EngineServiceAccount.fromName('default'), '"default"'],
])('rejects the default account, which every pod without an account uses', (serviceAccount, got) => {
  const scope = chart();
  const engine = daemonSet({ serviceAccount }, scope);
  expect(problems(() => new OpenShiftPrivileged(scope, 'scc', { engine }))).toEqual([
    `engine: the engine uses the namespace\'s default service account, so every pod that sets no account could run privileged; got ${got}; allowed: an engine with its own service account; fix: set serviceAccount: EngineServiceAccount.create() on the engine`,
  ]);
});

test('rejects a service account without namespace', () => {
  const scope = chart({});
  const engine = daemonSet({ serviceAccount: EngineServiceAccount.create() }, scope);
  expect(problems(() => new OpenShiftPrivileged(scope, 'scc', { engine }))).toEqual([
    "engine: the namespace of the engine's service account is unknown; got undefined; allowed: an engine in a chart with a namespace; fix: set it on the chart: new Chart(app, 'ci', { namespace: 'dagger' })",
  ]);
});

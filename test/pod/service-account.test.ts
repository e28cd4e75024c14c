import * as kplus from 'cdk8s-plus-28';
import { EngineServiceAccount, type NewServiceAccountOptions } from '../../src/index';
import { chart, objects, pod, problems, statefulSet } from '../engines';

const LABELS = { 'app.kubernetes.io/instance': 'engine', 'app.kubernetes.io/name': 'dagger-engine' };

test('uses the default service account by default', () => {
  const engine = statefulSet();
  expect(pod(engine)).not.toHaveProperty('serviceAccountName');
  expect(engine.serviceAccount).toBeUndefined();
});

test('creates a service account', () => {
  const engine = statefulSet({ serviceAccount: EngineServiceAccount.create() });
  expect(pod(engine).serviceAccountName).toBe('engine');
  expect(objects(engine)['ServiceAccount engine']).toEqual({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'engine', namespace: 'ci', labels: LABELS },
    automountServiceAccountToken: false,
  });
});

test('creates a service account with every property', () => {
  const all: Required<NewServiceAccountOptions> = {
    name: 'builder',
    annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/builder' },
  };
  const engine = statefulSet({ serviceAccount: EngineServiceAccount.create(all) });
  expect(pod(engine).serviceAccountName).toBe('builder');
  expect(engine.serviceAccount?.metadata.toJson().annotations).toEqual(all.annotations);
});

test('uses an existing service account, by name or as an object', () => {
  const scope = chart();
  const account = kplus.ServiceAccount.fromServiceAccountName(scope, 'account', 'existing');
  for (const serviceAccount of [
    EngineServiceAccount.fromName('existing'),
    EngineServiceAccount.fromServiceAccount(account),
  ]) {
    const engine = statefulSet({ serviceAccount });
    expect(pod(engine).serviceAccountName).toBe('existing');
    expect(engine.serviceAccount).toBeUndefined();
  }
});

test('rejects a service account in another namespace', () => {
  const account = new kplus.ServiceAccount(chart({ namespace: 'other' }), 'account', { metadata: { name: 'builder' } });
  const serviceAccount = EngineServiceAccount.fromServiceAccount(account);
  expect(problems(() => statefulSet({ serviceAccount }))).toEqual([
    'serviceAccount: the ServiceAccount "builder" is in another namespace, and a pod can use only objects in its own namespace; got "other"; allowed: "ci"; fix: create both in charts with the same namespace',
  ]);
  expect(problems(() => statefulSet({ serviceAccount }, chart({})))).toEqual([
    'serviceAccount: the ServiceAccount "builder" is in another namespace, and a pod can use only objects in its own namespace; got "other"; allowed: the namespace of the engine, which its chart does not set; fix: create both in charts with the same namespace',
  ]);
  expect(pod(statefulSet({ serviceAccount }, chart({ namespace: 'other' }))).serviceAccountName).toBe('builder');
});

test('rejects invalid names and annotations', () => {
  expect(
    problems(() =>
      statefulSet({
        serviceAccount: EngineServiceAccount.create({
          name: 'My Account',
          annotations: { 'a b': 'x' },
        }),
      }),
    ),
  ).toEqual([
    'serviceAccount.name: must be a valid object name; got "My Account"; allowed: lower-case letters, digits, \'-\' and \'.\', at most 253 characters; fix: set the name to "my-account"',
    "serviceAccount.annotations: must be a valid key; got \"a b\"; allowed: an optional DNS prefix and '/', then at most 63 letters, digits, '-', '_' and '.'; fix: rename the key",
  ]);
});

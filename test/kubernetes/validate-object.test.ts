import { validateObject } from '../../src/kubernetes/validation/validate-object';
import { Problems } from '../../src/reporting/problems';

function messages(object: object): readonly string[] {
  const problems = new Problems();
  validateObject(problems, object);
  return problems.messages;
}

function pod(container: object, spec: object = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'pod' },
    spec: { containers: [{ name: 'main', image: 'busybox:1', ...container }], ...spec },
  };
}

describe('a value of the wrong type is one problem', () => {
  test.each<[title: string, object: object, messages: string[]]>([
    [
      'if a rule requires the field',
      pod({ ports: [{ containerPort: '80' }] }),
      [
        'spec.containers[0].ports[0].containerPort: has the wrong type; got "80"; ' +
          'allowed: a whole number of at most 2147483647; fix: write 80',
      ],
    ],
    [
      'if a rule requires a field below it',
      pod({ env: ['DEBUG'] }),
      [expect.stringMatching(/^spec\.containers\[0\]\.env\[0\]: has the wrong type; got "DEBUG"; allowed: a map/)],
    ],
    [
      'if a rule requires one of several fields',
      pod({}, { volumes: [{ name: 'logs', hostPath: '/var/log' }] }),
      [expect.stringMatching(/^spec\.volumes\[0\]\.hostPath: has the wrong type; got "\/var\/log"; allowed: a map/)],
    ],
    [
      'in the metadata of a custom resource',
      { apiVersion: 'example.com/v1', kind: 'Build', metadata: { name: 3 } },
      ['metadata.name: has the wrong type; got 3; allowed: a string; fix: write "3"'],
    ],
  ])('%s', (_title, object, expected) => {
    expect(messages(object)).toEqual(expected);
  });
});

test('a value of the wrong type hides no problem of other fields', () => {
  expect(messages(pod({ ports: [{ containerPort: '80', hostPort: 70_000 }] }))).toEqual([
    expect.stringMatching(/containerPort: has the wrong type/),
    expect.stringMatching(/hostPort: must be a TCP port; got 70000/),
  ]);
});

const RBAC = 'rbac.authorization.k8s.io/v1';
const metadata = { name: 'ci' };
const podOfJob = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox:1' }] } };

describe('the rules of the API server for', () => {
  test.each<[title: string, object: object, messages: string[]]>([
    [
      'a Job without a pod template',
      { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: {} },
      [
        "spec.template.spec.containers: a pod must have at least one container; got []; allowed: at least one container; fix: use a value such as [{ name: 'app', image: 'app:1' }]",
        'spec.template.spec.restartPolicy: must be one of the values that Kubernetes supports; got "Always"; allowed: Never, OnFailure; fix: write one of them',
      ],
    ],
    [
      'the name of a CronJob',
      {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { name: 'a'.repeat(53) },
        spec: { schedule: '0 3 * * *', jobTemplate: { spec: { template: podOfJob } } },
      },
      [`metadata.name: is too long; got "${'a'.repeat(53)}"; allowed: at most 52 characters; fix: use a shorter name`],
    ],
    [
      'the keys of a Secret, without its values',
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata,
        type: 'kubernetes.io/tls',
        stringData: { 'tls.crt': 'pem', 'a b': 'x' },
      },
      [
        "stringData[\"a b\"]: must be a valid key of a Secret or ConfigMap; got \"a b\"; allowed: at most 253 letters, digits, '-', '_' and '.', not starting with '..'; fix: rename it",
        'data["tls.key"]: is required by the type kubernetes.io/tls; allowed: a value; fix: add it, or use the type Opaque',
      ],
    ],
    [
      'the credentials of a registry',
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata,
        type: 'kubernetes.io/dockerconfigjson',
        data: { '.dockerconfigjson': 'YQ==' },
      },
      [
        'data[".dockerconfigjson"]: must be JSON; allowed: an object in JSON; fix: create it with kubectl create secret docker-registry',
      ],
    ],
    [
      'the rules of a Role',
      { apiVersion: RBAC, kind: 'Role', metadata, rules: [{ apiGroups: [], resources: ['pods'], verbs: [] }] },
      [
        "rules[0].verbs: is required; got []; allowed: a list with at least one item; fix: use a value such as ['get']",
        "rules[0].apiGroups: is required; got []; allowed: a list with at least one item; fix: use a value such as ['']",
      ],
    ],
    [
      'the subjects of a RoleBinding',
      {
        apiVersion: RBAC,
        kind: 'RoleBinding',
        metadata,
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Roles', name: 'ci' },
        subjects: [{ kind: 'ServiceAccount', name: 'ci', apiGroup: 'apps' }],
      },
      [
        'roleRef.kind: must be one of the values that Kubernetes supports; got "Roles"; allowed: Role, ClusterRole; fix: write Role',
        'subjects[0].apiGroup: is not supported for a ServiceAccount; got "apps"; allowed: no group; fix: remove it',
      ],
    ],
  ])('%s', (_title, object, expected) => {
    expect(messages(object)).toEqual(expected);
  });
});

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

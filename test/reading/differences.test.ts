import { ApiObject, JsonPatch, Testing } from 'cdk8s';
import { differences } from '../../src/reading/differences';

const reason = ({ field }: { readonly field: string }): string => field;

function changes(made: object, wanted: object): object[] {
  return differences(made, wanted, reason).map(({ why: _, ...patch }) => patch);
}

/** Returns the object after the patches are applied. */
function patched(made: object, wanted: object): object {
  const object = new ApiObject(Testing.chart(), 'object', { apiVersion: 'v1', kind: 'Test', ...made } as never);
  for (const { op, path, from, value } of differences(made, wanted, reason)) {
    object.addJsonPatch(
      op === 'move'
        ? JsonPatch.move(from!, path)
        : op === 'remove'
          ? JsonPatch.remove(path)
          : JsonPatch[op](path, value),
    );
  }
  const { apiVersion: _apiVersion, kind: _kind, metadata: _metadata, ...rest } = object.toJson();
  return rest;
}

const pod = (spec: object): object => ({ spec: { template: { spec } } });

describe('differences', () => {
  test('adds, removes and replaces fields', () => {
    expect(changes({ spec: { a: 1, b: 2, c: { d: 3 } } }, { spec: { a: 1, b: 4, e: [5] } })).toEqual([
      { op: 'replace', path: '/spec/b', value: 4 },
      { op: 'remove', path: '/spec/c' },
      { op: 'add', path: '/spec/e', value: [5] },
    ]);
  });

  test('writes no nulls, which the API server treats as absent', () => {
    expect(changes({}, { lifecycle: { preStop: null, postStart: { exec: { command: null } } } })).toEqual([
      { op: 'add', path: '/lifecycle', value: { postStart: { exec: {} } } },
    ]);
  });

  test('escapes keys with slashes and tildes', () => {
    expect(
      changes({ metadata: { labels: { 'a/b': 'x' } } }, { metadata: { labels: { 'a/b': 'y', 'c~d': 'z' } } }),
    ).toEqual([
      { op: 'replace', path: '/metadata/labels/a~1b', value: 'y' },
      { op: 'add', path: '/metadata/labels/c~0d', value: 'z' },
    ]);
  });

  test('replaces a map of labels as a whole if many of them change', () => {
    const labels = { a: '1', b: '2', c: '3' };
    expect(changes({ metadata: { labels } }, { metadata: { labels: { app: 'x' } } })).toEqual([
      { op: 'replace', path: '/metadata/labels', value: { app: 'x' } },
    ]);
  });

  test('matches items of lists by name, at any position', () => {
    const made = pod({
      volumes: [
        { name: 'cache', emptyDir: { medium: 'Memory' } },
        { name: 'socket', hostPath: { path: '/a' } },
      ],
    });
    const wanted = pod({
      volumes: [
        { name: 'socket', hostPath: { path: '/b' } },
        { name: 'cache', emptyDir: { medium: 'Memory' } },
      ],
    });
    expect(changes(made, wanted)).toEqual([
      { op: 'move', from: '/spec/template/spec/volumes/0', path: '/spec/template/spec/volumes/1' },
      { op: 'replace', path: '/spec/template/spec/volumes/0/hostPath/path', value: '/b' },
    ]);
    expect(patched(made, wanted)).toEqual(wanted);
  });

  test('matches mounts by path, because a volume can be mounted twice', () => {
    const mount = (mountPath: string, rest = {}): object => ({ name: 'config', mountPath, ...rest });
    const made = pod({ volumeMounts: [mount('/a', { readOnly: true }), mount('/b')] });
    expect(changes(made, pod({ volumeMounts: [mount('/a'), mount('/b')] }))).toEqual([
      { op: 'remove', path: '/spec/template/spec/volumeMounts/0/readOnly' },
    ]);
  });

  test('treats one item with another name as the same item', () => {
    const container = (name: string): object => pod({ containers: [{ name, image: 'engine' }, { name: 'sidecar' }] });
    expect(changes(container('dagger-engine'), container('engine'))).toEqual([
      { op: 'replace', path: '/spec/template/spec/containers/0/name', value: 'engine' },
    ]);
  });

  test('replaces a list whose items have no identity', () => {
    expect(changes({ spec: { args: ['a', 'b'] } }, { spec: { args: ['b'] } })).toEqual([
      { op: 'replace', path: '/spec/args', value: ['b'] },
    ]);
    const twice = [
      { name: 'A', value: '1' },
      { name: 'A', value: '2' },
    ];
    expect(changes({ env: [{ name: 'A', value: '1' }] }, { env: twice })).toEqual([
      { op: 'replace', path: '/env', value: twice },
    ]);
  });

  test('ignores values that the API server writes for absent fields, on either side', () => {
    const written = pod({
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      securityContext: {},
      containers: [
        {
          name: 'a',
          resources: {},
          ports: [{ containerPort: 1, protocol: 'TCP' }],
          livenessProbe: { periodSeconds: 10 },
        },
      ],
    });
    const short = pod({ containers: [{ name: 'a', ports: [{ containerPort: 1 }], livenessProbe: {} }] });
    expect(changes(written, short)).toEqual([]);
    expect(changes(short, written)).toEqual([]);
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } };
    expect(changes({ spec: {} }, { spec: { strategy } })).toEqual([]);
  });

  test.each([
    ['the grace period of a probe', { livenessProbe: { terminationGracePeriodSeconds: 30 } }],
    ['the restart policy of a native sidecar', { initContainers: [{ name: 'a', restartPolicy: 'Always' }] }],
    ['an empty cache limit', { volumes: [{ name: 'a', emptyDir: { sizeLimit: '1Gi' } }] }],
  ])('does not ignore %s', (_, spec) => {
    expect(changes(pod({}), pod(spec))).not.toEqual([]);
  });

  test('compares quantities by value', () => {
    const limits = (cpu: unknown): object => ({ resources: { limits: { cpu } } });
    expect(changes(limits('4'), limits(4))).toEqual([]);
    expect(changes(limits('1000m'), limits('1'))).toEqual([]);
    expect(changes(limits('4'), limits('5'))).toEqual([{ op: 'replace', path: '/resources/limits/cpu', value: '5' }]);
  });
});

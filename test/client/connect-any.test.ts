import { ApiObject, Chart, Include, JsonPatch, Testing, Yaml } from 'cdk8s';
import { Deployment, k8s, Node, NodeTaintQuery, TaintEffect, Volume } from 'cdk8s-plus-28';
import { Construct, type IConstruct } from 'constructs';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CacheVolume, CliInstall, EngineSidecar, Listener, type ConnectOptions } from '../../src/index';
import { chart, daemonSet, refusal, statefulSet, VERSION, warnings } from '../engines';

const tcp = { listener: Listener.insecureTcp() };
const ADDRESS = { name: '_EXPERIMENTAL_DAGGER_RUNNER_HOST', value: 'tcp://engine.ci.svc:1234' };
const LABEL = { 'cdk8s-dagger.github.io/client-of-engine': 'ci' };
const POD = { spec: { containers: [{ name: 'build', image: 'build:1' }], restartPolicy: 'Never' } };

/** Returns the first rendered object of a kind, ignoring the engine's objects. */
function written(scope: Chart, kind: string): any {
  return Testing.synth(scope).find((object) => object.kind === kind && !object.metadata.name.startsWith('engine'));
}

/** The spec of a long-running workload. */
const SERVING = {
  selector: { matchLabels: { app: 'client' } },
  template: { metadata: { labels: { app: 'client' } }, spec: { ...POD.spec, restartPolicy: 'Always' } },
};

/** Creates an ApiObject, as programs do that use neither cdk8s-plus nor generated classes. */
function plain(scope: Construct, kind: string, apiVersion: string, spec: object): ApiObject {
  return new ApiObject(scope, kind.toLowerCase(), { apiVersion, kind, spec });
}

describe('connects a pod in', () => {
  test.each<[string, (scope: Chart) => IConstruct, string, (object: any) => any, ConnectOptions?]>([
    [
      'an L1 Deployment',
      (scope) => new k8s.KubeDeployment(scope, 'l1', { spec: SERVING }),
      'Deployment',
      ({ spec }) => spec.template,
    ],
    [
      'an L1 CronJob',
      (scope) =>
        new k8s.KubeCronJob(scope, 'l1', { spec: { schedule: '@daily', jobTemplate: { spec: { template: POD } } } }),
      'CronJob',
      ({ spec }) => spec.jobTemplate.spec.template,
    ],
    ['an L1 Pod', (scope) => new k8s.KubePod(scope, 'l1', POD), 'Pod', (object) => object],
    [
      'an ApiObject',
      (scope) => plain(scope, 'StatefulSet', 'apps/v1', SERVING),
      'StatefulSet',
      ({ spec }) => spec.template,
    ],
    [
      'an Argo Rollout',
      (scope) => plain(scope, 'Rollout', 'argoproj.io/v1alpha1', { template: POD }),
      'Rollout',
      ({ spec }) => spec.template,
      { podTemplatePath: '/spec/template' },
    ],
    [
      'a Knative Service',
      (scope) => plain(scope, 'Service', 'serving.knative.dev/v1', { template: POD }),
      'Service',
      ({ spec }) => spec.template,
      { podTemplatePath: '/spec/template' },
    ],
    [
      'a template in a list',
      (scope) => plain(scope, 'JobSet', 'jobset.x-k8s.io/v1alpha2', { 'jobs/~': [{}, { template: POD }] }),
      'JobSet',
      ({ spec }) => spec['jobs/~'][1].template,
      { podTemplatePath: '/spec/jobs~1~0/1/template' },
    ],
    [
      'the only pod below a construct',
      (scope) => {
        const parent = new Construct(scope, 'parent');
        plain(parent, 'ConfigMap', 'v1', {});
        plain(parent, 'Job', 'batch/v1', { template: POD });
        return parent;
      },
      'Job',
      ({ spec }) => spec.template,
    ],
    [
      'a manifest from a file',
      (scope) => {
        const url = join(mkdtempSync(join(tmpdir(), 'cdk8s-dagger-')), 'job.yaml');
        writeFileSync(
          url,
          Yaml.stringify({
            apiVersion: 'batch/v1',
            kind: 'Job',
            metadata: { name: 'job', namespace: 'ci' },
            spec: { template: POD },
          }),
        );
        return new Include(scope, 'include', { url });
      },
      'Job',
      ({ spec }) => spec.template,
    ],
  ])('%s', (_, made, kind, template, options = {}) => {
    const scope = chart();
    statefulSet(tcp, scope).connect(made(scope), { name: 'client', ...options });
    expect(template(written(scope, kind))).toMatchObject({
      metadata: { labels: LABEL },
      spec: { containers: [{ name: 'build', env: [ADDRESS] }] },
    });
  });
});

describe('keeps changes that come before or after the connection', () => {
  const engineOf = (scope: Chart) =>
    daemonSet(
      {
        nodeSelector: { pool: 'builds' },
        tolerations: [{ operator: 'Exists', effect: 'NoSchedule' }],
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: 'disk', operator: 'Exists' }] }],
            },
          },
        },
      },
      scope,
    );
  const connected = (before: (made: Deployment) => void, after: (made: Deployment) => void): any => {
    const scope = chart();
    const made = new Deployment(scope, 'runner', { containers: [{ name: 'runner', image: 'runner:1' }] });
    const engine = engineOf(scope);
    before(made);
    engine.connect(made, { cli: CliInstall.fromEngineImage() });
    after(made);
    return written(scope, 'Deployment').spec.template.spec;
  };
  const CHANGES: { readonly [what: string]: (made: Deployment) => void } = {
    'a container': (made) => made.addContainer({ name: 'second', image: 'second:1' }),
    'an init container': (made) => made.addInitContainer({ name: 'clone', image: 'git:1' }),
    'a volume': (made) => made.containers[0]!.mount('/data', Volume.fromEmptyDir(made, 'data', 'data')),
    'a toleration': (made) =>
      made.scheduling.tolerate(Node.tainted(NodeTaintQuery.exists('spot', { effect: TaintEffect.NO_EXECUTE }))),
    'a patch of the groups': (made) =>
      ApiObject.of(made).addJsonPatch(JsonPatch.add('/spec/template/spec/securityContext/supplementalGroups', [7])),
    'a patch of the node selector': (made) =>
      ApiObject.of(made).addJsonPatch(JsonPatch.add('/spec/template/spec/nodeSelector', { zone: 'a' })),
    'a label': (made) => made.podMetadata.addLabel('team', 'ci'),
  };

  test.each(Object.entries(CHANGES))('keeps %s', (_, change) => {
    expect(connected(() => undefined, change)).toEqual(connected(change, () => undefined));
  });

  test('keeps all of them together', () => {
    const spec = connected(
      (made) => Object.values(CHANGES).forEach((change) => change(made)),
      () => undefined,
    );
    expect(spec).toMatchObject({
      nodeSelector: { zone: 'a', pool: 'builds' },
      securityContext: { supplementalGroups: [7, 1001] },
      tolerations: [
        { key: 'spot', operator: 'Exists', effect: 'NoExecute' },
        { operator: 'Exists', effect: 'NoSchedule' },
      ],
    });
    expect(spec.initContainers.map(({ name }: any) => name)).toEqual(['cli-engine', 'clone']);
    expect(spec.containers.map(({ env, name }: any) => [name, env?.length])).toEqual([
      ['runner', 1],
      ['second', 1],
    ]);
  });

  test('does not widen a toleration', () => {
    const { tolerations } = connected(
      () => undefined,
      () => undefined,
    );
    expect(tolerations).toEqual([{ operator: 'Exists', effect: 'NoSchedule' }]);
  });

  test('joins both node affinities in each combination of their terms', () => {
    const term = (key: string) => ({ matchExpressions: [{ key, operator: 'Exists' }] });
    const spec = connected(
      (made) =>
        ApiObject.of(made).addJsonPatch(
          JsonPatch.add('/spec/template/spec/affinity', {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term('a'), term('b')] },
            },
          }),
        ),
      () => undefined,
    );
    expect(spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms).toEqual(
      ['a', 'b'].map((key) => ({
        matchExpressions: [...term(key).matchExpressions, ...term('disk').matchExpressions],
      })),
    );
  });
});

test('keeps fields that the generated classes lack', () => {
  const scope = chart();
  const template = {
    spec: { ...POD.spec, hostUsers: false, resources: { limits: { cpu: '1' } }, newField: { a: [1] } },
  };
  statefulSet(tcp, scope).connect(plain(scope, 'Job', 'batch/v1', { template }));
  expect(written(scope, 'Job').spec.template.spec).toMatchObject({
    hostUsers: false,
    resources: { limits: { cpu: '1' } },
    newField: { a: [1] },
  });
});

test('connects an object that is rendered on its own', () => {
  const scope = chart();
  const job = plain(scope, 'Job', 'batch/v1', { template: POD });
  statefulSet(tcp, scope).connect(job);
  expect(job.toJson().spec.template.spec.containers[0].env).toEqual([ADDRESS]);
  expect(job.toJson()).toEqual(written(scope, 'Job'));
});

test('throws a problem when an object is rendered on its own', () => {
  const scope = chart();
  const job = plain(scope, 'Job', 'batch/v1', { template: POD });
  statefulSet(tcp, scope).connect(job, { containers: ['test'] });
  expect(refusal(() => job.toJson())).toEqual([
    '[test/engine -> test/job] connect has 1 problem:',
    'spec.containers: the pod has no container with this name; got "test"; allowed: build; fix: use one of these names',
  ]);
});

describe('a sidecar engine in the pod of a construct', () => {
  const sidecar = (scope: Chart, cache?: CacheVolume) =>
    new EngineSidecar(scope, 'builder', { version: VERSION, cache });

  test('is added to a plain object', () => {
    const scope = chart();
    const job = plain(scope, 'Job', 'batch/v1', { template: POD });
    sidecar(scope).connect(job);
    expect(written(scope, 'Job').spec.template.spec).toMatchObject({
      initContainers: [{ name: 'dagger-engine', restartPolicy: 'Always' }],
      containers: [{ name: 'build', env: [{ value: 'unix:///run/dagger/engine.sock' }] }],
    });
  });

  test('is added to a workload of cdk8s-plus-28 only once', () => {
    const scope = chart();
    const made = new Deployment(scope, 'runner', { containers: [{ name: 'runner', image: 'runner:1' }] });
    const engine = sidecar(scope);
    engine.connect(made);
    engine.connect(made);
    const { containers, initContainers, volumes } = written(scope, 'Deployment').spec.template.spec;
    expect([containers.length, initContainers.length, volumes.length]).toEqual([1, 1, 2]);
  });

  test('causes a warning if its cache outlives the pod and the grace period is short', () => {
    const scope = chart();
    const template = { spec: { ...POD.spec, terminationGracePeriodSeconds: 30 } };
    sidecar(scope, CacheVolume.fromClaimName('builds')).connect(plain(scope, 'Job', 'batch/v1', { template }));
    expect(warnings(scope)).toContain(
      '[test/builder] warning short-grace-period: spec.terminationGracePeriodSeconds: the pod has 30 s to stop. In v0.21.0 and later, an engine that is killed before it has written its cache deletes the whole cache at the next start; fix: use 600 s',
    );
  });
});

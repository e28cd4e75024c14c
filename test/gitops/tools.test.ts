import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, App, Chart, Duration, Size, Testing } from 'cdk8s';
import {
  ArgoCdApplication,
  Autoscaling,
  CacheVolume,
  ClaimRetention,
  Drain,
  EngineDaemonSet,
  EngineDaemonSetUpdateStrategy,
  EngineDeployment,
  EngineStatefulSet,
  EngineStatefulSetUpdateStrategy,
  FluxKustomization,
  FluxSourceKind,
  PodCount,
  ScaleIn,
  ScaleMetric,
} from '../../src/index';

const COMMON = { version: 'v0.21.7', resources: { requests: { cpu: '2', memory: '8Gi' } } };

function charts(): { readonly ci: Chart; readonly tools: Chart } {
  const app = new App();
  return { ci: new Chart(app, 'ci', { namespace: 'ci' }), tools: new Chart(app, 'tools') };
}

const pool = (scope: Chart, more: object = {}): EngineStatefulSet =>
  new EngineStatefulSet(scope, 'pool', {
    ...COMMON,
    replicas: 3,
    cache: CacheVolume.claimTemplate({ size: Size.gibibytes(100) }),
    ...more,
  });
const nodes = (scope: Chart, more: object = {}): EngineDaemonSet =>
  new EngineDaemonSet(scope, 'nodes', { ...COMMON, ...more });

beforeEach(() => void jest.spyOn(console, 'warn').mockReset().mockImplementation());

describe('ArgoCdApplication', () => {
  const props = { repoUrl: 'https://git.example.com/ci/manifests.git' };

  test('writes an Application', () => {
    const { ci, tools } = charts();
    pool(ci);
    new ArgoCdApplication(tools, 'engines', { charts: [ci], ...props });
    expect(Testing.synth(tools)).toEqual([
      {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Application',
        metadata: { name: 'engines', namespace: 'argocd', labels: { 'app.kubernetes.io/name': 'dagger-engine' } },
        spec: {
          project: 'default',
          source: { repoURL: 'https://git.example.com/ci/manifests.git', path: 'dist', targetRevision: 'HEAD' },
          destination: { server: 'https://kubernetes.default.svc', namespace: 'ci' },
          syncPolicy: {
            automated: { prune: true, selfHeal: true },
            syncOptions: ['ServerSideApply=true', 'RespectIgnoreDifferences=true'],
            retry: { limit: 5, backoff: { duration: '30s', factor: 2, maxDuration: '10m' } },
          },
        },
      },
    ]);
  });

  test('ignores the number of pods that an autoscaler changes, if the manifest has one', () => {
    const { ci, tools } = charts();
    new ArgoCdApplication(tools, 'engines', { charts: [ci], ...props });
    // The library writes no number for this engine.
    pool(ci, {
      replicas: undefined,
      autoscaling: Autoscaling.horizontal({
        maxReplicas: 3,
        scaleIn: ScaleIn.disabled(),
        metrics: [ScaleMetric.cpu({ utilization: 70 })],
      }),
    });
    const runner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'runner' };
    new ApiObject(ci, 'runner', {
      apiVersion: runner.apiVersion,
      kind: runner.kind,
      metadata: { name: runner.name },
      spec: { replicas: 2, template: { spec: { containers: [{ name: 'runner' }] } } },
    });
    new ApiObject(ci, 'scaler', {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'runner' },
      spec: { scaleTargetRef: runner, maxReplicas: 5 },
    });
    expect(Testing.synth(tools)[0].spec.ignoreDifferences).toEqual([
      { group: 'apps', kind: 'Deployment', name: 'runner', namespace: 'ci', jsonPointers: ['/spec/replicas'] },
    ]);
  });

  test('returns the time of an update', () => {
    const { ci, tools } = charts();
    const application = new ArgoCdApplication(tools, 'engines', { charts: [ci], ...props });
    const engine = pool(ci);
    expect(application.rolloutTimeout()?.toSeconds()).toBe(engine.rolloutTimeout()?.toSeconds());
    nodes(ci);
    expect(application.rolloutTimeout()).toBeUndefined();
  });

  test('warns if it has the name of an engine in any chart, whose claims have its tracking label', () => {
    const { ci, tools } = charts();
    const other = new Chart(ci.node.scope!, 'other', { namespace: 'other' });
    new ArgoCdApplication(tools, 'pool', { charts: [ci], ...props });
    pool(other);
    Testing.synth(tools);
    expect(jest.mocked(console.warn).mock.calls.flat()).toEqual([
      '[tools/pool] warning cache-can-be-pruned: name: claims of StatefulSet pool have the label app.kubernetes.io/instance: pool. If Argo CD tracks objects by this label, the default before 3.0, it prunes these claims, and the caches with them, when it prunes the StatefulSet; fix: use another name, or accept this risk if Argo CD tracks objects by annotation',
    ]);
  });

  test.each([
    ['another name', 'engines', {}],
    [
      'claims that belong to the StatefulSet',
      'pool',
      { cache: CacheVolume.claimTemplate({ size: Size.gibibytes(100), whenDeleted: ClaimRetention.DELETE }) },
    ],
    ['other labels', 'pool', { takeOver: true, podSelector: { engine: 'one' } }],
  ])('does not warn about claims with %s', (_, name, more) => {
    const { ci, tools } = charts();
    new ArgoCdApplication(tools, 'application', { charts: [ci], name, ...props });
    pool(ci, more);
    Testing.synth(tools);
    expect(jest.mocked(console.warn).mock.calls.flat().join()).not.toContain('[tools/');
  });

  test('rejects invalid properties', () => {
    const { ci, tools } = charts();
    expect(
      () =>
        new ArgoCdApplication(tools, 'engines', {
          charts: [ci],
          repoUrl: 'https://ci:hunter2@git.example.com/ci.git',
          path: '../dist',
          name: 'Engines',
          maxNodes: 0,
        }),
    ).toThrow(`\
[tools/engines] ArgoCdApplication has 4 problems:
  - name: must be a valid object name; got "Engines"; allowed: lower-case letters, digits, '-' and '.', at most 253 characters; fix: set the name to "engines"
  - repoUrl: must not contain credentials; allowed: a URL such as https://git.example.com/ci/manifests.git or git@git.example.com:ci/manifests.git; fix: store the credentials in a Secret of the GitOps tool
  - path: must be a directory in the repository; got "../dist"; allowed: a relative path without ..; fix: use a path such as 'dist'
  - maxNodes: must be a number of nodes; got 0; allowed: a whole number of at least 1; fix: set it to the highest number of nodes that the cluster can have`);
    expect(
      () => new ArgoCdApplication(tools, 'url', { charts: [ci], repoUrl: 'git.example.com/ci?token=hunter2' }),
    ).toThrow(/^(?!.*hunter2).*repoUrl: must not contain credentials/s);
    expect(
      () => new ArgoCdApplication(tools, 'server', { charts: [ci], ...props, server: 'https://a:hunter2@b' }),
    ).toThrow(/^(?!.*hunter2).*server: must not contain credentials/s);
    expect(() => new ArgoCdApplication(tools, 'third', { charts: ['ci'], ...props } as never)).toThrow('charts[0]');
  });
});

describe('FluxKustomization', () => {
  test('writes a Kustomization whose timeout covers the drains of all engines', () => {
    const { ci, tools } = charts();
    new FluxKustomization(tools, 'engines', { charts: [ci], sourceName: 'manifests', dependsOn: ['cert-manager'] });
    const engine = pool(ci, { drain: Drain.untilIdle({ atMost: Duration.minutes(20) }) });
    // 3 engines, each with a drain of 20 minutes, the time to disconnect clients and to stop, and the time to start.
    expect(engine.rolloutTimeout()?.toSeconds()).toBe(7425);
    expect(Testing.synth(tools)).toEqual([
      {
        apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
        kind: 'Kustomization',
        metadata: { name: 'engines', namespace: 'flux-system', labels: { 'app.kubernetes.io/name': 'dagger-engine' } },
        spec: {
          interval: '10m0s',
          timeout: '2h3m45s',
          sourceRef: { kind: 'GitRepository', name: 'manifests' },
          path: './dist',
          prune: true,
          wait: true,
          dependsOn: [{ name: 'cert-manager' }],
        },
      },
    ]);
  });

  const timeout = (build: (ci: Chart) => void, more: object = {}): string => {
    const { ci, tools } = charts();
    build(ci);
    new FluxKustomization(tools, 'engines', { charts: [ci], sourceName: 'manifests', ...more });
    return Testing.synth(tools)[0].spec.timeout;
  };

  const rolloutSeconds = (build: (ci: Chart) => void, maxNodes: number): number => {
    const { ci, tools } = charts();
    build(ci);
    const application = new ArgoCdApplication(tools, 'engines', {
      charts: [ci],
      repoUrl: 'git@example.com:ci',
      maxNodes,
    });
    return application.rolloutTimeout()!.toSeconds();
  };

  test.each([
    [45, '45s'],
    [60, '1m0s'],
    [600, '10m0s'],
    [3600, '1h0m0s'],
    [7425, '2h3m45s'],
  ])('writes %i s as Flux does', (seconds, written) => {
    expect(timeout(() => undefined, { timeout: Duration.seconds(seconds) })).toBe(written);
  });

  test('counts the highest number of autoscaled engines', () => {
    const autoscaling = Autoscaling.horizontal({
      maxReplicas: 6,
      scaleIn: ScaleIn.disabled(),
      metrics: [ScaleMetric.cpu({ utilization: 70 })],
    });
    expect(timeout((ci) => pool(ci, { replicas: undefined, autoscaling }))).toBe(
      timeout((ci) => pool(ci, { replicas: 6 })),
    );
  });

  test.each([0, 1])('covers the drain of engines that stop if there will be %i', (replicas) => {
    const drain = Drain.untilIdle({ atMost: Duration.hours(3) });
    const partition = EngineStatefulSetUpdateStrategy.rollingUpdate({ partition: replicas });
    const { ci, tools } = charts();
    pool(ci, { replicas, drain, updateStrategy: partition });
    const application = new ArgoCdApplication(tools, 'engines', {
      charts: [ci],
      repoUrl: 'git@git.example.com:ci.git',
    });
    expect(application.rolloutTimeout()?.toSeconds()).toBeGreaterThan(3 * 3600);
    expect(timeout((chart) => pool(chart, { replicas, drain, updateStrategy: partition }))).toBe('3h6m15s');
  });

  test('counts the nodes of a DaemonSet', () => {
    const one = rolloutSeconds((ci) => nodes(ci), 1);
    expect(rolloutSeconds((ci) => nodes(ci), 12)).toBe(12 * one);
    const updateStrategy = EngineDaemonSetUpdateStrategy.rollingUpdate({ maxUnavailable: PodCount.percent(20) });
    expect(rolloutSeconds((ci) => nodes(ci, { updateStrategy }), 12)).toBe(4 * one);
    expect(timeout((ci) => nodes(ci, { updateStrategy: EngineDaemonSetUpdateStrategy.onDelete() }))).toBe('5m0s');
  });

  test('uses the slowest workload, because all are updated at the same time', () => {
    const deployment = (ci: Chart): void =>
      void new EngineDeployment(ci, 'burst', { ...COMMON, cache: CacheVolume.emptyDir() });
    expect(
      timeout((ci) => {
        pool(ci);
        deployment(ci);
      }),
    ).toBe(timeout(pool));
  });

  test('requires the number of nodes of a DaemonSet', () => {
    expect(() => timeout(nodes)).toThrow('maxNodes: is missing');
    expect(timeout(nodes, { timeout: Duration.hours(1) })).toBe('1h0m0s');
  });

  test('depends on Kustomizations in its namespace and in others', () => {
    const { ci, tools } = charts();
    new FluxKustomization(tools, 'engines', {
      charts: [ci],
      sourceName: 'manifests',
      dependsOn: ['keda', 'operators/engines'],
    });
    expect(Testing.synth(tools)[0].spec.dependsOn).toEqual([
      { name: 'keda' },
      { namespace: 'operators', name: 'engines' },
    ]);
  });

  test.each([
    ['.', './'],
    ['./', './'],
    ['./engines/', './engines/'],
    ['engines//ci', './engines/ci'],
  ])('writes the path %s as %s', (path, written) => {
    const { ci, tools } = charts();
    new FluxKustomization(tools, 'engines', { charts: [ci], sourceName: 'manifests', path });
    expect(Testing.synth(tools)[0].spec.path).toBe(written);
  });

  test('refers to a source of another kind and namespace', () => {
    const { ci, tools } = charts();
    new FluxKustomization(tools, 'engines', {
      charts: [ci],
      sourceName: 'manifests',
      sourceKind: FluxSourceKind.OCI_REPOSITORY,
      sourceNamespace: 'sources',
      path: './engines',
      prune: false,
    });
    expect(Testing.synth(tools)[0].spec).toMatchObject({
      sourceRef: { kind: 'OCIRepository', name: 'manifests', namespace: 'sources' },
      path: './engines',
      prune: false,
    });
  });

  test('rejects invalid properties', () => {
    const { ci, tools } = charts();
    expect(
      () =>
        new FluxKustomization(tools, 'engines', {
          charts: [ci],
          sourceName: 'Manifests',
          interval: Duration.seconds(0),
          dependsOn: ['keda', '_'],
        }),
    ).toThrow(`\
[tools/engines] FluxKustomization has 3 problems:
  - sourceName: must be a valid object name; got "Manifests"; allowed: lower-case letters, digits, '-' and '.', at most 253 characters; fix: set the name to "manifests"
  - dependsOn[1]: must be a valid object name; got "_"; allowed: lower-case letters, digits, '-' and '.', at most 253 characters; fix: set a name
  - interval: must be a duration that Kubernetes supports; got "0 s"; allowed: a whole number of seconds, at least 1; fix: use a value such as Duration.seconds(1)`);
  });
});

test('tools for the same charts render the workloads once in a synth', () => {
  const renders = (addTools: (ci: Chart, tools: Chart) => void): number => {
    const app = new App({ outdir: mkdtempSync(join(tmpdir(), 'tools-')) });
    const [ci, tools] = [new Chart(app, 'ci', { namespace: 'ci' }), new Chart(app, 'tools')];
    const rendered = jest.spyOn(pool(ci).workload, 'toJson');
    addTools(ci, tools);
    app.synth();
    rmSync(app.outdir, { recursive: true });
    return rendered.mock.calls.length;
  };
  const both = (ci: Chart, tools: Chart): void => {
    new FluxKustomization(tools, 'flux', { charts: [ci], sourceName: 'manifests' });
    new ArgoCdApplication(tools, 'argo-cd', { charts: [ci], repoUrl: 'https://git.example.com/ci/manifests.git' });
  };
  expect(renders(both)).toBe(renders(() => undefined) + 1);
});

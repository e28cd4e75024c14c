import { ApiObject, Chart, JsonPatch, Size } from 'cdk8s';
import { Deployment, k8s } from 'cdk8s-plus-28';
import {
  CacheVolume,
  Cluster,
  EngineSidecar,
  EngineRisk,
  Listener,
  NetworkPeer,
  Risks,
  type Engine,
} from '../../src/index';
import { accept, VERSION, chart, container, daemonSet, statefulSet, warnings, workload } from '../engines';
import { engine as handwritten, service } from '../reading/manifests';

const CONTAINER = '/spec/template/spec/containers/0';

function patched(engine: Engine, ...patches: JsonPatch[]): Engine {
  engine.workload.addJsonPatch(...patches);
  return engine;
}

const unprivileged = JsonPatch.replace(`${CONTAINER}/securityContext/privileged`, false);
const finding =
  "[test/engine] error unprivileged-engine: DaemonSet spec.template.spec.containers[0].securityContext: without privileges, the engine can't mount file systems, create network namespaces or run containers; fix: set privileged: true";

describe('engines with JSON patches', () => {
  it('reports a finding that a patch causes', () => {
    expect(warnings(patched(daemonSet(), unprivileged))).toEqual([finding]);
  });

  it('reports it at each synth', () => {
    const engine = patched(daemonSet(), unprivileged);
    expect(warnings(engine)).toEqual([finding]);
    engine.workload.addJsonPatch(JsonPatch.remove(`${CONTAINER}/readinessProbe`));
    expect(warnings(engine)).toEqual([]);
  });

  it('evaluates the rules of the constructs', () => {
    const grace = JsonPatch.replace('/spec/template/spec/terminationGracePeriodSeconds', 30);
    expect(warnings(patched(statefulSet(), grace))).toEqual([
      '[test/engine] error grace-below-pre-stop: StatefulSet spec.template.spec.terminationGracePeriodSeconds: the drain waits for up to 180 s, and the engine needs up to 75 s after that; got "30 s"; allowed: at least 255 s; fix: set terminationGracePeriodSeconds to the duration of the hook plus 600',
    ]);
  });

  it('reports no finding that the engine has without the patch', () => {
    const engine = statefulSet({ listener: Listener.insecureTcp() });
    engine.allowFrom(NetworkPeer.cidr('10.0.0.0/8'));
    const moved = JsonPatch.add(`${CONTAINER}/env`, [{ name: 'A', value: 'b' }]);
    expect(warnings(patched(engine, moved, JsonPatch.add(`${CONTAINER}/args/0`, '--debug')))).toEqual([]);
  });

  it.each([
    ['by the engine', () => daemonSet({ acceptRisks: [accept(EngineRisk.UNPRIVILEGED_ENGINE)] })],
    ['for the property', () => daemonSet({ acceptRisks: [accept(EngineRisk.UNPRIVILEGED_ENGINE, 'security')] })],
    [
      'by the chart',
      () => {
        const scope = chart();
        Risks.of(scope).accept(EngineRisk.UNPRIVILEGED_ENGINE, 'fine in a test');
        return daemonSet({}, scope);
      },
    ],
  ])('is silent about a risk that is accepted %s', (_title, make) => {
    expect(warnings(patched(make(), unprivileged))).toEqual([]);
  });

  it('counts an acceptance for a patch as used', () => {
    const grace = JsonPatch.replace('/spec/template/spec/terminationGracePeriodSeconds', 30);
    const engine = patched(statefulSet({ acceptRisks: [accept(EngineRisk.GRACE_BELOW_PRE_STOP)] }), grace);
    expect(warnings(engine)).toEqual([]);
    expect(workload(engine).metadata.annotations).toEqual({
      'cdk8s-dagger.github.io/accepted-risks': 'grace-below-pre-stop: fine in a test',
    });
  });

  it('reports a patch that the API server rejects once', () => {
    const engine = patched(daemonSet(), unprivileged, JsonPatch.add(`${CONTAINER}/image`, ''));
    expect(() => warnings(engine)).toThrow(/image: /);
  });
});

function add(scope: Chart, id: string, manifest: object): ApiObject {
  return new ApiObject(scope, id, { metadata: {}, ...manifest } as never);
}

function nested(scope: Chart, id: string): Chart {
  return new Chart(scope, id, { namespace: 'ci' });
}

describe('other objects of the app', () => {
  it('reports a second PodDisruptionBudget of an engine', () => {
    const scope = chart();
    const engine = statefulSet({ replicas: 2 }, scope);
    add(scope, 'budget', {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      spec: { minAvailable: 1, selector: { matchLabels: engine.podSelector } },
    });
    expect(warnings(scope)).toEqual([
      '[test/budget] error blocked-evictions: PodDisruptionBudget spec.selector: the PodDisruptionBudget "engine" selects the same pods, and Kubernetes rejects evictions of pods with two budgets; fix: remove one of them',
    ]);
  });

  it('reports an engine that is not a construct', () => {
    const scope = chart();
    statefulSet({}, scope);
    add(
      scope,
      'mine',
      handwritten(({ container: one, workload: object }) => {
        object.metadata = { name: 'mine' };
        one.securityContext = {};
      }),
    );
    expect(warnings(scope)).toEqual([
      expect.stringContaining('[test/mine] error unprivileged-engine: DaemonSet spec.template.spec.containers[0]'),
    ]);
  });

  it('reports a Service for a port without a listener', () => {
    const scope = chart();
    const engine = statefulSet({}, scope);
    const { spec } = service(8080) as { spec: object };
    add(scope, 'front', { apiVersion: 'v1', kind: 'Service', spec: { ...spec, selector: engine.podSelector } });
    expect(warnings(scope)).toEqual([
      "[test/front] error port-without-listener: Service spec.ports[0]: the Service refers to port 8080, on which the engine doesn't listen; fix: set targetPort to a port on which the engine listens",
    ]);
  });

  it('reports a Service that selects two engines', () => {
    const scope = chart();
    for (const name of ['a', 'b']) {
      const engine = statefulSet({ name, listener: Listener.insecureTcp() }, nested(scope, name));
      engine.allowFrom(NetworkPeer.cidr('10.0.0.0/8'));
    }
    add(scope, 'front', {
      apiVersion: 'v1',
      kind: 'Service',
      spec: { selector: { 'app.kubernetes.io/name': 'dagger-engine' }, ports: [{ port: 1234 }] },
    });
    expect(warnings(scope).filter((line) => line.includes('shared-selector'))).toEqual([
      '[test/front] warning shared-selector: Service spec.selector: the Service selects the engines of StatefulSet a and StatefulSet b, and a client can reach any of them; fix: select a label that only the pods of one workload have',
    ]);
  });

  it('reports the permissions of the service account', () => {
    const scope = chart();
    statefulSet({}, scope);
    add(scope, 'binding', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'ci' }],
    });
    expect(warnings(scope)).toEqual([expect.stringContaining('[test/binding] error broad-role: ClusterRoleBinding')]);
  });

  it('reports clients that look for the socket in another directory', () => {
    const scope = chart();
    daemonSet({}, scope);
    add(scope, 'runner', {
      apiVersion: 'v1',
      kind: 'Pod',
      spec: {
        containers: [{ name: 'runner', image: 'r:1', volumeMounts: [{ name: 'dagger', mountPath: '/run/dagger' }] }],
        volumes: [{ name: 'dagger', hostPath: { path: '/run/dagger' } }],
      },
    });
    expect(warnings(scope)).toEqual([
      expect.stringContaining(
        '[test/runner] warning host-socket-path: Pod spec.volumes[0].hostPath.path: no engine has',
      ),
    ]);
  });

  it('reports clients that stop after the engine whose socket they mount, unless they accept the risk', () => {
    const scope = chart();
    daemonSet({}, scope);
    const client = add(scope, 'runner', {
      apiVersion: 'v1',
      kind: 'Pod',
      spec: {
        priorityClassName: 'system-node-critical',
        containers: [{ name: 'runner', image: 'r:1', volumeMounts: [{ name: 'dagger', mountPath: '/run/dagger' }] }],
        volumes: [{ name: 'dagger', hostPath: { path: '/run/dagger-ci_engine' } }],
      },
    });
    expect(warnings(scope)).toEqual([
      expect.stringContaining('[test/runner] warning stops-after-engine: Pod spec.priorityClassName: Karpenter stops'),
    ]);
    Risks.of(client).accept(EngineRisk.STOPS_AFTER_ENGINE, 'a test');
    expect(warnings(scope)).toEqual([]);
  });

  it.each([true, false])('is silent about engines in jobs, which EngineSidecar reports (native: %s)', (native) => {
    const scope = chart();
    const sidecar = new EngineSidecar(scope, 'builder', {
      version: VERSION,
      native,
      cache: CacheVolume.emptyDir({ sizeLimit: Size.gibibytes(50) }),
    });
    const spec = { restartPolicy: 'Never', containers: [{ name: 'build', image: 'build:1' }] };
    new k8s.KubeJob(scope, 'copied', { spec: { template: { spec: sidecar.podSpec(spec) } } });
    sidecar.connect(new k8s.KubeJob(scope, 'connected', { spec: { template: { spec } } }));
    const lines = warnings(scope);
    expect(lines.filter((line) => !line.startsWith('[test/builder] '))).toEqual([]);
  });

  it('is silent about connected clients and objects of other clusters', () => {
    const scope = chart();
    const engine = daemonSet({}, scope);
    engine.connect(new Deployment(scope, 'runner', { containers: [{ image: 'runner:1' }] }));
    const other = nested(scope, 'other');
    Cluster.separate(other);
    add(other, 'front', {
      apiVersion: 'v1',
      kind: 'Service',
      spec: { selector: engine.podSelector, ports: [{ port: 80 }] },
    });
    expect(warnings(scope)).toEqual([]);
    expect(container(engine).securityContext.privileged).toBe(true);
  });
});

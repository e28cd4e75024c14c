import { ApiObject, JsonPatch, Testing } from 'cdk8s';
import { EngineJson, EngineServiceAccount, Listener, type Engine } from '../../src/index';
import { chart, objects, pod, TOPOLOGIES, workload } from '../engines';

describe.each(Object.entries(TOPOLOGIES))('%s', (_, engine) => {
  test('has its workload as the default child', () => {
    const made = engine();
    expect(ApiObject.of(made)).toBe(made.workload);
  });

  test('exposes every object that it creates', () => {
    const made = engine({
      listener: Listener.insecureTcp(),
      metrics: {},
      serviceAccount: EngineServiceAccount.create(),
      engineJson: EngineJson.raw('{}'),
    });
    const attributes = (of: Engine) => [
      of.workload,
      of.configMap,
      of.service,
      of.headlessService,
      of.metricsService,
      of.networkPolicy,
      of.serviceAccount,
    ];
    const children = made.node.findAll().filter((child) => ApiObject.isApiObject(child));
    expect(children.length).toBeGreaterThanOrEqual(4);
    for (const child of children) {
      expect(attributes(made)).toContain(child);
    }
  });

  describe("accepts JSON patches in the API server's form", () => {
    test('of a field that is newer than Kubernetes 1.28', () => {
      const made = engine();
      ApiObject.of(made).addJsonPatch(
        JsonPatch.add('/spec/template/spec/resources', { limits: { memory: '8Gi' } }),
        JsonPatch.add('/spec/template/spec/containers/0/securityContext/appArmorProfile', { type: 'Unconfined' }),
        JsonPatch.add('/spec/template/spec/volumes/-', {
          name: 'image',
          image: { reference: 'registry.example.com/tools:1' },
        }),
      );
      expect(pod(made).resources).toEqual({ limits: { memory: '8Gi' } });
      expect(pod(made).containers[0].securityContext).toEqual({
        privileged: true,
        appArmorProfile: { type: 'Unconfined' },
      });
      expect(pod(made).volumes).toContainEqual({ name: 'image', image: { reference: 'registry.example.com/tools:1' } });
    });

    test('of numbers and quantities as plain values', () => {
      const made = engine();
      ApiObject.of(made).addJsonPatch(
        JsonPatch.add('/spec/updateStrategy', { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } }),
        JsonPatch.add('/spec/template/spec/containers/0/resources', { limits: { memory: '4Gi', cpu: 2 } }),
      );
      expect(workload(made).spec.updateStrategy).toEqual({
        type: 'RollingUpdate',
        rollingUpdate: { maxUnavailable: 1 },
      });
      expect(pod(made).containers[0].resources).toEqual({ limits: { memory: '4Gi', cpu: 2 } });
    });

    test('in the spelling of the API', () => {
      const made = engine({ listener: Listener.insecureTcp() });
      made.service?.addJsonPatch(
        JsonPatch.add('/spec/clusterIP', '10.96.0.99'),
        JsonPatch.add('/spec/trafficDistribution', 'PreferClose'),
      );
      expect(objects(made)['Service engine'].spec).toMatchObject({
        clusterIP: '10.96.0.99',
        trafficDistribution: 'PreferClose',
      });
    });

    test('that replace and remove fields', () => {
      const made = engine({ metrics: {} });
      ApiObject.of(made).addJsonPatch(
        JsonPatch.remove('/spec/template/spec/containers/0/startupProbe'),
        JsonPatch.replace('/spec/template/spec/automountServiceAccountToken', true),
      );
      made.metricsService?.addJsonPatch(JsonPatch.remove('/spec/publishNotReadyAddresses'));
      expect(pod(made).containers[0]).not.toHaveProperty('startupProbe');
      expect(pod(made).automountServiceAccountToken).toBe(true);
      expect(objects(made)['Service engine-metrics'].spec).not.toHaveProperty('publishNotReadyAddresses');
    });
  });
});

test('supports metadata changes on its objects, like every ApiObject', () => {
  const scope = chart();
  const made = TOPOLOGIES.EngineStatefulSet({}, scope);
  made.workload.metadata.addAnnotation('example.com/owner', 'platform');
  made.configMap?.metadata.addLabel('team', 'builds');
  const [configMap, , statefulSet] = Testing.synth(scope);
  expect(statefulSet.metadata.annotations).toEqual({ 'example.com/owner': 'platform' });
  expect(configMap.metadata.labels.team).toBe('builds');
});

test("has undefined attributes for objects that it doesn't create", () => {
  const { configMap, headlessService, metricsService, service, serviceAccount } = TOPOLOGIES.EngineDaemonSet();
  expect([configMap, headlessService, metricsService, service, serviceAccount]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

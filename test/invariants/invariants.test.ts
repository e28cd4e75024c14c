import { Size } from 'cdk8s';
import { CacheVolume, Listener } from '../../src';
import { chart, statefulSet } from '../engines';
import { INVARIANTS, violations, type Scene } from './invariants';

/** A scene without fault, to be broken. */
function scene(): Scene {
  const engine = statefulSet({
    replicas: 2,
    cache: CacheVolume.claimTemplate({ size: Size.gibibytes(100) }),
    listener: Listener.insecureTcp(),
    metrics: {},
  }, chart());
  return { objects: chartOf(engine), namespaces: ['ci'], isExternal: () => false, isUserVolume: () => false, asksForToken: false, asksForLimits: false };
}

function chartOf({ node }: ReturnType<typeof statefulSet>): any[] {
  return (node.scope as ReturnType<typeof chart>).toJson();
}

type Break = (parts: { workload: any; pod: any; container: any; service: any; config: any; all: any[] }) => unknown;

/** What each rule has to find. */
const BREAKS: { readonly [rule: string]: readonly Break[] } = {
  selectorsMatch: [
    ({ workload }) => { workload.spec.selector.matchLabels.tier = 'other'; },
    ({ service }) => { service.spec.selector = { tier: 'other' }; },
    ({ all, workload }) => all.push({ ...structuredClone(workload), metadata: { name: 'twin', namespace: 'ci' } }),
  ],
  mountsHaveVolumes: [
    ({ container }) => container.volumeMounts.push({ name: 'missing', mountPath: '/missing' }),
    ({ pod }) => pod.volumes.push({ name: 'unused', emptyDir: {} }),
    ({ workload }) => { workload.spec.volumeClaimTemplates[0].metadata.name = 'renamed'; },
    ({ container }) => { container.volumeMounts[0].mountPath = '/var/lib/elsewhere'; },
  ],
  referencesExist: [
    ({ config }) => { config.metadata.name = 'renamed'; },
    ({ config }) => { config.metadata.namespace = 'other'; },
    ({ pod }) => { pod.serviceAccountName = 'missing'; },
    ({ container }) => container.env.push({ name: 'A', valueFrom: { secretKeyRef: { name: 'missing', key: 'a' } } }),
  ],
  configMountsAreKeys: [
    ({ config }) => { config.data = { 'engine.toml': '' }; },
    ({ container }) => { container.volumeMounts = container.volumeMounts.filter(({ name }: any) => name !== 'config'); },
    ({ container }) => { container.volumeMounts.find(({ name }: any) => name === 'config').mountPath = '/etc/dagger/other.json'; },
  ],
  portsAgree: [
    ({ service }) => { service.spec.ports[0].targetPort = 'missing'; },
    ({ service }) => { service.spec.ports[0].port = 1; },
    ({ container }) => { container.args[1] = 'tcp://0.0.0.0:1'; },
    ({ container }) => { container.ports[0].containerPort = 1; },
  ],
  openPortsAreDeclared: [({ container }) => container.args.push('--addr', 'tcp://0.0.0.0:4321')],
  nothingTwice: [
    ({ all, service }) => all.push(service),
    ({ container, pod }) => pod.containers.push(container),
    ({ pod }) => pod.volumes.push(pod.volumes[0]),
    ({ container }) => container.env.push(container.env[0]),
    ({ container }) => container.ports.push({ containerPort: 1234 }),
    ({ container }) => container.volumeMounts.push({ name: 'cache', mountPath: '/var/lib/dagger/' }),
  ],
  graceIsEnough: [
    ({ pod }) => { pod.terminationGracePeriodSeconds = 0; },
    ({ container }) => { container.startupProbe.terminationGracePeriodSeconds = 30; },
    ({ container }) => { container.livenessProbe = { terminationGracePeriodSeconds: 30 }; },
    ({ container }) => { container.readinessProbe.terminationGracePeriodSeconds = 6000; },
  ],
  privilegesAgree: [
    ({ container }) => { container.securityContext.privileged = false; },
    ({ container }) => { container.securityContext.allowPrivilegeEscalation = false; },
    ({ container }) => { container.securityContext.readOnlyRootFilesystem = true; },
    ({ pod }) => { pod.securityContext.runAsNonRoot = true; },
    ({ pod }) => { pod.securityContext.runAsUser = 1000; },
  ],
  nothingUnasked: [
    ({ pod }) => { delete pod.automountServiceAccountToken; },
    ({ container }) => { container.resources = { limits: { cpu: '1' } }; },
    ({ pod }) => { pod.hostPID = true; },
  ],
  noNoise: [
    ({ pod }) => { pod.affinity = {}; },
    ({ pod }) => { pod.tolerations = []; },
    ({ container }) => { container.workingDir = ''; },
    ({ workload }) => { workload.status = { replicas: 1 }; },
    ({ workload }) => { workload.metadata.creationTimestamp = null; },
  ],
  namesAreValid: [
    ({ service }) => { service.metadata.name = '1st'; },
    ({ workload }) => { workload.metadata.name = 'x'.repeat(53); },
    ({ workload }) => { workload.metadata.labels.team = 'not a label'; },
    ({ container }) => { container.ports[0].name = 'longer-than-fifteen'; },
    ({ pod }) => { pod.volumes[0].name = 'with.dots'; },
  ],
  namespaceIsTheCharts: [({ service }) => { delete service.metadata.namespace; }],
  pooledPodsHaveNames: [({ workload }) => { workload.spec.serviceName = 'engine'; }],
  volumesHaveOneEngine: [
    ({ pod, workload }) => { delete workload.spec.volumeClaimTemplates; pod.volumes.push({ name: 'cache', nfs: {} }); },
    ({ pod, workload }) => { workload.kind = 'Deployment'; workload.spec.replicas = 1; pod.volumes.push({ name: 'cache', persistentVolumeClaim: {} }); },
    ({ workload }) => { workload.kind = 'DaemonSet'; workload.spec.updateStrategy = { rollingUpdate: { maxSurge: 1 } }; },
  ],
  engineJsonIsKnown: [
    ({ config }) => { config.data['engine.json'] = '{"$schema": "x"}'; },
    ({ config }) => { config.data['engine.json'] = '{"gc": {"dagqlCache": {}}}'; },
    ({ config }) => { config.data['engine.json'] = '{"registries": {"docker.io": {"keypair": []}}}'; },
  ],
  configHasHash: [
    ({ workload }) => { delete workload.spec.template.metadata.annotations; },
    ({ all, config }) => all.splice(all.indexOf(config), 1),
  ],
};

test('a scene without fault breaks no rule', () => {
  expect(violations(scene())).toEqual([]);
});

test('every rule is broken somewhere', () => {
  expect(Object.keys(BREAKS)).toEqual(Object.keys(INVARIANTS));
});

test.each(Object.entries(BREAKS).flatMap(([rule, breaks]) => breaks.map((broken) => [rule, broken] as const)))('%s finds %s', (rule, broken) => {
  const { objects, ...stated } = scene();
  const faulty = structuredClone(objects) as any[];
  const of = (kind: string) => faulty.find((object) => object.kind === kind);
  const workload = of('StatefulSet');
  const pod = workload.spec.template.spec;
  broken({ workload, pod, container: pod.containers[0], service: of('Service'), config: of('ConfigMap'), all: faulty });
  expect(INVARIANTS[rule]!({ ...stated, objects: faulty })).not.toEqual([]);
});

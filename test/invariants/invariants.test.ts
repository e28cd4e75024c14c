import { Size } from 'cdk8s';
import { Deployment } from 'cdk8s-plus-28';
import { CacheVolume, Listener, NetworkPeer, Transport } from '../../src/index';
import { chart, statefulSet } from '../engines';
import { INVARIANTS, violations, type Scene } from './invariants';

/** Returns a scene without violations, for tests to change. */
function scene(): Scene {
  const engine = statefulSet(
    {
      replicas: 2,
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(100) }),
      listener: Listener.insecureTcp(),
      metrics: {},
      networkPolicy: { egress: {} },
    },
    chart(),
  );
  engine.allowFrom(NetworkPeer.pods({ labels: { app: 'runner' } }));
  engine.allowMetricsFrom(NetworkPeer.namespace('monitoring'));
  engine.connect(new Deployment(engine.node.scope!, 'client', { containers: [{ image: 'runner:1' }] }));
  engine.addClient({ serviceAccountName: 'runner', transport: Transport.kubePod({ ordinal: 1 }) });
  const admits = () => ({
    clients: [{ podSelector: { matchLabels: { app: 'runner' } } }],
    scrapers: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
  });
  return {
    objects: chartOf(engine),
    namespaces: ['ci'],
    isExternal: () => false,
    isUserVolume: () => false,
    asksForToken: false,
    asksForLimits: false,
    admits,
  };
}

function chartOf({ node }: ReturnType<typeof statefulSet>): any[] {
  return (node.scope as ReturnType<typeof chart>).toJson();
}

type Break = (parts: {
  workload: any;
  pod: any;
  container: any;
  service: any;
  config: any;
  policy: any;
  client: any;
  role: any;
  binding: any;
  all: any[];
}) => unknown;

/** Changes that each rule must report, keyed by rule. */
const BREAKS: { readonly [rule: string]: readonly Break[] } = {
  selectorsMatch: [
    ({ workload }) => {
      workload.spec.selector.matchLabels.tier = 'other';
    },
    ({ service }) => {
      service.spec.selector = { tier: 'other' };
    },
    ({ all, workload }) => all.push({ ...structuredClone(workload), metadata: { name: 'twin', namespace: 'ci' } }),
  ],
  mountsHaveVolumes: [
    ({ container }) => container.volumeMounts.push({ name: 'missing', mountPath: '/missing' }),
    ({ pod }) => pod.volumes.push({ name: 'unused', emptyDir: {} }),
    ({ workload }) => {
      workload.spec.volumeClaimTemplates[0].metadata.name = 'renamed';
    },
    ({ container }) => {
      container.volumeMounts[0].mountPath = '/var/lib/elsewhere';
    },
  ],
  referencesExist: [
    ({ config }) => {
      config.metadata.name = 'renamed';
    },
    ({ config }) => {
      config.metadata.namespace = 'other';
    },
    ({ pod }) => {
      pod.serviceAccountName = 'missing';
    },
    ({ container }) => container.env.push({ name: 'A', valueFrom: { secretKeyRef: { name: 'missing', key: 'a' } } }),
  ],
  configMountsAreKeys: [
    ({ config }) => {
      config.data = { 'engine.toml': '' };
    },
    ({ container }) => {
      container.volumeMounts = container.volumeMounts.filter(({ name }: any) => name !== 'config');
    },
    ({ container }) => {
      container.volumeMounts.find(({ name }: any) => name === 'config').mountPath = '/etc/dagger/other.json';
    },
  ],
  portsAgree: [
    ({ service }) => {
      service.spec.ports[0].targetPort = 'missing';
    },
    ({ service }) => {
      service.spec.ports[0].port = 1;
    },
    ({ container }) => {
      container.args[1] = 'tcp://0.0.0.0:1';
    },
    ({ container }) => {
      container.ports[0].containerPort = 1;
    },
  ],
  openPortsAreDeclared: [({ container }) => container.args.push('--addr', 'tcp://0.0.0.0:4321')],
  nobodyElseIsAdmitted: [
    ({ all, policy }) => all.splice(all.indexOf(policy), 1),
    ({ policy }) => {
      policy.metadata.namespace = 'other';
    },
    ({ policy }) => {
      policy.spec.podSelector = { matchLabels: { tier: 'other' } };
    },
    ({ policy }) => {
      policy.spec.policyTypes = ['Egress'];
    },
    ({ policy }) => {
      policy.spec.ingress[0].from = [];
    },
    ({ policy }) => {
      delete policy.spec.ingress[0].ports;
    },
    ({ policy }) => policy.spec.ingress[0].ports.push({ port: 9090 }),
    ({ policy }) => policy.spec.ingress[0].from.push({ podSelector: {} }),
    ({ policy }) => policy.spec.ingress.splice(1, 1),
    ({ policy }) => policy.spec.egress.push({}),
    ({ client }) => {
      client.spec.template.metadata.labels = {};
    },
    ({ client }) => {
      client.metadata.namespace = 'other';
    },
    ({ all, client }) => all.splice(all.indexOf(client), 1),
    ({ policy }) => {
      policy.spec.ingress[0].ports[0].port = 9090;
    },
    ({ workload }) => {
      workload.metadata.annotations = { 'cdk8s-dagger.github.io/accepted-risks': 'no-network-policy: none needed' };
    },
  ],
  nothingTwice: [
    ({ all, service }) => all.push(service),
    ({ container, pod }) => pod.containers.push(container),
    ({ pod }) => pod.volumes.push(pod.volumes[0]),
    ({ container }) => container.env.push(container.env[0]),
    ({ container }) => container.ports.push({ containerPort: 1234 }),
    ({ container }) => container.volumeMounts.push({ name: 'cache', mountPath: '/var/lib/dagger/' }),
  ],
  graceIsEnough: [
    ({ pod }) => {
      pod.terminationGracePeriodSeconds = 0;
    },
    ({ container }) => {
      container.startupProbe.terminationGracePeriodSeconds = 30;
    },
    ({ container }) => {
      container.livenessProbe = { terminationGracePeriodSeconds: 30 };
    },
    ({ container }) => {
      container.readinessProbe.terminationGracePeriodSeconds = 6000;
    },
  ],
  privilegesAgree: [
    ({ container }) => {
      container.securityContext.privileged = false;
    },
    ({ container }) => {
      container.securityContext.allowPrivilegeEscalation = false;
    },
    ({ container }) => {
      container.securityContext.readOnlyRootFilesystem = true;
    },
    ({ pod }) => {
      pod.securityContext.runAsNonRoot = true;
    },
    ({ pod }) => {
      pod.securityContext.runAsUser = 1000;
    },
  ],
  nothingUnasked: [
    ({ pod }) => {
      delete pod.automountServiceAccountToken;
    },
    ({ container }) => {
      container.resources = { limits: { cpu: '1' } };
    },
    ({ pod }) => {
      pod.hostPID = true;
    },
  ],
  rightsAreMinimal: [
    ({ role }) => role.rules[0].verbs.push('delete'),
    ({ role }) => role.rules[0].resources.push('secrets'),
    ({ role }) => {
      role.rules[0].apiGroups = ['*'];
    },
    ({ role }) => {
      role.rules[1].resourceNames = ['engine-2'];
    },
    ({ role }) => {
      role.kind = 'ClusterRole';
    },
    ({ binding }) => {
      binding.subjects = [];
    },
    ({ binding }) => {
      binding.roleRef.name = 'missing';
    },
    ({ binding }) => {
      binding.roleRef = { kind: 'ClusterRole', name: 'cluster-admin' };
    },
    ({ binding }) => {
      binding.subjects[0].kind = 'Group';
    },
    ({ binding, pod }) => {
      pod.serviceAccountName = binding.subjects[0].name;
    },
  ],
  noKeyMaterial: [
    ({ container }) => container.env.push({ name: 'A', value: `-----BEGIN ${'PRIVATE KEY'}-----` }),
    ({ config }) => {
      config.data['engine.toml'] = `# ghp_${'a1B2'.repeat(9)}`;
    },
    ({ all }) => all.push({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a', namespace: 'ci' } }),
  ],
  noNoise: [
    ({ pod }) => {
      pod.affinity = {};
    },
    ({ pod }) => {
      pod.tolerations = [];
    },
    ({ container }) => {
      container.workingDir = '';
    },
    ({ workload }) => {
      workload.status = { replicas: 1 };
    },
    ({ workload }) => {
      workload.metadata.creationTimestamp = null;
    },
  ],
  namesAreValid: [
    ({ service }) => {
      service.metadata.name = '1st';
    },
    ({ workload }) => {
      workload.metadata.name = 'x'.repeat(53);
    },
    ({ workload }) => {
      workload.metadata.labels.team = 'not a label';
    },
    ({ container }) => {
      container.ports[0].name = 'longer-than-fifteen';
    },
    ({ pod }) => {
      pod.volumes[0].name = 'with.dots';
    },
  ],
  namespaceIsTheCharts: [
    ({ service }) => {
      delete service.metadata.namespace;
    },
  ],
  pooledPodsHaveNames: [
    ({ workload }) => {
      workload.spec.serviceName = 'engine';
    },
  ],
  volumesHaveOneEngine: [
    ({ pod, workload }) => {
      delete workload.spec.volumeClaimTemplates;
      pod.volumes.push({ name: 'cache', nfs: {} });
    },
    ({ pod, workload }) => {
      workload.kind = 'Deployment';
      workload.spec.replicas = 1;
      pod.volumes.push({ name: 'cache', persistentVolumeClaim: {} });
    },
    ({ workload }) => {
      workload.kind = 'DaemonSet';
      workload.spec.updateStrategy = { rollingUpdate: { maxSurge: 1 } };
    },
  ],
  engineJsonIsKnown: [
    ({ config }) => {
      config.data['engine.json'] = '{"$schema": "x"}';
    },
    ({ config }) => {
      config.data['engine.json'] = '{"gc": {"dagqlCache": {}}}';
    },
    ({ config }) => {
      config.data['engine.json'] = '{"registries": {"docker.io": {"keypair": []}}}';
    },
  ],
  configHasHash: [
    ({ workload }) => {
      delete workload.spec.template.metadata.annotations;
    },
    ({ all, config }) => all.splice(all.indexOf(config), 1),
  ],
};

test('no rule reports a scene without violations', () => {
  expect(violations(scene())).toEqual([]);
});

test('the catalogue breaks every rule', () => {
  expect(Object.keys(BREAKS)).toEqual(Object.keys(INVARIANTS));
});

test.each(Object.entries(BREAKS).flatMap(([rule, breaks]) => breaks.map((broken) => [rule, broken] as const)))(
  '%s finds %s',
  (rule, broken) => {
    const { objects, ...stated } = scene();
    const faulty = structuredClone(objects) as any[];
    const of = (kind: string) => faulty.find((object) => object.kind === kind);
    const workload = of('StatefulSet');
    const pod = workload.spec.template.spec;
    broken({
      workload,
      pod,
      container: pod.containers[0],
      service: of('Service'),
      config: of('ConfigMap'),
      policy: of('NetworkPolicy'),
      client: of('Deployment'),
      role: of('Role'),
      binding: of('RoleBinding'),
      all: faulty,
    });
    expect(INVARIANTS[rule]!({ ...stated, objects: faulty })).not.toEqual([]);
  },
);

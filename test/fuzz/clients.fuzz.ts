import { Chart } from 'cdk8s';
import { Engine, type EngineAttributes } from '../../src/index';
import { CASES, CLIENTS, ENGINES, LISTENERS, OPTIONS, synthesized } from '../client/cases';
import { chart, objects } from '../engines';

interface Scene {
  readonly address: string;
  readonly pod: any;
  readonly labels: { readonly [key: string]: string };
  readonly namespace: string;
  readonly objects: readonly any[];
  readonly of: (kind: string) => any[];
}

function scene(objects: readonly any[]): Scene {
  const of = (kind: string): any[] => objects.filter((object) => object.kind === kind);
  const client = of('Deployment').find(({ metadata }) => metadata.name === 'runner');
  const { metadata, spec: pod } = client.spec.template;
  return {
    address: pod.containers[0].env[pod.containers[0].env.length - 1].value,
    pod,
    labels: metadata.labels,
    namespace: client.metadata.namespace,
    objects,
    of,
  };
}

const matches = (selector: { readonly [key: string]: string }, labels: { readonly [key: string]: string }): boolean =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);

/** Whether a peer in a policy of the namespace `ci` matches a pod with these labels in a namespace. */
function admits(peer: any, labels: { readonly [key: string]: string }, namespace: string): boolean {
  const there =
    peer.namespaceSelector === undefined
      ? namespace === 'ci'
      : matches(peer.namespaceSelector.matchLabels, { 'kubernetes.io/metadata.name': namespace });
  return peer.podSelector !== undefined && there && matches(peer.podSelector.matchLabels, labels);
}

const RULES: { readonly [rule: string]: (scene: Scene) => void } = {
  'a client over the network is admitted, and one without its label, or in another namespace, is not': ({
    address,
    labels,
    namespace,
    of,
  }) => {
    const peers = of('NetworkPolicy')
      .flatMap(({ spec }) => spec.ingress ?? [])
      .flatMap(({ from }) => from);
    const isNetwork = /^(tcp|tls):/.test(address);
    expect(peers.some((peer) => admits(peer, labels, namespace))).toBe(isNetwork);
    expect(peers).toHaveLength(isNetwork ? 1 : 0);
    expect(peers.some((peer) => admits(peer, { app: 'runner' }, namespace) || admits(peer, labels, 'elsewhere'))).toBe(
      false,
    );
  },
  'the port of the address is one that the policy opens, and to which a Service refers': ({ address, of }) => {
    const port = /^(?:tcp|tls):\/\/[^:]+:(\d+)/.exec(address)?.[1];
    if (port !== undefined) {
      expect(
        of('NetworkPolicy')
          .flatMap(({ spec }) => spec.ingress)
          .flatMap(({ ports }) => ports.map((open: any) => String(open.port))),
      ).toEqual([port]);
      expect(of('Service').every(({ spec }) => spec.ports.some((open: any) => String(open.port) === port))).toBe(true);
    }
  },
  'the host of the address is a Service, or a pod of one': ({ address, of }) => {
    const host = /^(?:tcp|tls):\/\/([^:]+):/.exec(address)?.[1];
    if (host !== undefined) {
      const [workload] = of('StatefulSet');
      const pods = [1, 2, 3].map((ordinal) => `engine-${ordinal}.${workload?.spec.serviceName}.ci.svc`);
      expect([
        ...of('Service')
          .filter(({ spec }) => spec.clusterIP !== 'None')
          .map(({ metadata }) => `${metadata.name}.ci.svc`),
        ...(workload ? pods : []),
      ]).toContain(host);
    }
  },
  "a tls:// host is among the names of the engine's certificate": ({ address, of }) => {
    const host = /^tls:\/\/([^:]+):/.exec(address)?.[1];
    if (host !== undefined) {
      expect(of('Certificate').find(({ metadata }) => metadata.name === 'engine-tls').spec.dnsNames).toContain(host);
    }
  },
  "the files of a tls:// address are mounted, from a Secret that is made in the client's namespace": ({
    address,
    namespace,
    of,
    pod,
  }) => {
    const files = [...address.matchAll(/_path=([^&]+)/g)].map((found) => found[1]!);
    expect(files).toHaveLength(address.startsWith('tls:') ? 3 : 0);
    for (const file of files) {
      const mount = pod.containers[0].volumeMounts.find(({ mountPath }: any) => file.startsWith(`${mountPath}/`));
      const { secret } = pod.volumes.find(({ name }: any) => name === mount.name);
      expect(secret.items.map(({ path }: any) => path)).toContain(file.slice(mount.mountPath.length + 1));
      const certificate = of('Certificate').find(
        ({ metadata, spec }) => metadata.namespace === namespace && spec.secretName === secret.secretName,
      );
      expect(certificate.spec.usages).toContain('client auth');
    }
  },
  'a unix:// socket is in the directory that the engine shares, with its group, on its nodes': ({
    address,
    of,
    pod,
  }) => {
    const file = /^unix:\/\/(.+)$/.exec(address)?.[1];
    if (file !== undefined) {
      const engine = of('DaemonSet')[0].spec.template.spec;
      const [, flag] = /^--group=(\d+)$/m.exec((engine.containers[0].args ?? []).join('\n')) ?? [];
      const group = flag === undefined ? (engine.securityContext.runAsGroup ?? 0) : Number(flag);
      const mount = pod.containers[0].volumeMounts.find(({ mountPath }: any) => file.startsWith(`${mountPath}/`));
      const shared = engine.volumes.find(({ name }: any) => name === 'socket');
      expect(pod.volumes.find(({ name }: any) => name === mount.name).hostPath.path).toBe(shared.hostPath.path);
      expect(pod.securityContext.supplementalGroups).toContain(group);
      expect(pod.nodeSelector).toEqual(engine.nodeSelector);
    }
  },
  'only a client through the API has rights: to exec into the pod of its address, and nothing else': ({
    address,
    namespace,
    of,
    pod,
  }) => {
    const name = /^kube-pod:\/\/([^?]+)\?namespace=ci&/.exec(address)?.[1];
    expect([
      of('Role').length,
      of('RoleBinding').length,
      of('ClusterRole').length,
      of('ClusterRoleBinding').length,
    ]).toEqual(name === undefined ? [0, 0, 0, 0] : [1, 1, 0, 0]);
    if (name !== undefined) {
      expect(of('Role')[0].rules).toEqual([
        { apiGroups: [''], resources: ['pods'], resourceNames: [name], verbs: ['get'] },
        { apiGroups: [''], resources: ['pods/exec'], resourceNames: [name], verbs: ['create', 'get'] },
      ]);
      const { metadata, roleRef, subjects } = of('RoleBinding')[0];
      expect([metadata.namespace, roleRef.name]).toEqual(['ci', of('Role')[0].metadata.name]);
      expect(subjects).toEqual([{ kind: 'ServiceAccount', name: 'runner', namespace }]);
      expect([pod.serviceAccountName, pod.automountServiceAccountToken]).toEqual(['runner', true]);
    }
  },
  'what is mounted is there, and nothing is mounted twice': ({ pod }) => {
    for (const { volumeMounts = [] } of [...pod.containers, ...(pod.initContainers ?? [])]) {
      const paths = volumeMounts.map(({ mountPath }: any) => mountPath);
      expect(new Set(paths).size).toBe(paths.length);
      expect(volumeMounts.every(({ name }: any) => pod.volumes.some((volume: any) => volume.name === name))).toBe(true);
    }
  },
};

let scenes: Array<{ readonly title: string; readonly made: Scene }>;
beforeAll(() => {
  scenes = CASES.flatMap((one) => {
    const objects = synthesized(one);
    return objects === undefined ? [] : [{ title: Object.values(one).join(', '), made: scene(objects) }];
  });
});

test('cover every transport, every kind of client, and both namespaces', () => {
  const seen = new Set(scenes.map(({ made: { address, namespace } }) => `${address.split(':')[0]} ${namespace}`));
  expect([...seen].sort()).toEqual([
    'kube-pod ci',
    'kube-pod runners',
    'tcp ci',
    'tcp runners',
    'tls ci',
    'tls runners',
    'unix ci',
    'unix runners',
  ]);
  expect(scenes.length).toBeGreaterThan(100);
});

test.each(Object.entries(RULES))('%s', (_, rule) => {
  for (const { made, title } of scenes) {
    try {
      rule(made);
    } catch (error) {
      throw new Error(`${title}: ${(error as Error).message}`, { cause: error });
    }
  }
});

/** Returns the engine's attributes as another program would read them from a JSON file. */
function shared(engine: Engine): EngineAttributes {
  return JSON.parse(JSON.stringify(engine.toEngineAttributes())) as EngineAttributes;
}

/**
 * Returns the Deployment of a client that is connected to the engine itself or to an imported one. Returns undefined if
 * the engine doesn't support the client.
 */
function client(one: (typeof CASES)[number], isImported: boolean): object | undefined {
  const engines = chart();
  const clients = isImported
    ? chart({ namespace: one.namespace })
    : new Chart(engines.node.root as Chart, 'clients', { namespace: one.namespace });
  const engine = ENGINES[one.kind]!(LISTENERS[one.listener as keyof typeof LISTENERS], engines);
  const target = isImported ? Engine.fromEngineAttributes(clients, 'engine', shared(engine)) : engine;
  try {
    CLIENTS[one.client]!(target, clients, OPTIONS[one.options]!);
  } catch {
    return undefined;
  }
  return Object.values(objects(clients)).find(
    ({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'runner',
  );
}

test('connects every client of an imported engine as the engine itself does', () => {
  let count = 0;
  for (const one of CASES) {
    const [own, imported] = [client(one, false), client(one, true)].map((object: any) => object?.spec.template.spec);
    expect({ ...one, pod: imported }).toEqual({ ...one, pod: own });
    count += own === undefined ? 0 : 1;
  }
  expect(count).toBeGreaterThan(100);
});

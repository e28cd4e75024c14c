import { ApiObject, App, Chart, JsonPatch, Size, Testing } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import {
  CacheVolume,
  Cluster,
  Engine,
  EngineDaemonSet,
  EngineDeployment,
  EngineNamespace,
  EngineStatefulSet,
  EngineRisk,
  HostSocket,
  Listener,
  NetworkPeer,
  Risks,
  type EngineDaemonSetProps,
} from '../../src/index';
import { problems, VERSION, warnings } from '../engines';

const allEngines = (scope: Chart): Engine[] =>
  scope.node.root.node.findAll().filter((construct): construct is Engine => construct instanceof Engine);

const charts = (...namespaces: Array<string | undefined>): Chart[] => {
  const app = Testing.app();
  return namespaces.map((namespace, index) => new Chart(app, `chart-${index}`, { namespace }));
};

describe('two objects with the same kind, namespace and name', () => {
  const duplicate = (kind: string, name: string, other: string, path: string, where = ' in namespace "ci"') =>
    `  [] the ${kind} "${name}"${where} is created twice, by ${other} and ${path}; ` +
    'allowed: one object for each kind, namespace and name; fix: give one of them another name or namespace, or use Cluster.separate(chart) if they are for different clusters';

  test('are rejected across charts', () => {
    const [one, two] = charts('ci', 'ci') as [Chart, Chart];
    new EngineDaemonSet(one, 'engine', { version: VERSION, takeOver: true, podSelector: { team: 'a' } });
    new EngineDaemonSet(two, 'engine', {
      version: VERSION,
      takeOver: true,
      podSelector: { team: 'b' },
      hostSocket: HostSocket.none(),
      cache: CacheVolume.emptyDir(),
    });
    expect(problems(() => Testing.synth(one))).toEqual([
      duplicate('DaemonSet', 'engine', 'chart-0/engine/Resource', 'chart-1/engine/Resource'),
    ]);
  });

  test('are rejected if they are Namespaces in charts of different namespaces', () => {
    const [one, two] = charts('ci', 'builds') as [Chart, Chart];
    new EngineDaemonSet(one, 'engine', { version: VERSION });
    new EngineNamespace(one, 'namespace', { name: 'dagger' });
    new EngineNamespace(two, 'namespace', { name: 'dagger' });
    expect(problems(() => Testing.synth(one))).toEqual([
      duplicate('Namespace', 'dagger', 'chart-0/namespace/Resource', 'chart-1/namespace/Resource', ''),
    ]);
  });

  test('are rejected if another library creates one of them', () => {
    const [one] = charts('ci') as [Chart];
    new ApiObject(one, 'own', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'engine' } });
    new EngineDaemonSet(one, 'engine', { version: VERSION, listener: Listener.insecureTcp() }).allowFrom(
      NetworkPeer.namespace('runners'),
    );
    expect(problems(() => Testing.synth(one))).toEqual([
      duplicate('Service', 'engine', 'chart-0/own', 'chart-0/engine/Service'),
    ]);
  });

  test.each([
    ['of Kubernetes', 'rbac.authorization.k8s.io/v1', 'ClusterRole'],
    ['of the core group', 'v1', 'PersistentVolume'],
  ])('are rejected if they are cluster-scoped, in charts of different namespaces: %s', (_, apiVersion, kind) => {
    const [one, two] = charts('a', 'b') as [Chart, Chart];
    new EngineDaemonSet(one, 'engine', { version: VERSION });
    for (const scope of [one, two]) {
      new ApiObject(scope, 'own', { apiVersion, kind, metadata: { name: 'engine' } });
    }
    expect(problems(() => Testing.synth(one))).toEqual([duplicate(kind, 'engine', 'chart-0/own', 'chart-1/own', '')]);
  });

  test('are rejected without a namespace', () => {
    const [one, two] = charts(undefined, undefined) as [Chart, Chart];
    new EngineDaemonSet(one, 'engine', { version: VERSION, takeOver: true, podSelector: { team: 'a' } });
    new EngineDaemonSet(two, 'engine', {
      version: VERSION,
      takeOver: true,
      podSelector: { team: 'b' },
      hostSocket: HostSocket.none(),
      cache: CacheVolume.emptyDir(),
    });
    expect(problems(() => Testing.synth(two))).toEqual([
      duplicate('DaemonSet', 'engine', 'chart-0/engine/Resource', 'chart-1/engine/Resource', ''),
    ]);
  });

  test('are accepted in different namespaces, and with different kinds', () => {
    const [one, two] = charts('a', 'b') as [Chart, Chart];
    for (const scope of [one, two]) {
      new EngineDaemonSet(scope, 'engine', { version: VERSION });
      new ApiObject(scope, 'policy', {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'engine' },
      });
    }
    expect(Testing.synth(one)).toHaveLength(2);
  });
});

describe('engines of one app', () => {
  const selects = (reportedBy: string, selecting: string, selected: string, got: string) =>
    `  [${reportedBy}] podSelector: the selector of ${selecting} also selects the pods of ${selected}, so its Services and workload would use them; ` +
    `got ${got}; allowed: a selector that matches no pods of other engines in the namespace; fix: give one of them another name or namespace, or use Cluster.separate(chart) if they are for different clusters`;
  const locks = (second: string, first: string, got: string) =>
    `  [${second}] cache: ${first} uses the same volume, and the second engine fails to lock it; got "${got}"; allowed: a separate volume for each engine; ` +
    'fix: give each engine its own claim or path, or use Cluster.separate(chart) if they are for different clusters';

  test('are rejected if they select the same pods', () => {
    const [one] = charts('ci') as [Chart];
    new EngineDaemonSet(one, 'a', { version: VERSION, takeOver: true, podSelector: { name: 'x', tier: 'y' } });
    new EngineDaemonSet(one, 'b', { version: VERSION, takeOver: true, podSelector: { tier: 'y', name: 'x' } });
    expect(problems(() => Testing.synth(one))).toEqual([
      selects('chart-0/b', 'chart-0/b', 'chart-0/a', '{"tier":"y","name":"x"}'),
    ]);
  });

  test.each([
    ['before the other', ['narrow', 'wide']],
    ['after the other', ['wide', 'narrow']],
  ])('are rejected if one has a part of the labels of the other, %s', (_, ids) => {
    const [one] = charts('ci') as [Chart];
    const selectors: { [id: string]: { [key: string]: string } } = {
      narrow: { team: 'a', tier: 'ci' },
      wide: { tier: 'ci' },
    };
    for (const id of ids) {
      new EngineDaemonSet(one, id, { version: VERSION, takeOver: true, podSelector: selectors[id] });
    }
    expect(problems(() => Testing.synth(one))).toEqual([
      selects(`chart-0/${ids[1]}`, 'chart-0/wide', 'chart-0/narrow', '{"tier":"ci"}'),
    ]);
  });

  test('are rejected if one selects a custom label of the pods of the other', () => {
    const [one, two] = charts('ci', 'other') as [Chart, Chart];
    new EngineDaemonSet(one, 'a', { version: VERSION, podLabels: { team: 'a' } });
    new EngineDaemonSet(one, 'b', { version: VERSION, takeOver: true, podSelector: { team: 'b' } });
    new EngineDaemonSet(two, 'c', { version: VERSION, takeOver: true, podSelector: { team: 'a' } });
    expect(Testing.synth(one)).toHaveLength(2);
    new EngineDaemonSet(one, 'd', { version: VERSION, takeOver: true, podSelector: { team: 'a' } });
    expect(problems(() => Testing.synth(one))).toEqual([
      selects('chart-0/d', 'chart-0/d', 'chart-0/a', '{"team":"a"}'),
    ]);
  });

  test('are rejected with two errors if three engines have the same selector', () => {
    const [one] = charts('ci') as [Chart];
    for (const id of ['a', 'b', 'c']) {
      new EngineDaemonSet(one, id, { version: VERSION, takeOver: true, podSelector: { team: 'x' } });
    }
    expect(problems(() => Testing.synth(one)).map((line) => line.trim().split(' ')[0])).toEqual([
      '[chart-0/b]',
      '[chart-0/c]',
    ]);
  });

  test('are rejected if they use the same claim', () => {
    const [one, two] = charts('ci', 'other') as [Chart, Chart];
    const cache = CacheVolume.fromClaimName('warm');
    new EngineDeployment(one, 'a', { version: VERSION, cache });
    new EngineDeployment(two, 'b', { version: VERSION, cache });
    expect(Testing.synth(one)).toHaveLength(1);
    new EngineDeployment(one, 'b', { version: VERSION, cache });
    expect(problems(() => Testing.synth(one))).toEqual([locks('chart-0/b', 'chart-0/a', 'the claim warm')]);
  });

  test('are rejected if one uses the claim from the claim template of the other', () => {
    const [one] = charts('ci') as [Chart];
    new EngineStatefulSet(one, 'pool', {
      version: VERSION,
      replicas: 3,
      cache: CacheVolume.claimTemplate({ size: Size.gibibytes(100) }),
    });
    new EngineDeployment(one, 'spare', { version: VERSION, cache: CacheVolume.fromClaimName('cache-pool-3') });
    expect(() => Testing.synth(one)).not.toThrow();
    new EngineDeployment(one, 'late', { version: VERSION, cache: CacheVolume.fromClaimName('cache-pool-2') });
    expect(problems(() => Testing.synth(one))).toEqual([
      locks('chart-0/late', 'chart-0/pool', 'the claim cache-pool-2'),
    ]);
  });

  test('are rejected if they use the same NFS export', () => {
    const [one, two] = charts('ci', 'other') as [Chart, Chart];
    const nfs = (path: string) => CacheVolume.nfs({ server: 'nfs.example.com', path });
    new EngineDeployment(one, 'a', { version: VERSION, cache: nfs('/dagger') });
    new EngineDeployment(two, 'b', { version: VERSION, cache: nfs('//dagger/./') });
    new EngineDeployment(two, 'c', { version: VERSION, cache: nfs('/other') });
    Risks.of(one.node.root).accept(EngineRisk.NFS_CACHE, 'not what is tested');
    expect(problems(() => Testing.synth(one))).toEqual([
      locks('chart-1/b', 'chart-0/a', 'the NFS export nfs.example.com://dagger/./'),
    ]);
  });

  const onNode = (placement: Partial<EngineDaemonSetProps>, other: Partial<EngineDaemonSetProps>): Chart => {
    const [one, two] = charts('a', 'b') as [Chart, Chart];
    new EngineDaemonSet(one, 'engine', {
      version: VERSION,
      cache: CacheVolume.hostPath({ path: '/mnt/nvme' }),
      hostSocket: HostSocket.fromPath('/run/dagger'),
      ...placement,
    });
    new EngineDaemonSet(two, 'engine', {
      version: VERSION,
      cache: CacheVolume.hostPath({ path: '/mnt//nvme/' }),
      hostSocket: HostSocket.fromPath('/run/./dagger/'),
      ...other,
    });
    return two;
  };
  const NVME = { nodeSelector: { disk: 'nvme' } };
  const GPU = { nodeSelector: { gpu: 'true' } };
  const gpuTaint: k8s.Toleration = { key: 'gpu', operator: 'Exists' };

  test.each<[what: string, one: Partial<EngineDaemonSetProps>, other: Partial<EngineDaemonSetProps>]>([
    ['different labels', NVME, GPU],
    ['an affinity', { affinity: { nodeAffinity: {} } }, GPU],
    ['a taint that only one of them tolerates', {}, { ...GPU, tolerations: [gpuTaint] }],
  ])('warns about one directory of a node, which %s may keep apart', (_, one, other) => {
    expect(warnings(onNode(one, other))).toEqual([
      "[chart-1/engine] warning shared-host-path: cache: chart-0/engine also uses the node's directory /mnt//nvme/. On the same node, the second engine can't lock it and crash-loops; fix: use another directory, or keep the engines on different nodes",
      '[chart-1/engine] warning shared-host-path: hostSocket: chart-0/engine also uses the node\'s directory "/run/./dagger/". On the same node, the second engine silently replaces the socket; fix: use another directory, or keep the engines on different nodes',
    ]);
  });

  test.each<[what: string, one: Partial<EngineDaemonSetProps>, other: Partial<EngineDaemonSetProps>]>([
    ['equal', NVME, NVME],
    ['part of the other', GPU, { nodeSelector: { gpu: 'true', disk: 'nvme' } }],
    ['empty', { tolerations: [gpuTaint] }, { tolerations: [gpuTaint] }],
  ])('rejects one directory on the same nodes: the node selector is %s', (_, one, other) => {
    expect(problems(() => Testing.synth(onNode(one, other)))).toEqual([
      expect.stringContaining('cache: chart-0/engine uses the same directory on the same nodes'),
      expect.stringContaining('hostSocket: chart-0/engine uses the same directory on the same nodes'),
    ]);
  });

  test('accepts different directories of one volume, which patches mount', () => {
    const two = onNode({}, { hostSocket: HostSocket.none() });
    for (const engine of allEngines(two)) {
      const subPath = engine.node.path.replaceAll('/', '-');
      engine.workload.addJsonPatch(JsonPatch.add('/spec/template/spec/containers/0/volumeMounts/0/subPath', subPath));
    }
    expect(warnings(two)).toEqual([]);
  });

  test('accepts one directory on nodes with different values of a label', () => {
    expect(warnings(onNode({ nodeSelector: { pool: 'a' } }, { nodeSelector: { pool: 'b' } }))).toEqual([]);
  });

  test('use different directories of a node by default', () => {
    const [one, two, three] = charts('a', 'b', undefined) as [Chart, Chart, Chart];
    const engines = [
      [one, 'x'],
      [one, 'y'],
      [two, 'x'],
      [three, 'x'],
    ] as const;
    for (const [scope, name] of engines) {
      new EngineDaemonSet(scope, name, { version: VERSION });
    }
    expect(warnings(one)).toEqual([expect.stringContaining('[chart-2/x] warning no-namespace')]);
  });

  test('are not compared with those of another app', () => {
    for (let index = 0; index < 2; index += 1) {
      const [one] = charts('ci') as [Chart];
      new EngineDaemonSet(one, 'engine', { version: VERSION });
      expect(warnings(one)).toEqual([]);
    }
  });
});

test('synthesizes an app with several engines in several charts', () => {
  const app = new App({ outdir: Testing.app().outdir });
  for (const namespace of ['a', 'b']) {
    new EngineDaemonSet(new Chart(app, namespace, { namespace }), 'engine', { version: VERSION });
  }
  expect(String(app.synthYaml()).match(/^kind: DaemonSet$/gm)).toHaveLength(2);
});

describe('charts of different clusters', () => {
  test('can have the same objects, selectors and volumes', () => {
    const [staging, production] = charts('ci', 'ci') as [Chart, Chart];
    for (const chart of [staging, production]) {
      Cluster.separate(chart);
      new EngineDeployment(chart, 'engine', { version: VERSION, cache: CacheVolume.fromClaimName('warm') });
    }
    expect(Testing.synth(staging)).toEqual(Testing.synth(production));
  });

  test('can be declared after the engines', () => {
    const [staging, production] = charts('ci', 'ci') as [Chart, Chart];
    for (const chart of [staging, production]) {
      new EngineDaemonSet(chart, 'engine', { version: VERSION });
    }
    Cluster.separate(production);
    expect(warnings(staging)).toEqual([]);
  });

  test('are all checked', () => {
    const [staging] = charts('ci') as [Chart];
    Cluster.separate(staging);
    new ApiObject(staging, 'own', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'engine' } });
    new EngineDaemonSet(staging, 'engine', { version: VERSION, listener: Listener.insecureTcp() });
    expect(() => Testing.synth(staging)).toThrow(
      'the Service "engine" in namespace "ci" is created twice, by chart-0/own and chart-0/engine/Service',
    );
  });
});

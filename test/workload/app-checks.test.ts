import { ApiObject, App, Chart, Testing } from 'cdk8s';
import { CacheVolume, Cluster, EngineDaemonSet, EngineDeployment, HostSocket, Listener } from '../../src';
import { problems, VERSION, warnings } from '../engines';

const charts = (...namespaces: Array<string | undefined>): Chart[] => {
  const app = Testing.app();
  return namespaces.map((namespace, index) => new Chart(app, `chart-${index}`, { namespace }));
};

describe('two objects of one kind, namespace and name', () => {
  const selector = { name: 'other' };
  const duplicate = (kind: string, name: string, other: string, path: string, where = ' in namespace "ci"') => `  [] two objects are ${kind} "${name}"${where}: ${other} and ${path}; `
    + 'allowed: one of a kind, namespace and name; fix: give one of them another name or namespace, or say that they are for different clusters: Cluster.separate(chart)';

  test('are found across charts', () => {
    const [one, two] = charts('ci', 'ci') as [Chart, Chart];
    new EngineDaemonSet(one, 'engine', { version: VERSION });
    new EngineDaemonSet(two, 'engine', { version: VERSION, selector, hostSocket: HostSocket.none(), cache: CacheVolume.emptyDir() });
    expect(problems(() => Testing.synth(one))).toEqual([duplicate('DaemonSet', 'engine', 'chart-0/engine/Resource', 'chart-1/engine/Resource')]);
  });

  test('also with objects that are not the library\'s', () => {
    const [one] = charts('ci') as [Chart];
    new ApiObject(one, 'own', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'engine' } });
    new EngineDaemonSet(one, 'engine', { version: VERSION, listener: Listener.insecureTcp() });
    expect(problems(() => Testing.synth(one))).toEqual([duplicate('Service', 'engine', 'chart-0/own', 'chart-0/engine/Service')]);
  });

  test('without namespace too', () => {
    const [one, two] = charts(undefined, undefined) as [Chart, Chart];
    new EngineDaemonSet(one, 'engine', { version: VERSION });
    new EngineDaemonSet(two, 'engine', { version: VERSION, selector, hostSocket: HostSocket.none(), cache: CacheVolume.emptyDir() });
    expect(problems(() => Testing.synth(two))).toEqual([duplicate('DaemonSet', 'engine', 'chart-0/engine/Resource', 'chart-1/engine/Resource', '')]);
  });

  test('are fine in two namespaces, and of two kinds', () => {
    const [one, two] = charts('a', 'b') as [Chart, Chart];
    for (const scope of [one, two]) {
      new EngineDaemonSet(scope, 'engine', { version: VERSION });
      new ApiObject(scope, 'policy', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'engine' } });
    }
    expect(Testing.synth(one)).toHaveLength(2);
  });
});

describe('engines of one app', () => {
  test('that would select the same pods', () => {
    const [one] = charts('ci') as [Chart];
    new EngineDaemonSet(one, 'a', { version: VERSION, selector: { name: 'x', tier: 'y' } });
    expect(problems(() => new EngineDaemonSet(one, 'b', { version: VERSION, selector: { tier: 'y', name: 'x' } }))).toEqual([
      'selector: chart-0/a selects the same pods, so the Services and workloads of both would take each other\'s; got {"tier":"y","name":"x"}; allowed: a selector of its own in its namespace; fix: give one of them another name or namespace, or say that they are for different clusters: Cluster.separate(chart)',
    ]);
  });

  test('on one claim', () => {
    const [one, two] = charts('ci', 'other') as [Chart, Chart];
    const cache = CacheVolume.existingClaim('warm');
    new EngineDeployment(one, 'a', { version: VERSION, cache });
    expect(problems(() => new EngineDeployment(one, 'b', { version: VERSION, cache }))).toEqual([
      'cache: chart-0/a uses the same volume, and the second engine fails to lock it; got "the claim warm"; allowed: a volume for each engine; fix: give each a claim or a path of its own, or say that they are for different clusters: Cluster.separate(chart)',
    ]);
    expect(new EngineDeployment(two, 'b', { version: VERSION, cache }).name).toBe('b');
  });

  test('on one NFS export', () => {
    const [one, two] = charts('ci', 'other') as [Chart, Chart];
    const nfs = (path: string) => CacheVolume.nfs({ server: 'nfs.example.com', path });
    new EngineDeployment(one, 'a', { version: VERSION, cache: nfs('/dagger') });
    expect(problems(() => new EngineDeployment(two, 'b', { version: VERSION, cache: nfs('/dagger') }))).toEqual([
      'cache: chart-0/a uses the same volume, and the second engine fails to lock it; got "the NFS export nfs.example.com:/dagger"; allowed: a volume for each engine; fix: give each a claim or a path of its own, or say that they are for different clusters: Cluster.separate(chart)',
    ]);
    expect(new EngineDeployment(two, 'c', { version: VERSION, cache: nfs('/other') }).name).toBe('c');
  });

  test('in one directory of the node are warned of, as node selectors may keep them apart', () => {
    const [one, two] = charts('a', 'b') as [Chart, Chart];
    new EngineDaemonSet(one, 'engine', { version: VERSION, cache: CacheVolume.hostPath({ path: '/mnt/nvme' }), hostSocket: HostSocket.at('/run/dagger') });
    const second = new EngineDaemonSet(two, 'engine', { version: VERSION, cache: CacheVolume.hostPath({ path: '/mnt/nvme/' }), hostSocket: HostSocket.at('/run/dagger/') });
    expect(warnings(second)).toEqual([
      '[chart-1/engine] warning shared-host-path: cache: chart-0/engine uses the node\'s directory /mnt/nvme/ too; on one node the second engine can\'t take the lock and crash-loops',
      '[chart-1/engine] warning shared-host-path: hostSocket: chart-0/engine uses the node\'s directory "/run/dagger/" too; on one node the second engine takes the socket over without a word',
    ]);
  });

  test('have directories of their own by default', () => {
    const [one, two, three] = charts('a', 'b', undefined) as [Chart, Chart, Chart];
    const engines = [[one, 'x'], [one, 'y'], [two, 'x'], [three, 'x']] as const;
    for (const [scope, name] of engines) {
      new EngineDaemonSet(scope, name, { version: VERSION });
    }
    expect(warnings(one)).toEqual([]);
  });

  test('another app is another cluster', () => {
    for (let index = 0; index < 2; index += 1) {
      const [one] = charts('ci') as [Chart];
      new EngineDaemonSet(one, 'engine', { version: VERSION });
      expect(warnings(one)).toEqual([]);
    }
  });
});

test('an app with several engines in several charts synthesizes', () => {
  const app = new App({ outdir: Testing.app().outdir });
  for (const namespace of ['a', 'b']) {
    new EngineDaemonSet(new Chart(app, namespace, { namespace }), 'engine', { version: VERSION });
  }
  expect(String(app.synthYaml()).match(/^kind: DaemonSet$/gm)).toHaveLength(2);
});

describe('charts for different clusters', () => {
  test('may have the same objects, selectors and volumes', () => {
    const [staging, production] = charts('ci', 'ci') as [Chart, Chart];
    for (const chart of [staging, production]) {
      Cluster.separate(chart);
      new EngineDeployment(chart, 'engine', { version: VERSION, cache: CacheVolume.existingClaim('warm') });
    }
    expect(Testing.synth(staging)).toEqual(Testing.synth(production));
  });

  test('are each checked all the same', () => {
    const [staging] = charts('ci') as [Chart];
    Cluster.separate(staging);
    new ApiObject(staging, 'own', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'engine' } });
    new EngineDaemonSet(staging, 'engine', { version: VERSION, listener: Listener.insecureTcp() });
    expect(() => Testing.synth(staging)).toThrow('two objects are Service "engine" in namespace "ci": chart-0/own and chart-0/engine/Service');
  });
});

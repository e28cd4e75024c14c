import { JsonPatch } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import { CacheVolume, EngineRisk, HostSocket, Listener, type EngineProps } from '../../src/index';
import type { ValidationError } from '../../src/reporting/problems';
import { chart, daemonSet, warnings } from '../engines';
import { daemonSet as another, deployment } from '../wrong-programs/program';

function warningsAbout(risk: EngineRisk, engine: Parameters<typeof warnings>[0]): string[] {
  return warnings(engine).filter((line) => line.includes(` warning ${risk}: `));
}

/** Returns the number of problems in a program. */
function count(program: () => unknown): number {
  try {
    program();
    return 0;
  } catch (error) {
    return (error as ValidationError).found.length;
  }
}

describe('caches of two engines in directories of nodes', () => {
  const between = (outer: string, inner: string, props: Partial<EngineProps> = {}): string[] => {
    const scope = chart();
    another(scope, { cache: CacheVolume.hostPath({ path: outer }), ...props }, 'outer');
    const engine = another(
      scope,
      { cache: CacheVolume.hostPath({ path: inner }), nodeSelector: { pool: 'b' } },
      'inner',
    );
    return warningsAbout(EngineRisk.SHARED_HOST_PATH, engine);
  };

  it('warns about a cache in the cache of another engine', () => {
    expect(between('/mnt/dagger/', '/mnt/./dagger/a/b')).toHaveLength(1);
  });

  it('accepts directories next to each other', () => {
    expect(between('/mnt/dagger', '/mnt/dagger-2')).toEqual([]);
  });

  it('accepts engines that never share a node', () => {
    expect(between('/mnt/dagger', '/mnt/dagger/a', { nodeSelector: { pool: 'a' } })).toEqual([]);
  });

  it('compares the directories that are mounted after patches', () => {
    const scope = chart();
    const outer = another(scope, { cache: CacheVolume.hostPath({ path: '/mnt' }) }, 'outer');
    outer.workload.addJsonPatch(JsonPatch.add('/spec/template/spec/containers/0/volumeMounts/0/subPath', 'outer'));
    const inner = another(scope, { cache: CacheVolume.hostPath({ path: '/mnt/inner' }) }, 'inner');
    expect(warningsAbout(EngineRisk.SHARED_HOST_PATH, inner)).toEqual([]);
  });
});

describe('a socket and a cache in directories of the node', () => {
  it.each([
    ['/srv/dagger', '/srv/dagger/cache', 1],
    ['/srv/dagger/', '/srv/dagger', 1],
    ['/srv/dagger/run', '/srv/dagger', 0],
    ['/srv/dagger-run', '/srv/dagger', 0],
  ])('socket in %s, cache in %s: %d problems', (socket, cache, expected) => {
    const program = (): unknown =>
      daemonSet({ hostSocket: HostSocket.fromPath(socket), cache: CacheVolume.hostPath({ path: cache }) });
    expect(count(program)).toBe(expected);
  });

  it.each(['/var/lib', '/run/containerd/', '/tmp'])('warns about a cache in %s', (path) => {
    expect(warningsAbout(EngineRisk.SYSTEM_DIRECTORY, daemonSet({ cache: CacheVolume.hostPath({ path }) }))).toEqual([
      `[test/engine] warning system-directory: cache: ${path} belongs to the operating system of the node, and the mount exposes its files and sockets to the pod; fix: use a directory in it`,
    ]);
  });
});

describe('a node affinity and a node selector', () => {
  const affinity = (...terms: k8s.NodeSelectorTerm[]): k8s.Affinity => ({
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } },
  });
  const term = (operator: string, ...values: string[]): k8s.NodeSelectorTerm => ({
    matchExpressions: [{ key: 'pool', operator, ...(values.length > 0 && { values }) }],
  });
  const nodeSelector = { pool: '7' };

  it.each<[string, k8s.Affinity, number]>([
    ['another value', affinity(term('In', '8')), 1],
    ['a missing label', affinity(term('DoesNotExist')), 1],
    ['two terms that exclude the value', affinity(term('In', '8'), term('NotIn', '7')), 1],
    ['one of two terms', affinity(term('In', '8'), term('Exists')), 0],
    ['the same value', affinity(term('In', '7', '8')), 0],
    ['a comparison of numbers', affinity(term('Gt', '9')), 0],
    ['another label', affinity({ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }), 0],
  ])('%s', (_title, given, expected) => {
    expect(count(() => daemonSet({ nodeSelector, affinity: given }))).toBe(expected);
  });
});

describe('ports of nodes', () => {
  const of = (engine: ReturnType<typeof daemonSet>): string[] => warningsAbout(EngineRisk.PORT_OF_NODE, engine);

  it('warns about a port that a program of the node uses', () => {
    expect(of(daemonSet({ listener: Listener.insecureTcp({ hostPort: 22 }) }))).toEqual([
      "[test/engine] warning port-of-node: listener: sshd uses port 22 on most nodes, so the engine or sshd can't listen there; fix: choose another port",
    ]);
    expect(of(daemonSet({ hostNetwork: true, metrics: { port: 10249 } }))[0]).toContain(': metrics.port: kube-proxy');
    expect(of(daemonSet({ extraPorts: [{ containerPort: 1, hostPort: 6443 }] }))[0]).toContain(': extraPorts: the API');
  });

  it('accepts the port in the network of the pod', () => {
    expect(of(daemonSet({ listener: Listener.insecureTcp({ port: 10250 }) }))).toEqual([]);
  });
});

describe('two engines on the network of their nodes', () => {
  const second = (props: Partial<EngineProps>): string[] => {
    const scope = chart();
    another(scope, { hostNetwork: true, nodeSelector: { pool: 'a' } }, 'one');
    const engine = deployment(scope, { hostNetwork: true, ...props }, 'two');
    return warningsAbout(EngineRisk.SHARED_NODE_NETWORK, engine);
  };

  it.each<[string, Partial<EngineProps>, number]>([
    ['on the same nodes', {}, 1],
    ['with another name only', { args: ['--network-name', 'two'] }, 1],
    ['with another name and network', { args: ['--network-name=two', '--network-cidr=10.88.0.0/16'] }, 0],
    ['on other nodes', { nodeSelector: { pool: 'b' } }, 0],
    ['on the network of the pod', { hostNetwork: false }, 0],
  ])('%s', (_title, props, expected) => {
    expect(second(props)).toHaveLength(expected);
  });
});

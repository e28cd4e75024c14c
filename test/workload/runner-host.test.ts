import type { k8s } from 'cdk8s-plus-28';
import { HostSocket, Listener, Transport } from '../../src/index';
import { chart, daemonSet, deployment, problems, refusal, statefulSet, TOPOLOGIES, warnings } from '../engines';

const listener = Listener.insecureTcp({ port: 2555 });

describe('the address of a unix socket', () => {
  test('has the path of the socket in a client that mounts its directory', () => {
    expect(daemonSet().runnerHost(Transport.unix())).toBe('unix:///run/dagger/engine.sock');
    expect(daemonSet({ hostSocket: HostSocket.fromPath('/run/ci') }).runnerHost(Transport.unix())).toBe(
      'unix:///run/dagger/engine.sock',
    );
    expect(daemonSet({ version: 'v0.16.3' }).runnerHost(Transport.unix())).toBe('unix:///run/buildkit/buildkitd.sock');
  });

  test.each([
    ['a DaemonSet without socket', () => daemonSet({ hostSocket: HostSocket.none() })],
    ['a StatefulSet', () => statefulSet()],
    ['a Deployment', () => deployment()],
  ])('is rejected for %s', (_, engine) => {
    expect(refusal(() => engine().runnerHost(Transport.unix()))).toEqual([
      "[test/engine] runnerHost: the engine's socket is not on the node; got Transport.unix(); fix: set hostSocket on the engine, or use another transport",
    ]);
  });
});

describe('the TCP address of a Service', () => {
  test('has the shortest name of the Service that works', () => {
    expect(deployment({ listener }).runnerHost(Transport.tcp())).toBe('tcp://engine.ci.svc:2555');
    expect(deployment({ listener }, chart({})).runnerHost(Transport.tcp())).toBe('tcp://engine:2555');
    expect(
      daemonSet({ listener: Listener.insecureTcp({ service: { name: 'builds' } }) }).runnerHost(Transport.tcp()),
    ).toBe('tcp://builds.ci.svc:1234');
  });

  test('is rejected without listener', () => {
    expect(refusal(() => daemonSet().runnerHost(Transport.tcp()))).toEqual([
      '[test/engine] runnerHost: the engine has no port; got Transport.tcp(); fix: set a listener, or use another transport',
    ]);
  });
});

describe('the TCP address of a pod', () => {
  test('has the name of one pod of a StatefulSet', () => {
    const engine = statefulSet({ replicas: 3, ordinalsStart: 5, listener });
    expect(engine.podNames).toEqual(['engine-5', 'engine-6', 'engine-7']);
    expect(engine.podHosts).toEqual([
      'engine-5.engine-headless.ci.svc',
      'engine-6.engine-headless.ci.svc',
      'engine-7.engine-headless.ci.svc',
    ]);
    expect(engine.runnerHost(Transport.tcp({ ordinal: 7 }))).toBe('tcp://engine-7.engine-headless.ci.svc:2555');
    expect(statefulSet({ listener }, chart({})).runnerHost(Transport.tcp({ ordinal: 0 }))).toBe(
      'tcp://engine-0.engine-headless:2555',
    );
  });

  test('uses the Service of an existing StatefulSet', () => {
    const engine = statefulSet({ serviceName: 'builds', listener });
    expect(engine.headlessService?.name).toBe('builds');
    expect(engine.workload.toJson().spec.serviceName).toBe('builds');
    expect(engine.podHosts).toEqual(['engine-0.builds.ci.svc']);
    expect(engine.runnerHost(Transport.tcp({ ordinal: 0 }))).toBe('tcp://engine-0.builds.ci.svc:2555');
  });

  test("is rejected if the pods have no names in the cluster's DNS", () => {
    const engine = statefulSet({ headlessService: false, listener });
    expect([engine.podNames, engine.podHosts]).toEqual([['engine-0'], []]);
    expect(refusal(() => engine.runnerHost(Transport.tcp({ ordinal: 0 })))).toEqual([
      "[test/engine] runnerHost: the pods have no names in the cluster's DNS; got Transport.tcp({ ordinal: 0 }); fix: remove headlessService: false, or use another transport",
    ]);
    expect(engine.runnerHost(Transport.tcp())).toBe('tcp://engine.ci.svc:2555');
    expect(engine.runnerHost(Transport.kubePod({ ordinal: 0 }))).toBe(
      'kube-pod://engine-0?namespace=ci&container=dagger-engine',
    );
  });

  test('is rejected without listener', () => {
    expect(refusal(() => statefulSet().runnerHost(Transport.tcp({ ordinal: 0 })))).toEqual([
      '[test/engine] runnerHost: the engine has no port; got Transport.tcp({ ordinal: 0 }); fix: set a listener, or use another transport',
    ]);
  });

  test.each([
    ['before the first', () => statefulSet({ replicas: 3, ordinalsStart: 5, listener }), 4],
    ['after the last', () => statefulSet({ replicas: 3, ordinalsStart: 5, listener }), 8],
    ['no ordinal', () => statefulSet({ replicas: 3, listener }), 0.5],
    ["a Deployment's", () => deployment({ listener }), 0],
    ["a DaemonSet's", () => daemonSet({ listener }), 0],
  ])('is rejected for %s', (_, engine, ordinal) => {
    expect(refusal(() => engine().runnerHost(Transport.tcp({ ordinal })))).toEqual([
      `[test/engine] runnerHost: no pod has this ordinal; got Transport.tcp({ ordinal: ${ordinal} }); fix: use an EngineStatefulSet, and an ordinal of one of its pods`,
    ]);
  });

  test('is rejected for a StatefulSet without pods', () => {
    const engine = statefulSet({ replicas: 0 });
    expect([engine.podNames, engine.podHosts]).toEqual([[], []]);
  });
});

describe('the kube-pod address', () => {
  test.each(['engine-x7k2p', '$POD', '${POD_NAME}'])('%s', (pod) => {
    expect(daemonSet().runnerHost(Transport.kubePod({ podName: pod }))).toBe(
      `kube-pod://${pod}?namespace=ci&container=dagger-engine`,
    );
    expect(daemonSet({}, chart({})).runnerHost(Transport.kubePod({ podName: pod }))).toBe(
      `kube-pod://${pod}?container=dagger-engine`,
    );
  });

  test.each(['', 'Pod', 'a b', '$(kubectl get pods)', '$1', 'sts/engine'])('rejects %j', (pod) => {
    expect(refusal(() => daemonSet().runnerHost(Transport.kubePod({ podName: pod })))).toEqual([
      `[test/engine] runnerHost: must be the name of a pod; got Transport.kubePod({ podName: "${pod}" }); fix: use lower-case letters, digits, '-' and '.', or a shell variable with the output of findPodCommand`,
    ]);
  });

  test('refers to a pod of a StatefulSet by its ordinal', () => {
    expect(statefulSet({ replicas: 2 }).runnerHost(Transport.kubePod({ ordinal: 1 }))).toBe(
      'kube-pod://engine-1?namespace=ci&container=dagger-engine',
    );
    expect(refusal(() => statefulSet().runnerHost(Transport.kubePod({ ordinal: 1 })))).toEqual([
      '[test/engine] runnerHost: no pod has this ordinal; got Transport.kubePod({ ordinal: 1 }); fix: use an EngineStatefulSet, and an ordinal of one of its pods',
    ]);
    expect(refusal(() => deployment().runnerHost(Transport.kubePod({ ordinal: 0 })))).toEqual([
      '[test/engine] runnerHost: no pod has this ordinal; got Transport.kubePod({ ordinal: 0 }); fix: use an EngineStatefulSet, and an ordinal of one of its pods',
    ]);
  });
});

test('prints the command that finds a pod', () => {
  expect(daemonSet().findPodCommand).toBe(
    "kubectl get pods --namespace=ci --selector=app.kubernetes.io/name=dagger-engine,app.kubernetes.io/instance=engine --field-selector=status.phase=Running --output=jsonpath='{.items[0].metadata.name}'",
  );
  expect(deployment({ takeOver: true, podSelector: { name: 'x' } }, chart({})).findPodCommand).toBe(
    "kubectl get pods --selector=name=x --field-selector=status.phase=Running --output=jsonpath='{.items[0].metadata.name}'",
  );
});

describe('the socket on the node', () => {
  const written = (engine: ReturnType<typeof daemonSet>) => {
    const {
      containers: [{ volumeMounts }],
      volumes,
    } = engine.workload.toJson().spec.template.spec;
    return [
      volumes.find(({ name }: { name: string }) => name === 'socket'),
      volumeMounts.find(({ name }: { name: string }) => name === 'socket'),
    ];
  };

  test('is in a directory that no other engine uses', () => {
    const engine = daemonSet();
    expect([engine.hostSocketDirectory, engine.clientSocketDirectory]).toEqual([
      '/run/dagger-ci_engine',
      '/run/dagger',
    ]);
    expect(written(engine)).toEqual([
      { name: 'socket', hostPath: { path: '/run/dagger-ci_engine', type: 'DirectoryOrCreate' } },
      { name: 'socket', mountPath: '/run/dagger' },
    ]);
    expect(daemonSet({}, chart({})).hostSocketDirectory).toBe('/run/dagger-engine');
  });

  test('is in a custom directory on the node, and in the default directory in the container', () => {
    const engine = daemonSet({ hostSocket: HostSocket.fromPath('/run/ci'), version: 'v0.16.3' });
    expect([engine.hostSocketDirectory, engine.clientSocketDirectory]).toEqual(['/run/ci', '/run/buildkit']);
    expect(written(engine)).toEqual([
      { name: 'socket', hostPath: { path: '/run/ci', type: 'DirectoryOrCreate' } },
      { name: 'socket', mountPath: '/run/buildkit' },
    ]);
  });

  test.each(Object.entries(TOPOLOGIES))('is on the volume that an existing %s has', (_, engine) => {
    const run = { name: 'varrundagger', hostPath: { path: '/run/dagger-dagger-dagger-helm' } };
    const made = engine({ hostSocket: HostSocket.fromVolume(run) });
    expect([made.hostSocketDirectory, made.clientSocketDirectory, made.runnerHost(Transport.unix())]).toEqual([
      '/run/dagger-dagger-dagger-helm',
      '/run/dagger',
      'unix:///run/dagger/engine.sock',
    ]);
    const {
      containers: [{ volumeMounts }],
      volumes,
    } = made.workload.toJson().spec.template.spec;
    expect(volumes).toContainEqual(run);
    expect(volumeMounts).toContainEqual({ name: 'varrundagger', mountPath: '/run/dagger' });
  });

  test.each(['StatefulSet', 'Deployment'])(
    "of several engines of a %s causes a warning, because two on a node replace each other's socket",
    (kind) => {
      const several = (replicas: number) => {
        const props = { replicas, hostSocket: HostSocket.fromPath('/run/dagger') };
        return warnings(kind === 'StatefulSet' ? statefulSet(props) : deployment(props));
      };
      expect(several(1)).toEqual([]);
      expect(several(2)).toEqual([
        '[test/engine] warning shared-host-path: hostSocket: two engines on one node silently replace each other\'s socket in "/run/dagger"; fix: keep them on different nodes, or use HostSocket.none()',
      ]);
    },
  );

  test('can be disabled', () => {
    const engine = daemonSet({ hostSocket: HostSocket.none() });
    expect([engine.hostSocketDirectory, engine.clientSocketDirectory]).toEqual([undefined, undefined]);
    expect(written(engine)).toEqual([undefined, undefined]);
  });

  test.each(['run/dagger', '/', '/run/../etc'])('rejects the directory %s', (path) => {
    expect(refusal(() => daemonSet({ hostSocket: HostSocket.fromPath(path) }))).toEqual([
      '[test/engine] EngineDaemonSet has 1 problem:',
      `hostSocket: must be a valid directory on the node; got "${path}"; allowed: an absolute path other than '/', without '..'; fix: use a value such as HostSocket.fromPath('/run/dagger-ci')`,
    ]);
  });

  test.each<[string, k8s.Volume, string]>([
    [
      'of another kind',
      { name: 'run', emptyDir: {} },
      'hostSocket: must be a directory on the node; got {"name":"run","emptyDir":{}}; allowed: a hostPath volume with a directory; fix: use a value such as HostSocket.fromPath(\'/run/dagger-ci\')',
    ],
    [
      'of a file',
      { name: 'run', hostPath: { path: '/run/dagger/engine.sock', type: 'Socket' } },
      'hostSocket: must be a directory on the node; got {"name":"run","hostPath":{"path":"/run/dagger/engine.sock","type":"Socket"}}; allowed: a hostPath volume with a directory; fix: use a value such as HostSocket.fromPath(\'/run/dagger-ci\')',
    ],
    [
      'of two kinds',
      { name: 'run', hostPath: { path: '/run/dagger' }, emptyDir: {} },
      'hostSocket: must have exactly one source; got ["hostPath","emptyDir"]; allowed: one of emptyDir, secret, configMap, ...; fix: remove emptyDir',
    ],
    [
      'with an invalid name',
      { name: 'Run', hostPath: { path: '/run/dagger' } },
      'hostSocket.name: must be a valid name; got "Run"; allowed: lower-case letters, digits and \'-\', starting and ending with a letter or digit, at most 63 characters; fix: set the name to "run"',
    ],
    [
      "of the node's root",
      { name: 'run', hostPath: { path: '/' } },
      "hostSocket: must be a valid directory on the node; got \"/\"; allowed: an absolute path other than '/', without '..'; fix: use a value such as HostSocket.fromPath('/run/dagger-ci')",
    ],
  ])('rejects a volume %s', (_, volume, refused) => {
    expect(problems(() => daemonSet({ hostSocket: HostSocket.fromVolume(volume) }))).toEqual([refused]);
  });
});

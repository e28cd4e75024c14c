import { CacheVolume, EngineToml, type EnginePodSecurity } from '../../src/index';
import { container, pod, problems, TOPOLOGIES, warnings } from '../engines';

describe.each(Object.entries(TOPOLOGIES))('%s', (_, engine) => {
  test('is privileged, runs as root, and sets only the group of the socket', () => {
    expect(container(engine()).securityContext).toEqual({ privileged: true });
    expect(container(engine()).args).toEqual(['--group=1001']);
    expect(pod(engine()).securityContext).toEqual({ runAsUser: 0 });
  });

  test('renders every property', () => {
    const all: Required<EnginePodSecurity> = { group: 2000, runAsGroup: 3000, fsGroup: 4000, capabilities: ['ALL'] };
    const secured = engine({ security: all });
    expect(container(secured)).toMatchObject({
      securityContext: { privileged: true, capabilities: { add: ['ALL'] } },
      args: ['--group=2000'],
    });
    expect(pod(secured).securityContext).toEqual({
      runAsUser: 0,
      runAsGroup: 3000,
      fsGroup: 4000,
      fsGroupChangePolicy: 'OnRootMismatch',
    });
  });

  test.each([{ group: 0 }, { runAsGroup: 1001 }, { runAsGroup: 0, group: 0 }])(
    'omits the flag --group for the group of the process (%j)',
    (security) => {
      expect(container(engine({ security })).args).toBeUndefined();
    },
  );

  test('mounts the token of the service account only on request', () => {
    expect(pod(engine()).automountServiceAccountToken).toBe(false);
    expect(pod(engine({ automountServiceAccountToken: true })).automountServiceAccountToken).toBe(true);
  });
});

test.each([-1, 1.5, 2147483648])('rejects group %d', (group) => {
  expect(problems(() => TOPOLOGIES.EngineDaemonSet({ security: { group } }))).toEqual([
    `security.group: must be a group id; got ${group}; allowed: a whole number from 0 to 2147483647; fix: set it to 1001`,
  ]);
});

test.each([
  ['a directory of the node', CacheVolume.hostPath(), 'runAsGroup'],
  ['an emptyDir', CacheVolume.emptyDir(), 'fsGroup'],
] as const)('warns about groups in images of builds, with a cache in %s', (_, cache, property) => {
  const engine = TOPOLOGIES.EngineDaemonSet({ cache, security: { runAsGroup: 1001, fsGroup: 1001 } });
  const texts = {
    fsGroup:
      'the kubelet sets group 1001 and the setgid bit on the cache volume, and every file in a build inherits them, so its images differ from the images of other engines; fix: remove it',
    runAsGroup:
      'the root directory of every build belongs to group 1001; fix: remove it, and use group for the group of the socket',
  };
  expect(warnings(engine).filter((text) => text.includes('group-in-images'))).toEqual([
    `[test/engine] warning group-in-images: security.${property}: ${texts[property]}`,
  ]);
});

test('rejects a group in engine.toml that the flag would override', () => {
  const engineToml = EngineToml.of({ grpc: { gid: 2000 } });
  expect(problems(() => TOPOLOGIES.EngineDaemonSet({ engineToml }))).toEqual([
    'engineToml.grpc.gid: security.group takes precedence, and the group of the socket would be 1001; got 2000; allowed: 1001; fix: remove it and set security: { group: 2000 }',
  ]);
  expect(container(TOPOLOGIES.EngineDaemonSet({ engineToml, security: { group: 2000 } })).args).toEqual([
    '--group=2000',
  ]);
});

test.each([[[]], [['CAP_SYS_ADMIN']], [['sys_admin']]])('rejects the capabilities %j', (capabilities) => {
  expect(problems(() => TOPOLOGIES.EngineDaemonSet({ security: { capabilities } }))).toEqual([
    `security.capabilities: must contain only Kubernetes capability names; got ${JSON.stringify(capabilities)}; allowed: upper-case names without 'CAP_', such as 'SYS_ADMIN', or 'ALL'; fix: use ['ALL']`,
  ]);
});

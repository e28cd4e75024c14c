import type { EnginePodSecurity } from '../../src/index';
import { container, pod, problems, TOPOLOGIES } from '../engines';

describe.each(Object.entries(TOPOLOGIES))('%s', (_, engine) => {
  test('is privileged and root', () => {
    expect(container(engine()).securityContext).toEqual({ privileged: true });
    expect(pod(engine()).securityContext).toEqual({
      runAsUser: 0,
      runAsGroup: 1001,
      fsGroup: 1001,
      fsGroupChangePolicy: 'OnRootMismatch',
    });
  });

  test('renders every property', () => {
    const all: Required<EnginePodSecurity> = { group: 2000, capabilities: ['ALL'] };
    const secured = engine({ security: all });
    expect(container(secured).securityContext).toEqual({ privileged: true, capabilities: { add: ['ALL'] } });
    expect(pod(secured).securityContext).toEqual({
      runAsUser: 0,
      runAsGroup: 2000,
      fsGroup: 2000,
      fsGroupChangePolicy: 'OnRootMismatch',
    });
  });

  test('accepts the group of root', () => {
    expect(pod(engine({ security: { group: 0 } })).securityContext).toMatchObject({ runAsGroup: 0, fsGroup: 0 });
  });

  test('mounts the token of the service account only on request', () => {
    expect(pod(engine()).automountServiceAccountToken).toBe(false);
    expect(pod(engine({ automountServiceAccountToken: true })).automountServiceAccountToken).toBe(true);
  });
});

test.each([-1, 1.5, 2147483648])('rejects group %d', (group) => {
  expect(problems(() => TOPOLOGIES.EngineDaemonSet({ security: { group } }))).toEqual([
    `security.group: not a group id; got ${group}; allowed: a whole number from 0 to 2147483647; fix: set it to 1001`,
  ]);
});

test.each([[[]], [['CAP_SYS_ADMIN']], [['sys_admin']]])('rejects the capabilities %j', (capabilities) => {
  expect(problems(() => TOPOLOGIES.EngineDaemonSet({ security: { capabilities } }))).toEqual([
    `security.capabilities: must be capability names of Kubernetes; got ${JSON.stringify(capabilities)}; allowed: upper-case names without 'CAP_', such as 'SYS_ADMIN', or 'ALL'; fix: use ['ALL']`,
  ]);
});

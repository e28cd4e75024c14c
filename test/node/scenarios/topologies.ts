import { ApiObject, Size } from 'cdk8s';
import {
  CacheVolume,
  EngineDaemonSet,
  EngineDeployment,
  EngineStatefulSet,
  Listener,
  Transport,
} from '../../../src/index';
import { chart } from '../../engines';
import { CLIENT_IMAGE, type EngineSuite } from '../engines';
import { apply, clientPod, commandsOf, expectReady, lastError, runningClient, seen, SMALL } from './scenario';

const cache = CacheVolume.claimTemplate({ size: Size.gibibytes(2) });

/** Defines tests of each topology with one transport. */
export function topologies(suite: EngineSuite): void {
  const { cluster, realScenario, scenario } = suite;
  const { version } = suite.engine;

  scenario(
    'EngineDaemonSet: root and other users build over unix, but not without the group of the socket',
    async (namespace) => {
      const program = chart({ namespace });
      const engine = new EngineDaemonSet(program, 'engine', { version, resources: SMALL });
      clientPod(program, 'root', engine, { securityContext: { runAsUser: 0 } });
      clientPod(program, 'user', engine);
      // This pod mounts the same socket, but doesn't have the group that the library adds.
      new ApiObject(program, 'stranger', {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'stranger' },
        spec: {
          terminationGracePeriodSeconds: 0,
          containers: [
            {
              name: 'client',
              image: CLIENT_IMAGE,
              env: [{ name: '_EXPERIMENTAL_DAGGER_RUNNER_HOST', value: engine.runnerHost(Transport.unix()) }],
              volumeMounts: [{ name: 'socket', mountPath: engine.clientSocketDirectory }],
            },
          ],
          volumes: [{ name: 'socket', hostPath: { path: engine.hostSocketDirectory } }],
        },
      });
      await apply(cluster(), program);
      await expectReady(cluster(), engine);

      const root = await (await runningClient(suite, namespace, 'root')).build();
      const user = await runningClient(suite, namespace, 'user');
      const [first, second] = [await user.build(2), await user.build(2)];
      expect(second.id).toBe(first.id);
      seen(
        `unix: build of root ${root.seconds} s, of another user ${first.seconds} s, with a cached step ${second.seconds} s`,
      );
      const stranger = await runningClient(suite, namespace, 'stranger');
      // Uses buildctl, because the Dagger CLI would retry for ten minutes.
      const denied = await stranger.run('runner-buildctl debug workers');
      expect(denied.status).not.toBe(0);
      expect(denied.stderr).toContain('permission denied');
      expect((await stranger.run('ls -ln /run/dagger/engine.sock')).stdout).toMatch(/^srw-rw---- +1 0 +1001 /);
    },
  );

  scenario('EngineStatefulSet: a client with the permissions of the Role builds over kube-pod', async (namespace) => {
    const program = chart({ namespace });
    const engine = new EngineStatefulSet(program, 'engine', { version, cache, resources: SMALL });
    clientPod(program, 'client', engine, {
      transport: Transport.kubePod({ podName: engine.podNames[0] }),
      serviceAccountName: 'client',
    });
    new ApiObject(program, 'account', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'client' } });
    await apply(cluster(), program);
    await expectReady(cluster(), engine);

    const client = await runningClient(suite, namespace, 'client');
    const build = await client.build();
    seen(`kube-pod: build ${build.seconds} s`);
    const forbidden = await client.run(`kubectl get secrets --namespace=${namespace}`);
    expect(forbidden.stderr).toContain('forbidden');
  });

  realScenario("a client with a read-only root filesystem builds, but can't export a file", async (namespace) => {
    const program = chart({ namespace });
    const engine = new EngineDaemonSet(program, 'engine', { version, resources: SMALL });
    clientPod(program, 'client', engine, { containerSecurityContext: { readOnlyRootFilesystem: true } });
    await apply(cluster(), program);
    await expectReady(cluster(), engine);

    const client = await runningClient(suite, namespace, 'client');
    const build = await client.build();
    const exported = await client.run(commandsOf(suite.engine).image);
    seen(`read-only root filesystem: build ${build.seconds} s; export: ${lastError(exported.stderr)}`);
    expect(exported.status).not.toBe(0);
    expect(exported.stderr).toContain('read-only file system');
  });

  scenario('EngineDeployment: a client builds over tcp', async (namespace) => {
    const program = chart({ namespace });
    const engine = new EngineDeployment(program, 'engine', {
      version,
      resources: SMALL,
      cache: CacheVolume.ephemeral({ size: Size.gibibytes(2) }),
      listener: Listener.insecureTcp(),
    });
    clientPod(program, 'client', engine);
    await apply(cluster(), program);
    await expectReady(cluster(), engine);

    const build = await (await runningClient(suite, namespace, 'client')).build();
    seen(`tcp: build ${build.seconds} s`);
  });
}

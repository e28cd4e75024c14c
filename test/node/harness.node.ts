import type { Manifest } from '../cluster/client';
import { isReady } from '../cluster/pods';
import type { TestCluster } from './cluster';
import { PAUSE } from './node-images';
import { onCluster } from './suite';

const SERVE = 'mkdir /www && echo hello > /www/index.html && httpd -f -p 8080 -h /www';

function pod(namespace: string, name: string, container: object, spec: object = {}): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { app: name } },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'main', image: PAUSE, command: ['sleep', 'infinity'], ...container }],
      ...spec,
    },
  };
}

async function ready(cluster: TestCluster, manifest: Manifest): Promise<void> {
  await cluster.apply([manifest]);
  await cluster.until(async () => isReady(await cluster.client.get(manifest)), `${manifest.metadata.name} to be ready`);
}

onCluster('a cluster', ({ cluster, scenario, disturbingScenario }) => {
  scenario('runs a pod, reads its log, and runs commands in it', async (namespace) => {
    await ready(cluster(), pod(namespace, 'shell', { command: ['sh', '-c', 'echo started; sleep 1000'] }));
    const shell = { namespace, pod: 'shell' };
    expect(await cluster().logs(shell)).toBe('started\n');
    expect(await cluster().exec(shell, ['cat'], { input: 'text' })).toMatchObject({
      status: 0,
      stdout: 'text',
    });
    expect(await cluster().exec(shell, ['sh', '-c', 'exit 3'])).toMatchObject({ status: 3 });
  });

  scenario('resolves and reaches a Service', async (namespace) => {
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace },
      spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
    };
    await cluster().apply([service]);
    await ready(cluster(), pod(namespace, 'web', { command: ['sh', '-c', SERVE] }));
    await ready(cluster(), pod(namespace, 'client', {}));
    const fetch = ['wget', '-q', '-O', '/dev/null', `http://web.${namespace}.svc.cluster.local/`];
    await cluster().until(
      async () => (await cluster().exec({ namespace, pod: 'client' }, fetch)).status === 0,
      'the Service to answer',
    );
  });

  scenario('binds a claim, which keeps what a pod wrote', async (namespace) => {
    const claim = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', namespace },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    };
    const volumeMounts = [{ name: 'data', mountPath: '/data' }];
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
    await cluster().apply([claim]);
    await ready(cluster(), pod(namespace, 'first', { volumeMounts }, { volumes }));
    await cluster().exec({ namespace, pod: 'first' }, ['sh', '-c', 'echo kept > /data/file']);
    await cluster().kubectl(['delete', 'pod', 'first', `--namespace=${namespace}`]);
    await ready(cluster(), pod(namespace, 'second', { volumeMounts }, { volumes }));
    const read = await cluster().exec({ namespace, pod: 'second' }, ['cat', '/data/file']);
    expect(read).toMatchObject({ stdout: 'kept\n' });
  });

  scenario('lets only a privileged pod mount', async (namespace) => {
    await ready(cluster(), pod(namespace, 'plain', {}));
    await ready(cluster(), pod(namespace, 'privileged', { securityContext: { privileged: true } }));
    const mount = ['sh', '-c', 'mkdir /target && mount -t tmpfs tmpfs /target'];
    expect(await cluster().exec({ namespace, pod: 'plain' }, mount)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('permission denied'),
    });
    expect(await cluster().exec({ namespace, pod: 'privileged' }, mount)).toMatchObject({ status: 0 });
  });

  disturbingScenario('keeps pods running while the kubelet and containerd restart', async (namespace, node) => {
    const manifest = pod(namespace, 'lasting', {});
    await ready(cluster(), manifest);
    await node.stopComponent('kubelet', 'SIGKILL');
    await node.stopComponent('containerd', 'SIGKILL');
    await node.startComponent('containerd');
    await node.startComponent('kubelet');
    await cluster().until(
      async () => (await cluster().exec({ namespace, pod: 'lasting' }, ['true'])).status === 0,
      'commands to run again',
    );
    const { status } = await cluster().client.get(manifest);
    expect(status.containerStatuses[0].restartCount).toBe(0);
  });
});

import { ApiObject, JsonPatch, Size } from 'cdk8s';
import { LocalStorageChart } from '../../../examples/local-storage/chart';
import { CacheVolume, EngineStatefulSet, EngineStorageClass, Transport } from '../../../src/index';
import { chart } from '../../engines';
import type { EngineSuite } from '../engines';
import { apply, clientPod, HOSTNAME, runningClient, seen, settled, SMALL } from './scenario';

/** The folder of the volumes, in the configuration of the provisioner's release. */
const FOLDER = '/opt/local-path-provisioner';

/** Defines tests of engines on volumes of the local-path provisioner. They need two nodes. */
export function localPath(suite: EngineSuite, nodes: readonly [string, string]): void {
  const { cluster, disturbingScenario, documentedScenario } = suite;
  const [local, neighbor] = nodes;
  beforeAll(() => cluster().node?.startLocalPath(cluster().client));

  const claimOf = async (namespace: string, pod: string): Promise<any> =>
    cluster().client.get({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: `cache-${pod}`, namespace },
    });
  const volumeNamed = async (name: string): Promise<any> =>
    cluster().client.get({ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name } });
  const podsOf = async (namespace: string, engine: EngineStatefulSet): Promise<any[]> => {
    const labelSelector = `app.kubernetes.io/instance=${engine.name}`;
    return cluster().client.list('v1', 'Pod', { namespace, labelSelector });
  };
  const hasEvent = async (namespace: string, name: string, reason: string, message: RegExp): Promise<boolean> =>
    (await cluster().events(namespace)).some(
      (event) => event.involvedObject.name === name && event.reason === reason && message.test(event.message),
    );

  /** Deletes the claim and the pod of an engine, with the commands in the README of the example. */
  const startWithNewVolume = async (namespace: string, pod: string): Promise<void> => {
    const within = `--namespace=${namespace}`;
    await cluster().kubectl(['delete', 'persistentvolumeclaim', within, `cache-${pod}`, '--wait=false']);
    await cluster().kubectl(['delete', 'pod', within, pod], { timeoutSeconds: 120 });
  };

  documentedScenario(
    'the engines of the example local-storage have volumes of the local-path provisioner',
    async (namespace, node) => {
      const example = new LocalStorageChart(chart().node.root, 'local-storage', { namespace });
      ['dagger-topolvm', 'topolvm-pool', 'dagger-zfs', 'zfs-pool'].forEach((id) => example.node.tryRemoveChild(id));
      const engine = example.node.findChild('local-path-pool') as EngineStatefulSet;
      engine.workload.addJsonPatch(JsonPatch.replace('/spec/template/spec/containers/0/resources', SMALL));
      for (const podName of engine.podNames) {
        const transport = Transport.kubePod({ podName });
        clientPod(example, `client-of-${podName}`, engine, { transport, serviceAccountName: 'client' });
      }
      new ApiObject(example, 'account', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'client' } });
      new ApiObject(example, 'without-pod', {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'cache-without-pod' },
        spec: {
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage: '1Gi' } },
          storageClassName: 'dagger-local-path',
        },
      });
      await cluster().kubectl(['label', 'node', ...nodes, 'example.com/local-disk=local-path']);
      await apply(cluster(), example);
      const { restarts, seconds } = await settled(cluster(), engine);
      expect(restarts).toBe(0);
      expect((await claimOf(namespace, 'without-pod')).status.phase).toBe('Pending');

      const pods = await podsOf(namespace, engine);
      expect(pods.map(({ spec }) => spec.nodeName).sort()).toEqual(nodes);
      for (const { metadata, spec } of pods) {
        const claim = await claimOf(namespace, metadata.name);
        const name = claim.spec.volumeName;
        expect(claim.metadata.annotations['volume.kubernetes.io/selected-node']).toBe(spec.nodeName);
        expect((await volumeNamed(name)).spec).toMatchObject({
          // More than the disk of the node: the provisioner ignores the size.
          capacity: { storage: '200Gi' },
          local: { path: `${FOLDER}/${name}_${namespace}_cache-${metadata.name}` },
          nodeAffinity: {
            required: {
              nodeSelectorTerms: [{ matchExpressions: [{ key: HOSTNAME, operator: 'In', values: [spec.nodeName] }] }],
            },
          },
          persistentVolumeReclaimPolicy: 'Delete',
        });
      }
      const pod = pods.find(({ spec }) => spec.nodeName === local)!.metadata.name;
      const volume = await volumeNamed((await claimOf(namespace, pod)).spec.volumeName);
      const { path } = volume.spec.local;
      expect((await node.run('ls', [path])).stdout).toMatch(/\.lock$/m);
      const blocks = ['-f', '-c', '%b'];
      const { stdout } = await cluster().exec({ namespace, pod, container: 'dagger-engine' }, [
        'stat',
        ...blocks,
        '/var/lib/dagger',
      ]);
      expect(stdout).toBe((await node.run('stat', [...blocks, FOLDER])).stdout);
      const builder = await runningClient(suite, namespace, `client-of-${pod}`);
      const first = await builder.build();

      // Without its disk, a node has no such directory. The mount of the running engine is not affected.
      await node.run('mv', [path, `${path}-away`]);
      await cluster().kubectl(['delete', 'pod', `--namespace=${namespace}`, pod], { timeoutSeconds: 120 });
      await cluster().until(
        () => hasEvent(namespace, pod, 'FailedMount', /does not exist/),
        'the engine to wait for its directory',
      );
      await node.run('mv', [`${path}-away`, path]);
      await settled(cluster(), engine);
      const second = await builder.build();
      expect(second.id).toBe(first.id);

      const started = Date.now();
      await startWithNewVolume(namespace, pod);
      await cluster().until(
        async () => (await volumeNamed(volume.metadata.name)) === undefined,
        'the volume to be deleted',
      );
      expect((await node.run('ls', ['-d', path])).stderr).toContain('No such file or directory');
      const deleted = (Date.now() - started) / 1000;
      await settled(cluster(), engine);
      const third = await builder.build();
      seen(
        `local-path: Ready after ${seconds.toFixed(0)} s; replaced pod: cached step ${second.id === first.id ? 'kept' : 'lost'}; deleted claim: directory gone after ${deleted.toFixed(0)} s, cached step ${third.id === first.id ? 'kept' : 'lost'}`,
      );
      expect(third.id).not.toBe(first.id);
    },
    600,
  );

  disturbingScenario(
    'the engine of a deleted node starts on the other node when its claim is deleted',
    async (namespace, node) => {
      const program = chart({ namespace });
      const { name: storageClassName } = EngineStorageClass.localPath(program, `local-${namespace}`);
      const engine = new EngineStatefulSet(program, 'engine', {
        version: suite.engine.version,
        resources: SMALL,
        cache: CacheVolume.claimTemplate({ size: Size.gibibytes(2), storageClassName }),
      });
      await cluster().kubectl(['cordon', local]);
      try {
        await apply(cluster(), program);
        await settled(cluster(), engine);
      } finally {
        await cluster().kubectl(['uncordon', local]);
      }
      const { volumeName } = (await claimOf(namespace, 'engine-0')).spec;
      node.killNeighbor();
      await cluster().kubectl(['delete', 'node', neighbor]);
      // kube-controller-manager does this a minute after the deletion of the node.
      await cluster().kubectl(['delete', 'pod', `--namespace=${namespace}`, 'engine-0', '--force']);
      await cluster().until(
        () => hasEvent(namespace, 'engine-0', 'FailedScheduling', /PersistentVolume's node affinity/),
        'the engine to wait for its node',
      );

      await startWithNewVolume(namespace, 'engine-0');
      await settled(cluster(), engine);
      const [{ spec }] = await podsOf(namespace, engine);
      expect(spec.nodeName).toBe(local);
      // The provisioner can't delete a directory on a node that is gone.
      const { phase } = (await volumeNamed(volumeName)).status;
      seen(`local-path: the volume of the deleted node is ${phase}`);
      await cluster().kubectl(['delete', 'persistentvolume', volumeName], { timeoutSeconds: 60 });
    },
    600,
  );
}

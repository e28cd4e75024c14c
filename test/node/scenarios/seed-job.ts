import { Duration, JsonPatch, Size } from 'cdk8s';
import { CacheSeed, CacheVolume, Drain, EngineStatefulSet, Listener } from '../../../src/index';
import { CSI_STORAGE } from '../../cluster/csi';
import { chart } from '../../engines';
import { CLIENT_IMAGE, type EngineSuite } from '../engines';
import { apply, clientPod, runningClient, seen, settled, SMALL } from './scenario';

const SCRIPT = '/spec/jobTemplate/spec/template/spec/containers/0/command/2';

/**
 * Defines a test of a seed's job on a node with CSI. The snapshot controller, the sidecars and the kubelet are real.
 * The CSI driver is a stand-in, which copies folders.
 */
export function seedJob(suite: EngineSuite): void {
  const { cluster, localScenario } = suite;

  localScenario(
    'the job of a seed takes snapshots of the stopped engine, and a new engine has its cached steps',
    async (namespace, node) => {
      const { client } = cluster();
      await node.startCsi(client);
      const common = {
        version: suite.engine.version,
        drain: Drain.untilIdle({ atMost: Duration.seconds(5), idleFor: Duration.seconds(1) }),
        resources: SMALL,
        listener: Listener.insecureTcp(),
      };
      const program = chart({ namespace });
      const seed = new CacheSeed(program, 'seed', {
        ...common,
        size: Size.gibibytes(2),
        storageClassName: CSI_STORAGE,
        schedule: '0 0 29 2 *',
        kubectlImage: CLIENT_IMAGE,
      });
      if (suite.engine.archive === undefined) {
        // buildkitd, which the stand-in runs, exits with 1 after SIGTERM. Engines exit with 0.
        const { command } = seed.cronJob.toJson().spec.jobTemplate.spec.template.spec.containers[0];
        const script: string = command[2].replace('[ "$code" = 0 ]', '[ "$code" = 1 ]');
        expect(script).not.toBe(command[2]);
        seed.cronJob.addJsonPatch(JsonPatch.replace(SCRIPT, script));
      }
      clientPod(program, 'builder', seed.engine);
      await apply(cluster(), program);
      const workload = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'seed', namespace } };
      // The manifest has no replicas, because the job sets them.
      await cluster().until(async () => (await client.get(workload)).status.readyReplicas === 1, 'the seed', 180);
      const before = await (await runningClient(suite, namespace, 'builder')).build();

      const started = Date.now();
      await cluster().kubectl([
        ...['create', 'job', 'snapshot', '--from=cronjob/seed-snapshot', `--namespace=${namespace}`],
      ]);
      const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'snapshot', namespace } };
      const { status } = await cluster().until(
        async () => {
          const found = await client.get(job);
          return found.status.succeeded === 1 || found.status.failed > 0 ? found : undefined;
        },
        'the job to end',
        240,
      );
      expect(status.succeeded).toBe(1);
      const seconds = (Date.now() - started) / 1000;
      const snapshots = await client.list('snapshot.storage.k8s.io/v1', 'VolumeSnapshot', { namespace });
      expect(
        snapshots.map((one) => [one.metadata.labels['cdk8s-dagger.github.io/published'], one.status.readyToUse]),
      ).toEqual([
        ['false', true],
        ['true', true],
      ]);

      const next = chart({ namespace });
      const engine = new EngineStatefulSet(next, 'engine', {
        ...common,
        cache: CacheVolume.claimTemplate({
          size: Size.gibibytes(2),
          storageClassName: CSI_STORAGE,
          seed: CacheSeed.fromCacheSeedAttributes(next, 'seed', {
            name: 'seed',
            version: suite.engine.version,
            size: Size.gibibytes(2),
          }),
        }),
      });
      clientPod(next, 'user', engine);
      await apply(cluster(), next);
      await settled(cluster(), engine);
      const after = await (await runningClient(suite, namespace, 'user')).build();
      seen(
        `the job of a seed: ${seconds.toFixed(0)} s, cached step ${after.id === before.id ? 'kept' : 'lost'} in a new engine`,
      );
      expect(after.id).toBe(before.id);
    },
    600,
  );
}

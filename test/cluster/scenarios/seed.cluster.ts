import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Duration, Size } from 'cdk8s';
import {
  CacheSeed,
  CacheVolume,
  EngineSnapshotClass,
  EngineStatefulSet,
  SnapshotDeletionPolicy,
  type CacheSeedProps,
} from '../../../src/index';
import type { Manifest } from '../client';
import { writeKubeconfig } from '../components';
import { CSI, CSI_DRIVER, CSI_STORAGE, startCsi } from '../csi';
import { API_SERVER, program as programPath } from '../programs';
import { controlPlane, onNewestKubernetes } from '../suite';
import { apply, program, seen, settled } from './scenario';

const SNAPSHOT = 'snapshot.storage.k8s.io/v1';
const POD = { apiVersion: 'v1', kind: 'Pod' };
const NODE = 'node';
const PUBLISHED = 'seed-schema-16';
const size = Size.gibibytes(10);
/** Longer than the driver and the controllers need for a snapshot. */
const TIMEOUT = Duration.seconds(10);

const TOOLS = [...API_SERVER, 'kube-controller-manager', 'kube-scheduler', 'kubectl', 'definitions', ...CSI] as const;

/** A run of the job's script. */
interface Run {
  readonly status: number | null;
  readonly output: string;
}

/**
 * Runs the script of the job with the real kubectl and the token of the job's service account. The snapshot controller
 * and the sidecars of CSI drivers are real. Two parts are stand-ins: the kubelet in this file, which sets the states of
 * pods, and the CSI driver, which copies folders.
 */
onNewestKubernetes(TOOLS, (version) => {
  const cluster = controlPlane({ version, controllerManager: true, scheduler: true });
  /** The exit code of the engines, keyed by namespace. @default 0 */
  const exitCodes = new Map<string, number>();
  /** The number of published snapshots that never become ready, keyed by namespace. */
  const stuckPublished = new Map<string, number>();
  /** The namespaces whose engine someone starts before the published snapshot is ready. */
  const startedEarly = new Set<string>();
  /** Whether the engine's pod existed when a snapshot was created, keyed by namespace. */
  const running = new Map<string, boolean[]>();
  const failures: unknown[] = [];
  const failed = (error: unknown): void => void failures.push(error);
  const storage = (...path: string[]): string => join(cluster().directory, 'csi', ...path);
  /** Keeps snapshots unready: those of a namespace, or the one named NAMESPACE.NAME. */
  const hold = (snapshots: string): void => writeFileSync(storage('held', snapshots), '');
  const release = (snapshots: string): void => rmSync(storage('held', snapshots), { force: true });

  beforeAll(async () => {
    const { client, directory, kubeconfig } = cluster();
    mkdirSync(join(directory, 'csi'));
    await startCsi(cluster(), {
      folder: join(directory, 'csi'),
      kubeconfig,
      run: (name, args) => cluster().run(name, programPath(version, name), args),
    });
    await cluster().until(() => existsSync(storage('held')), 'the CSI driver to start');
    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: NODE } };
    await client.apply(node);
    // A minute later, kube-controller-manager would report the pods of a node without a state as not ready.
    const now = new Date().toISOString();
    const ready = { type: 'Ready', status: 'True', lastHeartbeatTime: now, lastTransitionTime: now };
    const capacity = { cpu: '100', memory: '1Ti', pods: '100' };
    await client.patch(node, { status: { capacity, allocatable: capacity, conditions: [ready] } }, 'status');
    const started = new Set<string>();
    const ended = new Set<string>();
    const stopPods = await client.watch('v1', 'Pod', {}, ({ type, object: pod }) => {
      const { deletionTimestamp, uid } = pod.metadata;
      if (type !== 'DELETED' && deletionTimestamp !== undefined && !ended.has(uid)) {
        ended.add(uid);
        endPod(pod).catch(failed);
      } else if (type !== 'DELETED' && pod.spec.nodeName !== undefined && !started.has(uid)) {
        started.add(uid);
        startPod(pod).catch(failed);
      }
    });
    const stopSnapshots = await client.watch(SNAPSHOT, 'VolumeSnapshot', {}, ({ type, object: snapshot }) => {
      if (type === 'ADDED') {
        created(snapshot).catch(failed);
      }
    });
    cluster().beforeStop(() => {
      stopPods();
      stopSnapshots();
    });
  });
  afterEach(() => {
    expect(failures.splice(0)).toEqual([]);
  });

  /** Returns the folder of the volume of a claim. */
  async function volumeOf(namespace: string, claim: string): Promise<string> {
    const { client } = cluster();
    const { spec } = await client.get({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: claim, namespace },
    });
    const volume = await client.get({
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: spec.volumeName },
    });
    return storage('volumes', volume.spec.csi.volumeHandle);
  }

  /** Starts a pod like the kubelet. Its engine has a file while it runs, like the flag in the database of an engine. */
  async function startPod(pod: any): Promise<void> {
    const { client } = cluster();
    const { name, namespace } = pod.metadata;
    writeFileSync(join(await volumeOf(namespace, `cache-${name}`), 'running'), '');
    await client.patch(
      { ...POD, ...pod },
      { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] } },
      'status',
    );
  }

  /** Ends a pod like the kubelet: it writes the exit codes, and then deletes the pod. */
  async function endPod(pod: any): Promise<void> {
    const { client } = cluster();
    const { name, namespace } = pod.metadata;
    const exitCode = exitCodes.get(namespace) ?? 0;
    const container = { name: 'dagger-engine', image: '', imageID: '', ready: false, restartCount: 0 };
    rmSync(join(await volumeOf(namespace, `cache-${name}`), 'running'), { force: true });
    await client.patch(
      { ...POD, ...pod },
      { status: { containerStatuses: [{ ...container, state: { terminated: { exitCode } } }] } },
      'status',
    );
    await client.call('DELETE', `/api/v1/namespaces/${namespace}/pods/${name}`, {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      gracePeriodSeconds: 0,
    });
  }

  async function created(snapshot: any): Promise<void> {
    const { client } = cluster();
    const { name, namespace } = snapshot.metadata;
    const pod = { ...POD, metadata: { name: 'seed-0', namespace } };
    running.set(namespace, [...(running.get(namespace) ?? []), (await client.get(pod)) !== undefined]);
    if (name !== PUBLISHED) {
      return;
    }
    if (startedEarly.has(namespace)) {
      await client.patch(
        { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'seed', namespace } },
        { spec: { replicas: 1 } },
      );
      await cluster().until(async () => (await client.get(pod)) !== undefined, 'the pod of the engine');
    }
    const stuckLeft = stuckPublished.get(namespace) ?? 0;
    if (stuckLeft > 0) {
      stuckPublished.set(namespace, stuckLeft - 1);
    } else {
      release(`${namespace}.${name}`);
    }
  }

  /** A seed in its own namespace. */
  class Seeded {
    public readonly seed: CacheSeed;
    private readonly env: NodeJS.ProcessEnv;
    private readonly script: string;

    public constructor(
      private readonly namespace: string,
      props: Partial<CacheSeedProps> = {},
    ) {
      this.seed = new CacheSeed(program(namespace), 'seed', {
        version: 'v0.21.8',
        size,
        storageClassName: CSI_STORAGE,
        snapshotTimeout: Duration.minutes(1),
        ...props,
      });
      const { command } = this.seed.cronJob.toJson().spec.jobTemplate.spec.template.spec.containers[0];
      this.script = command[2];
      const home = join(cluster().directory, namespace);
      mkdirSync(home);
      this.env = {
        HOME: home,
        KUBECONFIG: join(home, 'kubeconfig.json'),
        PATH: [dirname(programPath(version, 'kubectl')), process.env.PATH].join(delimiter),
      };
    }

    /** Applies the objects, and prepares the credentials of the job. */
    public async apply(): Promise<void> {
      await apply(cluster(), this.seed);
      const { body } = await cluster().client.call(
        'POST',
        `/api/v1/namespaces/${this.namespace}/serviceaccounts/seed-snapshot/token`,
        { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} },
      );
      const certificate = join(cluster().directory, 'apiserver.crt');
      const path = writeKubeconfig(this.env.HOME!, cluster().url, certificate, body.status.token);
      const config = JSON.parse(readFileSync(path, 'utf8'));
      config.contexts[0].context.namespace = this.namespace;
      writeFileSync(path, JSON.stringify(config));
    }

    /** Runs the script. `onStart` gets a function that stops the script like the kubelet. */
    public run(
      shorten: (script: string) => string = (script) => script,
      onStart: (stop: () => void) => void = () => {},
    ): Promise<Run> {
      const child = spawn('sh', ['-uc', shorten(this.script)], { env: this.env, stdio: ['ignore', 'pipe', 'pipe'] });
      let output = '';
      child.stdout.on('data', (text) => (output += text));
      child.stderr.on('data', (text) => (output += text));
      onStart(() => child.kill('SIGTERM'));
      return new Promise((resolve) => child.once('exit', (status) => resolve({ status, output })));
    }

    /** Runs the script, which must succeed. Returns its log. */
    public async succeed(): Promise<string> {
      const { output, status } = await this.run();
      if (status !== 0) {
        throw new Error(`the job ended with ${status}:\n${output}`);
      }
      return output;
    }

    /** Returns the answer of `kubectl auth can-i`. */
    public can(...request: string[]): string {
      return spawnSync('kubectl', ['auth', 'can-i', ...request], { env: this.env, encoding: 'utf8' }).stdout.trim();
    }

    public async snapshots(): Promise<any[]> {
      return cluster().client.list(SNAPSHOT, 'VolumeSnapshot', { namespace: this.namespace });
    }

    /** Returns the names of the folders of the namespace's snapshots on the storage. */
    public async stored(): Promise<string[]> {
      const contents = await cluster().client.list(SNAPSHOT, 'VolumeSnapshotContent');
      return contents
        .filter(({ spec }) => spec.volumeSnapshotRef.namespace === this.namespace)
        .map(({ status }) => status.snapshotHandle)
        .filter((folder) => existsSync(storage('snapshots', folder)));
    }

    public async isReady(): Promise<boolean> {
      const pod = await cluster().client.get({ ...POD, metadata: { name: 'seed-0', namespace: this.namespace } });
      return pod?.status.phase === 'Running';
    }

    public async replicas(): Promise<number> {
      return (await cluster().client.get(inNamespace(this.seed.engine.workload.toJson(), this.namespace))).spec
        .replicas;
    }
  }

  test('the job publishes a snapshot of the stopped engine, and deletes old ones', async () => {
    const namespace = 'seed-published';
    const seeded = new Seeded(namespace, { keep: 1, snapshotClassName: 'fast' });
    await apply(cluster(), new EngineSnapshotClass(program(namespace), 'fast', { driver: CSI_DRIVER }));
    await seeded.apply();

    const log = await seeded.succeed();
    const before = await seeded.snapshots();
    expect(before.map(({ metadata }) => metadata.labels)).toEqual(
      ['false', 'true'].map((published) => ({
        'cdk8s-dagger.github.io/seed': 'seed',
        'cdk8s-dagger.github.io/release': 'v0.21.8',
        'cdk8s-dagger.github.io/cache-schema': '16',
        'cdk8s-dagger.github.io/published': published,
      })),
    );
    expect(before.map(({ spec }) => spec)).toEqual(
      Array(2).fill({ source: { persistentVolumeClaimName: 'cache-seed-0' }, volumeSnapshotClassName: 'fast' }),
    );
    expect(before[1].metadata.name).toBe(seeded.seed.snapshotName);
    expect(seeded.seed.snapshotName).toBe(PUBLISHED);

    await seeded.succeed();
    await cluster().until(
      async () => (await seeded.stored()).length === 2,
      'the old snapshots to be deleted from the storage',
    );
    const after = await seeded.snapshots();
    expect(after).toHaveLength(2);
    for (const [index, { metadata }] of after.entries()) {
      expect(metadata.uid).not.toBe(before[index].metadata.uid);
    }
    expect(running.get(namespace)).toEqual([false, false, false, false]);
    expect(await seeded.replicas()).toBe(1);
    seen(cluster(), `the job of a seed: ${log.trim().split('\n').length} lines of log, 2 snapshots`);
  });

  test('snapshots of a class that retains them stay on the storage', async () => {
    const namespace = 'seed-retained';
    const seeded = new Seeded(namespace, { keep: 1, snapshotClassName: 'retained' });
    const deletionPolicy = SnapshotDeletionPolicy.RETAIN;
    await apply(
      cluster(),
      new EngineSnapshotClass(program(namespace), 'retained', { driver: CSI_DRIVER, deletionPolicy }),
    );
    await seeded.apply();
    await seeded.succeed();
    await seeded.succeed();
    expect(await seeded.snapshots()).toHaveLength(2);
    expect(await seeded.stored()).toHaveLength(4);
  });

  test('a new engine gets a copy of the newest snapshot, and the claims of older engines stay', async () => {
    const namespace = 'seed-used';
    const seeded = new Seeded(namespace);
    await seeded.apply();
    await cluster().until(async () => (await seeded.replicas()) === 1 && (await seeded.isReady()), 'the seed');
    const start = async (name: string): Promise<string[]> => {
      const cache = CacheVolume.claimTemplate({ size, seed: seeded.seed, storageClassName: CSI_STORAGE });
      const pool = new EngineStatefulSet(program(namespace), name, { version: 'v0.21.8', cache });
      await apply(cluster(), pool);
      await settled(cluster(), pool);
      return readdirSync(await volumeOf(namespace, `cache-${name}-0`)).sort();
    };
    const seedVolume = await volumeOf(namespace, 'cache-seed-0');
    writeFileSync(join(seedVolume, 'monday'), '');
    await seeded.succeed();
    writeFileSync(join(seedVolume, 'tuesday'), '');
    // The engine itself runs, so the file `running` isn't from the seed. A copy of a running seed would have it earlier.
    expect(await start('first')).toEqual(['monday', 'running']);
    await seeded.succeed();
    expect(await start('second')).toEqual(['monday', 'running', 'tuesday']);
    expect(readdirSync(await volumeOf(namespace, 'cache-first-0')).sort()).toEqual(['monday', 'running']);
    for (const snapshot of await seeded.stored()) {
      expect(readdirSync(storage('snapshots', snapshot))).not.toContain('running');
    }
  });

  test('the job takes no snapshot of an engine that was killed', async () => {
    exitCodes.set('seed-killed', 137);
    const seeded = new Seeded('seed-killed');
    await seeded.apply();
    const { output, status } = await seeded.run();
    expect(output).toContain(
      'FAILED: the engine stopped with exit code 137 instead of 0, so it will delete its cache; no snapshot was taken',
    );
    expect(status).toBe(1);
    expect(await seeded.snapshots()).toEqual([]);
    expect(await seeded.replicas()).toBe(1);
  });

  test('the job starts the engine if a snapshot fails, and keeps the published one', async () => {
    const namespace = 'seed-unready';
    const seeded = new Seeded(namespace, { snapshotTimeout: TIMEOUT });
    await seeded.apply();
    await seeded.succeed();
    const before = await seeded.snapshots();

    hold(namespace);
    const { output, status } = await seeded.run();
    expect(output).toContain("isn't ready after 10 s");
    expect(output).toContain('FAILED: no valid snapshot of the stopped engine');
    expect(status).toBe(1);
    // The job doesn't wait until the controller has deleted the failed snapshot.
    await cluster().until(
      async () => isDeepStrictEqual(uids(await seeded.snapshots()), uids(before)),
      'only the snapshots of the first run',
    );
    expect(await seeded.replicas()).toBe(1);
  });

  test('the job tries again to replace the published snapshot', async () => {
    const namespace = 'seed-retried';
    const seeded = new Seeded(namespace, { snapshotTimeout: TIMEOUT });
    await seeded.apply();
    await seeded.succeed();
    stuckPublished.set(namespace, 2);
    hold(`${namespace}.${PUBLISHED}`);
    const log = await seeded.succeed();
    expect(log.match(/snapshot seed-schema-16 isn't ready after 10 s/g)).toHaveLength(2);
    const published = (await seeded.snapshots()).find(({ metadata }) => metadata.name === PUBLISHED);
    expect(published.status.readyToUse).toBe(true);
  });

  test('the job prints the command that publishes a snapshot again', async () => {
    const namespace = 'seed-unpublished';
    const seeded = new Seeded(namespace, { snapshotTimeout: TIMEOUT });
    await seeded.apply();
    stuckPublished.set(namespace, 3);
    hold(`${namespace}.${PUBLISHED}`);
    const { output, status } = await seeded.run();
    expect(output).toContain('New pods are Pending until seed-schema-16 is ready. To run the job again now:');
    expect(output).toContain('kubectl create job --from=cronjob/seed-snapshot seed-snapshot-again');
    expect(status).toBe(1);
    expect((await seeded.snapshots()).map(({ metadata }) => metadata.labels)).toMatchObject([
      { 'cdk8s-dagger.github.io/published': 'false' },
    ]);
    expect(await seeded.replicas()).toBe(1);
  });

  test('the job deletes a published snapshot of a running engine', async () => {
    const namespace = 'seed-started';
    startedEarly.add(namespace);
    hold(`${namespace}.${PUBLISHED}`);
    const seeded = new Seeded(namespace);
    await seeded.apply();
    const { output, status } = await seeded.run((script) => script.replace('within 30 is_gone', 'within 2 is_gone'));
    expect(output).toContain('FAILED: the engine was started before seed-schema-16 was ready, so it is not valid');
    expect(status).toBe(1);
    expect((await seeded.snapshots()).map(({ metadata }) => metadata.labels)).toMatchObject([
      { 'cdk8s-dagger.github.io/published': 'false' },
    ]);
  });

  test('the job keeps a published snapshot that a claim waits for', async () => {
    const namespace = 'seed-copied';
    const seeded = new Seeded(namespace);
    await seeded.apply();
    await seeded.succeed();
    const [, published] = await seeded.snapshots();
    await cluster().client.apply({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'cache-pool-7', namespace },
      // No pod uses the claim, so it stays Pending.
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName: CSI_STORAGE,
        resources: { requests: { storage: '10Gi' } },
        dataSource: { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: published.metadata.name },
      },
    });

    const { output, status } = await seeded.run((script) =>
      script.replace('within 300 no_copies', 'within 2 no_copies'),
    );
    expect(output).toContain('kept the old seed-schema-16, because these claims wait for a copy of it: cache-pool-7');
    expect(status).toBe(1);
    const after = await seeded.snapshots();
    expect(after).toHaveLength(3);
    expect(after.map(({ metadata }) => metadata.uid)).toContain(published.metadata.uid);
    expect(await seeded.replicas()).toBe(1);
  });

  test('the job starts the engine if its pod is stopped', async () => {
    const namespace = 'seed-evicted';
    hold(namespace);
    const seeded = new Seeded(namespace, { snapshotTimeout: Duration.minutes(5) });
    await seeded.apply();
    let stop = (): void => {};
    const ended = seeded.run(undefined, (kill) => (stop = kill));
    await cluster().until(async () => (await seeded.snapshots()).length === 1, 'the first snapshot');
    expect(await seeded.replicas()).toBe(0);
    stop();
    expect(await ended).toMatchObject({ status: 143 });
    expect(await seeded.replicas()).toBe(1);
  });

  test('the account of the job has no other permissions', async () => {
    const seeded = new Seeded('seed-permissions');
    await seeded.apply();
    expect(seeded.can('patch', 'statefulsets/seed', '--subresource=scale')).toBe('yes');
    expect(seeded.can('create', 'volumesnapshots.snapshot.storage.k8s.io')).toBe('yes');
    for (const request of [
      ['patch', 'statefulsets/pool', '--subresource=scale'],
      ['patch', 'statefulsets/seed'],
      ['delete', 'pods/seed-0'],
      ['get', 'pods/pool-0'],
      ['delete', 'persistentvolumeclaims/cache-seed-0'],
      ['get', 'secrets'],
      ['list', 'pods', '--all-namespaces'],
    ]) {
      expect([request, seeded.can(...request)]).toEqual([request, 'no']);
    }
  });
});

function uids(objects: readonly Manifest[]): unknown[] {
  return objects.map(({ metadata }) => metadata.uid);
}

function inNamespace(object: Manifest, namespace: string): Manifest {
  return { ...object, metadata: { ...object.metadata, namespace } };
}

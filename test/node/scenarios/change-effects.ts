import { ApiObject, Duration, Size, type Chart } from 'cdk8s';
import type { Change } from '../../../src/comparison/change';
import {
  CacheVolume,
  DiskSpace,
  Drain,
  EngineDaemonSet,
  EngineDeployment,
  EngineDeploymentUpdateStrategy,
  EngineJson,
  EngineStatefulSet,
  EngineToml,
  EngineVersion,
  Listener,
  LogLevel,
  Transport,
  type Engine,
} from '../../../src/index';
import { compareReleases, release } from '../../../src/version/release';
import type { Manifest } from '../../cluster/client';
import { chart, objects } from '../../engines';
import type { TestCluster } from '../cluster';
import { importEngine, realEngines, skipped, type EngineSuite, type TestEngine } from '../engines';
import type { Result } from '../run';
import { expectCacheEffect } from './cache-effect';
import { Commits } from './commits';
import { PodHistory } from './pod-history';
import { clientPod, lastError, runningClient, seen, settled, SMALL } from './scenario';

/** A version of a program with one engine, which has the name `pool`. */
interface Version {
  readonly engine: Engine;
  readonly manifests: readonly Manifest[];
  /** The names of the clients. */
  readonly clients: readonly string[];
}

/** The ids that the cached step of each client printed. The same id in two builds means that the step was cached. */
interface Steps {
  readonly [client: string]: string;
}

/** A change on a cluster, and its effects. */
interface Outcome {
  readonly effects: readonly Change[];
  readonly steps: Steps;
}

/** The number of seconds within which the pods of a change are ready. Two real engines restart one after the other. */
const CHANGE_SECONDS = 420;

const drain = Drain.untilIdle({ atMost: Duration.seconds(5), idleFor: Duration.seconds(1) });
const common = { drain, resources: SMALL, listener: Listener.insecureTcp() };

/** The effects after which a cached step isn't found any more. */
const LOSSES = ['cache-lost', 'cache-moved', 'cache-wiped'];

/** Applies changes to a running engine, and compares the effects that the diff reports with those on the node. */
class Review {
  private readonly commits: Commits;
  private steps: Steps = {};

  public constructor(
    private readonly suite: EngineSuite,
    private readonly namespace: string,
  ) {
    this.commits = new Commits(this.cluster, namespace);
  }

  /** Applies the first version, and writes a cached step. */
  public async start(version: Version): Promise<Steps> {
    await this.commits.apply(version.manifests);
    await settled(this.cluster, version.engine);
    return this.build(version);
  }

  /**
   * Applies the next version, and runs the commands that resolve a rejected update. Expects the reported restarts and
   * caches.
   */
  public async change(title: string, version: Version): Promise<Outcome> {
    const effects = this.commits.effectsOf(version.manifests);
    const claims = await this.claims();
    const history = await PodHistory.start(this.cluster, this.namespace, 'pool');
    await this.commits.apply(version.manifests);
    await this.resolve(effects, version);
    await settled(this.cluster, version.engine, CHANGE_SECONDS);
    const expected = expectedEvents(effects, version.engine);
    const withNames = version.engine.workload.kind === 'StatefulSet';
    await this.cluster.until(() => history.events(true).length >= expected.length, `the pods after ${title}`, 120);
    const before = this.steps;
    const steps = await this.build(version);
    history.stop();
    const cached = version.clients.map((client) => steps[client] === before[client]);
    const names = effects.map(({ effect, name }) => `${name}: ${effect}`);
    const caches = version.clients.map((client, index) => `${client} ${cached[index] ? 'kept' : 'lost'}`);
    seen(
      `${title}: ${names.join('; ') || 'no effect'} | ${history.events(withNames).join(', ') || 'no restart'} | ${caches.join(', ')}`,
    );
    expect({ title, events: history.events(withNames) }).toEqual({ title, events: expected });
    // Lower limits may delete the step at any time.
    if (!effects.some(({ name }) => name === 'cache-limit-lowered')) {
      const isKept = !effects.some(({ name }) => LOSSES.includes(name));
      expect({ title, cached }).toEqual({ title, cached: version.clients.map(() => isKept) });
    }
    // None of the changes deletes a claim.
    expect(await this.claims()).toEqual(expect.objectContaining(claims));
    return { effects, steps };
  }

  /** Returns the volumes of the claims that have one, by name of the claim. */
  private async claims(): Promise<{ [claim: string]: string }> {
    const { namespace } = this;
    const all = await this.cluster.client.list('v1', 'PersistentVolumeClaim', { namespace });
    return Object.fromEntries(
      all
        .filter(({ spec }) => spec.volumeName !== undefined)
        .map(({ metadata, spec }) => [metadata.name, spec.volumeName]),
    );
  }

  private get cluster(): TestCluster {
    return this.suite.cluster();
  }

  /** Runs the step of each client. */
  private async build({ clients }: Version): Promise<Steps> {
    const steps: { [client: string]: string } = {};
    for (const name of clients) {
      steps[name] = (await (await runningClient(this.suite, this.namespace, name)).build()).id;
    }
    this.steps = { ...this.steps, ...steps };
    return steps;
  }

  /** Runs the commands of a rejected update with kubectl, and applies the version again. */
  private async resolve(effects: readonly Change[], { manifests }: Version): Promise<void> {
    const rejected = effects.filter(({ name }) => name === 'rejected-update');
    for (const command of new Set(rejected.flatMap(({ commands }) => commands))) {
      if (!command.startsWith('kubectl apply ')) {
        await this.cluster.kubectl(command.split(' ').slice(1), { timeoutSeconds: CHANGE_SECONDS });
      }
    }
    if (rejected.length > 0) {
      const placed = manifests.map((one) => ({ ...one, metadata: { namespace: this.namespace, ...one.metadata } }));
      await this.cluster.apply(placed);
    }
  }
}

/** Returns the events of the pods that the effects of a change announce, in order. */
function expectedEvents(effects: readonly Change[], { workload }: Engine): string[] {
  const stops = (pod: string): string[] => [`old ${pod} stops`, `old ${pod} is gone`];
  const starts = (pod: string): string[] => [`new ${pod} starts`, `new ${pod} is ready`];
  return effects
    .filter(({ object }) => object.name === workload.name)
    .flatMap(({ effect, name }) => {
      if (name === 'scale-in') {
        return podsIn(effect).flatMap(stops);
      }
      if (name === 'engines-added') {
        return podsIn(effect).flatMap(starts);
      }
      if (name !== 'restart') {
        return [];
      }
      if (workload.kind === 'StatefulSet') {
        return podsIn(effect).flatMap((pod) => [...stops(pod), ...starts(pod)]);
      }
      return effect.includes('the new pod starts before the old one stops')
        ? [...starts('pod'), ...stops('pod')]
        : [...stops('pod'), ...starts('pod')];
    });
}

/** Returns the pods in a sentence, such as `from pool-1 to pool-0`, in this order. */
function podsIn(effect: string): string[] {
  const [first, last = first] = effect.match(/\bpool-\d+/g) ?? [];
  const [from, to] = [first, last].map((pod) => Number(pod!.slice('pool-'.length)));
  return Array.from(
    { length: Math.abs(from! - to!) + 1 },
    (_, index) => `pool-${from! + Math.sign(to! - from!) * index}`,
  );
}

/** Returns the names of the effects of a change. */
function named({ effects }: Outcome): string[] {
  return [...new Set(effects.filter(({ object }) => object.kind !== 'Pod').map(({ name }) => name))].sort();
}

/** Defines tests that apply changes to running engines, and compare the effects with those that the diff reports. */
export function changeEffects(suite: EngineSuite): void {
  const { cluster, localScenario, realScenario, scenario } = suite;
  const { version } = suite.engine;

  /** Returns a version of a program. `clients` are the clients of the engine, which use different pods. */
  const versionOf = (
    namespace: string,
    create: (program: Chart) => Engine,
    clients: { readonly [name: string]: Transport } = { client: Transport.tcp() },
  ): Version => {
    const program = chart({ namespace });
    const engine = create(program);
    for (const [name, transport] of Object.entries(clients)) {
      clientPod(program, name, engine, { transport });
    }
    return { engine, manifests: Object.values(objects(program)), clients: Object.keys(clients) };
  };

  scenario(
    'a StatefulSet restarts its pods in the reported order, and its claims and caches remain as the diff reports',
    async (namespace) => {
      const cache = CacheVolume.claimTemplate({ size: Size.gibibytes(2) });
      const pool = (props: Partial<ConstructorParameters<typeof EngineStatefulSet>[2]> = {}): Version => {
        const { replicas = 2 } = props;
        const ordinals = Array.from({ length: replicas }, (_, ordinal) => ordinal);
        return versionOf(
          namespace,
          (program) => new EngineStatefulSet(program, 'pool', { ...common, version, replicas, cache, ...props }),
          Object.fromEntries(ordinals.map((ordinal) => [`client-${ordinal}`, Transport.tcp({ ordinal })])),
        );
      };
      const review = new Review(suite, namespace);
      await review.start(pool());
      expect(named(await review.change('labels of the workload', pool({ labels: { team: 'ci' } })))).toEqual([]);

      const engineJson = EngineJson.of({ logLevel: LogLevel.DEBUG });
      const configured = await review.change('another configuration', pool({ engineJson }));
      expect(named(configured)).toEqual(['cache-kept', 'restart']);

      const fewer = await review.change('fewer engines', pool({ engineJson, replicas: 1 }));
      expect(named(fewer)).toEqual(['cache-orphaned', 'scale-in']);
      // The claim remained, so the cached step is found.
      const more = await review.change('more engines again', pool({ engineJson }));
      expect(named(more)).toEqual(['engines-added', 'higher-cost']);

      const moved = await review.change('another kind of volume', pool({ engineJson, cache: CacheVolume.emptyDir() }));
      expect(named(moved)).toEqual(['cache-moved', 'cache-orphaned', 'rejected-update', 'restart']);
    },
    1200,
  );

  localScenario(
    'a DaemonSet restarts its pods, and moves its cache to another directory as the diff reports',
    async (namespace, node) => {
      const path = (name: string): string => `/var/lib/${namespace}-${name}`;
      const engine = (directory: string, logLevel: LogLevel): Version =>
        versionOf(
          namespace,
          (program) =>
            new EngineDaemonSet(program, 'pool', {
              version,
              drain,
              resources: SMALL,
              cache: CacheVolume.hostPath({ path: path(directory) }),
              // By default, the engine deletes its cache if the disk of the machine is nearly full.
              engineJson: EngineJson.of({ logLevel, gc: { enabled: false } }),
            }),
          { client: Transport.unix() },
        );
      const review = new Review(suite, namespace);
      const first = await review.start(engine('first', LogLevel.INFO));
      const configured = await review.change('another configuration', engine('first', LogLevel.DEBUG));
      expect(named(configured)).toEqual(['cache-kept', 'restart']);

      const moved = await review.change('another directory', engine('second', LogLevel.DEBUG));
      expect(named(moved)).toEqual(['cache-moved', 'cache-orphaned', 'restart']);
      const orphaned = moved.effects.find(({ name }) => name === 'cache-orphaned')!;
      expect(orphaned.effect).toContain(`directory ${path('first')} on each node`);
      expect((await node.run('ls', ['-A', path('first')])).stdout).not.toBe('');

      const back = await review.change('the first directory again', engine('first', LogLevel.DEBUG));
      expect(back.steps).toEqual(first);
      expect(named(back)).toEqual(['cache-moved', 'cache-orphaned', 'restart']);
      expect(back.effects.find(({ name }) => name === 'cache-moved')!.reasons).toContain(
        'The new volume is empty, unless an earlier engine used it.',
      );
    },
    600,
  );

  scenario(
    'a Deployment replaces its pod in the reported order, moves its cache to another claim, and collects more garbage',
    async (namespace) => {
      const engine = (
        claim: string,
        file: Pick<ConstructorParameters<typeof EngineDeployment>[2], 'engineJson' | 'engineToml'>,
      ): Version =>
        versionOf(namespace, (program) => {
          for (const name of ['first', 'second']) {
            new ApiObject(program, name, {
              apiVersion: 'v1',
              kind: 'PersistentVolumeClaim',
              metadata: { name },
              spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } } },
            });
          }
          return new EngineDeployment(program, 'pool', {
            ...common,
            ...file,
            version,
            cache: CacheVolume.fromClaimName(claim),
            updateStrategy: EngineDeploymentUpdateStrategy.recreate(),
          });
        });
      const limit = (megabytes: number): { engineToml: EngineToml } => ({
        engineToml: EngineToml.of({
          worker: {
            maxUsedSpace: DiskSpace.size(Size.mebibytes(megabytes)),
            reservedSpace: DiskSpace.size(Size.mebibytes(10)),
            minFreeSpace: DiskSpace.size(Size.mebibytes(10)),
          },
        }),
      });
      const review = new Review(suite, namespace);
      await review.start(engine('first', limit(900)));
      const moved = await review.change('another claim', engine('second', limit(900)));
      expect(named(moved)).toEqual(['cache-moved', 'cache-orphaned', 'restart']);

      const client = await runningClient(suite, namespace, 'client');
      const { status } = await client.step('/bin/busybox dd if=/dev/zero of=/file bs=1M count=300');
      expect(status).toBe(0);
      const used = async (): Promise<number> => {
        const [pod] = await cluster().client.list('v1', 'Pod', {
          namespace,
          labelSelector: 'app.kubernetes.io/instance=pool',
        });
        const where = { namespace, pod: pod.metadata.name, container: 'dagger-engine' };
        return parseInt((await cluster().exec(where, ['du', '-sm', '/var/lib/dagger'])).stdout, 10);
      };
      const before = await used();
      expect(before).toBeGreaterThan(300);
      const lowered = await review.change('lower limits', engine('second', limit(100)));
      expect(named(lowered)).toEqual(['cache-kept', 'cache-limit-lowered', 'restart']);
      await cluster().until(async () => (await used()) < 200, 'the engine to collect garbage', 240);
      seen(`lower limits: ${before} MB before the change, ${await used()} MB after it`);
    },
    600,
  );

  scenario('a Deployment with an emptyDir loses its cache, and its new pod starts first', async (namespace) => {
    const engine = (podLabels: { readonly [label: string]: string }): Version =>
      versionOf(
        namespace,
        (program) =>
          new EngineDeployment(program, 'pool', { ...common, version, podLabels, cache: CacheVolume.emptyDir() }),
      );
    const review = new Review(suite, namespace);
    await review.start(engine({}));
    expect(named(await review.change('labels of the pods', engine({ team: 'ci' })))).toEqual(['cache-lost', 'restart']);
  });

  /** Returns an older real engine, whose cache has the same schema as this engine or another one. */
  const older = (hasSameSchema: boolean): TestEngine | undefined => {
    const schemaOf = (tag: string): string | undefined => EngineVersion.of(tag).cacheSchema;
    return realEngines().find(
      (other) =>
        compareReleases(release(other.version), release(version)) < 0 &&
        schemaOf(other.version) !== undefined &&
        (schemaOf(other.version) === schemaOf(version)) === hasSameSchema,
    );
  };
  for (const [title, hasSameSchema, effect] of [
    ['the same schema keeps its cache through an upgrade and a downgrade', true, 'cache-kept'],
    ['another schema loses its cache at an upgrade and at a downgrade', false, 'cache-wiped'],
  ] as const) {
    const from = older(hasSameSchema);
    // The stand-in has no cache schema.
    const define =
      from === undefined
        ? skipped(`an older release with ${hasSameSchema ? 'the same' : 'another'} cache schema in ENGINE_IMAGES`)
        : realScenario;
    define(
      `an engine with ${title}, as the diff reports`,
      async (namespace) => {
        await importEngine(cluster(), from!);
        const cache = CacheVolume.claimTemplate({ size: Size.gibibytes(2) });
        // The client keeps the CLI of the older release, because a pod doesn't repeat its init containers.
        const engine = (tag: string): Version =>
          versionOf(namespace, (program) => new EngineStatefulSet(program, 'pool', { ...common, version: tag, cache }));
        const review = new Review(suite, namespace);
        await review.start(engine(from!.version));
        const client = await runningClient(suite, namespace, 'client');
        const connection = { client, engine: { namespace, pod: 'pool-0', container: 'dagger-engine' } };
        const update = (old: string, next: string, withClient: boolean): Promise<void> => {
          const name = `update from ${old} to ${next}`;
          const expected = { name, keepsCache: hasSameSchema };
          return expectCacheEffect(suite, expected, connection, withClient, async () => {
            expect(named(await review.change(name, engine(next)))).toContain(effect);
          });
        };
        const sync = (directory: string): Promise<Result> =>
          client.run(
            `mkdir -p ${directory} && echo text > ${directory}/file && dagger --progress=plain core container with-directory --path=/in --source=${directory} directory --path=/in entries`,
          );
        for (const withClient of [false, true]) {
          await update(from!.version, version, withClient);
          expect(await sync('/tmp/synced')).toMatchObject({ status: 0 });
          await update(version, from!.version, withClient);
          const again = await sync('/tmp/synced');
          seen(
            `a directory that ${version} has synced: exit code ${again.status} of ${from!.version}: ${lastError(again.stderr)}`,
          );
          expect(await sync('/tmp/fresh')).toMatchObject({ status: 0 });
        }
      },
      1800,
    );
  }
}

import { spawnSync } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import type { Change } from '../../src/comparison/change';
import { compareManifests } from '../../src/comparison/compare';
import { CASES, type ChangeCase } from '../comparison/cases';
import { inNamespacesOf } from './apply';
import { isPromised } from './bundles';
import { ApiError, type Client, type Manifest } from './client';
import type { ControlPlane } from './control-plane';
import { installDefinitions } from './definitions';
import { inParallel } from './parallel';
import { API_SERVER, missingTools, program } from './programs';
import { SeedSnapshots } from './seed-snapshots';
import { StatedFacts } from './statement-checks';
import { controlPlane, onKubernetes } from './suite';
import { startStorage } from './volumes';

const WORKLOADS = ['DaemonSet', 'Deployment', 'StatefulSet'];

/** Checks the effects that `cdk8s-dagger diff` reports with an API server and its controllers. */
onKubernetes([...API_SERVER, 'kube-controller-manager', 'definitions'], (version) => {
  const server = controlPlane({ version, controllerManager: true });
  const missing = missingTools(version, ['kubectl']);
  if (missing !== undefined) {
    process.stderr.write(`skipped: the commands for snapshots on Kubernetes ${version} need ${missing}\n`);
  }

  test('the API server and its controllers confirm the effects of changes', async () => {
    const { client } = server();
    await startStorage(server(), { volumeBindingMode: 'Immediate' });
    // The provisioner doesn't resize volumes, but the API server accepts larger claims.
    const growing = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'test' } };
    await client.patch(growing, { allowVolumeExpansion: true });
    await installDefinitions(server(), 'snapshot.storage.k8s.io');
    await installDefinitions(server(), 'cert-manager.io');
    const failures: string[] = [];
    const count = { changes: 0, 'rejected updates': 0, restarts: 0, 'remaining claims': 0, facts: 0 };
    const promised = CASES.filter(({ after, before, earlier = [] }) =>
      isPromised([...before, ...after, ...earlier], version),
    );
    await inParallel([...promised.entries()], 6, async ([index, one]) => {
      const [before, after, earlier] = [one.before, one.after, one.earlier ?? []].map((objects) =>
        objects.map((object) => inNamespacesOf(`change-${index}`, object as Manifest)),
      );
      const placed = { title: one.title, before: before!, after: after!, earlier: earlier! };
      const checked = new Check(server(), placed);
      try {
        await checked.run();
      } catch (error) {
        checked.failures.push((error as Error).message);
      }
      failures.push(...checked.failures.map((failure) => `${one.title}: ${failure}`));
      count.changes += 1;
      count['rejected updates'] += checked.named('rejected-update').length;
      count.restarts += checked.restarting.length;
      count.facts += checked.facts.count;
      count['remaining claims'] += checked.named('cache-orphaned').length;
    });
    process.stdout.write(
      `Kubernetes ${version}: ${Object.entries(count)
        .map(([what, number]) => `${number} ${what}`)
        .join(', ')}\n`,
    );
    expect(failures).toEqual([]);
  });
});

/** One change on a cluster. */
class Check {
  public readonly failures: string[] = [];
  private readonly client: Client;
  private readonly before: readonly Manifest[];
  private readonly after: readonly Manifest[];
  private readonly earlier: readonly Manifest[];
  private readonly effects: readonly Change[];
  private readonly snapshots: SeedSnapshots;
  public readonly facts: StatedFacts;

  public constructor(
    private readonly server: ControlPlane,
    { after, before, earlier = [] }: ChangeCase,
  ) {
    this.client = server.client;
    this.before = before as readonly Manifest[];
    this.after = after as readonly Manifest[];
    this.earlier = earlier as readonly Manifest[];
    this.effects = compareManifests(before, after);
    this.facts = new StatedFacts(this.client, [...before, ...after][0]!.metadata.namespace!, this.effects);
    this.snapshots = new SeedSnapshots(server, this.before, this.after, this.effects);
  }

  /** Returns the effects with this name, also those on one object. */
  public named(name: Change['name'], object?: Manifest): Change[] {
    return this.effects.filter(
      (effect) =>
        effect.name === name &&
        (object === undefined || (effect.object.kind === object.kind && effect.object.name === object.metadata.name)),
    );
  }

  /** The workloads that restart. */
  public get restarting(): Manifest[] {
    return this.after.filter((object) =>
      (['restart', 'manual-restart'] as const).some((name) => this.named(name, object).length > 0),
    );
  }

  /** The DaemonSets that stop or start all of their engines, with another pod template. */
  private get switched(): Manifest[] {
    return this.after.filter(
      (object) =>
        object.kind === 'DaemonSet' &&
        (['scale-in', 'engines-added'] as const).some((name) => this.named(name, object).length > 0),
    );
  }

  public async run(): Promise<void> {
    for (const name of new Set([...this.before, ...this.after].map(({ metadata }) => metadata.namespace!))) {
      await this.client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    }
    for (const objects of [this.earlier, this.before]) {
      for (const object of objects) {
        await this.client.apply(object);
      }
      await this.settle(objects);
    }
    await this.bound();
    await this.snapshots.create();
    const claims = await this.claims();
    const revisions = await this.revisions(this.before);
    await this.facts.readBefore();
    const rejected: Manifest[] = [];
    for (const object of this.after) {
      await this.update(object, rejected);
    }
    // Tools that prune delete what isn't in the manifests any more.
    for (const object of this.before.filter((one) => !this.after.some((other) => isSame(one, other)))) {
      await this.client.delete(object);
    }
    await this.settle(this.after.filter((object) => !rejected.includes(object)));
    await this.checkRestarts(revisions, rejected);
    await this.checkClaims(claims);
    this.failures.push(...(await this.snapshots.check()));
    for (const object of rejected) {
      await this.resolve(object);
    }
    this.failures.push(...(await this.facts.readAfter()));
  }

  /** Applies an object, and compares the result with the effects. */
  private async update(object: Manifest, rejected: Manifest[]): Promise<void> {
    const isExpected = this.named('rejected-update', object).length > 0;
    try {
      const { object: stored } = await this.client.apply(object);
      if (isExpected) {
        this.failures.push(`the API server accepts ${object.kind} ${object.metadata.name}`);
      }
      if (this.named('ignored-update', object).length > 0 && stored.spec.clusterIP !== 'None') {
        this.failures.push(`Service ${object.metadata.name} gets another cluster IP`);
      }
      if (
        this.named('scale-in', object).some(({ effect }) => /resets replicas/.test(effect)) &&
        stored.spec.replicas !== 1
      ) {
        this.failures.push(`${object.kind} ${object.metadata.name} keeps ${stored.spec.replicas} replicas`);
      }
    } catch (error) {
      if (!(error instanceof ApiError)) {
        throw error;
      }
      if (!isExpected) {
        this.failures.push(error.message);
      }
      rejected.push(object);
    }
  }

  /** Expects that the commands of a rejected update make the API server accept it. */
  private async resolve(object: Manifest): Promise<void> {
    const commands = this.named('rejected-update', object).flatMap((effect) => effect.commands);
    for (const command of new Set(commands.filter((one) => !one.startsWith('kubectl apply ')))) {
      await this.execute(command, object);
    }
    await this.client.apply(object);
  }

  /** Runs a command of kubectl. */
  private async execute(command: string, object: Manifest): Promise<void> {
    if (command.includes(' | ')) {
      return missingTools(this.server.version, ['kubectl']) === undefined
        ? this.runPipeline(command)
        : this.patchClaims(command, object);
    }
    const [, verb, rest] = /^kubectl (\w+) (.*)$/.exec(command)!;
    const [, kind, name, options] = /^(\w+)[ /](\S+)(.*)$/.exec(rest!)!;
    const ref =
      kind === 'persistentvolumeclaim' && object.kind !== 'PersistentVolumeClaim'
        ? { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { ...object.metadata, name: name! } }
        : object;
    if (verb === 'delete') {
      await this.client.delete(ref, options!.includes('--cascade=orphan') ? 'Orphan' : 'Background');
      // Claims in use stay until their pods are deleted.
      await this.client.patch(ref, { metadata: { finalizers: null } }).catch(() => undefined);
      await this.server.until(async () => (await this.client.get(ref)) === undefined, `${kind} ${name} to be deleted`);
    } else if (verb === 'patch') {
      await this.client.patch(ref, JSON.parse(/--patch '(.*)'$/.exec(options!)![1]!));
    }
  }

  /** Patches the claims that a pipeline names, without kubectl. */
  private async patchClaims(command: string, { metadata: { namespace } }: Manifest): Promise<void> {
    const [, pattern, patch] = / grep -E '\/(\S+)' .* --patch '(.*)'$/.exec(command)!;
    const names = (await this.claims()).filter((name) => new RegExp(`^${pattern}`).test(name));
    for (const name of names) {
      const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace } };
      await this.client.patch(claim, JSON.parse(patch!));
    }
  }

  /** Runs commands of kubectl that are connected by pipes. */
  private runPipeline(command: string): void {
    const env = {
      ...process.env,
      PATH: [dirname(program(this.server.version, 'kubectl')), process.env.PATH].join(delimiter),
      KUBECONFIG: join(this.server.directory, 'kubeconfig.json'),
    };
    const { status, stderr, stdout } = spawnSync('sh', ['-c', command], { env, encoding: 'utf8', timeout: 60_000 });
    if (status !== 0 || !/ patched/.test(stdout)) {
      this.failures.push(`${command}: ${stderr}${stdout}`);
    }
  }

  /** Waits until the controllers have processed the workloads, and the claims of their pods exist. */
  private async settle(objects: readonly Manifest[]): Promise<void> {
    for (const object of objects.filter(({ kind }) => WORKLOADS.includes(kind))) {
      await this.server.until(async () => {
        const { metadata, spec, status } = await this.client.get(object);
        // Without a kubelet, no pod becomes ready, so only the pods of a StatefulSet are complete.
        const isDone = object.kind !== 'StatefulSet' || (status.replicas ?? 0) === spec.replicas;
        return (
          status.observedGeneration >= metadata.generation && (isDone || spec.podManagementPolicy === 'OrderedReady')
        );
      }, `${object.kind} ${object.metadata.name} to be processed`);
    }
  }

  /** Waits until the claims have volumes. Other claims can't grow. */
  private async bound(): Promise<void> {
    const namespace = this.before[0]?.metadata.namespace;
    await this.server.until(async () => {
      const claims =
        namespace === undefined ? [] : await this.client.list('v1', 'PersistentVolumeClaim', { namespace });
      return claims.every(({ spec, status }) => spec.storageClassName !== 'test' || status.phase === 'Bound');
    }, 'claims to be bound');
  }

  /** Returns the revision of each workload's pod template. */
  private async revisions(objects: readonly Manifest[]): Promise<Map<string, string>> {
    const found = objects
      .filter(({ kind }) => WORKLOADS.includes(kind))
      .map(async (object) => [key(object), await this.revision(object)] as const);
    return new Map(await Promise.all(found));
  }

  private async revision(object: Manifest): Promise<string> {
    const { metadata, status } = await this.client.get(object);
    if (object.kind === 'StatefulSet') {
      return status.updateRevision;
    }
    if (object.kind === 'Deployment') {
      return metadata.annotations['deployment.kubernetes.io/revision'];
    }
    const all = await this.client.list('apps/v1', 'ControllerRevision', { namespace: metadata.namespace });
    const own = all.filter((one) => one.metadata.ownerReferences[0].uid === metadata.uid);
    return own.sort((a, b) => b.revision - a.revision)[0].metadata.name;
  }

  /** Expects that exactly the workloads with an effect have another revision. */
  private async checkRestarts(before: ReadonlyMap<string, string>, rejected: readonly Manifest[]): Promise<void> {
    const accepted = this.after.filter((object) => !rejected.includes(object) && before.has(key(object)));
    for (const [name, revision] of await this.revisions(accepted)) {
      const object = accepted.find((one) => key(one) === name)!;
      const restarts = this.restarting.includes(object) || this.switched.includes(object);
      if ((revision !== before.get(name)) !== restarts) {
        this.failures.push(`the pods of ${name} ${restarts ? "don't restart" : 'restart'}`);
      }
    }
  }

  /** Returns the names of the claims that aren't being deleted, without those of ephemeral volumes. */
  private async claims(): Promise<string[]> {
    const namespace = [...this.before, ...this.after][0]!.metadata.namespace!;
    return (
      (await this.client.list('v1', 'PersistentVolumeClaim', { namespace }))
        // A claim that is being deleted waits for its pod, which no kubelet stops here.
        .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
        // The garbage collector deletes the claim of an ephemeral volume at some time after its pod.
        .filter(({ metadata }) => !metadata.ownerReferences?.some(({ kind }: any) => kind === 'Pod'))
        .map(({ metadata }) => metadata.name)
    );
  }

  /** Expects that exactly the claims with an effect are deleted. `before` are the claims before the change. */
  private async checkClaims(before: readonly string[]): Promise<void> {
    const [deleted, kept] = (['cache-deleted', 'cache-orphaned'] as const).map((name) =>
      this.named(name).flatMap(({ effect }) => claimsIn(effect, before)),
    );
    const unknown = [...deleted!, ...kept!].filter((name) => name.endsWith('*'));
    if (unknown.length > 0) {
      this.failures.push(`there were no claims ${unknown.join(', ')}`);
    }
    if (deleted!.length > 0) {
      await this.server.until(
        async () => !(await this.claims()).some((name) => deleted!.includes(name)),
        `${deleted!.join(', ')} to be deleted`,
      );
    }
    const present = await this.claims();
    const remaining = new Set([...before.filter((name) => !deleted!.includes(name)), ...kept!]);
    const missing = [...remaining].filter((name) => !present.includes(name));
    if (missing.length > 0) {
      this.failures.push(`${missing.join(', ')} are deleted, without an effect`);
    }
  }
}

/**
 * Returns the names of the claims in a sentence, such as `claims cache-pool-0 to cache-pool-2`. The claims of a pattern,
 * such as `cache-pool-*`, are those of `existing` with this prefix. Without any, the result is the pattern.
 */
function claimsIn(effect: string, existing: readonly string[]): string[] {
  const [, first, last] = /\bclaims? (\S+)(?: to (\S+))?/.exec(effect) ?? [];
  if (first === undefined) {
    return [];
  }
  if (first.endsWith('-*')) {
    const found = existing.filter((name) => name.startsWith(first.slice(0, -1)));
    return found.length === 0 ? [first] : found;
  }
  const [, name, from] = /^(.*-)(\d+)$/.exec(first) ?? [];
  const to = /(\d+)$/.exec(last ?? first)?.[1];
  return from === undefined
    ? [first]
    : Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => `${name}${Number(from) + index}`);
}

function key({ kind, metadata: { name } }: Manifest): string {
  return `${kind} ${name}`;
}

function isSame(one: Manifest, other: Manifest): boolean {
  return key(one) === key(other);
}

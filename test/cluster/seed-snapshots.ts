import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Change } from '../../src/comparison/change';
import type { Manifest } from './client';
import type { ControlPlane } from './control-plane';
import { missingTools, program } from './programs';

const SNAPSHOT = 'snapshot.storage.k8s.io/v1';

/** The snapshots of the seeds in a change. The job of a seed doesn't run here, so this class creates them. */
export class SeedSnapshots {
  private readonly namespace: string;

  public constructor(
    private readonly server: ControlPlane,
    private readonly before: readonly Manifest[],
    private readonly after: readonly Manifest[],
    private readonly effects: readonly Change[],
  ) {
    this.namespace = before[0]?.metadata.namespace ?? '';
  }

  /** Creates the published snapshot and an older one of each seed. */
  public async create(): Promise<void> {
    for (const job of this.jobs) {
      const published = publishedBy(job);
      for (const name of [published, `${published}-old`]) {
        const labels = {
          'cdk8s-dagger.github.io/seed': 'seed',
          'cdk8s-dagger.github.io/published': `${name === published}`,
        };
        await this.server.client.apply({
          apiVersion: SNAPSHOT,
          kind: 'VolumeSnapshot',
          metadata: { name, namespace: this.namespace, labels },
          spec: { source: { persistentVolumeClaimName: 'cache-seed-0' } },
        });
      }
    }
  }

  /** Returns the differences between the effects on the snapshots and the cluster. */
  public async check(): Promise<string[]> {
    const failures: string[] = [];
    const expected = this.jobs.flatMap((job) => [publishedBy(job), `${publishedBy(job)}-old`]);
    if ((await this.names()).join() !== expected.join()) {
      failures.push(`the snapshots are ${(await this.names()).join()}`);
    }
    for (const seed of new Set(this.texts.flatMap((text) => /copy of VolumeSnapshot ([\w-]+)/.exec(text)?.[1] ?? []))) {
      await this.server
        .until(async () => (await this.copied()).includes(seed), `a claim that is copied from ${seed}`, 30_000)
        .catch((error: Error) => failures.push(error.message));
    }
    const hasKubectl = missingTools(this.server.version, ['kubectl']) === undefined;
    return hasKubectl ? [...failures, ...(await this.checkCommands())] : failures;
  }

  private get jobs(): Manifest[] {
    return this.before.filter(({ kind }) => kind === 'CronJob');
  }

  private get texts(): string[] {
    return this.effects.flatMap(({ effect, reasons }) => [effect, ...reasons]);
  }

  /** Runs the commands of the effects, and compares the remaining snapshots with the effects. */
  private async checkCommands(): Promise<string[]> {
    const failures: string[] = [];
    const commands = new Set(
      this.effects.flatMap((effect) => effect.commands.filter((one) => /create job|volumesnapshot/.test(one))),
    );
    for (const command of commands) {
      const kubectl = program(this.server.version, 'kubectl');
      const args = [...command.split(' ').slice(1), `--kubeconfig=${join(this.server.directory, 'kubeconfig.json')}`];
      const { status, stderr } = spawnSync(kubectl, args, { encoding: 'utf8', timeout: 60_000 });
      if (status !== 0) {
        failures.push(`${command}: ${stderr}`);
      }
    }
    // New volumes of these objects are copied from the snapshot.
    const isUsed = (name: string): boolean =>
      this.after.some((object) => object.kind !== 'CronJob' && JSON.stringify(object).includes(`"${name}"`));
    const left = await this.names();
    const expected = this.jobs.flatMap((job) =>
      [publishedBy(job), `${publishedBy(job)}-old`].filter((name) => {
        const isDeleted = [...commands].some(
          (command) =>
            command.includes(` volumesnapshot ${name} `) || (command.includes(' volumesnapshots ') && !isUsed(name)),
        );
        return !isDeleted;
      }),
    );
    if (left.join() !== expected.join()) {
      failures.push(`the commands leave ${left.join() || 'no snapshot'} instead of ${expected.join() || 'none'}`);
    }
    if ([...commands].some((command) => command.includes('create job'))) {
      failures.push(...(await this.checkJobs()));
    }
    return failures;
  }

  /** Expects that a Job with the script of the CronJob exists. */
  private async checkJobs(): Promise<string[]> {
    const { namespace, server } = this;
    const script = ({ spec }: any): string => spec.template.spec.containers[0].command[2];
    const [cronJob] = await server.client.list('batch/v1', 'CronJob', { namespace });
    const jobs = await server.client.list('batch/v1', 'Job', { namespace });
    return jobs.some((job) => script(job) === script(cronJob.spec.jobTemplate)) ? [] : ['no job of the seed runs'];
  }

  private async names(): Promise<string[]> {
    const { client } = this.server;
    const all =
      this.namespace === '' ? [] : await client.list(SNAPSHOT, 'VolumeSnapshot', { namespace: this.namespace });
    return all.map(({ metadata }) => metadata.name).sort();
  }

  /** Returns the snapshots that the claims of the newest pods are copied from. */
  private async copied(): Promise<string[]> {
    const claims = await this.server.client.list('v1', 'PersistentVolumeClaim', { namespace: this.namespace });
    return claims.flatMap(({ spec }) => (spec.dataSource?.kind === 'VolumeSnapshot' ? [spec.dataSource.name] : []));
  }
}

/** Returns the name of the snapshot that a job publishes. */
function publishedBy(job: any): string {
  const script: string = job.spec.jobTemplate.spec.template.spec.containers[0].command[2];
  return /\bseed-schema-\d+/.exec(script)![0];
}

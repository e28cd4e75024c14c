import { Yaml } from 'cdk8s';
import type { Problems } from '../reporting/problems';
import { checkScript, checkVariables } from './checks';
import type { EngineAccess } from './engine-access';
import { certificateFiles, checkRemote, writeFiles } from './remote-certificate';
import { checkConstructor } from '../reporting/check-arguments';

/** Options for a task of Concourse. */
export interface ConcourseTaskOptions {
  /**
   * The access of the task to its engine: over TCP or TLS, because a task runs in a container of a worker and not in a pod.
   */
  readonly engine: EngineAccess;

  /** The repository of the image, for example `registry.example.com/ci`. */
  readonly imageRepository: string;

  /** The script of the task, for a POSIX shell. */
  readonly script: string;

  /**
   * The tag of the image.
   *
   * @default - the default of the resource type, latest
   */
  readonly imageTag?: string;

  /**
   * The names of the task's inputs.
   *
   * @default - none
   */
  readonly inputs?: string[];

  /**
   * Variables, in addition to those for the engine. Secrets are `((variables))` of the credential manager.
   *
   * @default - none
   */
  readonly params?: { [name: string]: string };
}

/**
 * The configuration of a Concourse task that uses an engine. With TLS, the certificate comes from Concourse's Kubernetes credential manager: issue it
 * in the team's namespace, `concourse-TEAM`.
 */
export class ConcourseTask {
  private readonly rendered: object;

  /**
   * @param options the script and the engine
   * @throws one error with all problems of the options
   */
  public constructor(options: ConcourseTaskOptions) {
    checkConstructor('ConcourseTask', new.target !== ConcourseTask, [options]);
    this.rendered = options.engine._make('ConcourseTask', (problems) => task(options, problems));
  }

  /** The task's configuration, for `config` of a `task` step. Each call returns a new copy. */
  public get config(): { [key: string]: unknown } {
    return structuredClone(this.rendered) as { [key: string]: unknown };
  }

  /** The configuration as YAML. */
  public toYaml(): string {
    return Yaml.stringify(this.rendered);
  }
}

function task(
  { engine, imageRepository, imageTag, inputs = [], params = {}, script }: ConcourseTaskOptions,
  problems: Problems,
): object {
  checkRemote(engine, 'Concourse', ['tcp', 'tls'], problems);
  const files = certificateFiles(engine, problems);
  const own = Object.fromEntries([
    ...engine._additions.env.map(({ name, value }) => [name, value]),
    // Quoted, because names of Secrets and keys contain dots (concourse/docs docs/docs/vars.md).
    ...files.map(({ key, secretName, variable }) => [variable, `(("${secretName}"."${key}"))`]),
  ]) as { [name: string]: string };
  const instead = 'use ((variables)) of the credential manager';
  checkVariables(problems.at('params'), params, Object.keys(own), instead);
  checkScript(problems, 'script', script, instead);
  return {
    platform: 'linux',
    image_resource: {
      type: 'registry-image',
      source: { repository: imageRepository, ...(imageTag !== undefined && { tag: imageTag }) },
    },
    ...(inputs.length > 0 && { inputs: inputs.map((name) => ({ name })) }),
    params: { ...own, ...params },
    run: { path: 'sh', args: ['-ec', [...writeFiles(files), script].join('\n')] },
  };
}

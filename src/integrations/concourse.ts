import { Yaml } from 'cdk8s';
import type { Problems } from '../reporting/problems';
import { checkScript, checkPlainEnv, checkVariables } from './checks';
import type { EngineAccess } from './engine-access';
import { certificateFiles, checkRemote, writeFiles } from './remote-certificate';
import { checkConstructor } from '../reporting/check-arguments';

/** Options for a Concourse task. */
export interface ConcourseTaskOptions {
  /**
   * The engine that the task uses, over TCP or TLS. Tasks run in a worker's containers, so they can't use other
   * transports.
   */
  readonly engine: EngineAccess;

  /** The repository of the image, for example `registry.example.com/ci`. */
  readonly imageRepository: string;

  /** The script of the task, for a POSIX shell. */
  readonly script: string;

  /**
   * The tag of the image.
   *
   * @default - `latest`, the default of Concourse
   */
  readonly imageTag?: string;

  /**
   * The names of the task's inputs.
   *
   * @default - none
   */
  readonly inputs?: string[];

  /**
   * Additional environment variables. For secrets, use `((variables))` from the credential manager.
   *
   * @default - none
   */
  readonly params?: { [name: string]: string };
}

/**
 * The configuration of a Concourse task that uses an engine. With TLS, Concourse's Kubernetes credential manager
 * supplies the certificate, so issue it in the team's namespace, `concourse-TEAM`.
 */
export class ConcourseTask {
  private readonly rendered: object;

  /**
   * @param options the script and the engine
   * @throws one error that lists all problems with the options
   */
  public constructor(options: ConcourseTaskOptions) {
    checkConstructor('ConcourseTask', new.target !== ConcourseTask, [options]);
    this.rendered = options.engine._render('ConcourseTask', (problems) => task(options, problems));
  }

  /** The task's configuration, for `config` of a `task` step. Each access returns a new copy. */
  public get config(): { [key: string]: unknown } {
    return structuredClone(this.rendered) as { [key: string]: unknown };
  }

  /** Returns the configuration as YAML. */
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
  checkPlainEnv(engine._additions.env, 'Concourse task', problems);
  const own = Object.fromEntries([
    ...engine._additions.env.map(({ name, value }) => [name, value]),
    // Quoted, because Secret names and keys can contain dots (concourse/docs docs/docs/vars.md).
    ...files.map(({ key, secretName, variable }) => [variable, `(("${secretName}"."${key}"))`]),
  ]) as { [name: string]: string };
  const fixForSecret = 'use ((variables)) from the credential manager';
  checkVariables(problems.at('params'), params, Object.keys(own), fixForSecret);
  checkScript(problems, 'script', script, fixForSecret);
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

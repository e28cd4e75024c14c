import { Yaml } from 'cdk8s';
import { compact } from '../kubernetes/manifest';
import type { Problems } from '../reporting/problems';
import { checkScript, checkPlainEnv, checkVariables } from './checks';
import type { EngineAccess } from './engine-access';
import { certificateFiles, checkRemote, writeFiles } from './remote-certificate';
import { checkConstructor } from '../reporting/check-arguments';

/** Options for a step of a Woodpecker workflow. */
export interface WoodpeckerStepOptions {
  /** The engine that the step uses, over TCP, TLS or the Kubernetes API. Steps can't mount the engine's socket. */
  readonly engine: EngineAccess;

  /** The name of the step. */
  readonly name: string;

  /** The image of the step. */
  readonly image: string;

  /** The commands of the step. */
  readonly commands: string[];

  /**
   * Additional environment variables. Anyone who can read the workflow sees them, so use `secretEnvironment` for
   * secrets.
   *
   * @default - none
   */
  readonly environment?: { [name: string]: string };

  /**
   * Environment variables that contain secrets. Maps each variable to the name of a Woodpecker secret.
   *
   * @default - none
   */
  readonly secretEnvironment?: { [name: string]: string };
}

/**
 * A step of a Woodpecker workflow that uses an engine, for Woodpecker's Kubernetes backend. With TLS, the certificate
 * comes from the Woodpecker secrets `dagger_tls_crt`, `dagger_tls_key` and `dagger_ca_crt`.
 *
 * The agent must allow the step's `backend_options`. Set `WOODPECKER_BACKEND_K8S_POD_LABELS_ALLOW_FROM_STEP` on the
 * agent. For the Kubernetes API, also set `WOODPECKER_BACKEND_K8S_SERVICE_ACCOUNT_NAME_ALLOW_FROM_STEP`.
 */
export class WoodpeckerStep {
  private readonly rendered: object;

  /**
   * @param options the commands and the engine
   * @throws one error that lists all problems with the options
   */
  public constructor(options: WoodpeckerStepOptions) {
    checkConstructor('WoodpeckerStep', new.target !== WoodpeckerStep, [options]);
    this.rendered = options.engine._render('WoodpeckerStep', (problems) => step(options, problems));
  }

  /** The step, as an entry for the workflow's `steps`. Each access returns a new copy. */
  public get step(): { [key: string]: unknown } {
    return structuredClone(this.rendered) as { [key: string]: unknown };
  }

  /** Returns the workflow's `steps` as YAML. */
  public toYaml(): string {
    return Yaml.stringify({ steps: [this.rendered] });
  }
}

function step(
  { commands, engine, environment = {}, image, name, secretEnvironment = {} }: WoodpeckerStepOptions,
  problems: Problems,
): object {
  checkRemote(engine, 'Woodpecker', ['tcp', 'tls', 'kube-pod'], problems);
  const files = certificateFiles(engine, problems);
  const { env, initContainers, serviceAccountName } = engine._additions;
  checkPlainEnv(env, 'Woodpecker step', problems);
  if (initContainers.length > 0) {
    problems.add('engine', {
      wrong: "the CLI is installed by an init container, which a Woodpecker step can't have",
      got: 'a connection with cli',
      allowed: 'an image with the CLI',
      fix: 'remove cli from the connection',
    });
  }
  const own = Object.fromEntries([
    ...env.map((variable) => [variable.name, variable.value]),
    ...files.map(({ variable }) => [variable, { from_secret: variable.toLowerCase() }]),
  ]) as { [variable: string]: unknown };
  const fixForSecret = 'create a secret in Woodpecker, and use secretEnvironment';
  checkVariables(problems.at('environment'), environment, Object.keys(own), fixForSecret);
  checkScript(problems, 'commands', commands.join('\n'), fixForSecret);
  const kubernetes = compact({ labels: compact(engine.podLabels), serviceAccountName });
  return {
    name,
    image,
    environment: {
      ...own,
      ...environment,
      ...Object.fromEntries(
        Object.entries(secretEnvironment).map(([variable, secret]) => [variable, { from_secret: secret }]),
      ),
    },
    commands: [...writeFiles(files), ...commands],
    ...(kubernetes && { backend_options: { kubernetes } }),
  };
}

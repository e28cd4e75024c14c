import { Yaml, type ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { Toleration, Volume, VolumeMount } from 'kubernetes-types/core/v1';
import { rejectDuplicateObjects } from '../kubernetes/duplicate-objects';
import { compact, emit } from '../kubernetes/manifest';
import { checkDnsSubdomain } from '../kubernetes/names';
import { Problems } from '../reporting/problems';
import { checkSecretName, checkUrl, checkVariables } from './checks';
import type { EngineAccess } from './engine-access';

/** The `config.toml` of a GitLab Runner whose jobs run in pods. */
export interface GitLabRunnerConfigOptions {
  /** How the jobs come to their engine. */
  readonly engine: EngineAccess;

  /**
   * The image of jobs that name none.
   *
   * @default - the runner's
   */
  readonly image?: string;

  /**
   * The namespace of the jobs' pods.
   *
   * @default - the runner's
   */
  readonly namespace?: string;

  /**
   * Variables of every job, beside the engine's. They are readable in the configuration: no secrets here.
   *
   * @default - none
   */
  readonly environment?: { [name: string]: string };

  /**
   * Further keys of `[runners.kubernetes]`, as GitLab Runner reads them. Tables and lists are joined with those of the library.
   *
   * @default - none
   */
  readonly kubernetes?: { [key: string]: unknown };
}

/** The switch without which GitLab Runner ignores `pod_spec` (docs/executors/kubernetes/_index.md). */
const POD_SPEC_FLAG = 'FF_USE_ADVANCED_POD_SPEC_CONFIGURATION';

/** The container that runs a job's script. */
const BUILD = 'build';

/**
 * The configuration of GitLab Runner's Kubernetes executor for jobs that use an engine. An engine in the jobs' own pods, or a CLI
 * that is copied into them, is a patch of the pod, for which the feature flag of that name is switched on.
 */
export class GitLabRunnerConfig {
  /** The text of `config.toml`: a configuration template, for `runners.config` of the Helm chart or for the operator. */
  public readonly toml: string;

  /**
   * @param options which jobs, and which engine
   * @throws with every violation of the options at once
   */
  public constructor(options: GitLabRunnerConfigOptions) {
    this.toml = options.engine._make('GitLabRunnerConfig', (problems) => tomlText(configToml(options, problems)));
  }

  /** Values of the Helm chart `gitlab-runner`, to merge with those that say where GitLab is. */
  public get helmValues(): { [key: string]: unknown } {
    return { runners: { config: this.toml } };
  }
}

/** A runner of the GitLab Runner Operator. */
export interface GitLabOperatorRunnerProps {
  /** Its configuration. */
  readonly config: GitLabRunnerConfig;

  /** Where GitLab is, for example `https://gitlab.example.com`. */
  readonly gitlabUrl: string;

  /** Name of the Secret with the runner's token, in the namespace of the runner. */
  readonly tokenSecret: string;

  /**
   * Its name.
   *
   * @default - the construct's id
   */
  readonly name?: string;

  /**
   * Further fields of the Runner's `spec`, as the operator reads them: `tags`, `concurrent`, `buildImage`, ...
   *
   * @default - none
   */
  readonly spec?: { [key: string]: unknown };
}

/** A `Runner` of the GitLab Runner Operator, with the ConfigMap of its configuration. */
export class GitLabOperatorRunner extends Construct {
  /** The Runner. */
  public readonly apiObject: ApiObject;

  /** The ConfigMap with `config.toml`. */
  public readonly configMap: ApiObject;

  /**
   * @param scope a chart in the namespace of the runner
   * @param id the construct's id
   * @param props its configuration, and where GitLab is
   * @throws with every violation of the properties at once
   */
  public constructor(scope: Construct, id: string, props: GitLabOperatorRunnerProps) {
    super(scope, id);
    const { config, gitlabUrl, name = id, spec, tokenSecret } = props;
    const problems = new Problems();
    checkDnsSubdomain(problems, 'name', name);
    checkUrl(problems, 'gitlabUrl', gitlabUrl);
    checkSecretName(problems, 'tokenSecret', tokenSecret);
    problems.throwIfAny(this.node.path, 'GitLabOperatorRunner');
    this.configMap = emit(this, 'ConfigMap', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `${name}-config` },
      data: { 'config.toml': config.toml },
    } as object);
    this.apiObject = emit(this, 'Resource', {
      apiVersion: 'apps.gitlab.com/v1beta2',
      kind: 'Runner',
      metadata: { name },
      spec: { ...spec, gitlabUrl, token: tokenSecret, config: `${name}-config` },
    });
    rejectDuplicateObjects(this);
  }
}

function configToml(
  { engine, environment = {}, image, kubernetes = {}, namespace }: GitLabRunnerConfigOptions,
  problems: Problems,
): { [key: string]: unknown } {
  const {
    affinity,
    env,
    labels,
    nodeSelector,
    serviceAccountName,
    supplementalGroups,
    terminationGracePeriodSeconds,
    tolerations,
    volumeMounts,
  } = engine._additions;
  const variables = new Map([
    ...env.map(({ name, value = '' }) => [name, value] as const),
    ...Object.entries(environment),
  ]);
  checkVariables(
    problems,
    'environment',
    environment,
    env.map(({ name }) => name),
    'use a masked CI/CD variable of GitLab',
  );
  const patch = podPatch(engine);
  if (patch !== undefined) {
    variables.set(POD_SPEC_FLAG, 'true');
  }
  const own =
    compact({
      image,
      namespace,
      service_account: serviceAccountName,
      automount_service_account_token: serviceAccountName === undefined ? undefined : true,
      pod_termination_grace_period_seconds: terminationGracePeriodSeconds,
      pod_labels: labels,
      node_selector: nodeSelector,
      node_tolerations:
        tolerations.length === 0
          ? undefined
          : Object.fromEntries(tolerations.map((toleration) => nodeToleration(toleration, problems))),
      pod_security_context:
        supplementalGroups.length === 0 ? undefined : { supplemental_groups: [...supplementalGroups] },
      volumes: patch?.containers === undefined ? tomlVolumes(engine._additions.volumes, volumeMounts) : undefined,
      pod_spec:
        patch === undefined
          ? undefined
          : [
              {
                name: 'dagger',
                patch_type: 'strategic',
                patch: Yaml.stringify({ ...patch, ...(affinity && { affinity }) }),
              },
            ],
    }) ?? {};
  return {
    runners: [
      {
        executor: 'kubernetes',
        environment: [...variables].map(([name, value]) => `${name}=${value}`),
        kubernetes: merged('kubernetes', own, kubernetes, problems),
      },
    ],
  };
}

interface Table {
  readonly [key: string]: unknown;
}

/** Both tables; lists one after the other. Reports a value that both have. */
function merged(property: string, own: Table, further: Table, problems: Problems): Table {
  const result: { [key: string]: unknown } = { ...own };
  for (const [key, value] of Object.entries(further)) {
    const before = own[key];
    if (before === undefined) {
      result[key] = value;
    } else if (Array.isArray(before) && Array.isArray(value)) {
      result[key] = [...before, ...value];
    } else if (isTable(before) && isTable(value)) {
      result[key] = merged(`${property}.${key}`, before, value, problems);
    } else {
      problems.add(`${property}.${key}`, {
        wrong: 'the library sets that key itself',
        got: value,
        allowed: 'other keys',
        fix: 'remove it',
      });
    }
  }
  return result;
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What GitLab Runner has no keys for: other containers, volumes of several objects, and affinity as Kubernetes says it. */
function podPatch({
  _additions: { affinity, containers, initContainers, volumeMounts, volumes },
}: EngineAccess): { [key: string]: unknown } | undefined {
  if (
    initContainers.length + containers.length > 0 ||
    volumes.some(({ hostPath, secret }) => hostPath === undefined && secret === undefined)
  ) {
    return {
      ...(initContainers.length > 0 && { initContainers }),
      containers: [{ name: BUILD, volumeMounts }, ...containers],
      volumes,
    };
  }
  return affinity === undefined ? undefined : {};
}

/** Volumes as GitLab Runner has them: each with its mount, which every container of the job has. */
function tomlVolumes(
  volumes: readonly Volume[],
  mounts: readonly VolumeMount[],
): { [kind: string]: object[] } | undefined {
  const tables: { [kind: string]: object[] } = {};
  for (const { mountPath, name, readOnly, subPath } of mounts) {
    const { hostPath, secret } = volumes.find((volume) => volume.name === name) ?? {};
    const mount = {
      mount_path: mountPath,
      ...(subPath && { sub_path: subPath }),
      ...(readOnly === true && { read_only: true }),
    };
    if (hostPath !== undefined) {
      (tables.host_path ??= []).push({ name, ...mount, host_path: hostPath.path });
    } else if (secret !== undefined) {
      const items = secret.items && Object.fromEntries(secret.items.map(({ key, path }) => [key, path]));
      (tables.secret ??= []).push({ name: secret.secretName, ...mount, ...(items && { items }) });
    }
  }
  return compact(tables);
}

/** `"key=value" = "Effect"`, without the value for an operator `Exists`. */
function nodeToleration({ effect = '', key, operator, value = '' }: Toleration, problems: Problems): [string, string] {
  if (key === undefined) {
    problems.add('engine', {
      wrong: 'GitLab Runner has no toleration of every taint',
      got: operator,
      allowed: 'tolerations with a key',
      fix: 'name the taints in pod.tolerations of the engine',
    });
  }
  return [operator === 'Exists' ? `${key}` : `${key}=${value}`, effect];
}

/** As TOML, with the patch as a block that can be read. */
function tomlText(config: { [key: string]: unknown }): string {
  return smolToml()
    .stringify(config)
    .replace(/^patch = (".*")$/m, (line, json: string) => {
      const patch = JSON.parse(json) as string;
      return patch.includes("'''") ? line : `patch = '''\n${patch}'''`;
    });
}

/** Loaded only where it is used: it is a part of the start that most programs don't need. */
function smolToml(): typeof import('smol-toml') {
  return require('smol-toml') as typeof import('smol-toml');
}

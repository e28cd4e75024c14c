import { Yaml } from 'cdk8s';
import type { Toleration, Volume, VolumeMount } from 'kubernetes-types/core/v1';
import { normalPath } from '../client/nested-mounts';
import type { PodAdditions } from '../client/pod-additions';
import { isTable, mergeTables, type Table } from '../config/tables';
import { compact } from '../kubernetes/manifest';
import type { Problems } from '../reporting/problems';
import { secretNamed } from '../reporting/secret-detection';
import { checkNoSecrets, checkVariables } from './checks';
import type { EngineAccess } from './engine-access';
import type { GitLabRunnerConfigOptions } from './gitlab-options';

/**
 * The feature flag that `pod_spec` needs. GitLab Runner ignores the key without it
 * (docs/executors/kubernetes/_index.md).
 */
const POD_SPEC_FLAG = 'FF_USE_ADVANCED_POD_SPEC_CONFIGURATION';

/** The container that runs a job's script. */
const BUILD = 'build';

const FIX_FOR_SECRET = 'use a masked GitLab CI/CD variable';

export function configToml(
  { engine, environment = {}, image, kubernetes = {}, namespace }: GitLabRunnerConfigOptions,
  problems: Problems,
): string {
  const { env } = engine._additions;
  if (namespace !== undefined) {
    engine._checkNamespace('namespace', namespace, problems);
  }
  checkVariables(
    problems.at('environment'),
    environment,
    env.map(({ name }) => name),
    FIX_FOR_SECRET,
  );
  checkNoSecrets(problems.at('kubernetes'), kubernetes, secretNamed, FIX_FOR_SECRET);
  const patch = podPatch(engine._additions);
  checkPatched(patch, kubernetes, problems.at('kubernetes'));
  const own = compact({ image, namespace, ...kubernetesTable(engine, patch) }) ?? {};
  const merged = mergeTables(own, kubernetes, {
    problems: problems.at('kubernetes'),
    conflict: { wrong: 'the library sets this key', allowed: 'other keys', fix: 'remove it' },
    concatenatesLists: true,
  });
  checkMounts(merged, problems.at('kubernetes.volumes'));
  const variables = {
    ...Object.fromEntries(env.map(({ name, value = '' }) => [name, value])),
    ...environment,
    ...(patch && { [POD_SPEC_FLAG]: 'true' }),
  };
  return tomlText({
    runners: [
      {
        executor: 'kubernetes',
        environment: Object.entries(variables).map(([name, value]) => `${name}=${value}`),
        kubernetes: merged,
      },
    ],
  });
}

/** Returns the keys of `[runners.kubernetes]` that give jobs access to the engine. */
function kubernetesTable({ _additions: additions, podLabels }: EngineAccess, patch: Table | undefined): Table {
  const { nodeSelector, serviceAccountName, supplementalGroups, terminationGracePeriodSeconds, tolerations } =
    additions;
  return {
    service_account: serviceAccountName,
    automount_service_account_token: serviceAccountName === undefined ? undefined : true,
    pod_termination_grace_period_seconds: terminationGracePeriodSeconds,
    pod_labels: compact(podLabels),
    node_selector: compact(nodeSelector),
    node_tolerations: patch?.tolerations === undefined ? compact(nodeTolerations(tolerations) ?? {}) : undefined,
    pod_security_context:
      supplementalGroups.length === 0 ? undefined : { supplemental_groups: [...supplementalGroups] },
    volumes: patch?.containers === undefined ? volumeTables(additions.volumes, additions.volumeMounts) : undefined,
    pod_spec: patch && [{ name: 'dagger', patch_type: 'strategic', patch: Yaml.stringify(patch) }],
  };
}

/** Returns a pod patch with the fields that GitLab Runner has no keys for, or undefined if there are none. */
function podPatch({
  affinity,
  containers,
  initContainers,
  tolerations,
  volumeMounts,
  volumes,
}: PodAdditions): Table | undefined {
  const needsPods =
    initContainers.length + containers.length > 0 ||
    volumes.some(({ hostPath, secret }) => hostPath === undefined && secret === undefined);
  return compact({
    ...(needsPods && {
      ...(initContainers.length > 0 && { initContainers }),
      containers: [{ name: BUILD, volumeMounts }, ...containers],
      volumes,
    }),
    affinity,
    tolerations: nodeTolerations(tolerations) === undefined ? tolerations : undefined,
  });
}

/**
 * Reports keys that the patch would overwrite. A strategic merge patch replaces these fields as a whole
 * (kubernetes/kubernetes api/core/v1/types.go).
 */
function checkPatched(patch: Table | undefined, kubernetes: Table, problems: Problems): void {
  for (const [field, key] of Object.entries({ affinity: 'affinity', tolerations: 'node_tolerations' })) {
    if (patch?.[field] !== undefined && kubernetes[key] !== undefined) {
      problems.add(key, {
        wrong: `the library patches the pod's ${field}, and the patch would replace this table`,
        got: kubernetes[key],
        allowed: `a configuration without ${key}`,
        fix: `remove it, and set ${field} on the engine`,
      });
    }
  }
}

/**
 * Returns tolerations as `"key=value" = "Effect"`, without the value for the operator `Exists`. Returns undefined if
 * GitLab Runner can't express a toleration: one that has no key, sets `tolerationSeconds` or another operator, or
 * differs from another toleration only in its effect.
 */
function nodeTolerations(tolerations: readonly Toleration[]): { [taint: string]: string } | undefined {
  const table: { [taint: string]: string } = {};
  for (const { effect = '', key, operator = 'Equal', tolerationSeconds, value = '' } of tolerations) {
    const taint = operator === 'Exists' ? `${key}` : `${key}=${value}`;
    const isKnown = ['Equal', 'Exists'].includes(operator) && tolerationSeconds === undefined;
    if (key === undefined || !isKnown || Object.hasOwn(table, taint)) {
      return undefined;
    }
    table[taint] = effect;
  }
  return table;
}

/** Returns the volumes in GitLab Runner's form, which includes the mount. Every container of a job gets all of them. */
function volumeTables(
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

/** Reports volumes that share a mount path. Every container of a job mounts both, so the API server rejects the pod. */
function checkMounts({ volumes }: Table, problems: Problems): void {
  const paths = new Set<string>();
  for (const [kind, list] of Object.entries(isTable(volumes) ? volumes : {})) {
    for (const volume of (Array.isArray(list) ? list : []) as Array<{ readonly mount_path?: unknown } | undefined>) {
      const path = typeof volume?.mount_path === 'string' ? normalPath(volume.mount_path) : undefined;
      if (path !== undefined && paths.has(path)) {
        problems.add(kind, {
          wrong: 'another volume is mounted at this path',
          got: path,
          allowed: 'one volume for each path',
          fix: 'mount the volume at another path',
        });
      } else if (path !== undefined) {
        paths.add(path);
      }
    }
  }
}

/** Formats the configuration as TOML. The patch becomes a multi-line string, which is easier to read. */
function tomlText(config: Table): string {
  return smolToml()
    .stringify(config)
    .replace(/^patch = (".*")$/m, (line, json: string) => {
      const patch = JSON.parse(json) as string;
      return patch.includes("'''") ? line : `patch = '''\n${patch}'''`;
    });
}

/** Loads the TOML parser on first use, because most programs don't need it. */
function smolToml(): typeof import('smol-toml') {
  return require('smol-toml') as typeof import('smol-toml');
}

import { reason, type Caution, type Found } from '../reporting/problems';
import { EngineRisk } from '../reporting/engine-risk';
import { FindingSeverity, type Finding, type FindingKind } from './finding';

const { ERROR, WARNING, INFO } = FindingSeverity;

/** The risks that are errors of the constructs. */
export const RISKS = {
  'ca-volume': {
    severity: ERROR,
    title: 'certificates of authorities mounted as a whole volume',
    source: 'dagger/dagger #11069',
  },
  'cache-outgrows-limit': {
    severity: ERROR,
    title: 'nothing keeps the cache below the limit of its emptyDir',
    source: 'kubernetes.io/docs/concepts/storage/volumes, emptyDir',
  },
  'config-refused': {
    severity: ERROR,
    title: 'a configuration file that stops the engine, or that it misreads',
    source: 'dagger/dagger engine/config/load.go, cmd/engine/main.go',
  },
  'engine-tls': {
    severity: ERROR,
    title: 'TLS of the engine itself, on a release where no client gets through',
    source: 'dagger/dagger #13306',
  },
  'grace-below-pre-stop': {
    severity: ERROR,
    title: 'a preStop hook that may take the whole grace period',
    source: 'kubernetes.io/docs/concepts/containers/container-lifecycle-hooks',
  },
  'metrics-by-variable': {
    severity: INFO,
    title: 'metrics switched on by their variable',
    source: 'dagger/dagger #10555',
  },
  'moving-image': {
    severity: ERROR,
    title: 'an image that changes under its tag',
    source: 'kubernetes.io/docs/concepts/containers/images',
    property: 'image',
  },
  'no-cache-volume': {
    severity: ERROR,
    title: 'no volume for the cache',
    source: 'docs.kernel.org/filesystems/overlayfs',
  },
  'no-network-policy': {
    severity: WARNING,
    title: 'a port without network policy',
    source: 'kubernetes.io/docs/concepts/services-networking/network-policies',
  },
  'open-port-in-config': {
    severity: ERROR,
    title: 'a plain port that engine.toml opens',
    source: 'dagger/dagger cmd/engine/config.go:46@v0.16.0',
  },
  'overridden-image-variable': {
    severity: ERROR,
    title: 'a variable that the image sets for itself',
    source: 'the environment of registry.dagger.io/engine',
  },
  'port-bound-twice': {
    severity: ERROR,
    title: 'two addresses with one port',
    source: 'dagger/dagger cmd/engine/main.go:555@v0.17.0',
  },
  'probe-cannot-work': {
    severity: ERROR,
    title: "a probe that the engine can't answer",
    source: 'dagger/dagger engine/server/session.go',
  },
  'secret-in-plain-text': {
    severity: ERROR,
    title: 'a secret that everyone who reads the manifest sees',
    source: 'kubernetes.io/docs/concepts/security/secrets-good-practices',
  },
  'shared-cache': {
    severity: ERROR,
    title: 'several engines on one volume',
    source: 'dagger/dagger cmd/engine/main.go: dagger-engine.lock',
  },
  'shared-socket': {
    severity: ERROR,
    title: 'several engines that put their socket into one directory of a node',
    source: 'dagger/dagger cmd/engine/main.go:555@v0.17.0',
  },
  'short-probe-grace': {
    severity: ERROR,
    title: 'a probe that kills the engine before it has written its cache',
    source: 'dagger/dagger #13173',
  },
  'tls-behind-plain-listener': {
    severity: ERROR,
    title: 'TLS on a port that clients are told to speak plain TCP to',
    source: 'dagger/dagger engine/client/client.go:223@v0.21.7',
  },
  'unbounded-pre-stop': {
    severity: INFO,
    title: 'a preStop hook of unknown length',
    source: 'kubernetes.io/docs/concepts/containers/container-lifecycle-hooks',
  },
  'unknown-flag': {
    severity: ERROR,
    title: 'a flag or a value that the engine rejects',
    source: 'dagger/dagger cmd/engine/main.go',
  },
  'unmanaged-flag': {
    severity: WARNING,
    title: 'a flag for what the constructs have a property for',
    source: 'dagger/dagger cmd/engine/main.go',
  },
  'untagged-image': {
    severity: ERROR,
    title: 'an image without tag or digest',
    source: 'kubernetes.io/docs/concepts/containers/images',
  },
} satisfies { readonly [risk in `${EngineRisk}`]?: FindingKind & { readonly source: string } };

/** The fixes of the warnings of the constructs that values and manifests can have too. */
export const FIXES: { readonly [risk in EngineRisk]?: string } = {
  [EngineRisk.UNKNOWN_VERSION]: 'update this library, or read what changed in the release',
  [EngineRisk.UNRELEASED_VERSION]: 'name a release that there is',
  [EngineRisk.NFS_CACHE]: 'keep the cache on a disk of the node, or on a block volume',
  [EngineRisk.NO_REQUESTS]: 'set requests for cpu and memory',
  [EngineRisk.LIMITS_DO_NOT_BOUND_BUILDS]: 'keep the requests, remove the limits, and give engines nodes of their own',
  [EngineRisk.SHORT_GRACE_PERIOD]: 'leave the engine 600 s',
  [EngineRisk.LIVENESS_UNDER_LOAD]: 'remove the probe, or use EngineProbe.connect()',
  [EngineRisk.OPEN_DEBUG_ADDRESS]: 'listen on 127.0.0.1, and use kubectl port-forward',
  [EngineRisk.SHORT_PROGRESS_DEADLINE]: 'remove it, or leave it as long as a rollout takes',
  [EngineRisk.IGNORED_BY_ENGINE]: 'remove it',
  [EngineRisk.SPLIT_SESSIONS]: "keep a client at one engine, or use the node's socket",
  [EngineRisk.SHARED_HOST_PATH]: 'give each engine a directory of its own, or keep them on different nodes',
  [EngineRisk.IGNORED_CONFIG_KEY]: 'remove it',
  [EngineRisk.UNKNOWN_CONFIG_KEY]: 'check it against the release, or update this library',
  [EngineRisk.OVERRIDDEN_CONFIG_KEY]: 'write it into engine.json alone',
  [EngineRisk.DROPPED_IMAGE_CONFIG]: 'write that into the file too',
  [EngineRisk.PARTIAL_GC]: 'set all of them',
  [EngineRisk.PRUNES_EVERYTHING]: 'set maxUsedSpace or keepDuration',
  [EngineRisk.OVERLAPPING_GC_LIMITS]: 'lower minFreeSpace or maxUsedSpace',
  [EngineRisk.ADMITS_EVERYONE]: 'name the clients',
  [EngineRisk.POLICY_NOT_ENFORCED]: "use the pod's network, or close the port at the node",
  [EngineRisk.UNBOUNDED_CACHE]: 'set sizeLimit',
  [EngineRisk.UNCONFIRMED_FACT]: 'update this library, or read the release notes of the engine',
};

/** The origin of a property of an engine, and the path below it. */
export type OriginOf = (property: string) => { readonly key: string; readonly rest: string };

/** The errors and warnings of an engine, as findings at the origins of its properties. */
export function engineFindings(found: readonly Found[], cautions: readonly Caution[], originOf: OriginOf): Finding[] {
  const at = (property: string, text: string): Pick<Finding, 'key' | 'why' | 'property'> => {
    const { key, rest } = originOf(property);
    return { key, why: rest === '' ? text : `${rest}: ${text}`, property };
  };
  return [
    ...found.flatMap(({ property, problem }): Finding[] =>
      problem.risk === undefined
        ? []
        : [
            {
              name: problem.risk,
              severity: kindOf(problem.risk).severity,
              source: kindOf(problem.risk).source,
              ...at(property, reason(problem)),
              fix: problem.fix ?? 'see allowed',
            },
          ],
    ),
    ...cautions.map(({ name, property, text }): Finding => ({
      name,
      severity: WARNING,
      ...at(property, text),
      fix: FIXES[name as EngineRisk] ?? `see ${property}`,
    })),
  ];
}

function kindOf(risk: EngineRisk): FindingKind {
  return (RISKS as { readonly [risk: string]: FindingKind })[risk]!;
}

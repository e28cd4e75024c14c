import { FindingSeverity, type Finding, type FindingKind, type Findings } from './finding';

const { ERROR, WARNING, INFO } = FindingSeverity;

const KUBERNETES_DOCS = 'kubernetes.io/docs';

/** The kinds of findings in manifests. Values of charts can also have those in `CHART_FINDINGS`. */
export const FINDINGS = {
  'admits-everyone': {
    severity: WARNING,
    title: 'the network policy admits every client to the port',
    property: 'networkPolicy',
    fix: 'list the allowed clients in from',
  },
  'broad-role': {
    severity: ERROR,
    title: "the engine's service account has every permission, and the engine calls no API",
    source: `${KUBERNETES_DOCS}/concepts/security/rbac-good-practices`,
    property: 'serviceAccount',
    fix: 'remove the rule; the account of a runner needs only get for pods and create for pods/exec',
  },
  'ca-volume': {
    severity: ERROR,
    title: 'CA certificates are mounted as a whole volume',
    source: 'dagger/dagger #11069',
    fix: 'mount each certificate as a file, with subPath',
  },
  'cache-in-socket-directory': {
    severity: ERROR,
    title: 'the directory of the socket, which clients mount, contains the cache',
    fix: 'use different directories of the node',
  },
  'cache-not-mounted': {
    severity: ERROR,
    title: "the cache volume isn't mounted in the engine's state directory",
    source: 'dagger/dagger cmd/engine/config.go:41@v0.21.7',
    property: 'cache',
  },
  'cache-outgrows-limit': {
    severity: ERROR,
    title: 'nothing keeps the cache below the limit of its emptyDir',
    source: `${KUBERNETES_DOCS}/concepts/storage/volumes, emptyDir`,
    fix: 'set maxUsedSpace in engine.json below sizeLimit',
  },
  'config-rejected': {
    severity: ERROR,
    title: 'a configuration file stops the engine, or the engine misreads it',
    source: 'dagger/dagger engine/config/load.go, cmd/engine/main.go',
  },
  'deprecated-probe-command': {
    severity: INFO,
    title: 'a probe runs the deprecated command `dagger core`',
    source: 'dagger/dagger 9b518f32f1',
    property: 'probes',
    fix: 'use the command [buildctl, debug, workers], which starts no CLI',
  },
  'dropped-image-config': {
    severity: WARNING,
    title: 'a configuration file replaces a file of the image and drops one of its settings',
    fix: 'repeat the setting in the file',
  },
  'duplicate-key': {
    severity: INFO,
    worst: ERROR,
    title: 'a key is set twice, which is an error if the values differ',
    source: 'yaml.org/spec/1.2.2, 3.2.1.3: the keys of a map are unique',
    fix: 'remove one of them',
  },
  'duplicate-object': {
    severity: ERROR,
    title: 'two objects have the same kind, namespace and name',
    fix: 'rename one of them, or check the manifests of one cluster at a time',
  },
  'engine-tls': {
    severity: ERROR,
    title: "the engine serves TLS itself, and clients of this release can't connect to it",
    source: 'dagger/dagger #13306',
    fix: 'serve TLS with a proxy in the pod, or run another release',
  },
  'gc-disabled': {
    severity: WARNING,
    title: 'garbage collection is disabled on a volume that outlives the pod',
    fix: 'enable garbage collection in the configuration file',
  },
  'grace-below-pre-stop': {
    severity: ERROR,
    title: 'a preStop hook may use the whole grace period',
    source: `${KUBERNETES_DOCS}/concepts/containers/container-lifecycle-hooks`,
    fix: 'set terminationGracePeriodSeconds to the duration of the hook plus 600',
  },
  'group-in-images': {
    severity: WARNING,
    title: "the pod's group changes the files in the images of builds",
    source: `${KUBERNETES_DOCS}/tasks/configure-pod-container/security-context, fsGroup; observed on dagger/dagger v0.21.8`,
    property: 'security',
    fix: 'remove fsGroup and runAsGroup, and set the group of the socket with the flag --group=1001',
  },
  'hidden-engine-port': {
    severity: ERROR,
    title: "the declared ports, or a Service, leave out the engine's own port",
    source: 'helm/dagger/templates/engine-daemonset.yaml',
    property: 'listener',
  },
  'host-dns': {
    severity: WARNING,
    title: "a pod on the node's network doesn't resolve names of the cluster",
    fix: 'set dnsPolicy: ClusterFirstWithHostNet',
  },
  'host-socket-path': {
    severity: WARNING,
    title: 'runners look for the socket in another directory of the node',
    source: 'helm/dagger/templates/engine-daemonset.yaml, docs/current_docs/adopting of dagger/dagger',
    property: 'hostSocket',
    fix: 'mount the directory that the engine uses',
  },
  'ignored-by-engine': {
    severity: WARNING,
    title: 'this release of the engine ignores an environment variable or flag',
    fix: 'remove it',
  },
  'ignored-config-key': {
    severity: WARNING,
    title: 'this release of the engine ignores a key of engine.json or engine.toml',
    fix: 'remove it',
  },
  'invalid-manifest': { severity: ERROR, title: 'Kubernetes rejects a field' },
  'limits-do-not-bound-builds': {
    severity: WARNING,
    title: "limits of the engine's container don't apply to builds",
    fix: 'keep the requests, remove the limits, and run engines on dedicated nodes',
  },
  'liveness-under-load': {
    severity: WARNING,
    title: 'a liveness probe restarts engines that are only busy',
    source: 'dagger/dagger #11703',
    property: 'probes.liveness',
    fix: 'remove the probe, or use the command [buildctl, debug, workers]',
  },
  'magicache-removed': {
    severity: WARNING,
    title: 'a setting for Magicache, which the engine no longer has',
    source: 'dagger/dagger #10774',
    property: 'env',
    fix: 'remove the variables and the Secret',
  },
  'mount-in-cache': {
    severity: WARNING,
    title: 'a volume is mounted inside the cache volume',
    fix: 'mount it at another path',
  },
  'moving-image': {
    severity: ERROR,
    title: 'the tag of the image can move to another release',
    source: `${KUBERNETES_DOCS}/concepts/containers/images`,
    property: 'image',
    fix: 'use the tag of a release, such as registry.dagger.io/engine:v0.21.7',
  },
  'nfs-cache': {
    severity: WARNING,
    title: 'the cache is on NFS, which makes the engine slow',
    fix: 'keep the cache on a disk of the node or on a block volume',
  },
  'no-cache-volume': {
    severity: ERROR,
    title: 'the engine has no volume for its cache',
    source: 'docs.kernel.org/filesystems/overlayfs',
    fix: 'mount a volume at the state directory',
  },
  'no-network-policy': {
    severity: WARNING,
    title: 'the engine opens a port and has no network policy',
    source: `${KUBERNETES_DOCS}/concepts/services-networking/network-policies`,
    fix: 'add a NetworkPolicy that selects the pods and lists the allowed clients in ingress',
  },
  'no-requests': {
    severity: WARNING,
    title: "the engine's container has no requests, so it is killed first when its node runs out of memory",
    source: `${KUBERNETES_DOCS}/concepts/configuration/manage-resources-containers`,
    property: 'resources',
    fix: 'set requests for cpu and memory',
  },
  'no-volume': {
    severity: ERROR,
    title: "the cache is mounted from a volume that the pod doesn't have",
    source: 'helm/dagger/templates/engine-statefulset.yaml',
    property: 'cache',
    fix: 'add the volume, or a claim template with this name',
  },
  'open-debug-address': {
    severity: WARNING,
    title: "every client that can reach the engine's debug address can read its profiles and traces",
    fix: 'listen on 127.0.0.1, and use kubectl port-forward',
  },
  'open-port-in-config': {
    severity: ERROR,
    title: 'engine.toml opens a plain TCP port',
    source: 'dagger/dagger cmd/engine/config.go:46@v0.16.0',
    fix: 'remove the address',
  },
  'overlapping-gc-limits': {
    severity: WARNING,
    title: "the limits of garbage collection overlap, so the cache can't grow to its limit",
    fix: 'lower minFreeSpace or maxUsedSpace',
  },
  'overlapping-selectors': {
    severity: ERROR,
    title: 'the selector of an engine selects the pods of another',
    property: 'podSelector',
    fix: 'select labels that only the pods of this workload have',
  },
  'overridden-command': {
    severity: WARNING,
    title: 'the container overrides the command of the image',
    source: 'dagger/dagger toolchains/engine-dev/config.go:24@v0.21.7',
    fix: 'remove command, and set flags in args',
  },
  'overridden-config-key': {
    severity: WARNING,
    title: 'a key of engine.json takes precedence over a key of engine.toml',
    fix: 'keep the setting in engine.json only',
  },
  'overridden-image-variable': {
    severity: ERROR,
    title: 'an environment variable overrides one that the image sets',
    source: 'the environment of registry.dagger.io/engine',
    fix: 'remove the variable',
  },
  'partial-gc': {
    severity: WARNING,
    title: 'some limits of garbage collection are set, which sets the others to zero',
    fix: 'set all of them',
  },
  'plain-tcp': {
    severity: WARNING,
    title: 'a port has neither encryption nor authentication',
    source: 'dagger/dagger engine/client/client.go:223@v0.21.7',
    property: 'listener',
    fix: "close the port and use the node's socket, or put a proxy with mutual TLS in front of it",
  },
  'policy-not-enforced': {
    severity: WARNING,
    title: "the cluster doesn't apply network policies to these pods",
    fix: 'remove hostNetwork, or close the port with a firewall on the node',
  },
  'port-bound-twice': {
    severity: ERROR,
    title: 'the engine listens on the same port twice',
    source: 'dagger/dagger cmd/engine/main.go:555@v0.17.0',
    fix: 'remove one of the addresses',
  },
  'port-of-node': {
    severity: WARNING,
    title: 'a program of the node, such as the kubelet, uses a port that the engine needs',
    source: `${KUBERNETES_DOCS}/reference/networking/ports-and-protocols`,
    fix: 'choose another port',
  },
  'port-without-listener': {
    severity: ERROR,
    title: "a Service refers to a port on which the engine doesn't listen",
    source: 'dagger/dagger cmd/engine/config.go:45@v0.21.7',
    property: 'listener',
    fix: 'set targetPort to a port on which the engine listens',
  },
  'probe-cannot-work': {
    severity: ERROR,
    title: "the engine can't answer a probe",
    source: 'dagger/dagger engine/server/session.go',
    fix: 'use exec with the command [buildctl, debug, workers]',
  },
  'prunes-everything': {
    severity: WARNING,
    title: 'a garbage collection policy without limits deletes everything that it matches on every run',
    fix: 'set maxUsedSpace or keepDuration',
  },
  'rollout-deadlock': {
    severity: WARNING,
    title: 'an update of a Deployment waits for a port of the node that the old pod occupies',
    fix: 'set strategy.type: Recreate',
  },
  'secret-in-plain-text': {
    severity: ERROR,
    title: 'a secret is in plain text, where every reader of the manifest sees it',
    source: `${KUBERNETES_DOCS}/concepts/security/secrets-good-practices`,
    fix: 'keep it in a Secret, and refer to it with valueFrom or a mounted file',
  },
  'shared-cache': {
    severity: ERROR,
    title: 'several engines share a cache volume, and only one of them can lock it',
    source: 'dagger/dagger cmd/engine/main.go: dagger-engine.lock',
    fix: 'use a StatefulSet with volumeClaimTemplates, or one replica with strategy Recreate',
  },
  'shared-host-path': {
    severity: WARNING,
    title: 'two engines may share a directory of a node',
    fix: 'use a different directory for each engine, or keep the engines on different nodes',
  },
  'shared-host-port': {
    severity: WARNING,
    title: 'two engines need the same port of a node',
    fix: 'use different host ports, or keep the engines on different nodes',
  },
  'shared-node-network': {
    severity: WARNING,
    title: 'two engines on the network of a node create the same bridge and the same network',
    source: 'dagger/dagger network/consts.go:11-14@v0.21.7',
    fix: 'keep the engines on different nodes, or set --network-name and --network-cidr',
  },
  'shared-selector': {
    severity: WARNING,
    title: 'a Service selects the engines of several workloads',
    source: `${KUBERNETES_DOCS}/concepts/services-networking/service`,
    property: 'listener',
    fix: 'select a label that only the pods of one workload have',
  },
  'shared-socket': {
    severity: ERROR,
    title: 'several engines put their socket into the same directory of a node',
    source: 'dagger/dagger cmd/engine/main.go:555@v0.17.0',
    fix: 'use a different directory for each engine, or keep the engines on different nodes',
  },
  'short-grace-period': {
    severity: WARNING,
    title: 'the grace period may be too short for the engine to write its cache before it is killed',
    fix: 'set terminationGracePeriodSeconds: 600',
  },
  'short-probe-grace': {
    severity: ERROR,
    title: 'the grace period of a probe is too short for the engine to write its cache before it is killed',
    source: 'dagger/dagger #13173',
    fix: 'remove terminationGracePeriodSeconds from the probe, or set it to 600',
  },
  'short-progress-deadline': {
    severity: WARNING,
    title: 'the progress deadline of a Deployment is shorter than a successful rollout can take',
    fix: 'remove it, or raise it above the duration of a rollout',
  },
  'short-startup-probe': {
    severity: WARNING,
    title: 'a startup probe gives up before an engine can start',
    fix: 'raise failureThreshold or periodSeconds',
  },
  'socket-not-on-node': {
    severity: WARNING,
    title: "clients look for the socket in a directory of the node that doesn't contain it",
    source: 'dagger/dagger #9866',
    property: 'hostSocket',
    fix: 'mount it at /run/dagger',
  },
  'socket-takeover': {
    severity: WARNING,
    title: 'during an update, the new engine takes the socket on the node from the old one',
    fix: 'set maxSurge to 0, or use strategy Recreate',
  },
  'split-sessions': {
    severity: WARNING,
    title: 'a Service sends the connections of one session to different engines',
    source: 'dagger/dagger #10128',
    property: 'listener.service.sessionAffinity',
    fix: "set sessionAffinity: ClientIP, or use the node's socket",
  },
  'spread-ignores-pods': {
    severity: WARNING,
    title: "a topology spread constraint doesn't count the pods of the engine",
    source: `${KUBERNETES_DOCS}/concepts/scheduling-eviction/topology-spread-constraints`,
    fix: 'select labels that the pods have',
  },
  'system-directory': {
    severity: WARNING,
    title: 'the cache or the socket is in a directory that belongs to the operating system of the node',
    fix: 'use a directory for the engine alone',
  },
  'tiny-cache': {
    severity: WARNING,
    title: 'a limit is so small that garbage collection deletes nearly the whole cache',
    fix: 'write a unit, such as 75GiB',
  },
  'token-mounted': {
    severity: INFO,
    title: "the service account's token is mounted, and the engine doesn't need it",
    source: `${KUBERNETES_DOCS}/tasks/configure-pod-container/configure-service-account`,
    property: 'automountServiceAccountToken',
    fix: 'set automountServiceAccountToken: false',
  },
  'unbounded-cache': { severity: WARNING, title: 'the cache is an emptyDir without a limit', fix: 'set sizeLimit' },
  'unbounded-pre-stop': {
    severity: INFO,
    title: 'the duration of a preStop hook is unknown',
    source: `${KUBERNETES_DOCS}/concepts/containers/container-lifecycle-hooks`,
    fix: 'limit the duration of the hook, and add it to terminationGracePeriodSeconds',
  },
  'unconfirmed-fact': {
    severity: WARNING,
    title: 'the release may not support a setting, but that was not confirmed for it',
    fix: 'read the release notes of the engine, or update this library',
  },
  'unknown-config-key': {
    severity: WARNING,
    title: 'the library knows neither a key of engine.json nor the release',
    fix: 'check the key in the documentation of the release, or update this library',
  },
  'unknown-engine-version': {
    severity: WARNING,
    title: "the image tag isn't an engine release",
    source: 'github.com/dagger/dagger/releases',
    property: 'version',
    fix: 'use the tag of a release, or set the label app.kubernetes.io/version to the release',
  },
  'unknown-flag': {
    severity: ERROR,
    title: 'the engine rejects a flag or its value, and exits',
    source: 'dagger/dagger cmd/engine/main.go',
  },
  'unknown-version': {
    severity: WARNING,
    title: 'the version is newer than the newest release that the library knows',
    fix: 'update this library, or check the release notes',
  },
  unschedulable: {
    severity: ERROR,
    title: 'no node matches both the node selector and the node affinity',
    source: `${KUBERNETES_DOCS}/concepts/scheduling-eviction/assign-pod-node`,
    fix: 'remove one of them',
  },
  'unprivileged-engine': {
    severity: ERROR,
    title: 'the engine lacks the privileges that it needs',
    source: 'dagger/dagger cmd/engine/main.go:327@v0.21.7',
    property: 'security',
  },
  'unreleased-version': { severity: WARNING, title: 'the version was never released', fix: 'use the tag of a release' },
  'untagged-image': {
    severity: ERROR,
    title: 'the image has neither tag nor digest',
    source: `${KUBERNETES_DOCS}/concepts/containers/images`,
    fix: 'add the tag of a release',
  },
} satisfies { readonly [name: string]: FindingKind };

/** The names of all findings in manifests. */
export const FINDING_NAMES: readonly string[] = Object.keys(FINDINGS);

/** The name of a finding in manifests. */
export type ManifestFindingName = keyof typeof FINDINGS;

/** Returns the kind of a finding, or a warning for an unknown name. */
export function kindOf(name: string): FindingKind {
  return Object.hasOwn(FINDINGS, name)
    ? FINDINGS[name as ManifestFindingName]
    : { severity: WARNING, title: name.replaceAll('-', ' ') };
}

/** The fields of a finding that depend on the case. `fix` and `property` replace those of the kind. */
export type FindingDetails = Pick<Finding, 'key' | 'why'> & Partial<Pick<Finding, 'fix' | 'property'>>;

/** Returns a finding of a kind. */
export function findingOf(name: string, kind: FindingKind, { fix, key, property, why }: FindingDetails): Finding {
  const typed = property ?? kind.property;
  return {
    name,
    severity: kind.severity,
    key,
    why,
    fix: fix ?? kind.fix ?? 'see the reason',
    ...(kind.source !== undefined && { source: kind.source }),
    ...(typed !== undefined && { property: typed }),
  };
}

/** Adds a finding. */
export function report(findings: Findings, name: ManifestFindingName, details: FindingDetails): void {
  findings.add(findingOf(name, FINDINGS[name], details));
}

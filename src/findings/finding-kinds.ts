import { GRACE_PERIOD_SECONDS } from '../pod/grace-period';
import { FindingSeverity, type Finding, type FindingKind, type Findings } from './finding';

const KUBERNETES_DOCS = 'kubernetes.io/docs';

/** Kinds of findings with one severity, by name. */
type Kinds = { readonly [name: string]: Omit<FindingKind, 'severity'> };

const ERRORS = {
  'broad-role': {
    title: "the engine's service account has every permission, but the engine doesn't call the Kubernetes API",
    source: `${KUBERNETES_DOCS}/concepts/security/rbac-good-practices`,
    property: 'serviceAccount',
    fix: 'remove the rule; the account of a runner needs only get for pods and create for pods/exec',
  },
  'blocked-evictions': {
    title: 'a PodDisruptionBudget rejects every eviction of an engine',
    source: `${KUBERNETES_DOCS}/tasks/run-application/configure-pdb`,
    property: 'disruptionBudget',
    fix: 'set maxUnavailable: 1, or remove the budget',
  },
  'ca-volume': {
    title: 'CA certificates are mounted as a whole volume',
    source: 'dagger/dagger #11069',
    fix: 'mount each certificate as a file, with subPath',
  },
  'cache-in-socket-directory': {
    title: 'the directory of the socket, which clients mount, contains the cache',
    fix: 'use different directories on the node',
  },
  'cache-not-mounted': {
    title: "the cache volume isn't mounted at the engine's state directory",
    source: 'dagger/dagger cmd/engine/config.go:41@v0.21.7',
    property: 'cache',
  },
  'cache-outgrows-limit': {
    title: 'nothing keeps the cache below the limit of its emptyDir',
    source: `${KUBERNETES_DOCS}/concepts/storage/volumes, emptyDir`,
    fix: 'set maxUsedSpace in engine.json below sizeLimit',
  },
  'config-rejected': {
    title: 'a configuration file stops the engine, or the engine misreads it',
    source: 'dagger/dagger engine/config/load.go, cmd/engine/main.go',
  },
  'duplicate-object': {
    title: 'two objects have the same kind, namespace and name',
    fix: 'rename one of them, or check the manifests of one cluster at a time',
  },
  'engine-tls': {
    title: "the engine serves TLS itself, and clients of this release can't connect to it",
    source: 'dagger/dagger #13306',
    fix: 'serve TLS with a proxy in the pod, or run another release',
  },
  'grace-below-pre-stop': {
    title: 'a preStop hook may use the whole grace period',
    source: `${KUBERNETES_DOCS}/concepts/containers/container-lifecycle-hooks`,
    fix: `set terminationGracePeriodSeconds to the duration of the hook plus ${GRACE_PERIOD_SECONDS}`,
  },
  'hidden-engine-port': {
    title: "the declared ports, or a Service, leave out the engine's own port",
    source: 'helm/dagger/templates/engine-daemonset.yaml',
    property: 'listener',
  },
  'invalid-manifest': { title: 'Kubernetes rejects a field' },
  'moving-image': {
    title: 'the tag of the image can move to another release',
    source: `${KUBERNETES_DOCS}/concepts/containers/images`,
    property: 'image',
    fix: 'use the tag of a release, such as registry.dagger.io/engine:v0.21.7',
  },
  'no-cache-volume': {
    title: 'the engine has no volume for its cache',
    source: 'docs.kernel.org/filesystems/overlayfs',
    fix: 'mount a volume at the state directory',
  },
  'no-volume': {
    title: "the cache is mounted from a volume that the pod doesn't have",
    source: 'helm/dagger/templates/engine-statefulset.yaml',
    property: 'cache',
    fix: 'add the volume, or a claim template with this name',
  },
  'open-port-in-config': {
    title: 'engine.toml opens a plain TCP port',
    source: 'dagger/dagger cmd/engine/config.go:46@v0.16.0',
    fix: 'remove the address',
  },
  'overlapping-selectors': {
    title: 'the selector of an engine selects the pods of another engine',
    property: 'podSelector',
    fix: 'use labels that only the pods of this workload have',
  },
  'overridden-image-variable': {
    title: 'an environment variable overrides one that the image sets',
    source: 'the environment of registry.dagger.io/engine',
    fix: 'remove the variable',
  },
  'port-bound-twice': {
    title: 'the engine listens on the same port twice',
    source: 'dagger/dagger cmd/engine/main.go:555@v0.17.0',
  },
  'port-without-listener': {
    title: "a Service refers to a port on which the engine doesn't listen",
    source: 'dagger/dagger cmd/engine/config.go:45@v0.21.7',
    property: 'listener',
    fix: 'set targetPort to a port on which the engine listens',
  },
  'probe-cannot-work': {
    title: "the engine can't answer a probe",
    source: 'dagger/dagger engine/server/session.go',
    fix: 'use exec with the command [buildctl, debug, workers]',
  },
  'secret-in-plain-text': {
    title: 'a secret is in plain text, where every reader of the manifest sees it',
    source: `${KUBERNETES_DOCS}/concepts/security/secrets-good-practices`,
    fix: 'keep it in a Secret, and refer to it with valueFrom or a mounted file',
  },
  'shared-cache': {
    title: 'several engines share a cache volume, and only one of them can lock it',
    source: 'dagger/dagger cmd/engine/main.go: dagger-engine.lock',
    fix: 'use a StatefulSet with volumeClaimTemplates, or one replica with strategy Recreate',
  },
  'shared-socket': {
    title: 'several engines put their socket into the same directory on a node',
    source: 'dagger/dagger cmd/engine/main.go:555@v0.17.0',
    fix: 'use a different directory for each engine, or keep the engines on different nodes',
  },
  'short-probe-grace': {
    title: 'the grace period of a probe is too short for the engine to write its cache before it is killed',
    source: 'dagger/dagger #13173',
    fix: `remove terminationGracePeriodSeconds from the probe, or set it to ${GRACE_PERIOD_SECONDS}`,
  },
  'unknown-flag': {
    title: 'the engine rejects a flag or its value, and exits',
    source: 'dagger/dagger cmd/engine/main.go',
  },
  'unprivileged-engine': {
    title: 'the engine lacks the privileges that it needs',
    source: 'dagger/dagger cmd/engine/main.go:327@v0.21.7',
    property: 'security',
  },
  unschedulable: {
    title: 'no node matches both the node selector and the node affinity',
    source: `${KUBERNETES_DOCS}/concepts/scheduling-eviction/assign-pod-node`,
  },
  'untagged-image': {
    title: 'the image has neither tag nor digest',
    source: `${KUBERNETES_DOCS}/concepts/containers/images`,
    fix: 'add the tag of a release',
  },
} satisfies Kinds;

const WARNINGS = {
  'admits-everyone': {
    title: 'the network policy lets every client reach the port',
    property: 'networkPolicy',
    fix: 'list the allowed clients in from',
  },
  'blocked-node-removal': {
    title: 'an annotation keeps Karpenter from removing nodes, even idle ones',
    source: 'kubernetes-sigs/karpenter pkg/controllers/state/statenode.go:249@v1.14.1',
    property: 'podAnnotations',
    fix: 'remove it, and add it to the pods of the clients',
  },
  'blocked-scale-out': {
    title: "an autoscaler can't start an engine while another one starts or stops",
    source: `${KUBERNETES_DOCS}/concepts/workloads/controllers/statefulset, pod management policies`,
    property: 'podManagementPolicy',
    fix: 'set podManagementPolicy: Parallel',
  },
  'dropped-image-config': { title: 'a configuration file replaces a file in the image and drops one of its settings' },
  'frozen-updates': {
    title: 'the partition of a StatefulSet is above all ordinals, so updates replace no engine',
    source: `${KUBERNETES_DOCS}/concepts/workloads/controllers/statefulset, partitions`,
    property: 'updateStrategy',
    fix: 'set partition to the highest ordinal to update one engine, or remove it to update all',
  },
  'gc-disabled': { title: 'garbage collection is disabled on a volume that outlives the pod' },
  'group-in-images': {
    title: "the pod's group changes the files in the images of builds",
    source: `${KUBERNETES_DOCS}/tasks/configure-pod-container/security-context, fsGroup; observed on dagger/dagger v0.21.8`,
    property: 'security',
    fix:
      'remove fsGroup and runAsGroup, set the group of the socket with the flag --group=1001, and remove the setgid bit ' +
      'from an existing claim (docs/how-to/migrate-from-helm.md#groups-in-images)',
  },
  'host-dns': { title: "a pod on the node's network doesn't resolve the names of Services" },
  'host-socket-path': {
    title: 'runners look for the socket in another directory on the node',
    source: 'helm/dagger/templates/engine-daemonset.yaml, docs/current_docs/adopting of dagger/dagger',
    property: 'hostSocket',
    fix: 'mount the directory that the engine uses',
  },
  'ignored-annotation': {
    title: 'an autoscaler ignores an annotation',
    property: 'podAnnotations',
  },
  'ignored-by-engine': {
    title: 'this release of the engine ignores an environment variable or flag',
    fix: 'remove it',
  },
  'ignored-config-key': { title: 'this release of the engine ignores a key in engine.json or engine.toml' },
  'limits-do-not-bound-builds': { title: "with cgroup v2, limits of the engine's container don't apply to builds" },
  'liveness-under-load': {
    title: 'a liveness probe restarts engines that are only busy',
    source: 'dagger/dagger #11703',
    property: 'probes.liveness',
    fix: 'remove the probe, or use the command [buildctl, debug, workers]',
  },
  'long-drain-of-only-engine': {
    title: 'the only engine drains for longer than rejected clients wait',
    property: 'drain.atMost',
    fix: 'shorten the drain to 600 s, or run several engines',
  },
  'magicache-removed': {
    title: 'a setting configures Magicache, which the engine no longer supports',
    source: 'dagger/dagger #10774',
    property: 'env',
    fix: 'remove the variables and the Secret',
  },
  'mount-in-cache': { title: 'a volume is mounted inside the cache volume' },
  'nfs-cache': { title: 'the cache is on NFS, which makes the engine slow' },
  'no-network-policy': {
    title: 'the engine opens a port and has no network policy',
    source: `${KUBERNETES_DOCS}/concepts/services-networking/network-policies`,
    fix: 'add a NetworkPolicy that selects the pods and lists the allowed clients in ingress',
  },
  'no-requests': {
    title: "the engine's container has no requests, so it is killed first when its node runs out of memory",
    source: `${KUBERNETES_DOCS}/concepts/configuration/manage-resources-containers`,
    property: 'resources',
  },
  'not-drained': {
    title: 'an autoscaler removes nodes without stopping their engines',
    source: 'kubernetes-sigs/karpenter pkg/utils/pod/scheduling.go:77@v1.14.1',
  },
  'open-debug-address': {
    title: "every client that can reach the engine's debug address can read its profiles and traces",
  },
  'overlapping-gc-limits': { title: "the garbage collection limits overlap, so the cache can't grow to its limit" },
  'overridden-command': {
    title: "the container overrides the image's command",
    source: 'dagger/dagger toolchains/engine-dev/config.go:24@v0.21.7',
    fix: 'remove command, and set flags in args',
  },
  'overridden-config-key': { title: 'a key in engine.json takes precedence over a key in engine.toml' },
  'partial-gc': { title: 'some garbage collection limits are set, which sets the others to zero' },
  'plain-tcp': {
    title: 'a port has neither encryption nor authentication',
    source: 'dagger/dagger engine/client/client.go:223@v0.21.7',
    property: 'listener',
    fix: "close the port and use the node's socket, or put a proxy with mutual TLS in front of it",
  },
  'policy-not-enforced': { title: "the cluster doesn't apply network policies to these pods" },
  'port-of-node': {
    title: 'a program on the node, such as the kubelet, uses a port that the engine needs',
    source: `${KUBERNETES_DOCS}/reference/networking/ports-and-protocols`,
  },
  'prunes-everything': {
    title: 'a garbage collection policy without limits deletes everything that it matches on every run',
  },
  'replicas-with-autoscaler': {
    title: 'a workload with an autoscaler has replicas, so each apply resets the number of engines',
    source: `${KUBERNETES_DOCS}/tasks/run-application/horizontal-pod-autoscale`,
    property: 'autoscaling',
    fix: 'remove replicas',
  },
  'rollout-deadlock': {
    title: 'an update of a Deployment waits for a port on the node that the old pod occupies',
    fix: 'set strategy.type: Recreate',
  },
  'shared-host-path': {
    title: 'two engines may share a directory on a node',
    fix: 'use a different directory for each engine, or keep the engines on different nodes',
  },
  'shared-host-port': { title: 'two engines need the same port on a node' },
  'shared-node-network': {
    title: 'two engines on the network of a node create the same bridge and the same network',
    source: 'dagger/dagger network/consts.go:11-14@v0.21.7',
  },
  'shared-selector': {
    title: 'a Service selects the engines of several workloads',
    source: `${KUBERNETES_DOCS}/concepts/services-networking/service`,
    property: 'listener',
    fix: 'select a label that only the pods of one workload have',
  },
  'short-grace-period': {
    title: 'the grace period may be too short for the engine to write its cache before it is killed',
    fix: `set terminationGracePeriodSeconds: ${GRACE_PERIOD_SECONDS}`,
  },
  'short-progress-deadline': {
    title: 'the progress deadline of a Deployment is shorter than a successful rollout can take',
  },
  'short-startup-probe': {
    title: 'a startup probe gives up before an engine can start',
    fix: 'raise failureThreshold or periodSeconds',
  },
  'socket-not-on-node': {
    title: "clients look for the socket in a directory on the node that doesn't contain it",
    source: 'dagger/dagger #9866',
    property: 'hostSocket',
    fix: 'mount it at /run/dagger',
  },
  'socket-takeover': {
    title: 'during an update, the new engine takes the socket on the node from the old one',
    fix: 'set maxSurge to 0, or use strategy Recreate',
  },
  'split-sessions': {
    title: 'a Service sends the connections of one session to different engines',
    source: 'dagger/dagger #10128',
    property: 'listener.service.sessionAffinity',
    fix: "set sessionAffinity: ClientIP, or use the node's socket",
  },
  'spread-ignores-pods': {
    title: "a topology spread constraint doesn't count the engine's pods",
    source: `${KUBERNETES_DOCS}/concepts/scheduling-eviction/topology-spread-constraints`,
  },
  'stop-exceeds-node-limit': {
    title: 'an engine needs longer to stop than its nodes allow',
    source: 'karpenter.sh/docs/concepts/disruption',
  },
  'stop-loses-cache': {
    title: 'an engine that is stopped while a client is connected loses its cache',
    source: 'dagger/dagger #13306',
    fix: 'add a preStop hook that disconnects clients, or stop the engine only while no client is connected',
  },
  'stops-after-engine': {
    title: "an autoscaler stops a client after the engine that it uses, because of the client's priority",
    source: 'kubernetes-sigs/karpenter pkg/controllers/node/termination@v1.14.1',
    fix: 'use another priority class',
  },
  'system-directory': {
    title: 'the cache or the socket is in a directory that belongs to the operating system of the node',
  },
  'tiny-cache': { title: 'a limit is so small that garbage collection deletes nearly the whole cache' },
  'unbounded-cache': { title: 'the cache is an emptyDir without a limit', fix: 'set sizeLimit' },
  'unconfirmed-fact': { title: "the library can't confirm that the release supports a setting" },
  'unknown-config-key': { title: 'neither the key in engine.json nor the release is known to the library' },
  'unknown-engine-version': {
    title: "the image tag isn't an engine release",
    source: 'github.com/dagger/dagger/releases',
    property: 'version',
    fix: 'use the tag of a release, or set the label app.kubernetes.io/version to the release',
  },
  'unknown-version': { title: 'the version is newer than the newest release that the library knows' },
  'unmounted-claim': {
    title: 'no container mounts a claim of the StatefulSet',
    source: `${KUBERNETES_DOCS}/concepts/workloads/controllers/statefulset`,
  },
  'unreleased-version': { title: 'the version was never released' },
  'unsafe-scale-in': {
    title: 'an autoscaler can stop an engine while it runs builds',
    source: `${KUBERNETES_DOCS}/tasks/run-application/horizontal-pod-autoscale`,
    property: 'drain',
    fix: 'drain the engine with a preStop hook, or set scaleDown.selectPolicy: Disabled',
  },
  'volatile-cache': {
    title: 'the cache is in a directory on the node that is lost when the node restarts',
    source: 'refspecs.linuxfoundation.org/FHS_3.0, /run and /tmp',
    property: 'cache',
  },
} satisfies Kinds;

const INFOS = {
  'deprecated-probe-command': {
    title: 'a probe runs the deprecated command `dagger core`',
    source: 'dagger/dagger 9b518f32f1',
    property: 'probes',
    fix: "use the command [buildctl, debug, workers], which doesn't start the CLI",
  },
  'duplicate-key': {
    worst: FindingSeverity.ERROR,
    title: 'a key is set twice, which is an error if the values differ',
    source: 'yaml.org/spec/1.2.2, 3.2.1.3: the keys of a map are unique',
    fix: 'remove one of them',
  },
  'token-mounted': {
    title: "the service account's token is mounted, and the engine doesn't need it",
    source: `${KUBERNETES_DOCS}/tasks/configure-pod-container/configure-service-account`,
    property: 'automountServiceAccountToken',
    fix: 'set automountServiceAccountToken: false',
  },
  'unbounded-pre-stop': {
    title: 'the duration of a preStop hook is unknown',
    source: `${KUBERNETES_DOCS}/concepts/containers/container-lifecycle-hooks`,
    fix: 'limit the duration of the hook, and add it to terminationGracePeriodSeconds',
  },
} satisfies Kinds;

type WithSeverity<T> = { readonly [name in keyof T]: T[name] & { readonly severity: FindingSeverity } };

function withSeverity<T extends Kinds>(severity: FindingSeverity, kinds: T): WithSeverity<T> {
  const entries = Object.entries(kinds).map(([name, kind]) => [name, { severity, ...kind }] as const);
  return Object.fromEntries(entries) as WithSeverity<T>;
}

/** The kinds of findings in manifests. Chart values can also have the kinds in `CHART_FINDINGS`. */
export const FINDINGS = {
  ...withSeverity(FindingSeverity.ERROR, ERRORS),
  ...withSeverity(FindingSeverity.WARNING, WARNINGS),
  ...withSeverity(FindingSeverity.INFO, INFOS),
};

/** The names of all findings in manifests. */
export const FINDING_NAMES: readonly string[] = Object.keys(FINDINGS);

/** The name of a finding in manifests. */
export type ManifestFindingName = keyof typeof FINDINGS;

/** Returns the kind of a finding, or a warning for an unknown name. */
export function kindOf(name: string): FindingKind {
  return Object.hasOwn(FINDINGS, name)
    ? FINDINGS[name as ManifestFindingName]
    : { severity: FindingSeverity.WARNING, title: name.replaceAll('-', ' ') };
}

/** The fields of a finding that depend on the case. `fix` and `property` replace the values of the kind. */
export type FindingDetails = Pick<Finding, 'key' | 'why'> & Partial<Pick<Finding, 'fix' | 'fixInProgram' | 'property'>>;

export function findingOf(
  name: string,
  kind: FindingKind,
  { fix, fixInProgram, key, property, why }: FindingDetails,
): Finding {
  const typed = property ?? kind.property;
  return {
    name,
    severity: kind.severity,
    key,
    why,
    fix: fix ?? kind.fix ?? 'see the reason',
    ...(fixInProgram !== undefined && { fixInProgram }),
    ...(kind.source !== undefined && { source: kind.source }),
    ...(typed !== undefined && { property: typed }),
  };
}

export function report(findings: Findings, name: ManifestFindingName, details: FindingDetails): void {
  findings.add(findingOf(name, FINDINGS[name], details));
}

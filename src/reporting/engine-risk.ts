/**
 * The ids of risks: settings that Kubernetes accepts, but that the library warns about or rejects. To accept a risk
 * with a reason, use the property `acceptRisks` of a construct, or `Risks.of(scope)`.
 */
export enum EngineRisk {
  /** The Helm chart ignores the name of the service account. */
  ACCOUNT_NAME_IGNORED = 'account-name-ignored',
  /** Clients only have addresses of an IP family that the engine doesn't listen on. */
  ADDRESS_FAMILY = 'address-family',
  /** The network policy allows every client, or lets builds reach every address. */
  ADMITS_EVERYONE = 'admits-everyone',
  /** The network policy blocks a proxy or a mirror. */
  BLOCKED_DESTINATION = 'blocked-destination',
  /** An annotation of the engine's pods keeps an autoscaler from removing nodes. */
  BLOCKED_NODE_REMOVAL = 'blocked-node-removal',
  /** A PodDisruptionBudget rejects every eviction of an engine, so drains of nodes never end. */
  BLOCKED_EVICTIONS = 'blocked-evictions',
  /** An autoscaler can't start an engine while another one drains. */
  BLOCKED_SCALE_OUT = 'blocked-scale-out',
  /** A Role grants every permission on every object of the namespace. The engine doesn't call the Kubernetes API. */
  BROAD_ROLE = 'broad-role',
  /** Engines on one node can't stop one after the other within the limit of the node, as the disruption budget requires. */
  BUDGET_EXCEEDS_NODE_LIMIT = 'budget-exceeds-node-limit',
  /** A GitOps tool may delete a claim, a volume snapshot or a Namespace, and the caches with it. */
  CACHE_CAN_BE_PRUNED = 'cache-can-be-pruned',
  /** The socket's directory, which clients mount, contains the cache. */
  CACHE_IN_SOCKET_DIRECTORY = 'cache-in-socket-directory',
  /** The cache volume isn't mounted in the engine's state directory. */
  CACHE_NOT_MOUNTED = 'cache-not-mounted',
  /** The cache can outgrow the size limit of its emptyDir. */
  CACHE_OUTGROWS_LIMIT = 'cache-outgrows-limit',
  /** CA certificates are mounted as a whole volume, whose symbolic links are broken in build containers. */
  CA_VOLUME = 'ca-volume',
  /** The engine reads the certificate only when it starts. */
  CERTIFICATE_NOT_RELOADED = 'certificate-not-reloaded',
  /** The version of the Helm chart isn't specified, so the library assumes one. */
  CHART_VERSION_ASSUMED = 'chart-version-assumed',
  /** The network policy can't identify a client on the host network. */
  CLIENT_NOT_ADMITTED = 'client-not-admitted',
  /** The engine doesn't start with a configuration file, or reads it differently than intended. */
  CONFIG_REJECTED = 'config-rejected',
  /** A probe runs the deprecated command `dagger core`. */
  DEPRECATED_PROBE_COMMAND = 'deprecated-probe-command',
  /** A custom configuration file replaces the image's file and drops one of its settings. */
  DROPPED_IMAGE_CONFIG = 'dropped-image-config',
  /** A YAML file contains the same key twice. */
  DUPLICATE_KEY = 'duplicate-key',
  /** Two objects have the same kind, namespace and name. */
  DUPLICATE_OBJECT = 'duplicate-object',
  /** The engine serves TLS itself, in a release whose clients can't connect to it. */
  ENGINE_TLS = 'engine-tls',
  /** A client may exec into every pod in the engine's namespace, because the names of the engine's pods are random. */
  EXEC_IN_NAMESPACE = 'exec-in-namespace',
  /** The job of a seed stops its engine so often that the engine may be stopped most of the time. */
  FREQUENT_SNAPSHOTS = 'frequent-snapshots',
  /** The partition of a StatefulSet is above all ordinals, so updates replace no engine. */
  FROZEN_UPDATES = 'frozen-updates',
  /** Garbage collection is disabled on a volume that outlives the pod. */
  GC_DISABLED = 'gc-disabled',
  /** The security context of the pod changes the group, and possibly the mode, of files in built images. */
  GROUP_IN_IMAGES = 'group-in-images',
  /** A preStop hook may use the whole grace period. */
  GRACE_BELOW_PRE_STOP = 'grace-below-pre-stop',
  /** A network policy allows client addresses, but the Service in front of the engine hides them. */
  HIDDEN_CLIENT_ADDRESS = 'hidden-client-address',
  /** The container's declared ports or a Service omit the engine's port. */
  HIDDEN_ENGINE_PORT = 'hidden-engine-port',
  /** A pod on the host network doesn't resolve the cluster's DNS names. */
  HOST_DNS = 'host-dns',
  /** The socket isn't in the node directory where runners look for it. */
  HOST_SOCKET_PATH = 'host-socket-path',
  /** An autoscaler ignores an annotation of the engine's pods. */
  IGNORED_ANNOTATION = 'ignored-annotation',
  /** This release of the engine ignores an environment variable or flag. */
  IGNORED_BY_ENGINE = 'ignored-by-engine',
  /** This release of the engine ignores a key of engine.json or engine.toml. */
  IGNORED_CONFIG_KEY = 'ignored-config-key',
  /** The Helm chart ignores a value. */
  IGNORED_VALUE = 'ignored-value',
  /** The image tag is the version of the Helm chart, not of an engine. */
  IMAGE_OF_CHART_VERSION = 'image-of-chart-version',
  /** Kubernetes rejects a manifest. */
  INVALID_MANIFEST = 'invalid-manifest',
  /** Kubernetes rejects an object that the Helm chart renders from the values. */
  INVALID_RENDER = 'invalid-render',
  /** With cgroup v2, limits of the engine's container don't apply to builds. */
  LIMITS_DO_NOT_BOUND_BUILDS = 'limits-do-not-bound-builds',
  /** A liveness probe restarts engines that are only busy. */
  LIVENESS_UNDER_LOAD = 'liveness-under-load',
  /** The only engine drains for longer than rejected clients wait. */
  LONG_DRAIN_OF_ONLY_ENGINE = 'long-drain-of-only-engine',
  /** A setting configures Magicache, which the engine no longer supports. */
  MAGICACHE_REMOVED = 'magicache-removed',
  /** Metrics are enabled with an environment variable instead of a property. */
  METRICS_BY_VARIABLE = 'metrics-by-variable',
  /** An autoscaler uses the CPU or memory of containers without requests. A LimitRange can add the requests. */
  MISSING_REQUESTS = 'missing-requests',
  /** A volume is mounted inside the cache volume. */
  MOUNT_IN_CACHE = 'mount-in-cache',
  /** The image tag can move to another release. */
  MOVING_IMAGE = 'moving-image',
  /** The library doesn't know this version of the Helm chart. */
  NEWER_CHART = 'newer-chart',
  /** The cache is on NFS, which makes the engine slow. */
  NFS_CACHE = 'nfs-cache',
  /** A port is open, but the network policy blocks all clients. */
  NO_CLIENT_ADMITTED = 'no-client-admitted',
  /** The engine has no volume for its cache. */
  NO_CACHE_VOLUME = 'no-cache-volume',
  /** An object has no namespace. */
  NO_NAMESPACE = 'no-namespace',
  /** The engine opens a port and has no network policy. */
  NO_NETWORK_POLICY = 'no-network-policy',
  /**
   * The engine's container has no requests for CPU and memory, so it is killed first when its node runs out of memory.
   */
  NO_REQUESTS = 'no-requests',
  /** An autoscaler removes nodes without stopping their engines. */
  NOT_DRAINED = 'not-drained',
  /** The cache is mounted from a volume that the pod doesn't have. */
  NO_VOLUME = 'no-volume',
  /** Every client that can reach the engine's debug address can read its profiles and traces. */
  OPEN_DEBUG_ADDRESS = 'open-debug-address',
  /** engine.toml opens a plain TCP port. */
  OPEN_PORT_IN_CONFIG = 'open-port-in-config',
  /** The limits of garbage collection overlap, so the cache can't grow to its limit. */
  OVERLAPPING_GC_LIMITS = 'overlapping-gc-limits',
  /** The selector of an engine matches the pods of another engine. */
  OVERLAPPING_SELECTORS = 'overlapping-selectors',
  /** The container runs a command other than the image's. */
  OVERRIDDEN_COMMAND = 'overridden-command',
  /** The volumes of a storage class together can be larger than their disk. */
  OVERCOMMITTED_DISK = 'overcommitted-disk',
  /** The cache is on a ZFS dataset, which older releases of OpenZFS can't use with overlayfs. */
  OVERLAYFS_ON_ZFS = 'overlayfs-on-zfs',
  /** A key of engine.json takes precedence over a key of engine.toml. */
  OVERRIDDEN_CONFIG_KEY = 'overridden-config-key',
  /** An environment variable overrides one that the image sets. */
  OVERRIDDEN_IMAGE_VARIABLE = 'overridden-image-variable',
  /** Some limits of garbage collection are set, which sets the others to zero. */
  PARTIAL_GC = 'partial-gc',
  /** A port has neither encryption nor authentication. */
  PLAIN_TCP = 'plain-tcp',
  /** The cluster doesn't apply network policies to these pods. */
  POLICY_NOT_ENFORCED = 'policy-not-enforced',
  /** A program on the node, such as the kubelet, uses a port that the engine needs. */
  PORT_OF_NODE = 'port-of-node',
  /** The engine listens on the same port twice. */
  PORT_BOUND_TWICE = 'port-bound-twice',
  /** A Service refers to a port that the engine doesn't listen on. */
  PORT_WITHOUT_LISTENER = 'port-without-listener',
  /** The engine can't answer a probe. */
  PROBE_CANNOT_WORK = 'probe-cannot-work',
  /** An autoscaler counts the sessions of a probe, so it keeps idle engines. */
  PROBE_COUNTS_AS_SESSION = 'probe-counts-as-session',
  /** A garbage collection policy has no limits, so each run deletes everything that the policy matches. */
  PRUNES_EVERYTHING = 'prunes-everything',
  /** A workload with an autoscaler has replicas, so each apply resets the number of engines. */
  REPLICAS_WITH_AUTOSCALER = 'replicas-with-autoscaler',
  /** A Deployment's rollout waits for a host port that the old pod occupies. */
  ROLLOUT_DEADLOCK = 'rollout-deadlock',
  /** A probe in the Helm values has two handlers. */
  SECOND_PROBE_HANDLER = 'second-probe-handler',
  /** A secret is in plain text, so anyone who can read the manifest sees it. */
  SECRET_IN_PLAIN_TEXT = 'secret-in-plain-text',
  /** A secret is in the Helm values. */
  SECRET_IN_VALUES = 'secret-in-values',
  /** Several engines share a cache volume. Only one of them can lock it. */
  SHARED_CACHE = 'shared-cache',
  /** Two engines may share a directory on a node. */
  SHARED_HOST_PATH = 'shared-host-path',
  /** Two engines need the same port on a node. */
  SHARED_HOST_PORT = 'shared-host-port',
  /** Several clients use one certificate, so the engine can't tell them apart. */
  SHARED_IDENTITY = 'shared-identity',
  /** Two engines on the host network of a node create the same bridge and the same network. */
  SHARED_NODE_NETWORK = 'shared-node-network',
  /** A Service selects the engines of several workloads. */
  SHARED_SELECTOR = 'shared-selector',
  /** Jobs that run at the same time share their engines' cache volume. */
  SHARED_SIDECAR_CACHE = 'shared-sidecar-cache',
  /** Two engines use the same node directory for their sockets, and always run on the same nodes. */
  SHARED_SOCKET = 'shared-socket',
  /** The grace period may be too short for the engine to write its cache before it is killed. */
  SHORT_GRACE_PERIOD = 'short-grace-period',
  /** The grace period of a probe is too short for the engine to write its cache before it is killed. */
  SHORT_PROBE_GRACE = 'short-probe-grace',
  /** The progress deadline of a Deployment is shorter than a successful rollout can take. */
  SHORT_PROGRESS_DEADLINE = 'short-progress-deadline',
  /** A GitOps tool waits for less time than a healthy update takes. */
  SHORT_ROLLOUT_TIMEOUT = 'short-rollout-timeout',
  /** A startup probe gives up before an engine can start. */
  SHORT_STARTUP_PROBE = 'short-startup-probe',
  /** An engine that isn't a native sidecar keeps the pod of a job running. */
  SIDECAR_NEVER_ENDS = 'sidecar-never-ends',
  /** Clients look for the socket in a node directory that doesn't contain it. */
  SOCKET_NOT_ON_NODE = 'socket-not-on-node',
  /** During an update, the new engine takes the socket on the node from the old one. */
  SOCKET_TAKEOVER = 'socket-takeover',
  /** The connections of one session can reach different engines. */
  SPLIT_SESSIONS = 'split-sessions',
  /** A topology spread constraint doesn't count the pods of the engine. */
  SPREAD_IGNORES_PODS = 'spread-ignores-pods',
  /** An engine needs longer to stop than its nodes allow. */
  STOP_EXCEEDS_NODE_LIMIT = 'stop-exceeds-node-limit',
  /** The engine doesn't exit while a client is connected, so it may be killed and lose its cache. */
  STOP_LOSES_CACHE = 'stop-loses-cache',
  /** An autoscaler stops a client after the engine that it uses, because of the client's priority. */
  STOPS_AFTER_ENGINE = 'stops-after-engine',
  /** The cache or the socket is in a directory that belongs to the node's operating system. */
  SYSTEM_DIRECTORY = 'system-directory',
  /** A limit is so small that garbage collection deletes nearly the whole cache. */
  TINY_CACHE = 'tiny-cache',
  /** The engine serves TLS on a port whose clients use plain TCP. */
  TLS_BEHIND_PLAIN_LISTENER = 'tls-behind-plain-listener',
  /** The CLI of the engine's release doesn't support `tls://`. */
  TLS_NEEDS_NEWER_CLIENT = 'tls-needs-newer-client',
  /** The service account's token is mounted. The engine doesn't need it. */
  TOKEN_MOUNTED = 'token-mounted',
  /** The cache is an emptyDir without a limit. */
  UNBOUNDED_CACHE = 'unbounded-cache',
  /** The duration of a preStop hook is unknown. */
  UNBOUNDED_PRE_STOP = 'unbounded-pre-stop',
  /** The library can't confirm that this release supports a feature. */
  UNCONFIRMED_FACT = 'unconfirmed-fact',
  /** An engine starts from a seed, but the library doesn't know whether its release can read the cache. */
  UNKNOWN_CACHE_SCHEMA = 'unknown-cache-schema',
  /** Neither a key in engine.json nor the engine's release is known to the library. */
  UNKNOWN_CONFIG_KEY = 'unknown-config-key',
  /** The image tag isn't a release of the engine. */
  UNKNOWN_ENGINE_VERSION = 'unknown-engine-version',
  /** The engine doesn't recognize a flag, and exits. */
  UNKNOWN_FLAG = 'unknown-flag',
  /** A key exists neither in the Helm chart nor in Kubernetes. */
  UNKNOWN_KEY = 'unknown-key',
  /** The version is newer than the newest release that the library knows. */
  UNKNOWN_VERSION = 'unknown-version',
  /** A flag configures a setting that has a property in the library. */
  UNMANAGED_FLAG = 'unmanaged-flag',
  /** The engine lacks the privileges that it needs. */
  UNPRIVILEGED_ENGINE = 'unprivileged-engine',
  /** No container mounts an additional claim of a StatefulSet. */
  UNMOUNTED_CLAIM = 'unmounted-claim',
  /** An autoscaler can stop an engine while it runs builds. */
  UNSAFE_SCALE_IN = 'unsafe-scale-in',
  /** The version was never released. */
  UNRELEASED_VERSION = 'unreleased-version',
  /** The CA of the clients also signs other certificates, and the engine accepts every client that has one of them. */
  UNRESTRICTED_CLIENTS = 'unrestricted-clients',
  /** No node matches both the node selector and the node affinity. */
  UNSCHEDULABLE = 'unschedulable',
  /** A member of a fleet that is being retired has a successor that differs from it. */
  UNSUITABLE_SUCCESSOR = 'unsuitable-successor',
  /** The image has neither tag nor digest. */
  UNTAGGED_IMAGE = 'untagged-image',
  /** Untrusted and trusted engines of a fleet may run on the same node. A build that escapes controls its node. */
  UNTRUSTED_ON_SHARED_NODE = 'untrusted-on-shared-node',
  /** A node port is outside the default range, so most clusters reject it. */
  UNUSUAL_NODE_PORT = 'unusual-node-port',
  /** The image tag names a release other than the version of the engine. */
  VERSION_MISMATCH = 'version-mismatch',
  /** The cache is in a node directory that is lost when the node restarts. */
  VOLATILE_CACHE = 'volatile-cache',
  /** A host path and a claim in the Helm values have the same name. */
  VOLUME_DECLARED_TWICE = 'volume-declared-twice',
}

/** The risks that only the rules of `check` find. These rules read whole objects, and also run at synth. */
export const FOUND_BY_CHECK: ReadonlySet<string> = new Set<EngineRisk>([
  EngineRisk.BROAD_ROLE,
  EngineRisk.CACHE_NOT_MOUNTED,
  EngineRisk.DEPRECATED_PROBE_COMMAND,
  EngineRisk.DUPLICATE_KEY,
  EngineRisk.DUPLICATE_OBJECT,
  EngineRisk.HIDDEN_ENGINE_PORT,
  EngineRisk.HOST_SOCKET_PATH,
  EngineRisk.INVALID_MANIFEST,
  EngineRisk.MAGICACHE_REMOVED,
  EngineRisk.NO_VOLUME,
  EngineRisk.OVERLAPPING_SELECTORS,
  EngineRisk.OVERRIDDEN_COMMAND,
  EngineRisk.PLAIN_TCP,
  EngineRisk.PORT_WITHOUT_LISTENER,
  EngineRisk.REPLICAS_WITH_AUTOSCALER,
  EngineRisk.SHARED_SELECTOR,
  EngineRisk.SOCKET_NOT_ON_NODE,
  EngineRisk.TOKEN_MOUNTED,
  EngineRisk.UNKNOWN_ENGINE_VERSION,
  EngineRisk.UNPRIVILEGED_ENGINE,
]);

/** The ids of all risks. */
export const ENGINE_RISKS: readonly string[] = Object.values(EngineRisk);

/** Returns the enum member with this id, such as `EngineRisk.NFS_CACHE`. */
export function riskName(risk: string): string {
  return `EngineRisk.${risk.toUpperCase().replaceAll('-', '_')}`;
}

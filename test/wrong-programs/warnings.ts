import { ApiObject, Chart, Duration, JsonPatch, Size, type ApiObjectProps } from 'cdk8s';
import { Deployment, k8s } from 'cdk8s-plus-28';
import {
  ArgoCdApplication,
  Autoscaling,
  LifecycleHook,
  Drain,
  CacheSeed,
  CacheVolume,
  Certificates,
  DiskSpace,
  EngineDaemonSetUpdateStrategy,
  EngineDeploymentUpdateStrategy,
  EngineJson,
  EngineProbe,
  EngineSidecar,
  EngineStatefulSetUpdateStrategy,
  EngineStorageClass,
  VolumeFileSystem,
  EngineServiceType,
  FluxKustomization,
  GitOps,
  EngineToml,
  EngineRisk,
  EnvVar,
  HostSocket,
  Listener,
  LogLevel,
  NetworkPeer,
  NodeStopLimit,
  ScaleTrigger,
  SessionAffinity,
  Transport,
} from '../../src/index';
import { DOUBTFUL_CI_SYSTEM_PROGRAMS } from './ci-systems';
import { DOUBTFUL_FLEET_PROGRAMS } from './fleets';
import { DOUBTFUL_TLS_PROGRAMS } from './tls';
import { daemonSet, deployment, elsewhere, statefulSet, VERSION, type DoubtfulProgram } from './program';

export const DOUBTFUL_PROGRAMS: readonly DoubtfulProgram[] = [
  {
    title: 'a release newer than all known ones',
    warning: EngineRisk.UNKNOWN_VERSION,
    program: (chart) => daemonSet(chart, { version: 'v0.22.0' }),
    says: '[ci/engine] warning unknown-version: version: v0.22.0 is newer than v0.21.11, the newest 0.x release that this library knows, and is treated like that release; fix: update this library, or check the release notes of the engine for changed options',
  },
  {
    title: 'an engine in a chart without a namespace',
    warning: EngineRisk.NO_NAMESPACE,
    program: (chart) => daemonSet(new Chart(chart, 'default')),
    says: "[ci/default/engine] warning no-namespace: scope: the chart has no namespace, so kubectl creates the engine in the namespace of its current context; fix: set it: new Chart(app, 'ci', { namespace: 'dagger' })",
  },
  {
    title: 'a patch that was never released',
    warning: EngineRisk.UNRELEASED_VERSION,
    program: (chart) => daemonSet(chart, { version: 'v0.20.9' }),
    says: '[ci/engine] warning unreleased-version: version: v0.20.9 was never released; fix: use v0.20.8, the last release of that minor version',
  },
  {
    title: 'a seed with snapshots every five minutes',
    warning: EngineRisk.FREQUENT_SNAPSHOTS,
    program: (chart) =>
      new CacheSeed(chart, 'seed', { version: VERSION, size: Size.gibibytes(100), schedule: '*/5 * * * *' }),
    says: '[ci/seed/Engine] warning frequent-snapshots: schedule: snapshots start only 300 s apart, but the engine can take 3975 s to stop, so it may be stopped most of the time; fix: use a schedule with longer intervals, or a shorter drain',
  },
  {
    title: 'a cache on NFS',
    warning: EngineRisk.NFS_CACHE,
    program: (chart) => deployment(chart, { cache: CacheVolume.nfs({ server: 'nfs.example.com', path: '/dagger' }) }),
    says: "[ci/engine] warning nfs-cache: cache: overlayfs can't write to NFS, so the engine falls back to its native snapshotter. It copies every layer in full, so it is slow and takes more space; fix: use a block or local volume",
  },
  {
    title: 'an engine without resource requests',
    warning: EngineRisk.NO_REQUESTS,
    program: (chart) => daemonSet(chart),
    says: "[ci/engine] warning no-requests: resources: without requests for cpu and memory, the engine is the first process that is killed when its node runs out of memory, and a killed engine can lose its cache; fix: set requests, for example { cpu: '4', memory: '16Gi' }",
  },
  {
    title: 'a job with an engine without resource requests',
    warning: EngineRisk.NO_REQUESTS,
    program: (chart) => new EngineSidecar(chart, 'builder', { version: VERSION }),
    says: "[ci/builder] warning no-requests: resources: without requests for cpu and memory, the engine is the first process that is killed when its node runs out of memory, and a killed engine can lose its cache; fix: set requests, for example { cpu: '4', memory: '16Gi' }",
  },
  {
    title: 'a limit that does not apply to builds',
    warning: EngineRisk.LIMITS_DO_NOT_BOUND_BUILDS,
    program: (chart) => daemonSet(chart, { resources: { limits: { cpu: '8', memory: '16Gi' } } }),
    says: "[ci/engine] warning limits-do-not-bound-builds: resources.limits: with cgroup v2, limits on cpu and memory apply only to the engine process, because build containers run in cgroups outside the pod's (dagger/dagger#10813); fix: run the engine on dedicated nodes instead",
  },
  {
    title: 'a drain of the only engine that outlasts the clients that wait',
    warning: EngineRisk.LONG_DRAIN_OF_ONLY_ENGINE,
    program: (chart) =>
      statefulSet(chart, {
        listener: Listener.insecureTcp(),
        drain: Drain.untilIdle({ atMost: Duration.minutes(20) }),
      }),
    says: '[ci/engine] warning long-drain-of-only-engine: drain.atMost: the only engine rejects new clients during its drain of up to 1200 s, and the CLI gives up after 600 s; fix: set admitNewClients: true, set atMost to at most Duration.seconds(600), or run several engines',
  },
  {
    title: 'a budget that Karpenter ignores, because a drain takes too long',
    warning: EngineRisk.BUDGET_EXCEEDS_NODE_LIMIT,
    program: (chart) =>
      statefulSet(chart, {
        replicas: 3,
        drain: Drain.untilIdle({ atMost: Duration.minutes(30) }),
        nodeStopLimits: [NodeStopLimit.karpenter(Duration.hours(1))],
      }),
    says: '[ci/engine] warning budget-exceeds-node-limit: disruptionBudget: when Karpenter removes a node with several engines, the budget lets 1 of them stop at a time, which can take 1875 s. Pods have 3600 s, and Karpenter ignores the budget in the last 2175 s, the grace period, so it stops the other engines too early; fix: run each engine on its own node with topologySpreadConstraints, or raise the limit of the nodes to at least 4050 s',
  },
  {
    title: 'a budget on spot instances that several engines share',
    warning: EngineRisk.BUDGET_EXCEEDS_NODE_LIMIT,
    program: (chart) => statefulSet(chart, { replicas: 3, nodeStopLimits: [NodeStopLimit.awsSpot()] }),
    says: '[ci/engine] warning budget-exceeds-node-limit: disruptionBudget: when AWS interrupts a spot instance with several engines, the budget lets 1 of them stop at a time, which can take 120 s. Pods have 120 s, so the other engines are killed; fix: run each engine on its own node with topologySpreadConstraints, or use DisruptionBudget.none()',
  },
  {
    title: 'a grace period that is the whole limit of Karpenter',
    warning: EngineRisk.STOP_EXCEEDS_NODE_LIMIT,
    program: (chart) => daemonSet(chart, { nodeStopLimits: [NodeStopLimit.karpenter(Duration.minutes(10))] }),
    says: '[ci/engine] warning stop-exceeds-node-limit: nodeStopLimits[0]: when Karpenter removes a node, it stops the engine at once instead of after the clients on the node, because pods have 600 s, and the grace period of the engine is 600 s; fix: raise the limit of the nodes to the time that builds need plus 600 s',
  },
  {
    title: 'a partition above all ordinals',
    warning: EngineRisk.FROZEN_UPDATES,
    program: (chart) =>
      statefulSet(chart, {
        replicas: 3,
        updateStrategy: EngineStatefulSetUpdateStrategy.rollingUpdate({ partition: 3 }),
      }),
    says: '[ci/engine] warning frozen-updates: updateStrategy.partition: updates replace no engine, because the highest ordinal, 2, is below the partition of 3; fix: set it to 2 to update one engine, or remove it to update all',
  },
  {
    title: 'a grace period that may be too short to write the cache',
    warning: EngineRisk.SHORT_GRACE_PERIOD,
    program: (chart) => daemonSet(chart, { terminationGracePeriod: Duration.minutes(1) }),
    says: '[ci/engine] warning short-grace-period: terminationGracePeriod: the engine has only 60 s left to stop, but can need more than 300 s. If it is killed before it has written its cache, v0.21.7 deletes the whole cache at the next start; fix: set at least 600 s',
  },
  {
    title: 'a spot node that stops before the cache is saved',
    warning: EngineRisk.SHORT_GRACE_PERIOD,
    program: (chart) => daemonSet(chart, { nodeStopLimits: [NodeStopLimit.azureSpot()] }),
    says: '[ci/engine] warning short-grace-period: nodeStopLimits[0]: when Azure evicts a Spot VM, the engine has 30 s to stop, but can need 75 s. If it is killed before it has written its cache, v0.21.7 deletes the whole cache at the next start; fix: run engines whose cache must survive on other nodes',
  },
  {
    title: 'a toleration of all taints, also the one of nodes that Karpenter removes',
    warning: EngineRisk.NOT_DRAINED,
    program: (chart) => daemonSet(chart, { tolerations: [{ operator: 'Exists' }] }),
    says: "[ci/engine] warning not-drained: tolerations[0]: it also tolerates karpenter.sh/disrupted, so Karpenter removes a node without stopping the engine: builds are interrupted, and the engine can't save its cache; fix: set key to the key of the nodes' taint",
  },
  {
    title: 'volumes of a thin pool',
    warning: EngineRisk.OVERCOMMITTED_DISK,
    program: (chart) => EngineStorageClass.topolvm(chart, 'thin', { isThin: true }),
    says: "[ci/thin] warning overcommitted-disk: isThin: the volumes together can be larger than the pool. If it fills up, builds fail with I/O errors, although the file systems of the volumes report free space and garbage collection doesn't run; fix: use a device class without a thin pool",
  },
  {
    title: 'volumes that are ZFS datasets',
    warning: EngineRisk.OVERLAYFS_ON_ZFS,
    program: (chart) => EngineStorageClass.zfsLocalPv(chart, 'zfs', { pool: 'nvme', fileSystem: VolumeFileSystem.ZFS }),
    says: '[ci/zfs] warning overlayfs-on-zfs: fileSystem: the volume is a dataset, on which overlayfs works only with OpenZFS 2.2 or later. With earlier releases, the engine falls back to its native snapshotter, which copies every layer in full; fix: use VolumeFileSystem.EXT4',
  },
  {
    title: 'a claim that Argo CD may delete',
    warning: EngineRisk.CACHE_CAN_BE_PRUNED,
    program: (chart) => {
      GitOps.of(chart).prepareForArgoCd();
      new ApiObject(chart, 'claim', {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'cache', annotations: { 'argocd.argoproj.io/sync-options': 'Prune=true' } },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '100Gi' } } },
      } as ApiObjectProps);
    },
    says: '[ci/claim] warning cache-can-be-pruned: metadata.annotations.argocd.argoproj.io/sync-options: the value "Prune=true" lets the GitOps tool delete the PersistentVolumeClaim, and the caches with it; fix: use Prune=false,Delete=false',
  },
  {
    title: 'an Application with the name of an engine, whose claims it may delete',
    warning: EngineRisk.CACHE_CAN_BE_PRUNED,
    program: (chart) => {
      const engines = elsewhere(chart, 'engines');
      statefulSet(engines);
      new ArgoCdApplication(chart, 'engine', { charts: [engines], repoUrl: 'https://git.example.com/ci.git' });
    },
    says: '[ci/engine] warning cache-can-be-pruned: name: claims of StatefulSet engine have the label app.kubernetes.io/instance: engine. If Argo CD tracks objects by this label, the default before 3.0, it prunes these claims, and the caches with them, when it prunes the StatefulSet; fix: use another name, or accept this risk if Argo CD tracks objects by annotation',
  },
  {
    title: 'a Kustomization that waits until all engines of a DaemonSet are deleted',
    warning: EngineRisk.SHORT_ROLLOUT_TIMEOUT,
    program: (chart) => {
      const engines = elsewhere(chart, 'engines');
      daemonSet(engines, { updateStrategy: EngineDaemonSetUpdateStrategy.onDelete() });
      new FluxKustomization(chart, 'engines', { charts: [engines], sourceName: 'manifests', maxNodes: 3 });
    },
    says: '[ci/engines] warning short-rollout-timeout: charts: after a change, Flux waits until the last old pod of DaemonSet engine is deleted, because the update strategy is OnDelete. The health check fails after each timeout until then; fix: use EngineDaemonSetUpdateStrategy.rollingUpdate(), or a separate Kustomization that no other one depends on',
  },
  {
    title: 'a Kustomization that waits for less time than an update takes',
    warning: EngineRisk.SHORT_ROLLOUT_TIMEOUT,
    program: (chart) => {
      const engines = elsewhere(chart, 'engines');
      statefulSet(engines);
      new FluxKustomization(chart, 'engines', {
        charts: [engines],
        sourceName: 'manifests',
        timeout: Duration.seconds(30),
      });
    },
    says: '[ci/engines] warning short-rollout-timeout: timeout: Flux waits 30s, but a healthy update takes up to 25m0s, so Flux can report it as failed; fix: remove timeout, or set it to Duration.seconds(1500)',
  },
  {
    title: 'an annotation that keeps idle nodes',
    warning: EngineRisk.BLOCKED_NODE_REMOVAL,
    program: (chart) => daemonSet(chart, { podAnnotations: { 'karpenter.sh/do-not-disrupt': 'true' } }),
    says: '[ci/engine] warning blocked-node-removal: podAnnotations["karpenter.sh/do-not-disrupt"]: every node runs a pod with this annotation, so Karpenter keeps idle nodes until they expire or drift; fix: remove it, and add it to the pods of the clients',
  },
  {
    title: 'an annotation with a value that Karpenter ignores',
    warning: EngineRisk.IGNORED_ANNOTATION,
    program: (chart) => statefulSet(chart, { podAnnotations: { 'karpenter.sh/do-not-disrupt': 'yes' } }),
    says: '[ci/engine] warning ignored-annotation: podAnnotations["karpenter.sh/do-not-disrupt"]: Karpenter ignores the value "yes"; fix: use \'true\' or a duration such as \'30m\', or remove it',
  },
  {
    title: 'a client that Karpenter stops after the engine',
    warning: EngineRisk.STOPS_AFTER_ENGINE,
    program: (chart) =>
      daemonSet(chart).connect(
        new k8s.KubePod(chart, 'runner', {
          spec: { priorityClassName: 'system-node-critical', containers: [{ name: 'runner', image: 'runner' }] },
        }),
      ),
    says: '[ci/engine] warning stops-after-engine: connect: the client "runner" has the priority class system-node-critical, so Karpenter stops it after the engine of its node, and its builds are interrupted; fix: use another priority class',
  },
  {
    title: 'no drain, for a release that does not exit while a client is connected',
    warning: EngineRisk.STOP_LOSES_CACHE,
    program: (chart) => daemonSet(chart, { drain: Drain.none() }),
    says: "[ci/engine] warning stop-loses-cache: drain: while a client is connected, v0.21.7 doesn't exit, is killed when the grace period ends, and deletes its cache at the next start; fix: use Drain.untilIdle()",
  },
  {
    title: 'a custom preStop hook in place of the drain',
    warning: EngineRisk.STOP_LOSES_CACHE,
    program: (chart) =>
      daemonSet(chart, { preStop: LifecycleHook.exec(['sleep', '5'], { maxDuration: Duration.seconds(5) }) }),
    says: "[ci/engine] warning stop-loses-cache: preStop: while a client is connected, v0.21.7 doesn't exit, is killed when the grace period ends, and deletes its cache at the next start, unless the hook disconnects all clients; fix: remove it to use Drain.untilIdle()",
  },
  {
    title: 'a liveness probe that restarts an engine under load',
    warning: EngineRisk.LIVENESS_UNDER_LOAD,
    program: (chart) => daemonSet(chart, { probes: { liveness: EngineProbe.session() } }),
    says: '[ci/engine] warning liveness-under-load: probes.liveness: an engine under load opens sessions slowly, so this probe would restart it and cancel every build (a default of the official chart since dagger/dagger #11703); fix: use EngineProbe.connect(), or remove liveness',
  },
  {
    title: 'a debug address that others can reach',
    warning: EngineRisk.OPEN_DEBUG_ADDRESS,
    program: (chart) => daemonSet(chart, { args: ['--debugaddr', '0.0.0.0:6060'] }),
    says: "[ci/engine] warning open-debug-address: args[0]: any client that reaches 0.0.0.0:6060 can read the engine's profiles, traces and command line without a password; fix: use a loopback address such as 127.0.0.1:6060, and connect with kubectl port-forward",
  },
  {
    title: 'a variable for a discontinued service',
    warning: EngineRisk.MAGICACHE_REMOVED,
    program: (chart) =>
      daemonSet(chart, {
        env: { _EXPERIMENTAL_DAGGER_CACHESERVICE_URL: EnvVar.fromValue('https://cache.example.com') },
      }),
    says: "[ci/engine] warning magicache-removed: env._EXPERIMENTAL_DAGGER_CACHESERVICE_URL: v0.21.7 doesn't support Magicache (supported until v0.18.14); fix: remove it",
  },
  {
    title: 'a variable for clients',
    warning: EngineRisk.IGNORED_BY_ENGINE,
    program: (chart) =>
      daemonSet(chart, { env: { OTEL_EXPORTER_OTLP_ENDPOINT: EnvVar.fromValue('http://otel:4318') } }),
    says: "[ci/engine] warning ignored-by-engine: env.OTEL_EXPORTER_OTLP_ENDPOINT: the engine doesn't read this client variable; fix: set it where the CLI runs",
  },
  {
    title: 'a flag without effect in newer releases',
    warning: EngineRisk.IGNORED_BY_ENGINE,
    program: (chart) => daemonSet(chart, { args: ['--oci-max-parallelism=4'] }),
    says: '[ci/engine] warning ignored-by-engine: args[0]: v0.21.7 ignores --oci-max-parallelism (supported until v0.20.8); fix: remove it',
  },
  {
    title: 'a group that the kubelet gives to the cache volume',
    warning: EngineRisk.GROUP_IN_IMAGES,
    program: (chart) =>
      daemonSet(chart, { cache: CacheVolume.emptyDir({ sizeLimit: Size.gibibytes(50) }), security: { fsGroup: 1001 } }),
    says: '[ci/engine] warning group-in-images: security.fsGroup: the kubelet sets group 1001 and the setgid bit on the cache volume, and every file in a build inherits them, so its images differ from the images of other engines; fix: remove it',
  },
  {
    title: 'a flag without effect in any release',
    warning: EngineRisk.IGNORED_BY_ENGINE,
    program: (chart) => daemonSet(chart, { args: ['--rootless'] }),
    says: '[ci/engine] warning ignored-by-engine: args[0]: the engine ignores --rootless, because it has no rootless mode; fix: remove it',
  },
  {
    title: 'several engines behind one Service without affinity',
    warning: EngineRisk.SPLIT_SESSIONS,
    program: (chart) =>
      statefulSet(chart, {
        replicas: 3,
        listener: Listener.insecureTcp({ service: { sessionAffinity: SessionAffinity.none() } }),
      }),
    says: '[ci/engine] warning split-sessions: listener.service.sessionAffinity: without affinity, the connections of a session reach different engines, and the session fails (dagger/dagger #10128); fix: keep each client on one engine with ClientIP',
  },
  {
    title: 'several engines behind one load balancer',
    warning: EngineRisk.SPLIT_SESSIONS,
    program: (chart) =>
      statefulSet(chart, {
        replicas: 3,
        listener: Listener.insecureTcp({ service: { type: EngineServiceType.LOAD_BALANCER } }),
      }),
    says: '[ci/engine] warning split-sessions: listener.service.type: a load balancer in front of several nodes can send the connections of one session to different nodes, and the session fails (dagger/dagger #10128); fix: configure it to keep each client on one node, or create one Service for each engine',
  },
  {
    title: 'a Service of the user without session affinity',
    warning: EngineRisk.SPLIT_SESSIONS,
    program: (chart) => {
      const pool = statefulSet(chart, { replicas: 3, listener: Listener.insecureTcp() });
      new ApiObject(chart, 'own', {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'own' },
        spec: { selector: pool.podSelector, ports: [{ port: 1234 }] },
      });
    },
    says: '[ci/engine] warning split-sessions: listener: the Service ci/own: without affinity, the connections of a session reach different engines, and the session fails (dagger/dagger #10128); fix: keep each client on one engine with ClientIP',
  },
  {
    title: 'one host directory for two engines',
    warning: EngineRisk.SHARED_HOST_PATH,
    program: (chart) => {
      const cache = CacheVolume.hostPath({ path: '/mnt/dagger' });
      daemonSet(chart, { cache, nodeSelector: { disk: 'nvme' } }, 'one');
      daemonSet(chart, { cache, nodeSelector: { gpu: 'true' } }, 'two');
    },
    says: "[ci/two] warning shared-host-path: cache: ci/one also uses the node's directory /mnt/dagger. On the same node, the second engine can't lock it and crash-loops; fix: use another directory, or keep the engines on different nodes",
  },
  {
    title: 'one host directory for an engine and the engines of jobs',
    warning: EngineRisk.SHARED_HOST_PATH,
    program: (chart) => {
      const cache = CacheVolume.hostPath({ path: '/mnt/dagger' });
      daemonSet(chart, { cache });
      new EngineSidecar(chart, 'builder', {
        version: VERSION,
        cache,
        acceptRisks: [{ risk: EngineRisk.SHARED_SIDECAR_CACHE, reason: 'one job at a time' }],
      });
    },
    says: "[ci/engine] warning shared-host-path: cache: ci/builder also uses the node's directory /mnt/dagger. On the same node, the second engine can't lock it and crash-loops; fix: use another directory, or keep the engines on different nodes",
  },
  {
    title: 'one host socket for two engines',
    warning: EngineRisk.SHARED_HOST_PATH,
    program: (chart) => {
      const hostSocket = HostSocket.fromPath('/run/dagger');
      daemonSet(chart, { hostSocket, nodeSelector: { disk: 'nvme' } }, 'one');
      daemonSet(chart, { hostSocket, nodeSelector: { gpu: 'true' } }, 'two');
    },
    says: `[ci/two] warning shared-host-path: hostSocket: ci/one also uses the node's directory "/run/dagger". On the same node, the second engine silently replaces the socket; fix: use another directory, or keep the engines on different nodes`,
  },
  {
    title: 'a setting without effect in newer releases',
    warning: EngineRisk.IGNORED_CONFIG_KEY,
    program: (chart) => daemonSet(chart, { engineToml: EngineToml.of({ worker: { maxParallelism: 4 } }) }),
    says: `[ci/engine] warning ignored-config-key: engineToml.worker.maxParallelism: v0.21.7 ignores this key (supported until v0.20.8); fix: remove it`,
  },
  {
    title: 'a BuildKit setting that the engine never read',
    warning: EngineRisk.IGNORED_CONFIG_KEY,
    program: (chart) => daemonSet(chart, { engineToml: EngineToml.raw('[log]\nformat = "json"\n') }),
    says: '[ci/engine] warning ignored-config-key: engineToml.log: all releases that this library knows ignore this key; fix: remove it',
  },
  {
    title: 'an unknown key',
    warning: EngineRisk.IGNORED_CONFIG_KEY,
    program: (chart) => daemonSet(chart, { engineToml: EngineToml.raw('tarce = true\n') }),
    says: '[ci/engine] warning ignored-config-key: engineToml.tarce: is not a key of engine.toml, so the engine ignores it; allowed: root, trace, insecure-entitlements, grpc, registry, dns, worker; fix: remove it',
  },
  {
    title: 'name servers that the engine replaces with its own',
    warning: EngineRisk.IGNORED_CONFIG_KEY,
    program: (chart) =>
      daemonSet(chart, { engineToml: EngineToml.of({ additional: { dns: { nameservers: ['10.0.0.10'] } } }) }),
    says: '[ci/engine] warning ignored-config-key: engineToml.additional.dns.nameservers: all releases that this library knows ignore this key; fix: remove it',
  },
  {
    title: 'a new key for a new release',
    warning: EngineRisk.UNKNOWN_CONFIG_KEY,
    program: (chart) =>
      daemonSet(chart, { version: 'v0.22.0', engineJson: EngineJson.of({ additional: { cloud: {} } }) }),
    says: "[ci/engine] warning unknown-config-key: engineJson.additional.cloud: is not a key of engine.json in any release that this library knows, and the engine doesn't start if v0.22.0 doesn't support it; fix: check its release notes",
  },
  {
    title: 'a setting of engine.toml that engine.json overrides',
    warning: EngineRisk.OVERRIDDEN_CONFIG_KEY,
    program: (chart) =>
      daemonSet(chart, {
        engineJson: EngineJson.of({ logLevel: LogLevel.INFO }),
        engineToml: EngineToml.of({ trace: true }),
      }),
    says: '[ci/engine] warning overridden-config-key: engineToml.trace: logLevel in engineJson takes precedence; fix: remove one of them',
  },
  {
    title: 'a registry in both files',
    warning: EngineRisk.OVERRIDDEN_CONFIG_KEY,
    program: (chart) =>
      daemonSet(chart, {
        engineJson: EngineJson.of({ registries: { 'docker.io': { mirrors: ['a.example.com'] } } }),
        engineToml: EngineToml.of({ registries: { 'docker.io': { mirrors: ['b.example.com'] } } }),
      }),
    says: '[ci/engine] warning overridden-config-key: engineToml.registries["docker.io"]: the entry for the same host in engineJson replaces it; fix: remove one of them',
  },
  {
    title: "a custom engine.json that drops the image's mirror",
    warning: EngineRisk.DROPPED_IMAGE_CONFIG,
    program: (chart) => daemonSet(chart, { version: 'v1.0.0-beta.10', engineJson: EngineJson.raw('{}\n') }),
    says: '[ci/engine] warning dropped-image-config: engineJson.registries: this file replaces the file in the image, which sets the mirror mirror.gcr.io for docker.io; fix: repeat the mirror here to keep it',
  },
  {
    title: 'a custom engine.toml that drops entitlements',
    warning: EngineRisk.DROPPED_IMAGE_CONFIG,
    program: (chart) => daemonSet(chart, { version: 'v0.15.4', engineToml: EngineToml.raw('trace = true\n') }),
    says: '[ci/engine] warning dropped-image-config: engineToml.insecure-entitlements: this file replaces the file in the image, which sets ["security.insecure"]. Without it, builds and Dagger functions that need root capabilities fail; fix: add it',
  },
  {
    title: 'one limit of four, which sets the others to zero',
    warning: EngineRisk.PARTIAL_GC,
    program: (chart) => daemonSet(chart, { engineJson: EngineJson.raw('{"gc": {"maxUsedSpace": "75%"}}\n') }),
    says: '[ci/engine] warning partial-gc: engineJson.gc: the engine sets minFreeSpace and reservedSpace to zero, not to its default, because other limits are set; fix: set all three',
  },
  {
    title: 'a rule that deletes the cache at every run',
    warning: EngineRisk.PRUNES_EVERYTHING,
    program: (chart) => daemonSet(chart, { engineJson: EngineJson.of({ gc: { policies: [{ all: true }] } }) }),
    says: '[ci/engine] warning prunes-everything: engineJson.gc.policies[0]: without limits or keepDuration, every run deletes all unused records that the policy matches; fix: set maxUsedSpace',
  },
  {
    title: 'limits that exceed the volume',
    warning: EngineRisk.OVERLAPPING_GC_LIMITS,
    program: (chart) =>
      statefulSet(chart, {
        engineJson: EngineJson.of({
          gc: { maxUsedSpace: DiskSpace.size(Size.gibibytes(80)), minFreeSpace: DiskSpace.size(Size.gibibytes(30)) },
        }),
      }),
    says: '[ci/engine] warning overlapping-gc-limits: engineJson.gc.maxUsedSpace: the cache never grows to 80GiB, because the rest of the volume is less than minFreeSpace 30GiB; fix: lower one of them',
  },
  {
    title: 'a port that admits no client',
    warning: EngineRisk.NO_CLIENT_ADMITTED,
    program: (chart) => statefulSet(chart, { listener: Listener.insecureTcp() }),
    says: '[ci/engine] warning no-client-admitted: listener: the network policy blocks all clients; fix: connect clients, or allow them with allowFrom(...)',
  },
  {
    title: 'metrics that admit no scraper',
    warning: EngineRisk.NO_CLIENT_ADMITTED,
    program: (chart) => statefulSet(chart, { metrics: {} }),
    says: '[ci/engine] warning no-client-admitted: metrics: the network policy blocks all scrapers; fix: allow Prometheus with allowMetricsFrom(...)',
  },
  {
    title: 'a network policy that admits the internet',
    warning: EngineRisk.ADMITS_EVERYONE,
    program: (chart) =>
      statefulSet(chart, { listener: Listener.insecureTcp() }).allowFrom(NetworkPeer.cidr('0.0.0.0/0')),
    says: '[ci/engine] warning admits-everyone: allowFrom: the peer matches everything, so the policy no longer restricts clients, and only authentication, if any, protects the engine: list the clients instead',
  },
  {
    title: 'a network policy for pods on the host network',
    warning: EngineRisk.POLICY_NOT_ENFORCED,
    program: (chart) => daemonSet(chart, { listener: Listener.insecureTcp(), hostNetwork: true }),
    says: "[ci/engine] warning policy-not-enforced: networkPolicy: network policies don't apply to pods in the node's network, so any client that can reach the node can reach the engine's ports; fix: block the ports with a firewall on the nodes",
  },
  {
    title: 'a network policy by client addresses that the Service hides',
    warning: EngineRisk.HIDDEN_CLIENT_ADDRESS,
    program: (chart) =>
      statefulSet(chart, {
        listener: Listener.insecureTcp({
          service: { type: EngineServiceType.LOAD_BALANCER, loadBalancerSourceRanges: ['10.0.0.0/8'] },
        }),
      }),
    says: '[ci/engine] warning hidden-client-address: listener.service.externalTrafficPolicy: the Service replaces client addresses with node addresses, so the policy does not match clients; fix: set TrafficPolicy.LOCAL',
  },
  {
    title: 'a deadline that a healthy rollout can miss',
    warning: EngineRisk.SHORT_PROGRESS_DEADLINE,
    program: (chart) =>
      deployment(chart, {
        progressDeadline: Duration.minutes(10),
        updateStrategy: EngineDeploymentUpdateStrategy.recreate(),
      }),
    says: '[ci/engine] warning short-progress-deadline: progressDeadline: a healthy rollout can take 1500 s, but counts as failed after 600 s; fix: raise it',
  },
  {
    title: 'exec permissions for pods with random names',
    warning: EngineRisk.EXEC_IN_NAMESPACE,
    program: (chart) =>
      daemonSet(chart).addClient({ transport: Transport.kubePod({ podName: '$POD' }), serviceAccountName: 'runner' }),
    says: '[ci/engine] warning exec-in-namespace: connect: the engine\'s pods have random names, so the client "engine-client" can exec into every pod in the namespace; fix: keep other pods out of the namespace, or use an EngineStatefulSet',
  },
  {
    title: 'a client on the host network',
    warning: EngineRisk.CLIENT_NOT_ADMITTED,
    program: (chart) =>
      statefulSet(chart, { listener: Listener.insecureTcp() }).connect(
        new Deployment(chart, 'runner', { hostNetwork: true, containers: [{ name: 'runner', image: 'runner:1' }] }),
      ),
    says: '[ci/engine] warning client-not-admitted: connect: the client "runner" runs on the network of its node, where the network policy can\'t match its labels; fix: allow the addresses of its nodes with allowFrom(NetworkPeer.cidr(...))',
  },
  {
    title: 'several engines behind an external Service',
    warning: EngineRisk.SPLIT_SESSIONS,
    program: (chart) =>
      statefulSet(chart, {
        replicas: 2,
        listener: Listener.insecureTcp({ service: { create: false, name: 'builds' } }),
      }),
    says: '[ci/engine] warning split-sessions: listener.service.create: a session opens four or more connections, and fails if they reach different engines (dagger/dagger #10128); fix: configure the existing Service to keep the connections of a client together',
  },
  {
    title: 'the socket of engines that can share a node',
    warning: EngineRisk.SHARED_HOST_PATH,
    program: (chart) => deployment(chart, { replicas: 2, hostSocket: HostSocket.fromPath('/run/dagger') }),
    says: '[ci/engine] warning shared-host-path: hostSocket: two engines on one node silently replace each other\'s socket in "/run/dagger"; fix: keep them on different nodes, or use HostSocket.none()',
  },
  {
    title: 'a storage class that is NFS by its name',
    warning: EngineRisk.NFS_CACHE,
    program: (chart) =>
      statefulSet(chart, {
        cache: CacheVolume.claimTemplate({ size: Size.gibibytes(100), storageClassName: 'efs-sc' }),
      }),
    says: "[ci/engine] warning nfs-cache: cache.storageClassName: overlayfs can't write to NFS (judging by the name of the storage class efs-sc), so the engine falls back to its native snapshotter. It copies every layer in full, so it is slow and takes more space; fix: use a block or local volume",
  },
  {
    title: 'a cache inside the cache of another engine',
    warning: EngineRisk.SHARED_HOST_PATH,
    program: (chart) => {
      daemonSet(chart, { cache: CacheVolume.hostPath({ path: '/mnt/dagger' }) }, 'engine');
      daemonSet(chart, { cache: CacheVolume.hostPath({ path: '/mnt/dagger/other' }) }, 'other');
    },
    says: "[ci/other] warning shared-host-path: cache: the node's directory /mnt/dagger/other is inside /mnt/dagger, the cache of ci/engine. If that engine deletes its cache, it also deletes this directory; fix: use a directory outside that cache",
  },
  {
    title: 'the socket in a directory of the operating system',
    warning: EngineRisk.SYSTEM_DIRECTORY,
    program: (chart) => daemonSet(chart, { hostSocket: HostSocket.fromPath('/run/') }),
    says: '[ci/engine] warning system-directory: hostSocket: /run/ belongs to the operating system of the node, and the mount exposes its files and sockets to the pod; fix: use a directory in it',
  },
  {
    title: 'a cache in a directory that is lost with the node',
    warning: EngineRisk.VOLATILE_CACHE,
    program: (chart) => daemonSet(chart, { cache: CacheVolume.hostPath({ path: '/run/dagger-cache' }) }),
    says: '[ci/engine] warning volatile-cache: cache: /run/dagger-cache is in /run on the node, which is usually in memory and always lost when the node restarts; fix: use a directory on a disk, such as /var/lib/dagger-engine',
  },
  {
    title: 'an additional claim that no container mounts',
    warning: EngineRisk.UNMOUNTED_CLAIM,
    program: (chart) =>
      statefulSet(chart, {
        claimTemplates: [
          {
            metadata: { name: 'logs' },
            spec: {
              accessModes: ['ReadWriteOnce'],
              resources: { requests: { storage: k8s.Quantity.fromString('1Gi') } },
            },
          },
        ],
      }),
    says: '[ci/engine] warning unmounted-claim: claimTemplates[0]: each pod gets the volume "logs", but no container mounts it; fix: mount it with volumeMounts, or remove the template',
  },
  {
    title: 'registry credentials in a ConfigMap that the engine mounts',
    warning: EngineRisk.SECRET_IN_PLAIN_TEXT,
    program: (chart) => {
      const auths = { 'registry.example.com': { auth: Buffer.from('user:password').toString('base64') } };
      new ApiObject(chart, 'login', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'login' },
        data: { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') },
      } as ApiObjectProps);
      daemonSet(chart, {
        volumes: [{ name: 'login', configMap: { name: 'login' } }],
        volumeMounts: [{ name: 'login', mountPath: '/root/.docker' }],
      });
    },
    says: '[ci/login] error secret-in-plain-text: ConfigMap data[".dockerconfigjson"]: looks like registry credentials, and everyone who can read ConfigMaps or the manifest can see it; fix: keep it in a Secret, and mount the Secret',
  },
  {
    title: 'a topology spread constraint for other pods',
    warning: EngineRisk.SPREAD_IGNORES_PODS,
    program: (chart) =>
      statefulSet(chart, {
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: 'topology.kubernetes.io/zone',
            whenUnsatisfiable: 'DoNotSchedule',
            labelSelector: { matchLabels: { app: 'dagger' } },
          },
        ],
      }),
    says: "[ci/engine] warning spread-ignores-pods: topologySpreadConstraints[0].labelSelector: the selector doesn't match the engine's pods, so they aren't spread; fix: remove labelSelector to select them",
  },
  {
    title: 'two engines on the network of the same nodes',
    warning: EngineRisk.SHARED_NODE_NETWORK,
    program: (chart) => {
      daemonSet(chart, { hostNetwork: true }, 'engine');
      daemonSet(chart, { hostNetwork: true }, 'other');
    },
    says: "[ci/other] warning shared-node-network: hostNetwork: ci/engine also uses its node's network. On the same node, both engines create the bridge dagger0 and the network 10.87.0.0/16, and builds lose their network; fix: keep the engines on different nodes, or set other values with the flags --network-name and --network-cidr",
  },
  {
    title: 'a port that the kubelet uses',
    warning: EngineRisk.PORT_OF_NODE,
    program: (chart) => daemonSet(chart, { listener: Listener.insecureTcp({ port: 10250 }), hostNetwork: true }),
    says: "[ci/engine] warning port-of-node: listener: the kubelet uses port 10250 on most nodes, so the engine or the kubelet can't listen there; fix: choose another port",
  },
  {
    title: 'clients with addresses of the other family',
    warning: EngineRisk.ADDRESS_FAMILY,
    program: (chart) =>
      statefulSet(chart, { listener: Listener.insecureTcp() }).allowFrom(NetworkPeer.cidr('fd00:1::/64')),
    says: "[ci/engine] warning address-family: listener.address: only IPv6 addresses are allowed, but the engine listens only on IPv4; fix: use '[::]', which serves both families",
  },
  {
    title: 'a registry that is a mirror of itself',
    warning: EngineRisk.IGNORED_CONFIG_KEY,
    program: (chart) =>
      daemonSet(chart, { engineJson: EngineJson.of({ registries: { 'docker.io': { mirrors: ['docker.io'] } } }) }),
    says: '[ci/engine] warning ignored-config-key: engineJson.registries["docker.io"].mirrors[0]: the registry is a mirror of itself, which has no effect except that failed requests are sent twice; fix: remove it',
  },
  {
    title: 'a limit of the cache without a unit',
    warning: EngineRisk.TINY_CACHE,
    program: (chart) =>
      daemonSet(chart, {
        engineJson: EngineJson.raw('{"gc": {"maxUsedSpace": 150, "minFreeSpace": "20%", "reservedSpace": 10}}'),
      }),
    says: '[ci/engine] warning tiny-cache: engineJson.gc.maxUsedSpace: a cache of at most 150B can hardly hold one layer, so every run deletes nearly everything; fix: check the unit',
  },
  {
    title: 'two clients with the same name in one namespace',
    warning: EngineRisk.SHARED_IDENTITY,
    program: (chart) => {
      const engine = statefulSet(chart, {
        listener: Listener.tls({ certificates: Certificates.privateCa() }),
      });
      for (const id of ['a', 'b']) {
        const runner = new Chart(chart, id, { namespace: 'ci' });
        engine.connect(new Deployment(runner, 'runner', { containers: [{ image: 'runner:1' }] }));
      }
    },
    says: '[ci/engine] warning shared-identity: connect: ci/a/runner and ci/b/runner have the same client name, "runner", so they use the same certificate, and the engine can\'t tell them apart; fix: set name',
  },
  {
    title: 'a JSON patch that takes the privileges of the engine',
    warning: EngineRisk.UNPRIVILEGED_ENGINE,
    program: (chart) =>
      daemonSet(chart).workload.addJsonPatch(
        JsonPatch.remove('/spec/template/spec/containers/0/securityContext/privileged'),
      ),
    says: "[ci/engine] error unprivileged-engine: DaemonSet spec.template.spec.containers[0].securityContext: without privileges, the engine can't mount file systems, create network namespaces or run containers; fix: set privileged: true",
  },
  {
    title: 'a JSON patch that shortens the grace period',
    warning: EngineRisk.GRACE_BELOW_PRE_STOP,
    program: (chart) =>
      statefulSet(chart).workload.addJsonPatch(
        JsonPatch.replace('/spec/template/spec/terminationGracePeriodSeconds', 200),
      ),
    says: '[ci/engine] error grace-below-pre-stop: StatefulSet spec.template.spec.terminationGracePeriodSeconds: the drain waits for up to 180 s, and the engine needs up to 75 s after that; got "200 s"; allowed: at least 255 s; fix: set terminationGracePeriodSeconds to the duration of the hook plus 600',
  },
  {
    title: 'a custom Service for a port on which the engine does not listen',
    warning: EngineRisk.PORT_WITHOUT_LISTENER,
    program: (chart) =>
      new ApiObject(chart, 'front', {
        apiVersion: 'v1',
        kind: 'Service',
        spec: { selector: statefulSet(chart).podSelector, ports: [{ port: 8080 }] },
      } as ApiObjectProps),
    says: "[ci/front] error port-without-listener: Service spec.ports[0]: the Service refers to port 8080, on which the engine doesn't listen; fix: set targetPort to a port on which the engine listens",
  },
  {
    title: 'an engine that is not a construct of this library',
    warning: EngineRisk.MOVING_IMAGE,
    program: (chart) => {
      statefulSet(chart);
      new ApiObject(chart, 'mine', {
        apiVersion: 'v1',
        kind: 'Pod',
        spec: { containers: [{ name: 'dagger-engine', image: 'registry.dagger.io/engine:latest' }] },
      } as ApiObjectProps);
    },
    says: '[ci/mine] error moving-image: Pod spec.containers[0].image: "registry.dagger.io/engine:latest" can move to another release: a restarted pod may run that release, which deletes a cache that it can\'t read; fix: use the tag of a release, such as registry.dagger.io/engine:v0.21.7',
  },
  ...DOUBTFUL_TLS_PROGRAMS,
  ...DOUBTFUL_FLEET_PROGRAMS,
  ...DOUBTFUL_CI_SYSTEM_PROGRAMS,
  {
    title: 'a node port outside the default range',
    warning: EngineRisk.UNUSUAL_NODE_PORT,
    program: (chart) =>
      statefulSet(chart, {
        listener: Listener.insecureTcp({ service: { type: EngineServiceType.NODE_PORT, nodePort: 8080 } }),
      }),
    says: '[ci/engine] warning unusual-node-port: listener.service.nodePort: the API server rejects node port 8080 unless its --service-node-port-range differs from the default, 30000-32767; fix: choose a port in that range',
  },
  {
    title: 'a feature that the newest known release does not have',
    warning: EngineRisk.UNCONFIRMED_FACT,
    program: (chart) => daemonSet(chart, { version: 'v0.22.0', args: ['--wcprof'] }),
    says: '[ci/engine] warning unconfirmed-fact: args[0]: is not a flag of v0.22.0, so the engine exits (allowed: v1.0.0-beta.4 and later); the fact wcprof-flag is confirmed up to v0.21.8, so v0.22.0 may differ; fix: check its release notes',
  },
  {
    title: 'a cache without a limit',
    warning: EngineRisk.UNBOUNDED_CACHE,
    program: (chart) => daemonSet(chart, { cache: CacheVolume.emptyDir() }),
    says: "[ci/engine] warning unbounded-cache: cache: without a limit, the cache may fill the node's disk until the kubelet evicts pods; fix: set sizeLimit, which also determines the garbage collection limits",
  },
  {
    title: 'a cache on SMB',
    warning: EngineRisk.NFS_CACHE,
    program: (chart) =>
      deployment(chart, { cache: CacheVolume.fromVolume({ name: 'cache', csi: { driver: 'smb.csi.k8s.io' } }) }),
    says: "[ci/engine] warning nfs-cache: cache: overlayfs can't write to SMB, so the engine falls back to its native snapshotter. It copies every layer in full, so it is slow and takes more space; fix: use a block or local volume",
  },
  {
    title: 'a volume inside the cache',
    warning: EngineRisk.MOUNT_IN_CACHE,
    program: (chart) =>
      statefulSet(chart, {
        volumes: [{ name: 'fast', emptyDir: {} }],
        volumeMounts: [{ name: 'fast', mountPath: '/var/lib/dagger/worker' }],
      }),
    says: '[ci/engine] warning mount-in-cache: volumeMounts[0].mountPath: the engine keeps parts of its cache in /var/lib/dagger/worker. If a separate volume loses or replaces them, the engine deletes the whole cache as inconsistent; fix: mount the volume at another path',
  },
  {
    title: 'a proxy that the network policy blocks',
    warning: EngineRisk.BLOCKED_DESTINATION,
    program: (chart) =>
      daemonSet(chart, { networkPolicy: { egress: {} }, proxy: { https: EnvVar.fromValue('http://10.1.2.3:3128') } }),
    says: '[ci/engine] warning blocked-destination: proxy.https: networkPolicy.egress blocks 10.1.2.3, which is in a private network; fix: add it to networkPolicy.egress.allowTo',
  },
  {
    title: 'a Deployment on one node that updates by surge',
    warning: EngineRisk.ROLLOUT_DEADLOCK,
    program: (chart) =>
      deployment(chart, {
        listener: Listener.insecureTcp({ hostPort: 1234 }),
        nodeSelector: { 'kubernetes.io/hostname': 'node-1' },
      }),
    says: '[ci/engine] warning rollout-deadlock: updateStrategy: an update never finishes, because the new pod waits for port 1234 on the only node, and the old pod keeps the port until the new one is ready; fix: use EngineDeploymentUpdateStrategy.recreate()',
  },
  {
    title: 'a Deployment with a socket on its node that updates by surge',
    warning: EngineRisk.SOCKET_TAKEOVER,
    program: (chart) =>
      deployment(chart, {
        hostSocket: HostSocket.fromPath('/run/dagger'),
        nodeSelector: { 'kubernetes.io/hostname': 'node-1' },
      }),
    says: '[ci/engine] warning socket-takeover: updateStrategy: during an update, the new engine takes over the socket on the node while the old one still runs builds; fix: use EngineDeploymentUpdateStrategy.recreate()',
  },
  {
    title: 'two engines with one port of the node',
    warning: EngineRisk.SHARED_HOST_PORT,
    program: (chart) => {
      for (const id of ['engine', 'other']) {
        daemonSet(chart, { listener: Listener.insecureTcp({ hostPort: 1234 }) }, id);
      }
    },
    says: '[ci/other] warning shared-host-port: listener: ci/engine also uses port 1234 on its node, so a second engine on the same node never starts; fix: use another port, or keep the engines on different nodes',
  },
  {
    title: 'cluster DNS on the network of the node',
    warning: EngineRisk.HOST_DNS,
    program: (chart) => daemonSet(chart, { hostNetwork: true, dnsPolicy: 'ClusterFirst' }),
    says: "[ci/engine] warning host-dns: dnsPolicy: on the node's network, ClusterFirst uses the node's DNS, so the names of Services don't resolve; fix: use ClusterFirstWithHostNet",
  },
  {
    title: 'no garbage collection on a claim',
    warning: EngineRisk.GC_DISABLED,
    program: (chart) => statefulSet(chart, { engineJson: EngineJson.of({ gc: { enabled: false } }) }),
    says: '[ci/engine] warning gc-disabled: cache: garbage collection is disabled, so the cache fills the volume, and then every build fails; fix: remove enabled: false',
  },
  {
    title: 'a startup probe that gives up after a second',
    warning: EngineRisk.SHORT_STARTUP_PROBE,
    program: (chart) =>
      daemonSet(chart, {
        probes: { startup: EngineProbe.connect({ period: Duration.seconds(1), failureThreshold: 1 }) },
      }),
    says: "[ci/engine] warning short-startup-probe: probes.startup: the kubelet keeps restarting an engine that doesn't start within 1 s; fix: allow at least 30 s with period and failureThreshold",
  },
  {
    title: 'a proxy as a lower-case variable',
    warning: EngineRisk.IGNORED_BY_ENGINE,
    program: (chart) => daemonSet(chart, { env: { https_proxy: EnvVar.fromValue('http://proxy.example.com:3128') } }),
    says: '[ci/engine] warning ignored-by-engine: env.https_proxy: the engine passes only upper-case proxy variables to builds; fix: use the property proxy',
  },
  {
    title: 'Docker Hub by another name',
    warning: EngineRisk.IGNORED_CONFIG_KEY,
    program: (chart) =>
      daemonSet(chart, {
        engineJson: EngineJson.of({ registries: { 'index.docker.io': { mirrors: ['mirror.example.com'] } } }),
      }),
    says: '[ci/engine] warning ignored-config-key: engineJson.registries["index.docker.io"]: the engine looks up Docker Hub images as docker.io, and ignores this entry; fix: use "docker.io"',
  },
  {
    title: 'a pool that counts the sessions of its probes',
    warning: EngineRisk.PROBE_COUNTS_AS_SESSION,
    program: (chart) =>
      statefulSet(chart, {
        metrics: {},
        drain: Drain.untilIdle({ atMost: Duration.hours(1) }),
        probes: { readiness: EngineProbe.session() },
        autoscaling: Autoscaling.keda({ maxReplicas: 5, triggers: [ScaleTrigger.sessions({ perEngine: 2 })] }),
      }),
    says: '[ci/engine] warning probe-counts-as-session: autoscaling: the readiness probe opens a session every 15 s on each engine, which the autoscaler counts, so 5 idle engines can have 5 sessions, and up to 3 engines keep running; fix: use EngineProbe.connect() as the readiness probe',
  },
  {
    title: 'an engine that may not be able to read the seed',
    warning: EngineRisk.UNKNOWN_CACHE_SCHEMA,
    program: (chart) =>
      deployment(chart, {
        version: 'v0.21.8',
        cache: CacheVolume.ephemeral({
          size: Size.gibibytes(100),
          seed: new CacheSeed(chart, 'seed', { version: 'v0.20.8', size: Size.gibibytes(100) }),
        }),
      }),
    says: "[ci/engine] warning unknown-cache-schema: cache.seed: engine v0.21.8 may delete the cache of the seed, which v0.20.8 writes, when it starts. v0.20.8 is older than the first release with a cache schema, so it isn't known whether its cache can be read; fix: use v0.21.8 for the seed",
  },
  {
    title: 'an engine whose cache schema may differ from that of the seed',
    warning: EngineRisk.UNKNOWN_CACHE_SCHEMA,
    program: (chart) =>
      deployment(chart, {
        version: 'v0.21.11',
        cache: CacheVolume.ephemeral({
          size: Size.gibibytes(100),
          seed: new CacheSeed(chart, 'seed', { version: 'v0.21.8', size: Size.gibibytes(100) }),
        }),
      }),
    says: "[ci/engine] warning unknown-cache-schema: cache.seed: engine v0.21.11 may delete the cache of the seed, which v0.21.8 writes, when it starts. The cache schema of v0.21.11 isn't confirmed. It is 16 up to v0.21.8, and may differ; fix: use v0.21.11 for the seed",
  },
];

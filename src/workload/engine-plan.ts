import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { ContainerPort } from 'kubernetes-types/core/v1';
import {
  checkAnnotations,
  checkDnsLabel,
  checkLabels,
  checkNotOwned,
  checkServiceName,
  isDnsSubdomain,
  LABEL_MAX,
} from '../kubernetes/names';
import { Problems } from '../reporting/problems';
import type { ServiceContext } from '../network/engine-service';
import { ENGINE_PORT_NAME, METRICS_PORT_NAME } from '../network/port-names';
import type { BoundListener } from '../network/bound-listener';
import { KnownClientCertificates } from '../network/known-client-certificates';
import { bindMetrics, type BoundMetrics } from '../network/metrics';
import { EngineNetworkPolicy } from '../network/network-policy';
import { bindRemoteCache } from '../network/remote-cache';
import { bindTelemetry } from '../network/telemetry';
import type { BoundUplink } from '../network/uplink';
import { evictionAnnotations } from '../nodes/eviction-rules';
import { checkCacheDirectory } from '../nodes/place-on-nodes';
import { tlsAddition } from '../network/tls-addition';
import { DEFAULT_STATUS_PORT } from '../network/tls-sidecar';
import type { Autoscaling } from '../operations/autoscaling';
import type { BoundAutoscaling } from '../operations/scaled-engine';
import type { DrainSettings } from '../pod/drain-script';
import { engineLabels, versionLabel } from '../kubernetes/engine-labels';
import { stopTimes } from '../pod/grace-period';
import type { BoundHostSocket } from '../pod/host-socket';
import type { BoundNodeStopLimit } from '../pod/node-stop-limit';
import { renderPodTemplate, type PodTemplate } from '../pod/pod-template';
import { sessionProbe } from '../pod/probes';
import { socketGroup } from '../pod/security';
import type { NewServiceAccountOptions } from '../pod/service-account';
import type { BoundCache, CacheVolume } from '../storage/cache-volume';
import { ClaimRetention } from '../storage/cache-volume-options';
import { cacheDirectory, socketDirectory } from '../storage/node-directories';
import { warnAboutUnboundedCache } from '../storage/unbounded-cache';
import { EngineVersion } from '../version/engine-version';
import { ACCEPTED_RISKS } from '../reporting/accepted-risk';
import { EngineRisk } from '../reporting/engine-risk';
import { planConfig, type PlannedConfig } from './engine-config';
import type { EngineProps } from './engine-props';
import { checkTakeOver } from './take-over';
import { mountedCache } from './mounted-cache';
import { isReplicas } from './workload-times';

/** The differences between the kinds of workloads that affect the plan of an engine. */
export interface Topology {
  /** The name of the user's class, for messages. */
  readonly className: string;
  readonly kind: 'DaemonSet' | 'Deployment' | 'StatefulSet';
  /** The number of engines, or the maximum with an autoscaler. Undefined if each node runs one engine. */
  readonly replicas?: number;
  /** Whether there can be more than one engine. */
  readonly several: boolean;
  /** Whether there is one engine per node. */
  readonly perNode: boolean;
  readonly cache: CacheVolume | undefined;
  /** Maps the name of each additional claim template to its property path. */
  readonly claimTemplates?: { readonly [name: string]: string };
  /** Returns the socket on the node. `directory` is a default directory that no other engine uses. */
  readonly hostSocket: (directory: string, problems: Problems) => BoundHostSocket | undefined;
  /** The ordinals of pods with stable names, and the headless Service that publishes the names. */
  readonly namedPods?: {
    readonly first: number;
    readonly count: number;
    readonly service?: string;
    readonly headless: boolean;
  };
  /** The autoscaler that sets the number of engines. */
  readonly autoscaling?: Autoscaling;
  /** Whether the pods start and stop one after the other. */
  readonly startsInOrder?: boolean;
  /** Reports a cache volume that this kind of workload doesn't support. */
  readonly checkCache: (cache: BoundCache, problems: Problems) => void;
}

/** All decisions about an engine, made before its objects exist. `problems` contains the invalid ones. */
export class EnginePlan {
  public readonly problems: Problems;
  public readonly version: EngineVersion;
  public readonly name: string;
  public readonly namespace: string | undefined;
  /** The labels of every object. */
  public readonly labels: { readonly [key: string]: string };
  /** The labels of the workload. They include the release, so they change with an upgrade. */
  public readonly workloadLabels: { readonly [key: string]: string };
  public readonly selector: { readonly [key: string]: string };
  public readonly cache: BoundCache | undefined;
  /** The volume of the cache: `cache`, or the volume that `volumeMounts` mounts instead. */
  public readonly cacheInUse: BoundCache | undefined;
  public readonly config: PlannedConfig;
  public readonly listener: BoundListener | undefined;
  public readonly metrics: BoundMetrics | undefined;
  public readonly autoscaling: BoundAutoscaling | undefined;
  /** The services that the engine sends data to. Each key is the property that configures the service. */
  public readonly uplinks: { readonly telemetry?: BoundUplink; readonly remoteCache?: BoundUplink };
  /** The peers that may reach the engine over the network. */
  public readonly policy: EngineNetworkPolicy;
  /** The certificates of the clients that the program adds to the engine. */
  public readonly clientCertificates = new KnownClientCertificates();
  public readonly hostSocket: BoundHostSocket | undefined;
  /** The id of the group of the engine's socket. */
  public readonly socketGroup: number;
  public readonly serviceAccount: { readonly name: string; readonly created?: NewServiceAccountOptions } | undefined;
  public readonly gracePeriodSeconds: number;
  /** The drain of a stopping engine, or undefined without a hook of the library. */
  public readonly drain: DrainSettings | undefined;
  /** The limits that the nodes have for stopping pods. */
  public readonly nodeStopLimits: readonly BoundNodeStopLimit[];
  public readonly podTemplate: PodTemplate;

  public constructor(
    engine: Construct,
    props: EngineProps,
    private readonly topology: Topology,
  ) {
    this.namespace = Chart.of(engine).namespace;
    this.problems = Problems.of(this.namespace);
    const { problems } = this;
    const version = EngineVersion._parse(props.version, problems, 'version');
    if (version === undefined) {
      // Every other check depends on the version.
      problems.throwIfAny(engine.node.path, topology.className);
      throw new Error('unreachable: throwIfAny did not throw for an invalid version');
    }
    this.version = version;
    this.name = props.name ?? engine.node.id;
    this.checkName(props);
    checkTakeOver(props, problems);
    this.selector = props.podSelector ?? engineLabels(this.name);
    this.labels = this.labelsOf(props);
    this.workloadLabels = { ...versionLabel(version.tag), ...this.labels };
    checkAnnotations(problems, 'annotations', props.annotations);
    checkNotOwned(problems, 'annotations', props.annotations, [ACCEPTED_RISKS]);
    this.cache = this.bindCache(cacheDirectory(this.namespace, this.name, props.nodes?.cacheDirectory));
    this.cacheInUse = this.cache ?? mountedCache(props, { version, namespace: this.namespace, problems });
    if (this.cacheInUse !== undefined) {
      topology.checkCache(this.cacheInUse, problems.at('cache'));
      checkCacheDirectory(props.nodes, this.cacheInUse, problems);
      warnAboutUnboundedCache(this.cacheInUse, problems.at('cache'));
    }
    this.hostSocket = topology.hostSocket(socketDirectory(this.namespace, this.name), problems.at('hostSocket'));
    this.checkHostSocket();
    this.socketGroup = socketGroup(props.security);
    this.listener = props.listener?._bind(this, { version, problems: problems.at('listener') });
    this.metrics = this.bindMetrics(props);
    this.autoscaling = this.bindAutoscaling(props);
    const uplinkContext = { version, namespace: this.namespace };
    this.uplinks = {
      telemetry:
        props.telemetry && bindTelemetry(props.telemetry, { ...uplinkContext, problems: problems.at('telemetry') }),
      remoteCache:
        props.remoteCache &&
        bindRemoteCache(props.remoteCache, { ...uplinkContext, problems: problems.at('remoteCache') }),
    };
    this.policy = new EngineNetworkPolicy(
      {
        path: engine.node.path,
        name: this.name,
        namespace: this.namespace,
        labels: this.labels,
        selector: this.selector,
        several: topology.several,
        listener: this.listener,
        metrics: this.metrics,
        morePorts:
          props.monitoring?._scrapesTlsSidecar === true && this.listener?.tls?.sidecar !== undefined
            ? [this.listener.tls.sidecar.statusPort ?? DEFAULT_STATUS_PORT]
            : [],
        hostNetwork: props.hostNetwork ?? false,
        scrapers: this.autoscaling?.metricsPeers,
        destinations: Object.values(this.uplinks).flatMap((uplink) => uplink?.peers ?? []),
      },
      props.networkPolicy ?? {},
      problems.at('networkPolicy'),
    );
    if (props.monitoring?._scraper !== undefined) {
      this.policy.admitScraper(props.monitoring._scraper, problems.at('monitoring.scraper'));
    }
    this.config = planConfig(props, {
      version,
      problems,
      cache: this.cache,
      mountedCache: this.cache === undefined ? this.cacheInUse : undefined,
      listener: this.listener,
      metrics: this.metrics,
    });
    this.serviceAccount = props.serviceAccount?._render(this.name, problems.at('serviceAccount'));
    const { drain, gracePeriodSeconds, limits } = stopTimes(props, {
      version,
      cache: this.cache,
      stateDirectory: this.config.stateDirectory,
      limitsOfNodes: props.nodes?.stopLimits ?? [],
      problems,
    });
    this.gracePeriodSeconds = gracePeriodSeconds;
    this.drain = drain;
    this.nodeStopLimits = limits;
    const listenerAddition =
      this.listener &&
      tlsAddition(this.listener, {
        version,
        group: this.socketGroup,
        gracePeriodSeconds,
        socketVolume: this.hostSocket?.volume.name,
      });
    const socketVolumes = (listenerAddition?.volumes ?? []).filter(({ emptyDir }) => emptyDir).map(({ name }) => name);
    this.podTemplate = renderPodTemplate({
      version,
      props,
      problems,
      labels: {
        ...engineLabels(this.name),
        ...versionLabel(version.tag),
        ...this.selector,
      },
      selector: this.selector,
      cache: this.cache,
      hostSocket: this.hostSocket,
      config: { ...this.config, name: this.configMapName, volumeName: props.configVolumeName },
      listenerArgs: this.config.args,
      listenerPort: this.listenerPort,
      declaresListenerPort: this.listener?.declaresPort,
      listenerAddition,
      gracePeriodSeconds,
      drain: drain && {
        settings: drain,
        addresses: this.config.grpc.address ?? [],
        listenerPort: this.listener?.port,
      },
      propertyEnv: {
        metrics: this.metrics?.env,
        telemetry: this.uplinks.telemetry?.env,
        remoteCache: this.uplinks.remoteCache?.env,
      },
      annotations: {
        ...(this.metrics && props.monitoring?._podAnnotations(this.metrics.port)),
        ...evictionAnnotations(
          this.perNode,
          [...(props.nodeStopLimits ?? []), ...(props.nodes?.stopLimits ?? [])],
          socketVolumes,
          props.podAnnotations,
        ),
      },
      metricsPorts: this.metrics === undefined ? [] : [{ name: METRICS_PORT_NAME, containerPort: this.metrics.port }],
      serviceAccountName: this.serviceAccount?.name,
      claimTemplates: topology.claimTemplates,
    });
  }

  /** The properties of the engine that its Services need. */
  public get serviceContext(): ServiceContext {
    return {
      name: this.name,
      labels: this.labels,
      selector: this.selector,
      several: this.topology.several,
      perNode: this.topology.perNode,
    };
  }

  /** The name of the ConfigMap with the engine's files. */
  public get configMapName(): string {
    return `${this.name}-config`;
  }

  public get kind(): Topology['kind'] {
    return this.topology.kind;
  }

  /** Whether there is one engine per node. */
  public get perNode(): boolean {
    return this.topology.perNode;
  }

  /** The number of engines, or the maximum with an autoscaler. Undefined if each node runs one engine. */
  public get replicas(): number | undefined {
    return this.topology.replicas;
  }

  /** The number of engines that always run, or undefined if nodes determine it. */
  public get minReplicas(): number | undefined {
    return this.topology.autoscaling?._minReplicas ?? this.topology.replicas;
  }

  /** Whether the pods have names in the cluster's DNS. */
  public get podsHaveHosts(): boolean {
    return this.topology.namedPods?.headless === true;
  }

  /** The name of the headless Service of a StatefulSet. */
  public get headlessServiceName(): string {
    return this.topology.namedPods?.service ?? `${this.name}-headless`;
  }

  /** The stable names of the pods, in the order of their ordinals. */
  public get podNames(): string[] {
    const { first, count } = this.topology.namedPods ?? { first: 0, count: 0 };
    return Array.from({ length: isReplicas(count) ? count : 0 }, (_, index) => `${this.name}-${first + index}`);
  }

  /** The names of the claims that the engines use. */
  public get claimNames(): string[] {
    const { claimTemplate, volume, volumeName } = this.cacheInUse ?? {};
    const claim = volume?.persistentVolumeClaim?.claimName;
    return claimTemplate === undefined
      ? [claim].filter((name) => name !== undefined)
      : this.podNames.map((pod) => `${volumeName}-${pod}`);
  }

  public get podLabels(): { readonly [key: string]: string } {
    return this.podTemplate.metadata.labels;
  }

  /**
   * The names of the pods that always run. With `minReplicas: 0`, the list contains the only pod, although the
   * autoscaler can stop it.
   */
  public get alwaysRunningPods(): string[] {
    return this.podNames.slice(0, Math.max(1, this.topology.autoscaling?._minReplicas ?? Infinity));
  }

  /** Returns the name of the pod with an ordinal, or undefined if no such pod exists. */
  public podName(ordinal: number): string | undefined {
    return this.podNames[ordinal - (this.topology.namedPods?.first ?? 0)];
  }

  /** The ordinal of the first pod. */
  public get firstOrdinal(): number {
    return this.topology.namedPods?.first ?? 0;
  }

  /**
   * Checks the name. Names of Services must not start with a digit. Dots are allowed for existing workloads, such as
   * those of Helm releases.
   */
  private checkName({ listener, metrics, name }: EngineProps): void {
    const { namedPods } = this.topology;
    const hasMetricsService = metrics !== undefined && metrics.service !== false;
    const namesService =
      (this.podsHaveHosts && namedPods?.service === undefined) ||
      listener?._namesServiceAfterEngine === true ||
      hasMetricsService;
    // The pods of a StatefulSet have the label `controller-revision-hash`: the StatefulSet's name, a dash and ten
    // characters. The name of the metrics Service ends in `-metrics`.
    const max = namedPods !== undefined ? 52 : hasMetricsService ? 55 : LABEL_MAX;
    const why = name === undefined ? ", which is the construct's id" : '';
    if (namesService) {
      checkServiceName(this.problems, 'name', this.name, { max, why });
    } else if (namedPods !== undefined || !isDnsSubdomain(this.name) || this.name.length > max) {
      checkDnsLabel(this.problems, 'name', this.name, { max, why });
    }
  }

  private bindMetrics({ metrics, monitoring }: EngineProps): BoundMetrics | undefined {
    const property = metrics === undefined ? 'monitoring' : 'metrics';
    return metrics === undefined && monitoring === undefined
      ? undefined
      : bindMetrics(metrics ?? {}, {
          version: this.version,
          problems: this.problems.at(property),
          property,
        });
  }

  private checkHostSocket(): void {
    const { several, perNode } = this.topology;
    if (this.hostSocket !== undefined && several && !perNode) {
      this.problems.warn(
        EngineRisk.SHARED_HOST_PATH,
        'hostSocket',
        `two engines on one node silently replace each other's socket in ${JSON.stringify(this.hostSocket.path)}`,
        'keep them on different nodes, or use HostSocket.none()',
      );
    }
  }

  private labelsOf({ labels }: EngineProps): { readonly [key: string]: string } {
    checkLabels(this.problems, 'labels', labels);
    return { ...engineLabels(this.name), ...labels };
  }

  private bindCache(hostPath: string): BoundCache | undefined {
    const { namespace, version } = this;
    return this.topology.cache?._bind({ version, namespace, problems: this.problems.at('cache'), hostPath });
  }

  private bindAutoscaling({ drain, probes }: EngineProps): BoundAutoscaling | undefined {
    const { autoscaling, kind, startsInOrder = false } = this.topology;
    return autoscaling?._bind({
      kind: kind as 'Deployment' | 'StatefulSet',
      name: this.name,
      namespace: this.namespace,
      labels: this.labels,
      metrics: this.metrics,
      drainHasLimit: drain?._hasLimit === true,
      sessionProbe: sessionProbe(probes),
      keepsCache: this.cacheInUse?.persistent === true && this.cacheInUse.whenScaled !== ClaimRetention.DELETE,
      startsInOrder,
      problems: this.problems,
    });
  }

  /** The container port that the engine itself listens on for clients. */
  private get listenerPort(): ContainerPort | undefined {
    const { listener } = this;
    return listener?.url === undefined
      ? undefined
      : {
          name: ENGINE_PORT_NAME,
          containerPort: listener.port,
          ...(listener.hostPort && { hostPort: listener.hostPort }),
        };
  }
}

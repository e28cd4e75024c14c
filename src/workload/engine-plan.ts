import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { ContainerPort } from 'kubernetes-types/core/v1';
import { checkAnnotations, checkLabels, checkNotOwned, checkServiceName, OWN_LABELS } from '../internal/names';
import { Problems } from '../internal/problems';
import { ENGINE_PORT_NAME, METRICS_PORT_NAME, type ServiceContext } from '../network/engine-service';
import type { BoundListener } from '../network/listener';
import { bindMetrics, type BoundMetrics } from '../network/metrics';
import { EngineNetworkPolicy } from '../network/network-policy';
import { tlsAddition } from '../network/terminator';
import { renderPodTemplate, type PodTemplate } from '../pod/pod-template';
import { DEFAULT_GROUP } from '../pod/security';
import type { NewServiceAccountOptions } from '../pod/service-account';
import type { BoundCache, CacheVolume } from '../storage/cache-volume';
import { EngineVersion } from '../version/engine-version';
import { planConfig, type PlannedConfig } from './engine-config';
import type { EngineProps } from './engine-props';

/** What distinguishes one kind of workload from another, before anything is written. */
export interface Topology {
  /** The class that the user wrote, for messages. */
  readonly className: string;
  readonly kind: 'DaemonSet' | 'Deployment' | 'StatefulSet';
  /** Longest name that leaves room for what Kubernetes appends to it. */
  readonly nameMax: number;
  /** Whether there can be more than one engine. */
  readonly several: boolean;
  /** Whether there is one engine a node. */
  readonly perNode: boolean;
  readonly cache: CacheVolume | undefined;
  /** Directory of the node for the socket; the argument is one that no other engine uses. */
  readonly hostSocket: (unique: string, problems: Problems) => string | undefined;
  /** The ordinals of the pods that have names of their own, and the Service that gives them. */
  readonly namedPods?: { readonly first: number; readonly count: number; readonly service?: string };
  /** Reports what this kind of workload can't do with a cache volume. */
  readonly checkCache: (cache: BoundCache, problems: Problems) => void;
}

/**
 * Everything that is decided about an engine before its objects are written. Violations gather in `problems`.
 */
export class EnginePlan {
  public readonly problems: Problems;
  public readonly version: EngineVersion;
  public readonly name: string;
  public readonly namespace: string | undefined;
  /** Labels of every object. */
  public readonly labels: { readonly [key: string]: string };
  /** Labels that the release adds to the workload: they change with it. */
  public readonly workloadLabels: { readonly [key: string]: string };
  public readonly selector: { readonly [key: string]: string };
  public readonly cache: BoundCache | undefined;
  public readonly config: PlannedConfig;
  public readonly listener: BoundListener | undefined;
  public readonly metrics: BoundMetrics | undefined;
  /** Who may reach the engine over the network. */
  public readonly policy: EngineNetworkPolicy;
  public readonly hostSocket: string | undefined;
  public readonly serviceAccount: { readonly name: string; readonly created?: NewServiceAccountOptions } | undefined;
  public readonly podTemplate: PodTemplate;

  public constructor(engine: Construct, props: EngineProps, private readonly topology: Topology) {
    this.namespace = Chart.of(engine).namespace;
    this.problems = Problems.of(this.namespace);
    const { problems } = this;
    const version = EngineVersion._parse(props.version, problems, 'version');
    if (version === undefined) {
      // Every other check asks the version.
      problems.throwIfAny(engine.node.path, topology.className);
      throw new Error('unreachable: a version that is not one is a problem');
    }
    this.version = version;
    this.name = props.name ?? engine.node.id;
    // Services of that name, or of one that starts with it, come with a listener or metrics.
    checkServiceName(problems, 'name', this.name, topology.nameMax, props.name === undefined ? ', which is the construct\'s id' : '');
    this.selector = this.selectorOf(props);
    this.labels = this.labelsOf(props);
    this.workloadLabels = { ...this.labels, 'app.kubernetes.io/version': version.tag };
    checkAnnotations(problems, 'annotations', props.annotations);
    // Namespace and name joined by a character that neither can have, so that no two engines share a directory.
    const unique = this.namespace === undefined ? this.name : `${this.namespace}_${this.name}`;
    this.cache = this.bindCache(`/var/lib/dagger-${unique}`);
    this.hostSocket = topology.hostSocket(`/run/dagger-${unique}`, problems.at('hostSocket'));
    this.listener = props.listener?._bind(version, problems.at('listener'), this);
    this.metrics = props.metrics && bindMetrics(props.metrics, version, problems.at('metrics'));
    this.policy = new EngineNetworkPolicy({
      path: engine.node.path,
      name: this.name,
      namespace: this.namespace,
      labels: this.labels,
      selector: this.selector,
      several: topology.several,
      listener: this.listener,
      metrics: this.metrics,
      hostNetwork: props.pod?.hostNetwork ?? false,
    }, props.networkPolicy ?? {}, problems.at('networkPolicy'));
    this.config = planConfig(props, { version, problems, cache: this.cache, listener: this.listener, metrics: this.metrics });
    this.serviceAccount = props.serviceAccount?._render(this.name, problems.at('serviceAccount'));
    this.podTemplate = renderPodTemplate({
      version,
      props,
      problems,
      labels: { 'app.kubernetes.io/name': 'dagger-engine', 'app.kubernetes.io/instance': this.name, 'app.kubernetes.io/version': version.tag, ...this.selector },
      selector: this.selector,
      cache: this.cache,
      hostSocket: this.hostSocket,
      config: { ...this.config, name: this.configMapName },
      listenerArgs: this.config.args,
      listenerPorts: this.listenerPorts(),
      listenerAddition: (gracePeriodSeconds) => this.listener && tlsAddition(this.listener, {
        version,
        group: props.security?.group ?? DEFAULT_GROUP,
        gracePeriodSeconds,
        hasSocketVolume: this.hostSocket !== undefined,
      }),
      metricsEnv: this.metrics?.env ?? {},
      metricsPorts: this.metrics === undefined ? [] : [{ name: METRICS_PORT_NAME, containerPort: this.metrics.port }],
      serviceAccountName: this.serviceAccount?.name,
    });
  }

  /** What the Services need to know of the engines behind them. */
  public get serviceContext(): ServiceContext {
    return { name: this.name, labels: this.labels, selector: this.selector, several: this.topology.several, perNode: this.topology.perNode };
  }

  /** Name of the ConfigMap with the engine's files. */
  public get configMapName(): string {
    return `${this.name}-config`;
  }

  /** Name of the headless Service of a StatefulSet. */
  public get headlessServiceName(): string {
    return this.topology.namedPods?.service ?? `${this.name}-headless`;
  }

  /** The names of the pods that have one of their own, in the order of their ordinals. */
  public get podNames(): string[] {
    const { first, count } = this.topology.namedPods ?? { first: 0, count: 0 };
    return Array.from({ length: Number.isInteger(count) && count > 0 ? count : 0 }, (_, index) => `${this.name}-${first + index}`);
  }

  /** The names of the claims that the engines use. */
  public get claimNames(): string[] {
    const { claimTemplate, volume, volumeName } = this.cache ?? {};
    const claim = volume?.persistentVolumeClaim?.claimName;
    return claimTemplate === undefined ? [claim].filter((name) => name !== undefined) : this.podNames.map((pod) => `${volumeName}-${pod}`);
  }

  /** The labels of the pods. */
  public get podLabels(): { readonly [key: string]: string } {
    return this.podTemplate.metadata.labels;
  }

  /** The name of the pod with that ordinal; undefined where no pod has one. */
  public podName(ordinal: number): string | undefined {
    return this.podNames[ordinal - (this.topology.namedPods?.first ?? 0)];
  }

  /** The ordinal of the first of them. */
  public get firstOrdinal(): number {
    return this.topology.namedPods?.first ?? 0;
  }

  private selectorOf({ selector }: EngineProps): { readonly [key: string]: string } {
    checkLabels(this.problems, 'selector', selector);
    checkNotOwned(this.problems, 'selector', selector, ['app.kubernetes.io/version']);
    if (selector !== undefined && Object.keys(selector).length === 0) {
      this.problems.add('selector', { wrong: 'an empty selector would select every pod', got: {}, allowed: 'at least one label', fix: 'remove it' });
    }
    return selector ?? { 'app.kubernetes.io/name': 'dagger-engine', 'app.kubernetes.io/instance': this.name };
  }

  private labelsOf({ labels }: EngineProps): { readonly [key: string]: string } {
    checkLabels(this.problems, 'labels', labels);
    checkNotOwned(this.problems, 'labels', labels, OWN_LABELS);
    return { ...labels, 'app.kubernetes.io/name': 'dagger-engine', 'app.kubernetes.io/instance': this.name };
  }

  private bindCache(hostPath: string): BoundCache | undefined {
    const problems = this.problems.at('cache');
    if (this.topology.cache === undefined) {
      problems.add('', {
        wrong: 'an engine without a volume keeps its cache on the container\'s own layer, where overlay mounts don\'t work and a restart loses it',
        got: undefined, allowed: 'a CacheVolume', fix: 'for example CacheVolume.claimTemplate({ size: Size.gibibytes(200) })',
      });
      return undefined;
    }
    const cache = this.topology.cache._bind({ problems, hostPath });
    this.topology.checkCache(cache, problems);
    return cache;
  }

  private listenerPorts(): ContainerPort[] {
    const { listener } = this;
    return listener?.url === undefined ? [] : [{ name: ENGINE_PORT_NAME, containerPort: listener.port, ...(listener.hostPort && { hostPort: listener.hostPort }) }];
  }
}

import { Duration, Lazy, type ApiObject } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import { Construct, type IConstruct } from 'constructs';
import { posix } from 'node:path';
import { addClient, connect } from '../client/connect';
import { runnerHost } from '../client/runner-host';
import type { AddClientOptions, ConnectOptions } from '../client/client-options';
import type { Connection } from '../client/connection';
import type { KeySelector } from '../config/key-selector';
import { AddedItems } from '../pod/added-items';
import type { EnvVar } from '../pod/env-var';
import { findPodCommand, type EngineEndpoint } from '../client/engine-endpoint';
import { rejectDuplicateObjects } from '../kubernetes/duplicate-objects';
import { emit } from '../kubernetes/manifest';
import { explanation, ValidationError, type Caution, type Found } from '../reporting/problems';
import { rejectSharedCertificateSecrets } from '../network/certificate-secrets';
import type { ClientCertificate } from '../network/client-certificate';
import type { IssueClientOptions } from '../network/issue-client';
import type { INetworkPeer } from '../network/network-peer';
import type { Transport } from '../network/transport';
import type { EngineVersion } from '../version/engine-version';
import { ACCEPTED_RISKS } from '../reporting/accepted-risk';
import { acceptedRisksOf, takeAcceptedRisks } from '../reporting/acceptances';
import { acceptRisks } from '../reporting/risks';
import { CurrentEngine } from './current-engine';
import type { EnginePlan, Topology } from './engine-plan';
import { planEngine, type WorkloadKind, type WorkloadSpec } from './planned-engine';
import type { EngineProps } from './engine-props';
import type { EngineAttributes } from './engine-attributes';
import { endpointOf } from './engine-endpoint-of-plan';
import type { IEngine } from './engine-interface';
import { attributesOf } from './export-attributes';
import { ImportedEngine } from './imported-engine';
import { compareAtSynth } from './engine-registry';
import { rolloutSeconds } from './rollout-timeout';
import { checkCalls } from '../reporting/check-arguments';

/**
 * A self-hosted Dagger Engine, or several engines of the same kind.
 *
 * The objects that it creates are available as attributes. To patch the workload in the final manifest, use
 * `ApiObject.of(engine)`.
 */
export abstract class Engine extends Construct implements IEngine {
  /**
   * Imports an engine that another program defines, so that clients in this program can use it. Call
   * `toEngineAttributes()` in the other program to get the attributes.
   *
   * The import creates none of the engine's objects and can't change its network policy. Add the clients in the program
   * that defines the engine, for example with `engine.addClient({ namespace: 'runners' })`.
   *
   * @param scope the parent of the objects that clients need
   * @param id the construct's id
   * @param attributes the attributes of the engine
   * @throws one error that lists all problems with the attributes
   */
  public static fromEngineAttributes(scope: Construct, id: string, attributes: EngineAttributes): IEngine {
    return new ImportedEngine(scope, id, attributes);
  }

  private readonly added = new AddedItems();
  private plan!: EnginePlan;
  private endpoint!: EngineEndpoint;
  private risks: readonly Found[] = [];
  private objects!: { readonly [id: string]: ApiObject };

  /**
   * @param scope a chart
   * @param id the construct's id
   * @throws if the class extends none of the three kinds of engines
   */
  public constructor(scope: Construct, id: string) {
    super(scope, id);
    if (this._kind === undefined) {
      throw new ValidationError(
        `[${this.node.path}] ${explanation({
          wrong: `${this.constructor.name} extends Engine, which renders no workload`,
          allowed: 'subclasses of EngineDaemonSet, EngineStatefulSet and EngineDeployment',
          fix: 'extend one of them',
        })}`,
      );
    }
  }

  /**
   * The kind of the workload. Each of the three kinds of engines overrides it.
   *
   * @internal
   */
  protected get _kind(): Topology['kind'] | undefined {
    return undefined;
  }

  /** The name of the workload. */
  public get name(): string {
    return this.plan.name;
  }

  /** The namespace of the engine's chart, or undefined if the chart has none. */
  public get namespace(): string | undefined {
    return this.plan.namespace;
  }

  /** The release of the engine. */
  public get version(): EngineVersion {
    return this.plan.version;
  }

  /** The labels of every object of the engine, for example for your own objects. Each access returns a new map. */
  public get labels(): { [key: string]: string } {
    return { ...this.plan.labels };
  }

  /** The port where the pods accept clients, or undefined without a listener. */
  public get listenerPort(): number | undefined {
    return this.plan.listener?.port;
  }

  /** The port of the metrics, in the pods and in their Service, or undefined without metrics. */
  public get metricsPort(): number | undefined {
    return this.plan.metrics?.port;
  }

  /** The labels that select the engine's pods. Each access returns a new map. */
  public get podSelector(): { [key: string]: string } {
    return { ...this.plan.selector };
  }

  /** The DaemonSet, StatefulSet or Deployment. */
  public get workload(): ApiObject {
    return this.objects.Resource as ApiObject;
  }

  /** The ConfigMap with `engine.json` and `engine.toml`, or undefined if there is nothing to configure. */
  public get configMap(): ApiObject | undefined {
    return this.objects.ConfigMap;
  }

  /** The Service of the listener, or undefined if there is no listener or the Service already exists. */
  public get service(): ApiObject | undefined {
    return this.objects.Service;
  }

  /** The headless Service of a StatefulSet, or undefined for other kinds and if it is disabled. */
  public get headlessService(): ApiObject | undefined {
    return this.objects.HeadlessService;
  }

  /** The Service of the metrics, or undefined if there is none. */
  public get metricsService(): ApiObject | undefined {
    return this.objects.MetricsService;
  }

  /** The cert-manager Certificate of the engine, or undefined unless a TLS listener uses an issued certificate. */
  public get certificate(): ApiObject | undefined {
    return this.objects.Certificate;
  }

  /** The network policy of the engine, or undefined if no port is open or the policy is disabled. */
  public get networkPolicy(): ApiObject | undefined {
    return this.objects.NetworkPolicy;
  }

  /** The ScaledObject or HorizontalPodAutoscaler, or undefined if this program defines none. */
  public get autoscaler(): ApiObject | undefined {
    return this.objects.ScaledObject ?? this.objects.HorizontalPodAutoscaler;
  }

  /**
   * Returns the longest time that a healthy rolling update takes: the grace period, the startup probe and five minutes
   * to pull the image, for each engine or each group of engines that are replaced at the same time. Use it as the
   * timeout of `kubectl rollout status` or of a GitOps tool. It is undefined for a DaemonSet, whose number of nodes is
   * not known, and for the update strategy `onDelete()`.
   *
   * This method renders the workload, so call it after the last JSON patch.
   */
  public rolloutTimeout(): Duration | undefined {
    const seconds = rolloutSeconds(this.workload.toJson() as Parameters<typeof rolloutSeconds>[0], this.plan.replicas);
    return seconds === undefined ? undefined : Duration.seconds(seconds);
  }

  /** The PodDisruptionBudget of the engines, or undefined if there is none. */
  public get disruptionBudget(): ApiObject | undefined {
    return this.objects.PodDisruptionBudget;
  }

  /** The PodMonitor, or undefined without `Monitoring.prometheusOperator()`. */
  public get podMonitor(): ApiObject | undefined {
    return this.objects.PodMonitor;
  }

  /** The PrometheusRule with the alerts, or undefined if there is none. */
  public get prometheusRule(): ApiObject | undefined {
    return this.objects.PrometheusRule;
  }

  /** The ConfigMap with the Grafana dashboard, or undefined if there is none. */
  public get dashboard(): ApiObject | undefined {
    return this.objects.Dashboard;
  }

  /** The name of the pods' service account, or undefined for the default account of the namespace. */
  public get serviceAccountName(): string | undefined {
    return this.plan.serviceAccount?.name;
  }

  /** The service account that is created with the engine, or undefined if none was requested. */
  public get serviceAccount(): ApiObject | undefined {
    return this.objects.ServiceAccount;
  }

  /** The directory on the node that contains the engine's socket, or undefined if the socket isn't on the node. */
  public get hostSocketDirectory(): string | undefined {
    return this.plan.hostSocket?.path;
  }

  /**
   * The path at which a client's pod must mount `hostSocketDirectory` for `Transport.unix()`: `/run/dagger`, or
   * `/run/buildkit` before v0.17.0. Undefined if the socket isn't on the node.
   */
  public get clientSocketDirectory(): string | undefined {
    return this.plan.hostSocket === undefined ? undefined : posix.dirname(this.plan.version.socketPath);
  }

  /** The `kubectl` command that prints the name of a running pod of the engine. Use it for pods with random names. */
  public get findPodCommand(): string {
    return findPodCommand(this.endpoint);
  }

  /**
   * Returns the value of `_EXPERIMENTAL_DAGGER_RUNNER_HOST` for a client of this engine.
   *
   * @param transport the transport between the client and the engine
   * @throws if the engine doesn't offer the transport
   */
  public runnerHost(transport: Transport): string {
    return runnerHost(this.endpoint, transport);
  }

  /**
   * Connects a construct that contains a pod to this engine. The pod's containers get the address, the certificate or
   * the socket, and the CLI. A pod that uses the node's socket runs on a node with an engine. A pod that uses the
   * Kubernetes API gets the permissions for it. The engine's network policy allows the pod.
   *
   * The construct is a workload of any cdk8s-plus version, an L1 object, an `ApiObject`, or a custom resource with
   * `podTemplatePath`. It may be in another chart and another namespace. The library changes the object at synth, after
   * all JSON patches, so the order of calls doesn't matter. To change the additions themselves, use `addClient(...)`.
   * Connecting a construct again has no effect.
   *
   * @param construct the construct that contains the client's pod
   * @param options options for the client
   * @returns the connection as data
   * @throws one error with all problems that are known before synth
   */
  public connect(construct: IConstruct, options: ConnectOptions = {}): Connection {
    return connect(this.endpoint, construct, options);
  }

  /**
   * Adds a client that is not a construct, such as the values of an L1 pod, the configuration of a CI system, or a
   * shell. The engine's network policy allows pods with the connection's labels. If the client needs a certificate or
   * permissions, the library creates them.
   *
   * @param options options for the client
   * @returns the connection as data
   * @throws one error with all problems
   */
  public addClient(options: AddClientOptions = {}): Connection {
    return addClient(this.endpoint, options);
  }

  /**
   * Returns the attributes that other programs need to import the engine with `Engine.fromEngineAttributes(...)`. The
   * attributes can be serialized as JSON. Call this method after adding all clients, because the attributes include the
   * namespaces that the network policy allows.
   */
  public toEngineAttributes(): EngineAttributes {
    return attributesOf(this.endpoint, this.plan.policy.clientPeers);
  }

  /**
   * Adds a volume to the pods.
   *
   * The rules of the property `volumes` apply. Added volumes follow those of the property and are sorted by name, so
   * the order of calls doesn't matter. Adding the same volume again has no effect. The library checks added volumes at
   * synth.
   *
   * @param volume the volume, as in `volumes`
   */
  public addVolume(volume: k8s.Volume): void {
    this.added.add('volumes', volume?.name, volume);
  }

  /**
   * Mounts a volume into the engine's container. Mounts are sorted by path. Otherwise, the rules of `addVolume` apply.
   *
   * @param mount the mount, as in `volumeMounts`
   */
  public addVolumeMount(mount: k8s.VolumeMount): void {
    this.added.add('volumeMounts', mount?.mountPath, mount);
  }

  /**
   * Adds a container that runs before the engine. Added containers run after those of the property `initContainers`, in
   * the order of their names. Otherwise, the rules of `addVolume` apply.
   *
   * @param container the container, as in `initContainers`
   */
  public addInitContainer(container: k8s.Container): void {
    this.added.add('initContainers', container?.name, container);
  }

  /**
   * Adds a container to the pods. The rules of `addVolume` apply.
   *
   * @param container the container, as in `sidecars`
   */
  public addSidecar(container: k8s.Container): void {
    this.added.add('sidecars', container?.name, container);
  }

  /**
   * Adds an environment variable to the engine's container. The rules of `addVolume` apply.
   *
   * @param name the name of the variable
   * @param value the value
   */
  public addEnv(name: string, value: EnvVar): void {
    this.added.add('env', name, value);
  }

  /**
   * Adds a CA certificate (PEM) that the engine and all build containers trust. The rules of `addVolume` apply.
   *
   * @param certificate the key of a Secret or ConfigMap, as in `caCertificates`
   */
  public addCaCertificate(certificate: KeySelector): void {
    this.added.add('caCertificates', `${certificate?.objectName}/${certificate?.key}`, certificate);
  }

  /**
   * Adds a label to the pods. The rules of `addVolume` apply.
   *
   * @param key the key of the label
   * @param value the value of the label
   */
  public addPodLabel(key: string, value: string): void {
    this.added.add('podLabels', key, value);
  }

  /**
   * Adds an annotation to the pods. The rules of `addVolume` apply.
   *
   * @param key the key of the annotation
   * @param value the value of the annotation
   */
  public addPodAnnotation(key: string, value: string): void {
    this.added.add('podAnnotations', key, value);
  }

  /**
   * Allows a peer to connect to the engine's port, in addition to the connected clients.
   *
   * @param peer a `NetworkPeer`, or a peer of cdk8s-plus-28 such as a workload, a pod, a namespace or an IP block
   * @throws if the engine has no port or no network policy, or if the peer is invalid
   */
  public allowFrom(peer: INetworkPeer): void {
    this.plan.policy.allowFrom(peer);
  }

  /**
   * Allows a peer, for example Prometheus, to read the metrics. Other peers can't reach them.
   *
   * @param peer a peer, as for `allowFrom`
   * @throws if the engine has no metrics or no network policy, or if the peer is invalid
   */
  public allowMetricsFrom(peer: INetworkPeer): void {
    this.plan.policy.allowMetricsFrom(peer);
  }

  /**
   * The warnings that are known before synth.
   *
   * @internal
   */
  public get _cautions(): readonly Caution[] {
    return this.plan.problems.cautions;
  }

  /**
   * The accepted risks of the engine. `check` and `from-manifests` report them as findings.
   *
   * @internal
   */
  public get _risks(): readonly Found[] {
    return this.risks;
  }

  /**
   * Creates a cert-manager Certificate for a client, with the issuer of the engine. The Secret is in the client's
   * namespace. Calls with the same name and namespace return the same certificate.
   *
   * @param name the common name, a DNS label, for example `ci-runners`
   * @param options options for the certificate
   * @throws if the engine doesn't use mutual TLS with issued certificates
   */
  public issueClient(name: string, options: IssueClientOptions = {}): ClientCertificate {
    return this.endpoint.issueClient(name, options);
  }

  /** @internal */
  protected _assemble(props: EngineProps, topology: Topology, render: WorkloadKind['render']): EnginePlan {
    const kind = { topology, render };
    const { className } = topology;
    const planned = planEngine(this, props, kind);
    const { objects, plan, workload } = planned;
    const { problems } = plan;
    acceptRisks(this, props.acceptRisks, problems);
    this.risks = takeAcceptedRisks(this, problems);
    problems.throwIfAny(this.node.path, className);
    this.plan = plan;
    this.endpoint = endpointOf(this, plan);
    const current = new CurrentEngine(this, planned, {
      props,
      added: this.added,
      plan: (merged) => planEngine(this, merged, kind),
      className,
    });
    // Methods can add items and other constructs can accept risks until synth, so these fields are resolved at synth.
    workload.spec = Lazy.any({ produce: () => current.spec }) as WorkloadSpec;
    workload.metadata.annotations[ACCEPTED_RISKS] = Lazy.any({ produce: () => acceptedRisksOf(this) }) as string;
    this.objects = {
      ...Object.fromEntries(
        Object.entries(objects).flatMap(([id, manifest]) =>
          manifest === undefined ? [] : [[id, emit(this, id, manifest)]],
        ),
      ),
      Resource: emit(this, 'Resource', workload),
    };
    compareAtSynth(this, plan, current);
    rejectDuplicateObjects(this);
    if (this.objects.Certificate !== undefined) {
      rejectSharedCertificateSecrets(this);
    }
    return plan;
  }
}

checkCalls('Engine', Engine);

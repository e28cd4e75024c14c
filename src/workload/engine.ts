import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { DaemonSet, Deployment, StatefulSet } from 'kubernetes-types/apps/v1';
import type { ConfigMap, ServiceAccount } from 'kubernetes-types/core/v1';
import { posix } from 'node:path';
import { compact, emit } from '../internal/manifest';
import { headlessService, listenerService, metricsService } from '../network/engine-service';
import type { Transport } from '../network/transport';
import type { EngineVersion } from '../version/engine-version';
import { refuseDuplicateObjects } from './app-checks';
import { EnginePlan, type Topology } from './engine-plan';
import type { EngineProps } from './engine-props';
import { compareAtSynth } from './engine-registry';
import { runnerHost } from './runner-host';

/** The workload that runs the engines. */
type Workload = DaemonSet | Deployment | StatefulSet;

/**
 * A self-hosted Dagger Engine: one engine, or several of a kind.
 *
 * Every object that it makes is an attribute, and takes JSON patches on what the API server reads:
 * `ApiObject.of(engine)` is the workload.
 */
export abstract class Engine extends Construct {
  private plan!: EnginePlan;
  private objects!: { readonly [id: string]: ApiObject };

  /** The name of the workload. */
  public get name(): string {
    return this.plan.name;
  }

  /** The namespace, that of the chart; undefined where the chart leaves it to whoever applies the manifest. */
  public get namespace(): string | undefined {
    return this.plan.namespace;
  }

  /** The release that the engine runs, or behaves like. */
  public get version(): EngineVersion {
    return this.plan.version;
  }

  /** The labels of every object of the engine, to put on objects of one's own beside it. A new map every time. */
  public get labels(): { [key: string]: string } {
    return { ...this.plan.labels };
  }

  /** The port for clients, in the pods and of the Service; undefined without listener. */
  public get listenerPort(): number | undefined {
    return this.plan.listener?.port;
  }

  /** The port of the metrics, in the pods and of their Service; undefined without metrics. */
  public get metricsPort(): number | undefined {
    return this.plan.metrics?.port;
  }

  /** The labels that select the engine's pods. A new map every time. */
  public get selector(): { [key: string]: string } {
    return { ...this.plan.selector };
  }

  /** The DaemonSet, StatefulSet or Deployment. */
  public get workload(): ApiObject {
    return this.objects.Resource as ApiObject;
  }

  /** The ConfigMap with `engine.json` and `engine.toml`; undefined when there is nothing to configure. */
  public get configMap(): ApiObject | undefined {
    return this.objects.ConfigMap;
  }

  /** The Service in front of the listener; undefined without listener. */
  public get service(): ApiObject | undefined {
    return this.objects.Service;
  }

  /** The Service that gives a StatefulSet's pods their names; undefined for other kinds. */
  public get headlessService(): ApiObject | undefined {
    return this.objects.HeadlessService;
  }

  /** The Service of the metrics; undefined without metrics. */
  public get metricsService(): ApiObject | undefined {
    return this.objects.MetricsService;
  }

  /** The service account that was made with the engine; undefined when none was asked for. */
  public get serviceAccount(): ApiObject | undefined {
    return this.objects.ServiceAccount;
  }

  /**
   * The directory of the node where the engine's socket appears; undefined where it doesn't.
   */
  public get hostSocketDirectory(): string | undefined {
    return this.plan.hostSocket;
  }

  /**
   * The directory where a client's pod mounts `hostSocketDirectory`, so that `Transport.unix()` finds the socket there:
   * `/run/dagger`, before v0.17.0 `/run/buildkit`. Undefined where the socket doesn't appear on the node.
   */
  public get clientSocketDirectory(): string | undefined {
    return this.plan.hostSocket === undefined ? undefined : posix.dirname(this.plan.version.socketPath);
  }

  /**
   * The `kubectl` line that prints the name of an engine's pod that is running, for pods whose names are random.
   */
  public get findPodCommand(): string {
    const selector = Object.entries(this.plan.selector).map(([key, value]) => `${key}=${value}`).join(',');
    const namespace = this.namespace === undefined ? '' : ` --namespace=${this.namespace}`;
    return `kubectl get pods${namespace} --selector=${selector} --field-selector=status.phase=Running --output=jsonpath='{.items[0].metadata.name}'`;
  }

  /**
   * The value of `_EXPERIMENTAL_DAGGER_RUNNER_HOST` for a client of this engine.
   *
   * @param transport how the client reaches it
   * @throws when this engine can't be reached that way
   */
  public runnerHost(transport: Transport): string {
    return runnerHost(this.node.path, this.plan, transport);
  }

  /** @internal */
  protected _assemble(props: EngineProps, topology: Topology, render: (plan: EnginePlan) => Workload['spec']): EnginePlan {
    const plan = new EnginePlan(this, props, topology);
    const { problems } = plan;
    const spec = render(plan);
    const { listener, metrics } = plan;
    const objects = {
      ServiceAccount: serviceAccount(plan),
      ConfigMap: configMap(plan),
      Service: listener && listenerService(plan.serviceContext, listener, problems.at('listener.service')),
      HeadlessService: topology.namedPods && headlessService(plan.serviceContext, plan.headlessServiceName, listener),
      MetricsService: metrics && metricsService(plan.serviceContext, `${plan.name}-metrics`, metrics.port),
    };
    checkServiceNames(plan, objects);
    problems.throwIfAny(this.node.path, topology.className);
    const annotations = compact(props.annotations ?? {});
    this.plan = plan;
    this.objects = {
      ...Object.fromEntries(Object.entries(objects).flatMap(([id, manifest]) => (manifest === undefined ? [] : [[id, emit(this, id, manifest)]]))),
      Resource: emit(this, 'Resource', {
        apiVersion: 'apps/v1',
        kind: topology.kind,
        metadata: { name: plan.name, labels: plan.workloadLabels as { [key: string]: string }, ...(annotations && { annotations }) },
        spec,
      }),
    };
    compareAtSynth(this, plan);
    refuseDuplicateObjects(this);
    return plan;
  }
}

/** A Service may have a name of the user's choice, but not that of another one of the engine. */
function checkServiceNames({ listener, problems }: EnginePlan, { Service, HeadlessService, MetricsService }: { readonly [id: string]: { metadata?: { name?: string } } | undefined }): void {
  const [own, headless, metrics] = [Service, HeadlessService, MetricsService].map((service) => service?.metadata?.name);
  const taken = (property: string, name: string): void => {
    problems.add(property, { wrong: 'another Service of the engine has that name', got: name, allowed: 'names that are not taken', fix: 'choose another' });
  };
  if (listener?.service.name !== undefined && own !== undefined && [headless, metrics].includes(own)) {
    taken('listener.service.name', own);
  } else if (headless !== undefined && [own, metrics].includes(headless)) {
    taken('serviceName', headless);
  }
}

function configMap({ config, configMapName, labels }: EnginePlan): ConfigMap | undefined {
  return config.data && { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: configMapName, labels: { ...labels } }, data: { ...config.data } };
}

function serviceAccount({ serviceAccount: account, labels }: EnginePlan): ServiceAccount | undefined {
  if (account?.created === undefined) {
    return undefined;
  }
  const annotations = compact(account.created.annotations ?? {});
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: account.name, labels: { ...labels }, ...(annotations && { annotations }) },
    automountServiceAccountToken: false,
  };
}

import { checkDnsLabel, checkLabels } from '../../kubernetes/names';
import { checkSeconds } from '../../kubernetes/quantity';
import type { INetworkPeer } from '../../network/network-peer';
import { checkCalls } from '../../reporting/check-arguments';
import { EngineAlerts } from './engine-alerts';
import { EngineDashboard } from './engine-dashboard';
import type { MonitoredEngine, PlacedEngine } from './monitored-engine';
import type { PrometheusOperatorOptions, ScraperOptions } from './monitoring-options';
import { podMonitorSpec } from './pod-monitor';
import { scrapeAnnotations } from './scrape-annotations';

const API_VERSION = 'monitoring.coreos.com/v1';

/** An object that monitors an engine. */
interface MonitoringObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: { readonly [key: string]: string };
    readonly annotations?: { readonly [key: string]: string };
  };
  readonly spec?: object;
  readonly data?: { readonly [key: string]: string };
}

/** The monitoring of engines with Prometheus. Monitoring opens the metrics port of each engine. */
export class Monitoring {
  /**
   * Creates objects for the Prometheus operator: a PodMonitor with one target for each engine, a PrometheusRule with
   * alerts, and a ConfigMap with a Grafana dashboard.
   *
   * The metrics and alerts that the engine's release lacks are left out. The chart of the engine must have a namespace.
   *
   * @param options options for the objects
   */
  public static prometheusOperator(options: PrometheusOperatorOptions = {}): Monitoring {
    return new Monitoring(
      options.scraper,
      true,
      () => ({}),
      (engine) => operatorObjects(engine, options),
    );
  }

  /**
   * Adds the annotations `prometheus.io/scrape` and `prometheus.io/port` to the pods, for a Prometheus that uses these
   * annotations to find pods. Prometheus doesn't scrape the TLS sidecar, because a pod can have only one annotated
   * port.
   *
   * @param options options for Prometheus
   */
  public static annotations(options: ScraperOptions = {}): Monitoring {
    return new Monitoring(options.scraper, false, scrapeAnnotations, () => ({}));
  }

  private constructor(
    /** @internal */
    public readonly _scraper: INetworkPeer | undefined,
    /** @internal */
    public readonly _scrapesTlsSidecar: boolean,
    /** @internal */
    public readonly _podAnnotations: (port: number) => { readonly [key: string]: string },
    /**
     * Returns the objects, keyed by construct id.
     *
     * @internal
     */
    public readonly _objects: (engine: MonitoredEngine) => { readonly [id: string]: MonitoringObject },
  ) {}

  /**
   * Returns the same monitoring for engines that are stopped on purpose, for example by a job. There is no alert while
   * all of them are stopped.
   *
   * @internal
   */
  public _withPlannedStops(): Monitoring {
    return this.with({ minReplicas: 0 });
  }

  /**
   * Returns the same monitoring for the engine of a seed, which a CronJob stops for each snapshot.
   *
   * @internal
   */
  public _ofSeed(snapshotCronJob: string): Monitoring {
    return this.with({ minReplicas: 0, snapshotCronJob });
  }

  private with(changes: Partial<MonitoredEngine>): Monitoring {
    return new Monitoring(this._scraper, this._scrapesTlsSidecar, this._podAnnotations, (engine) =>
      this._objects({ ...engine, ...changes }),
    );
  }
}

checkCalls('Monitoring', Monitoring);

function operatorObjects(
  engine: MonitoredEngine,
  options: PrometheusOperatorOptions,
): { readonly [id: string]: MonitoringObject } {
  const {
    alerts = EngineAlerts.prometheusRule(),
    dashboard = EngineDashboard.configMap(),
    labels,
    scrapeInterval,
  } = options;
  const { problems } = engine;
  checkOptions(engine, options);
  if (engine.namespace === undefined) {
    return {};
  }
  const namespace = options.namespace ?? engine.namespace;
  // Engines of several namespaces can have their objects in the same namespace.
  const name = namespace === engine.namespace ? engine.name : `${engine.namespace}-${engine.name}`;
  const placed: PlacedEngine = { ...engine, namespace: engine.namespace, monitor: { name, namespace } };
  const metadata = {
    name,
    ...(namespace !== engine.namespace && { namespace }),
    labels: { ...engine.labels, ...labels },
  };
  const seconds = scrapeInterval && checkSeconds(problems, 'scrapeInterval', scrapeInterval, { min: 1, good: 30 });
  const rules = alerts._spec(placed);
  const configMap = dashboard._configMap(placed);
  return {
    PodMonitor: { apiVersion: API_VERSION, kind: 'PodMonitor', metadata, spec: podMonitorSpec(placed, seconds) },
    ...(rules && { PrometheusRule: { apiVersion: API_VERSION, kind: 'PrometheusRule', metadata, spec: rules } }),
    ...(configMap && { Dashboard: configMap }),
  };
}

function checkOptions({ namespace, problems }: MonitoredEngine, options: PrometheusOperatorOptions): void {
  if (namespace === undefined) {
    problems.add('', {
      wrong: 'requires the namespace of the chart, because alerts and dashboards select metrics by it',
      allowed: 'a chart with a namespace',
      fix: "set namespace on the chart, such as new Chart(app, 'engines', { namespace: 'ci' })",
    });
  }
  if (options.namespace !== undefined) {
    checkDnsLabel(problems, 'namespace', options.namespace);
  }
  checkLabels(problems, 'labels', options.labels);
}

import type { Duration } from 'cdk8s';
import type { INetworkPeer } from '../../network/network-peer';
import type { EngineAlerts } from './engine-alerts';
import type { EngineDashboard } from './engine-dashboard';

/** Options for `Monitoring.annotations()`. */
export interface ScraperOptions {
  /**
   * The pods of Prometheus. The engine's network policy allows them to read the metrics.
   *
   * @default - none: allow them with `engine.allowMetricsFrom(...)`
   */
  readonly scraper?: INetworkPeer;
}

/** Options for `Monitoring.prometheusOperator()`. */
export interface PrometheusOperatorOptions extends ScraperOptions {
  /**
   * Labels of the PodMonitor and the PrometheusRule. They must match `podMonitorSelector` and `ruleSelector` of the
   * Prometheus object. The chart kube-prometheus-stack selects `release: NAME`, with the name of its Helm release.
   *
   * @default - only the labels of the engine
   */
  readonly labels?: { [key: string]: string };

  /**
   * The namespace of the PodMonitor, the PrometheusRule and the dashboard. The Prometheus object must select it, with
   * `podMonitorNamespaceSelector` and `ruleNamespaceSelector`. In another namespace than the engine's, the names of
   * these objects start with the namespace of the engine.
   *
   * @default - the namespace of the engine
   */
  readonly namespace?: string;

  /**
   * The time between two scrapes, in whole seconds. Keep it at two minutes or less, because the alerts need several
   * scrapes within ten minutes.
   *
   * @default - the interval of the Prometheus object
   */
  readonly scrapeInterval?: Duration;

  /**
   * The alerts.
   *
   * @default EngineAlerts.prometheusRule()
   */
  readonly alerts?: EngineAlerts;

  /**
   * The Grafana dashboard.
   *
   * @default EngineDashboard.configMap()
   */
  readonly dashboard?: EngineDashboard;
}

import type { Duration } from 'cdk8s';
import type { INetworkPeer } from '../../network/network-peer';
import type { EngineAlertOptions } from './engine-alert';

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
   * Whether to create a PrometheusRule with alerts. Alerts about pods also need kube-state-metrics. Alerts about
   * volumes need the kubelet's metrics, and alerts about certificates need cert-manager's metrics.
   *
   * @default true
   */
  readonly rules?: boolean;

  /**
   * Changes to alerts, at most one entry for each alert.
   *
   * @default - none
   */
  readonly alerts?: EngineAlertOptions[];

  /**
   * Labels of all alerts, for example for the routes of Alertmanager. They can't contain `severity`.
   *
   * @default - none
   */
  readonly alertLabels?: { [key: string]: string };

  /**
   * The URL of a page with runbooks. Each alert has the annotation `runbook_url`: this URL, `#` and the name of the
   * alert in lower case.
   *
   * @default - docs/reference/runbooks.md in the repository of this library
   */
  readonly runbookUrl?: string;

  /**
   * Whether to create a ConfigMap with a Grafana dashboard, for Grafana's sidecar that loads dashboards.
   *
   * @default true
   */
  readonly dashboard?: boolean;

  /**
   * The labels that Grafana's sidecar uses to find the ConfigMap.
   *
   * @default - `grafana_dashboard: "1"`
   */
  readonly dashboardLabels?: { [key: string]: string };

  /**
   * Annotations of the ConfigMap, for example `grafana_folder`.
   *
   * @default - none
   */
  readonly dashboardAnnotations?: { [key: string]: string };
}

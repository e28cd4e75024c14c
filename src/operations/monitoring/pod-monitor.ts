import type { PodMonitorSpec } from '../../../imports/monitoring.coreos.com';
import type { Imported } from '../../kubernetes/imported';
import { METRICS_PORT_NAME, STATUS_PORT_NAME } from '../../network/port-names';
import type { PlacedEngine } from './monitored-engine';
import { duration } from './prometheus-duration';

type Spec = Imported<PodMonitorSpec>;
type Endpoint = NonNullable<Spec['podMetricsEndpoints']>[number];

/** The metrics of ghostunnel that the dashboard uses. */
const TLS_METRICS = 'ghostunnel_(conn_open|accept_(success|error|timeout))';

/** Renders the spec of a PodMonitor with one target for each engine, and one for each TLS sidecar. */
export function podMonitorSpec(
  { listener, monitor, namespace, selector }: PlacedEngine,
  scrapeSeconds: number | undefined,
): Spec {
  const interval = scrapeSeconds === undefined ? {} : { interval: duration(scrapeSeconds) };
  // In a DaemonSet, each new pod has a new name, but the cache stays on the node.
  const relabelings: Endpoint['relabelings'] = [
    // The API server would add the default action.
    { action: 'replace', sourceLabels: ['__meta_kubernetes_pod_node_name'], targetLabel: 'node' },
  ];
  const tls: Endpoint = {
    port: STATUS_PORT_NAME,
    path: '/_metrics/prometheus',
    scheme: 'https',
    ...interval,
    // The certificate contains the engine's names, but Prometheus connects to the pods' IP addresses.
    tlsConfig: { insecureSkipVerify: true },
    relabelings,
    metricRelabelings: [{ action: 'keep', sourceLabels: ['__name__'], regex: TLS_METRICS }],
  };
  return {
    ...(monitor.namespace !== namespace && { namespaceSelector: { matchNames: [namespace] } }),
    selector: { matchLabels: { ...selector } },
    podMetricsEndpoints: [
      { port: METRICS_PORT_NAME, ...interval, relabelings },
      ...(listener?.tls?.sidecar === undefined ? [] : [tls]),
    ],
  };
}

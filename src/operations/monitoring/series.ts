import { TLS_CONTAINER_NAME } from '../../network/tls-sidecar';
import { CONTAINER_NAME } from '../../pod/engine-container';
import type { PlacedEngine } from './monitored-engine';

/**
 * The maximum length of the part of a pod's name before its five random characters
 * (staging/src/k8s.io/apiserver/pkg/storage/names/generate.go@v1.37.2).
 */
const PREFIX_MAX = 58;

/** The maximum length of the hash in the pod names of a Deployment, with its two hyphens. */
const HASH_LENGTH = 12;

/** The PromQL selectors for an engine's series. */
export interface Series {
  /** Selects a metric of the engines themselves. */
  readonly engine: (metric: string) => string;
  /** Selects a metric of the TLS sidecars. */
  readonly tls: (metric: string) => string;
  /** Selects a metric about the pods, from kube-state-metrics or the kubelet. `labels` are additional matchers. */
  readonly pods: (metric: string, ...labels: string[]) => string;
  /** Selects a metric about the engines' containers, from kube-state-metrics or the kubelet. */
  readonly container: (metric: string, ...labels: string[]) => string;
  /** Selects a metric about the workload, from kube-state-metrics. */
  readonly workload: (metric: string) => string;
  /** Selects a kubelet metric about the claims of the caches. Undefined if the caches aren't on claims. */
  readonly claims?: (metric: string) => string;
}

/**
 * Returns the selectors for an engine's series. `variable` is a Grafana variable, such as `$pod`, that limits the
 * metrics of engines, TLS sidecars and pods to the chosen pods.
 *
 * The Prometheus operator sets `job` to the namespace and the name of the PodMonitor, and `container` to the container
 * of the scraped port (pkg/prometheus/promcfg.go@v0.93.0 of prometheus-operator).
 */
export function seriesOf(engine: PlacedEngine, variable?: string): Series {
  const { kind, monitor, name, namespace } = engine;
  const inNamespace = `namespace="${namespace}"`;
  const chosen = variable === undefined ? [] : [`pod=~"${variable}"`];
  const pod = `pod=~"${podNames(engine)}"`;
  const scraped =
    (container: string) =>
    (metric: string): string =>
      select(metric, [`job="${monitor.namespace}/${monitor.name}"`, `container="${container}"`, ...chosen]);
  const ofPods = (metric: string, ...labels: string[]): string =>
    select(metric, [inNamespace, ...(variable === undefined ? [pod] : chosen), ...labels]);
  const claims = claimNames(engine);
  return {
    engine: scraped(CONTAINER_NAME),
    tls: scraped(TLS_CONTAINER_NAME),
    pods: ofPods,
    container: (metric, ...labels) => ofPods(metric, `container="${CONTAINER_NAME}"`, ...labels),
    workload: (metric) => select(metric, [inNamespace, `${kind.toLowerCase()}="${name}"`]),
    ...(claims !== undefined && {
      claims: (metric: string) => select(metric, [inNamespace, `persistentvolumeclaim=~"${claims}"`]),
    }),
  };
}

/** Returns a regular expression that matches the names of the engine's pods. */
export function podNames({ kind, name }: Pick<PlacedEngine, 'kind' | 'name'>): string {
  const escaped = escape(name);
  switch (kind) {
    case 'StatefulSet':
      return `${escaped}-[0-9]+`;
    case 'DaemonSet':
      return name.length >= PREFIX_MAX ? `${escape(name.slice(0, PREFIX_MAX))}[a-z0-9]{5}` : `${escaped}-[a-z0-9]{5}`;
    case 'Deployment':
      return name.length > PREFIX_MAX - HASH_LENGTH
        ? `${escape(name.slice(0, PREFIX_MAX - HASH_LENGTH))}.*`
        : `${escaped}-[a-z0-9]+-[a-z0-9]{5}`;
  }
}

/** Returns a regular expression that matches the names of the caches' claims. */
function claimNames(engine: PlacedEngine): string | undefined {
  const { claimTemplate, volume, volumeName } = engine.cache ?? {};
  if (claimTemplate !== undefined) {
    return `${volumeName}-${podNames(engine)}`;
  }
  const claim = volume?.persistentVolumeClaim?.claimName;
  return claim === undefined
    ? volume?.ephemeral === undefined
      ? undefined
      : `${podNames(engine)}-${volume.name}`
    : escape(claim);
}

/**
 * Escapes the dots in a name. Names of Kubernetes objects contain no other special characters of regular expressions.
 */
function escape(name: string): string {
  return name.replaceAll('.', '[.]');
}

function select(metric: string, labels: readonly string[]): string {
  return `${metric}{${labels.join(',')}}`;
}

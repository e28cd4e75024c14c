import type { Duration } from 'cdk8s';
import { checkPort } from '../kubernetes/ports';
import type { Problems } from '../reporting/problems';
import { checkSeconds } from '../kubernetes/quantity';
import { METRICS_ADDRESS } from '../pod/env-rules';
import { EnvVar } from '../pod/env-var';
import { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';

/**
 * Options for Prometheus metrics at `/metrics` over plain HTTP. The same port serves the profiles (`/debug/pprof`) and
 * variables (`/debug/vars`) of the Go runtime, so only Prometheus should be able to reach it.
 *
 * `dagger_connected_clients` includes the runs of `EngineProbe.session()`. The default probes don't open sessions.
 */
export interface EngineMetrics {
  /**
   * The metrics port in the pods and in the metrics Service.
   *
   * @default 9090
   */
  readonly port?: number;

  /**
   * The interval at which the engine measures the size of the cache, in whole seconds.
   *
   * @default Duration.minutes(5)
   */
  readonly cacheUpdateInterval?: Duration;

  /**
   * Whether to create a headless Service for the metrics, with the engine's name and the suffix `-metrics`.
   *
   * @default true
   */
  readonly service?: boolean;
}

/** The metric with the number of sessions (dagger/dagger cmd/engine/metrics.go@v0.21.8). */
export const SESSIONS_METRIC = 'dagger_connected_clients';

/** Returns the name of the metrics Service. */
export function metricsServiceName(engineName: string): string {
  return `${engineName}-metrics`;
}

/** The metrics port, and the settings that enable and publish metrics. */
export interface BoundMetrics {
  readonly port: number;
  readonly hasService: boolean;
  /** The property that enables the metrics. */
  readonly property: 'metrics' | 'monitoring';
  readonly env: { readonly [name: string]: EnvVar };
}

interface MetricsContext extends Pick<BoundMetrics, 'property'> {
  readonly version: EngineVersion;
  readonly problems: Problems;
}

export function bindMetrics(metrics: EngineMetrics, { problems, property, version }: MetricsContext): BoundMetrics {
  const port = metrics.port ?? 9090;
  checkPort(problems, 'port', port);
  if (!version.supports(EngineCapability.METRICS)) {
    problems.add('', {
      wrong: `is not supported by ${version.tag}`,
      allowed: EngineCapability.METRICS.availability,
      fix: `choose a release that supports it, or remove ${property}`,
    });
  }
  const interval = metrics.cacheUpdateInterval;
  return {
    port,
    property,
    // The property `monitoring` finds the pods without a Service.
    hasService: property === 'metrics' && (metrics.service ?? true),
    env: {
      // An address without a host listens on IPv4 and IPv6.
      [METRICS_ADDRESS]: EnvVar.fromValue(`:${port}`),
      ...(interval && {
        _EXPERIMENTAL_DAGGER_METRICS_CACHE_UPDATE_INTERVAL: EnvVar.fromValue(
          `${checkSeconds(problems, 'cacheUpdateInterval', interval, { min: 1 })}s`,
        ),
      }),
    },
  };
}

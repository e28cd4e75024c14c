import type { Duration } from 'cdk8s';
import { checkPort } from '../kubernetes/ports';
import type { Problems } from '../reporting/problems';
import { checkSeconds } from '../kubernetes/quantity';
import { EnvVar } from '../pod/env-var';
import { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';

/**
 * Prometheus metrics at `/metrics`, plain HTTP. The same port also serves Go's profiles (`/debug/pprof`) and
 * variables (`/debug/vars`): let only the scraper reach it.
 *
 * The default readiness probe opens a session every 15 s, so that `dagger_connected_clients` is often 1 while the engine
 * is idle. `EngineProbe.connect()` as readiness probe opens none.
 */
export interface EngineMetrics {
  /**
   * The port, in the pod and of the metrics Service.
   *
   * @default 9090
   */
  readonly port?: number;

  /**
   * How often the size of the cache is measured.
   *
   * @default - the engine's: 5 minutes
   */
  readonly cacheUpdateInterval?: Duration;
}

/** Port and variables of the metrics. */
export interface BoundMetrics {
  readonly port: number;
  readonly env: { readonly [name: string]: EnvVar };
}

export function bindMetrics(metrics: EngineMetrics, version: EngineVersion, problems: Problems): BoundMetrics {
  const port = metrics.port ?? 9090;
  checkPort(problems, 'port', port);
  if (!version.supports(EngineCapability.METRICS)) {
    problems.add('', {
      wrong: `${version.tag} has no metrics`,
      allowed: EngineCapability.METRICS.availability,
      fix: 'choose such a version, or remove metrics',
    });
  }
  const interval = metrics.cacheUpdateInterval;
  return {
    port,
    env: {
      // Without a host, so that it is IPv4 and IPv6 alike.
      _EXPERIMENTAL_DAGGER_METRICS_ADDR: EnvVar.value(`:${port}`),
      ...(interval && {
        _EXPERIMENTAL_DAGGER_METRICS_CACHE_UPDATE_INTERVAL: EnvVar.value(
          `${checkSeconds(problems, 'cacheUpdateInterval', interval, 1)}s`,
        ),
      }),
    },
  };
}

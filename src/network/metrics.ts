import type { Duration } from 'cdk8s';
import { checkPort } from '../kubernetes/ports';
import type { Problems } from '../reporting/problems';
import { checkSeconds } from '../kubernetes/quantity';
import { EnvVar } from '../pod/env-var';
import { EngineCapability } from '../version/engine-capability';
import type { EngineVersion } from '../version/engine-version';

/**
 * Options of Prometheus metrics at `/metrics` over plain HTTP. The same port serves the profiles (`/debug/pprof`) and
 * variables (`/debug/vars`) of the Go runtime, so only Prometheus should be able to reach it.
 *
 * `dagger_connected_clients` includes the runs of `EngineProbe.session()`. The default probes open no sessions.
 */
export interface EngineMetrics {
  /**
   * The port of the metrics, in the pods and in the metrics Service.
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

  /**
   * Whether the pods have the annotations `prometheus.io/scrape` and `prometheus.io/port`, for a Prometheus that finds
   * pods by them.
   *
   * @default false
   */
  readonly scrapeAnnotations?: boolean;
}

/** The annotations of pods that a Prometheus with the usual configuration scrapes. */
export function scrapeAnnotations(port: number): { readonly [key: string]: string } {
  return { 'prometheus.io/scrape': 'true', 'prometheus.io/port': String(port) };
}

/** The port of the metrics, and everything that enables and publishes them. */
export interface BoundMetrics {
  readonly port: number;
  readonly hasService: boolean;
  /** The annotations of the pods. */
  readonly annotations: { readonly [key: string]: string };
  readonly env: { readonly [name: string]: EnvVar };
}

export function bindMetrics(metrics: EngineMetrics, version: EngineVersion, problems: Problems): BoundMetrics {
  const port = metrics.port ?? 9090;
  checkPort(problems, 'port', port);
  if (!version.supports(EngineCapability.METRICS)) {
    problems.add('', {
      wrong: `${version.tag} has no metrics`,
      allowed: EngineCapability.METRICS.availability,
      fix: 'choose a release that supports it, or remove metrics',
    });
  }
  const interval = metrics.cacheUpdateInterval;
  return {
    port,
    hasService: metrics.service ?? true,
    annotations: metrics.scrapeAnnotations === true ? scrapeAnnotations(port) : {},
    env: {
      // An address without a host listens on IPv4 and IPv6.
      _EXPERIMENTAL_DAGGER_METRICS_ADDR: EnvVar.value(`:${port}`),
      ...(interval && {
        _EXPERIMENTAL_DAGGER_METRICS_CACHE_UPDATE_INTERVAL: EnvVar.value(
          `${checkSeconds(problems, 'cacheUpdateInterval', interval, { min: 1 })}s`,
        ),
      }),
    },
  };
}

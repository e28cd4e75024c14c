import type { MetricSpec, MetricTarget } from 'kubernetes-types/autoscaling/v2';
import { checkLabels } from '../kubernetes/names';
import { SESSIONS_METRIC } from '../network/metrics';
import { checkCalls } from '../reporting/check-arguments';
import type { Problems } from '../reporting/problems';
import { checkPerEngine, checkUtilization, type UtilizationOptions } from './scale-trigger';

/** Options for a pod metric. */
export interface PodsMetricOptions {
  /**
   * The name of the metric in the API `custom.metrics.k8s.io`.
   *
   * @default 'dagger_connected_clients'
   */
  readonly name?: string;

  /**
   * The value per engine. The sum of the pods' values, divided by this value and rounded up, is the number of engines.
   */
  readonly perEngine: number;
}

/** Options for an external metric. */
export interface ExternalMetricOptions {
  /** The name of the metric in the API `external.metrics.k8s.io`. */
  readonly name: string;

  /** The value per engine. The number of engines is the metric, divided by this value and rounded up. */
  readonly perEngine: number;

  /**
   * The labels of the metric.
   *
   * @default - none
   */
  readonly labels?: { [key: string]: string };
}

/**
 * A metric of a HorizontalPodAutoscaler. With several metrics, the one that needs the most engines wins. Pod metrics
 * and external metrics need an adapter in the cluster, such as prometheus-adapter.
 */
export class ScaleMetric {
  /**
   * Uses a metric of each pod, by default the number of sessions.
   *
   * @param options the metric and the value per engine
   */
  public static pods(options: PodsMetricOptions): ScaleMetric {
    const countsSessions = options.name === undefined || options.name === SESSIONS_METRIC;
    const render = (problems: Problems): MetricSpec => {
      const { name = SESSIONS_METRIC, perEngine } = options;
      checkMetricName(name, problems);
      checkPerEngine(perEngine, problems);
      return { type: 'Pods', pods: { metric: { name }, target: averageValue(perEngine) } };
    };
    return countsSessions ? new ScaleMetric('sessions', render, options.perEngine) : new ScaleMetric('demand', render);
  }

  /**
   * Uses a metric from outside the pods, such as the length of a job queue.
   *
   * @param options the metric and the value per engine
   */
  public static external(options: ExternalMetricOptions): ScaleMetric {
    return new ScaleMetric('demand', (problems) => {
      const { labels, name, perEngine } = options;
      checkMetricName(name, problems);
      checkPerEngine(perEngine, problems);
      checkLabels(problems, 'labels', labels);
      const selector = labels && { matchLabels: { ...labels } };
      return {
        type: 'External',
        external: { metric: { name, ...(selector && { selector }) }, target: averageValue(perEngine) },
      };
    });
  }

  /**
   * Uses the CPU of the pods. Requires `ScaleIn.disabled()`, because an engine without CPU load can still run builds.
   *
   * @param options the utilization
   */
  public static cpu(options: UtilizationOptions): ScaleMetric {
    return new ScaleMetric('cpu', (problems) => utilization('cpu', options, problems));
  }

  /**
   * Uses the memory of the pods. Requires `ScaleIn.disabled()`, because the memory of an engine doesn't show whether it
   * runs builds.
   *
   * @param options the utilization
   */
  public static memory(options: UtilizationOptions): ScaleMetric {
    return new ScaleMetric('memory', (problems) => utilization('memory', options, problems));
  }

  private constructor(
    /** @internal */
    public readonly _kind: 'sessions' | 'demand' | 'cpu' | 'memory',
    /** @internal */
    public readonly _render: (problems: Problems) => MetricSpec,
    /** @internal */
    public readonly _sessionsPerEngine?: number,
  ) {}
}

checkCalls('ScaleMetric', ScaleMetric);

function utilization(
  name: 'cpu' | 'memory',
  { utilization: averageUtilization }: UtilizationOptions,
  problems: Problems,
): MetricSpec {
  checkUtilization(averageUtilization, problems);
  return { type: 'Resource', resource: { name, target: { type: 'Utilization', averageUtilization } } };
}

/** Returns a target as the API server stores it, so that GitOps tools show no drift: `1500m` instead of `1.5`. */
function averageValue(perEngine: number): MetricTarget {
  return {
    type: 'AverageValue',
    averageValue: Number.isInteger(perEngine) ? String(perEngine) : `${Math.round(perEngine * 1000)}m`,
  };
}

function checkMetricName(name: string, problems: Problems): void {
  if (!/^[^/%\s]+$/.test(name) || name === '.' || name === '..') {
    problems.add('name', {
      wrong: 'must be the name of a metric',
      got: name,
      allowed: "text without '/', '%' or spaces",
      fix: 'correct the name',
    });
  }
}

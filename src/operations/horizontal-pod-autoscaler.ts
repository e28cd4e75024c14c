import type { HorizontalPodAutoscaler } from 'kubernetes-types/autoscaling/v2';
import type { HorizontalAutoscalingOptions } from './autoscaling-options';
import { checkRange, warnAboutProbes } from './autoscaling-rules';
import type { BoundAutoscaling, ScaledEngine } from './scaled-engine';
import { renderBehavior, stopsEngines } from './scale-pace';
import { checkUtilizationMetrics, utilizedResources } from './utilization-rules';

/** Renders the HorizontalPodAutoscaler of an engine. */
export function horizontalPodAutoscaler(options: HorizontalAutoscalingOptions, engine: ScaledEngine): BoundAutoscaling {
  const problems = engine.problems.at('autoscaling');
  const { maxReplicas, metrics, minReplicas = 1, scaleIn, scaleOut } = options;
  checkRange({ minReplicas, maxReplicas }, problems);
  if (metrics.length === 0) {
    problems.add('metrics', {
      wrong: 'must not be empty, because Kubernetes would use the CPU',
      got: [],
      allowed: 'at least one metric',
      fix: 'add ScaleMetric.pods({ perEngine: 2 })',
    });
  }
  if (minReplicas === 0) {
    problems.add('minReplicas', {
      wrong: 'a HorizontalPodAutoscaler does not start engines from zero',
      got: 0,
      allowed: 'at least 1',
      fix: 'set it to 1, or use Autoscaling.keda(...)',
    });
  }
  if (engine.metrics === undefined && metrics.some(({ _kind }) => _kind === 'sessions')) {
    engine.problems.add('metrics', {
      wrong: 'ScaleMetric.pods(...) uses the number of sessions, which only an engine with metrics reports',
      allowed: 'metrics or monitoring',
      fix: 'set metrics: {}',
    });
  }
  const kinds = metrics.map(({ _kind }) => _kind);
  checkUtilizationMetrics(kinds, 'metrics', stopsEngines(scaleIn), problems);
  warnAboutProbes(
    metrics.map(({ _sessionsPerEngine }) => _sessionsPerEngine),
    { minReplicas, maxReplicas },
    engine,
  );
  const object: HorizontalPodAutoscaler = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: engine.name, labels: { ...engine.labels } },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: engine.kind, name: engine.name },
      minReplicas,
      maxReplicas,
      behavior: renderBehavior(scaleIn, scaleOut, problems),
      metrics: metrics.map((metric, index) => metric._render(problems.at(`metrics[${index}]`))),
    },
  };
  return { objects: { HorizontalPodAutoscaler: object }, metricsPeers: [], utilized: utilizedResources(kinds) };
}

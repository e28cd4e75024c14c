import { quantityValue } from '../kubernetes/quantity';
import { EngineRisk } from '../reporting/engine-risk';
import type { Problems } from '../reporting/problems';

/**
 * Reports CPU and memory metrics, which don't show whether an engine is busy. An autoscaler that never stops engines
 * can use them.
 */
export function checkUtilizationMetrics(
  kinds: readonly string[],
  property: 'metrics' | 'triggers',
  stopsEngines: boolean,
  problems: Problems,
): void {
  for (const [index, kind] of kinds.entries()) {
    if (stopsEngines && (kind === 'cpu' || kind === 'memory')) {
      problems.add(`${property}[${index}]`, {
        wrong:
          kind === 'cpu'
            ? 'CPU does not show whether an engine is busy, because a build that downloads or waits uses none, so the autoscaler would stop engines during builds'
            : 'memory does not show whether an engine is busy, because an idle engine keeps it, so the autoscaler would keep idle engines or stop busy ones',
        got: kind,
        allowed: 'a metric of sessions or jobs, or scaleIn: ScaleIn.disabled()',
        fix: property === 'triggers' ? 'use ScaleTrigger.sessions(...)' : 'use ScaleMetric.pods({ perEngine: 1 })',
        risk: EngineRisk.UNSAFE_SCALE_IN,
      });
    }
  }
}

/** Returns the resources whose utilization is a metric. */
export function utilizedResources(kinds: readonly string[]): ReadonlySet<string> {
  return new Set(kinds.filter((kind) => kind === 'cpu' || kind === 'memory'));
}

/** A container and its resources. */
interface ScaledContainer {
  readonly name: string;
  readonly restartPolicy?: string;
  readonly resources?: {
    readonly requests?: { readonly [resource: string]: unknown };
    readonly limits?: { readonly [resource: string]: unknown };
  };
}

/**
 * Reports containers without requests for a resource that the autoscaler uses. KEDA's webhook rejects the ScaledObject
 * (kedacore/keda apis/keda/v1alpha1/scaledobject_webhook.go@v2.21.0), and Kubernetes doesn't scale
 * (pkg/controller/podautoscaler/replica_calculator.go:516-530@v1.37.2). The API server copies limits to missing
 * requests.
 */
export function checkRequests(
  resources: ReadonlySet<string>,
  { containers, initContainers = [] }: PodContainers,
  problems: Problems,
): void {
  const counted = [...containers, ...initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always')];
  for (const resource of resources) {
    const missing = counted.filter(
      ({ resources: { limits, requests } = {} }) => !isSet(requests?.[resource]) && !isSet(limits?.[resource]),
    );
    if (missing.length > 0) {
      problems.add('autoscaling', {
        wrong: `the utilization of ${resource} is relative to the requests, and some containers have no request, so the autoscaler would not start engines`,
        got: missing.map(({ name }) => name).join(', '),
        allowed: `a request or a limit for ${resource} in every container of the pod`,
        fix: `set resources: { requests: { ${resource}: '${resource === 'cpu' ? '4' : '16Gi'}' } } on the engine, and requests on the other containers`,
        risk: EngineRisk.MISSING_REQUESTS,
      });
    }
  }
}

/** The containers of a pod. */
export interface PodContainers {
  readonly containers: readonly ScaledContainer[];
  readonly initContainers?: readonly ScaledContainer[];
}

function isSet(quantity: unknown): boolean {
  return quantity !== undefined && quantityValue(String(quantity)) !== 0;
}

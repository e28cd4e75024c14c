import type { ResourceRequirements } from 'kubernetes-types/core/v1';
import type { Problems } from '../reporting/problems';
import { EngineRisk } from '../reporting/engine-risk';

/** The resources of the engine's container, as Kubernetes quantities. */
export interface EngineResources {
  /**
   * The resources that the scheduler reserves, for example `{ cpu: '4', memory: '16Gi' }`.
   *
   * @default - no requests, with a warning: engines without requests are killed first, and a killed engine can lose its
   * cache
   */
  readonly requests?: { [resource: string]: string };

  /**
   * The maximum resources that the container may use. On nodes with cgroup v2, a memory or CPU limit applies only to the
   * engine process, because build containers run in cgroups outside the pod's (dagger/dagger#10813). With cgroup v1, it
   * includes build containers.
   *
   * @default - no limits
   */
  readonly limits?: { [resource: string]: string };
}

/** @internal */
export function renderResources(
  resources: EngineResources,
  extraLimits: { readonly [name: string]: string },
  problems: Problems,
): ResourceRequirements | undefined {
  for (const name of Object.keys(extraLimits).filter((extra) => resources.limits?.[extra] !== undefined)) {
    problems.add(`limits[${JSON.stringify(name)}]`, {
      wrong: 'is already set by the property gpu',
      got: resources.limits?.[name],
      allowed: 'other resources',
      fix: 'set gpu.count instead',
    });
  }
  const limits = { ...resources.limits, ...extraLimits };
  // If a resource has a limit but no request, Kubernetes uses the limit as the request.
  if (['cpu', 'memory'].every((name) => resources.requests?.[name] === undefined && limits[name] === undefined)) {
    problems.warn(
      EngineRisk.NO_REQUESTS,
      '',
      'without requests for cpu and memory, the engine is the first process that is killed when its node runs out of memory, ' +
        'and a killed engine can lose its cache',
      "set requests, for example { cpu: '4', memory: '16Gi' }",
    );
  }
  const bounded = ['cpu', 'memory'].filter((name) => resources.limits?.[name] !== undefined);
  if (bounded.length > 0) {
    problems.warn(
      EngineRisk.LIMITS_DO_NOT_BOUND_BUILDS,
      'limits',
      `with cgroup v2, limits on ${bounded.join(' and ')} apply only to the engine process, because build containers run in cgroups outside the pod's ` +
        '(dagger/dagger#10813)',
      'run the engine on dedicated nodes instead',
    );
  }
  const requested = Object.keys(resources.requests ?? {}).length > 0;
  const limited = Object.keys(limits).length > 0;
  return requested || limited
    ? { ...(requested && { requests: resources.requests }), ...(limited && { limits }) }
    : undefined;
}

import type { ResourceRequirements } from 'kubernetes-types/core/v1';
import { checkQuantities, quantityValue } from '../kubernetes/quantity';
import type { Problems } from '../reporting/problems';
import { EngineRisk } from '../reporting/engine-risk';

/** Resources of the engine's container, as Kubernetes quantities. */
export interface EngineResources {
  /**
   * What the scheduler sets aside, for example `{ cpu: '4', memory: '16Gi' }`.
   *
   * @default - nothing
   */
  readonly requests?: { [resource: string]: string };

  /**
   * What the container may use at most. A limit on memory or CPU bounds the engine's own process only: the
   * containers of builds run in cgroups outside the pod's (dagger/dagger #10813).
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
  checkQuantities(problems, 'requests', resources.requests);
  checkQuantities(problems, 'limits', resources.limits);
  for (const name of Object.keys(extraLimits).filter((extra) => resources.limits?.[extra] !== undefined)) {
    problems.add(`limits[${JSON.stringify(name)}]`, {
      wrong: 'the property gpu sets that limit',
      got: resources.limits?.[name],
      allowed: 'other resources',
      fix: 'set gpu.count instead',
    });
  }
  const limits = { ...resources.limits, ...extraLimits };
  for (const [name, request] of Object.entries(resources.requests ?? {})) {
    const limit = limits[name];
    if (isExtended(name)) {
      checkExtended(`requests[${JSON.stringify(name)}]`, request, limit, problems);
    } else if (limit !== undefined && quantityValue(request) > quantityValue(limit)) {
      problems.add(`requests[${JSON.stringify(name)}]`, {
        wrong: 'the request is above the limit, which the API server refuses',
        got: request,
        allowed: `at most ${limit}`,
        fix: 'raise the limit or remove it',
      });
    }
  }
  for (const [name, limit] of Object.entries(resources.limits ?? {})) {
    if (isExtended(name) && !Number.isInteger(quantityValue(limit))) {
      problems.add(`limits[${JSON.stringify(name)}]`, {
        wrong: 'an extended resource has no fractions',
        got: limit,
        allowed: 'a whole number',
        fix: 'round it',
      });
    }
  }
  const bounded = ['cpu', 'memory'].filter((name) => resources.limits?.[name] !== undefined);
  if (bounded.length > 0) {
    problems.warn(
      EngineRisk.LIMITS_DO_NOT_BOUND_BUILDS,
      'limits',
      `limits on ${bounded.join(' and ')} bound the engine's own process only: build containers run in cgroups outside the pod's ` +
        '(dagger/dagger #10813); set the engine apart on nodes of its own instead',
    );
  }
  const requested = Object.keys(resources.requests ?? {}).length > 0;
  const limited = Object.keys(limits).length > 0;
  return requested || limited
    ? { ...(requested && { requests: resources.requests }), ...(limited && { limits }) }
    : undefined;
}

/** Reports claims of a container: no pod that is made here has any, and Kubernetes refuses a name that is not among the pod's. */
export function checkResourceClaims(claims: unknown, problems: Problems): void {
  if (Array.isArray(claims) && claims.length > 0) {
    problems.add('resources.claims', {
      wrong: 'the pod has no resourceClaims, and Kubernetes refuses a container that names one',
      got: claims,
      allowed: 'none',
      fix: 'remove it; for a GPU, set gpu',
    });
  }
}

/** Resources that a device plugin or an operator brings, by the names that Kubernetes keeps for them. */
function isExtended(name: string): boolean {
  return name.includes('/') && !name.includes('kubernetes.io/');
}

/** Nobody can have more of an extended resource than was set aside (kubernetes.io/docs, "Extended resources"). */
function checkExtended(property: string, request: string, limit: string | undefined, problems: Problems): void {
  if (limit === undefined || quantityValue(request) !== quantityValue(limit)) {
    problems.add(property, {
      wrong: 'the request of an extended resource must be its limit',
      got: request,
      allowed: limit ?? 'no request without a limit',
      fix: limit === undefined ? 'set it in limits instead' : 'remove it: the limit is the request too',
    });
  }
}

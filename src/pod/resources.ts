import type { ResourceRequirements } from 'kubernetes-types/core/v1';
import { checkQuantities, quantityValue } from '../kubernetes/quantity';
import type { Problems } from '../reporting/problems';
import { EngineRisk } from '../reporting/engine-risk';

/** Resources of the engine's container, as Kubernetes quantities. */
export interface EngineResources {
  /**
   * The resources that the scheduler reserves, for example `{ cpu: '4', memory: '16Gi' }`.
   *
   * @default - nothing
   */
  readonly requests?: { [resource: string]: string };

  /**
   * The maximum that the container may use. A limit on memory or CPU applies only to the engine process, because the
   * build containers run in cgroups outside the pod's (dagger/dagger#10813).
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
        wrong: 'the request is above the limit, which the API server rejects',
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
      `limits on ${bounded.join(' and ')} apply only to the engine process: build containers run in cgroups outside the pod's ` +
        '(dagger/dagger#10813); run the engine on dedicated nodes instead',
    );
  }
  const requested = Object.keys(resources.requests ?? {}).length > 0;
  const limited = Object.keys(limits).length > 0;
  return requested || limited
    ? { ...(requested && { requests: resources.requests }), ...(limited && { limits }) }
    : undefined;
}

/** Reports resource claims of a container. The library's pods have none, and Kubernetes rejects names that the pod doesn't have. */
export function checkResourceClaims(claims: unknown, problems: Problems): void {
  if (Array.isArray(claims) && claims.length > 0) {
    problems.add('resources.claims', {
      wrong: 'the pod has no resourceClaims, and Kubernetes rejects a container that refers to one',
      got: claims,
      allowed: 'none',
      fix: 'remove it; for a GPU, set gpu',
    });
  }
}

/** Extended resources of device plugins and operators. */
function isExtended(name: string): boolean {
  return name.includes('/') && !name.includes('kubernetes.io/');
}

/** The limit of an extended resource must be its request (kubernetes.io/docs, "Extended resources"). */
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

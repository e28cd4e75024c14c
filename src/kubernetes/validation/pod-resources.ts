import type { PodSpec, ResourceRequirements } from 'kubernetes-types/core/v1';
import type { Problems } from '../../reporting/problems';
import { quantityNanos } from '../quantity';
import { checkResources } from './resource-requirements';
import { checkAbsent, indexed } from './rules';

/**
 * Checks pod-level resources, which Kubernetes 1.32 and later support (pkg/apis/core/validation, validatePodResources).
 */
export function checkPodResources(problems: Problems, spec: PodSpec): void {
  const { resources } = spec as { readonly resources?: ResourceRequirements };
  if (resources === undefined) {
    return;
  }
  checkResources(problems, resources);
  checkAbsent(problems, 'claims', resources.claims, {
    wrong: 'is supported only on containers',
    allowed: 'none',
    fix: 'move them to the resources of a container',
  });
  for (const list of ['limits', 'requests'] as const) {
    for (const name of Object.keys(resources[list] ?? {})) {
      if (name !== 'cpu' && name !== 'memory' && !name.startsWith('hugepages-')) {
        problems.add(`${list}[${JSON.stringify(name)}]`, {
          wrong: 'must be a resource that Kubernetes supports at the pod level',
          got: name,
          allowed: 'cpu, memory, hugepages-SIZE',
          fix: 'move it to the resources of a container',
        });
      }
    }
  }
  checkAgainstContainers(problems, resources, spec);
}

function checkAgainstContainers(problems: Problems, resources: ResourceRequirements, spec: PodSpec): void {
  for (const [name, request] of Object.entries(resources.requests ?? {})) {
    const needed = totalOf(spec, 'requests', name);
    if (needed > quantityNanos(request)) {
      problems.add(
        `requests[${JSON.stringify(name)}]`,
        tooSmall(request, 'is less than the containers request in total'),
      );
    }
  }
  for (const [name, limit] of Object.entries(resources.limits ?? {})) {
    const isAbove = name.startsWith('hugepages-')
      ? totalOf(spec, 'limits', name) > quantityNanos(limit)
      : [...indexed(spec.containers)].some(([, one]) => amountOf(one.resources, 'limits', name) > quantityNanos(limit));
    if (isAbove) {
      problems.add(`limits[${JSON.stringify(name)}]`, tooSmall(limit, 'is less than the limit of a container'));
    }
  }
}

function tooSmall(got: string, wrong: string): { wrong: string; got: string; allowed: string; fix: string } {
  return { wrong, got, allowed: 'at least the amount that the containers need', fix: 'raise it' };
}

/**
 * Returns the maximum amount that the containers use at the same time. Init containers run one after another, alongside
 * the native sidecars that started before them.
 */
function totalOf({ containers, initContainers }: PodSpec, list: 'limits' | 'requests', name: string): bigint {
  let sidecars = 0n;
  let largest = 0n;
  for (const [, container] of indexed(initContainers)) {
    const amount = amountOf(container.resources, list, name);
    if (container.restartPolicy === 'Always') {
      sidecars += amount;
      largest = sidecars > largest ? sidecars : largest;
    } else if (sidecars + amount > largest) {
      largest = sidecars + amount;
    }
  }
  const together = [...indexed(containers)].reduce(
    (sum, [, one]) => sum + amountOf(one.resources, list, name),
    sidecars,
  );
  return together > largest ? together : largest;
}

function amountOf(resources: ResourceRequirements | undefined, list: 'limits' | 'requests', name: string): bigint {
  const amounts = resources?.[list];
  return amounts !== undefined && Object.hasOwn(amounts, name) ? quantityNanos(amounts[name]!) : 0n;
}

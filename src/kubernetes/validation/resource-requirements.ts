import type { ResourceRequirements } from 'kubernetes-types/core/v1';
import type { Problems } from '../../reporting/problems';
import { checkResourceName, quantityNanos } from '../quantity';

const UNIT = 1_000_000_000n;

/** Resources that are counted in bytes. */
const BYTES = ['memory', 'ephemeral-storage', 'storage'];

/** The minimum size that a container needs to run. A smaller quantity probably lacks its unit. */
const MINIMUM_BYTES = 1024n ** 2n;

/** Checks requests and limits (pkg/apis/core/validation, validateResourceRequirements). */
export function checkResources(problems: Problems, { limits = {}, requests = {} }: ResourceRequirements): void {
  checkAmounts(problems, 'limits', limits);
  // An amount that limits and requests share is reported only once.
  checkAmounts(
    problems,
    'requests',
    Object.fromEntries(Object.entries(requests).filter(([name, amount]) => limits[name] !== amount)),
  );
  for (const [name, request] of Object.entries(requests)) {
    const limit = Object.hasOwn(limits, name) ? limits[name] : undefined;
    const property = `requests[${JSON.stringify(name)}]`;
    if (!canOvercommit(name)) {
      if (limit === undefined || quantityNanos(request) !== quantityNanos(limit)) {
        problems.add(property, {
          wrong: 'must equal the limit of this resource',
          got: request,
          allowed: limit ?? 'a request only together with a limit',
          fix: limit === undefined ? 'set it in limits instead' : 'remove it, because the limit is also the request',
        });
      }
    } else if (limit !== undefined && quantityNanos(request) > quantityNanos(limit)) {
      problems.add(property, {
        wrong: 'must not exceed the limit',
        got: request,
        allowed: `at most ${limit}`,
        fix: 'raise the limit or remove it',
      });
    }
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  const huge = names.find((name) => name.startsWith('hugepages-'));
  if (huge !== undefined && !names.includes('cpu') && !names.includes('memory')) {
    problems.add('', {
      wrong: 'huge pages require CPU or memory as well',
      got: huge,
      allowed: 'huge pages together with CPU or memory',
      fix: 'add a memory request',
    });
  }
}

function checkAmounts(problems: Problems, property: string, amounts: { readonly [name: string]: string }): void {
  for (const [name, quantity] of Object.entries(amounts)) {
    checkResourceName(problems, property, name);
    const at = `${property}[${JSON.stringify(name)}]`;
    if (String(quantity).startsWith('-') && quantityNanos(quantity) < 0n) {
      problems.add(at, {
        wrong: 'must not be negative',
        got: quantity,
        allowed: 'a quantity of at least 0',
        fix: `write ${JSON.stringify(String(quantity).replace('-', ''))}`,
      });
    } else if (BYTES.includes(name) && quantityNanos(quantity) % UNIT !== 0n) {
      problems.add(at, {
        wrong: 'must be a whole number of bytes, because the API server warns about fractions',
        got: quantity,
        allowed: 'whole bytes',
        fix: /m$/.test(String(quantity))
          ? `write ${JSON.stringify(String(quantity).replace('m', 'Mi'))}`
          : "use a value such as '16Gi'",
      });
    } else if (BYTES.includes(name) && quantityNanos(quantity) > 0n && quantityNanos(quantity) < MINIMUM_BYTES * UNIT) {
      problems.add(at, {
        wrong: 'is too small for a container, probably because the unit is missing',
        got: quantity,
        allowed: "at least '1Mi'",
        fix: `write ${JSON.stringify(`${parseFloat(String(quantity))}Mi`)}`,
      });
    } else if (isExtended(name) && quantityNanos(quantity) % UNIT !== 0n) {
      problems.add(at, {
        wrong: 'must be a whole number for an extended resource',
        got: quantity,
        allowed: 'a whole number',
        fix: 'round it',
      });
    } else if (name.startsWith('hugepages-') && !fitsPages(name, quantityNanos(quantity))) {
      problems.add(at, {
        wrong: 'must be a multiple of the page size',
        got: quantity,
        allowed: `multiples of ${name.slice('hugepages-'.length)}`,
        fix: 'round it up',
      });
    }
  }
}

function fitsPages(name: string, nanos: bigint): boolean {
  const page = quantityNanos(name.slice('hugepages-'.length));
  return page > 0n && page % UNIT === 0n && roundUp(nanos) % page === 0n;
}

function roundUp(nanos: bigint): bigint {
  return ((nanos + UNIT - 1n) / UNIT) * UNIT;
}

/** Whether a resource is an extended resource, which a device plugin or an operator provides. */
function isExtended(name: string): boolean {
  return name.includes('/') && !name.includes('kubernetes.io/');
}

/**
 * Whether pods can use more than they request. This applies to CPU, memory and disk, but not to devices and huge pages.
 */
function canOvercommit(name: string): boolean {
  return !isExtended(name) && !name.startsWith('hugepages-');
}

import { SizeRoundingBehavior, type Duration, type Size } from 'cdk8s';
import { isQualifiedName } from './names';
import type { Problems } from '../reporting/problems';
import { remember } from '../reporting/remember';

/** Matches a quantity: a number and its suffix (apimachinery pkg/api/resource/quantity.go). */
const QUANTITY = /^([-+]?)([0-9]+\.?[0-9]*|\.[0-9]+)(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][-+]?[0-9]{1,3})?$/;
/** The maximum number of decimal places in a quantity. Kubernetes rounds up to one billionth. */
const NANOS = 9;
/** The largest 32-bit integer. */
const INT32_MAX = 2 ** 31 - 1;
/** Resources that are counted in bytes. */
const BYTES = ['memory', 'ephemeral-storage', 'storage'];
const UNITS = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi'];

/**
 * Formats a size as a Kubernetes quantity, in the largest binary unit that represents it exactly: `200Gi`, `1536Mi`.
 */
export function toQuantity(size: Size): string {
  let amount = size.toKibibytes({ rounding: SizeRoundingBehavior.NONE });
  let unit = 0;
  while (amount !== 0 && amount % 1024 === 0 && unit < UNITS.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  return `${amount}${UNITS[unit]}`;
}

/** Whether a size is valid for a volume. */
export function isVolumeSize(size: Size): boolean {
  const kibibytes = size.toKibibytes({ rounding: SizeRoundingBehavior.NONE });
  return Number.isInteger(kibibytes) && kibibytes > 0;
}

/** Reports an invalid size of a volume. Returns whether it is valid. */
export function checkSize(problems: Problems, property: string, size: Size): boolean {
  if (isVolumeSize(size)) {
    return true;
  }
  problems.add(property, {
    wrong: 'must be a valid volume size',
    got: `${size.toKibibytes({ rounding: SizeRoundingBehavior.NONE })} KiB`,
    allowed: 'a whole number of kibibytes above 0',
    fix: 'use a value such as Size.gibibytes(200)',
  });
  return false;
}

/** Reports an invalid quantity of a resource. */
export function checkQuantity(problems: Problems, property: string, name: string, quantity: string): void {
  if (typeof quantity !== 'string' || !QUANTITY.test(quantity)) {
    problems.add(`${property}[${JSON.stringify(name)}]`, {
      wrong: 'must be a Kubernetes quantity',
      got: quantity,
      allowed: "a decimal number with an optional suffix such as 'm', 'Gi', 'G'",
      fix: "use a value such as '500m' or '16Gi'",
    });
  } else if (BYTES.includes(name) && !Number.isInteger(quantityValue(quantity))) {
    problems.add(`${property}[${JSON.stringify(name)}]`, {
      wrong: 'must be a whole number of bytes, because the API server warns about fractions',
      got: quantity,
      allowed: 'whole bytes',
      fix: /m$/.test(quantity) ? `write ${JSON.stringify(quantity.replace('m', 'Mi'))}` : "use a value such as '16Gi'",
    });
  }
}

/** Reports an invalid resource name. */
export function checkResourceName(problems: Problems, property: string, name: string): void {
  const isKnown = name.includes('/')
    ? !/^requests\.(?!.*kubernetes\.io\/)/.test(name)
    : /^(cpu|memory|ephemeral-storage|hugepages-.+)$/.test(name);
  if (!isQualifiedName(name) || !isKnown) {
    problems.add(property, {
      wrong: 'must be a resource name',
      got: name,
      allowed: "cpu, memory, ephemeral-storage, hugepages-SIZE, or a domain-qualified name such as 'nvidia.com/gpu'",
      fix: 'rename it',
    });
  }
}

/** Whether a value is a quantity, such as `'500m'` or `16`. */
export function isQuantity(value: unknown): boolean {
  return (typeof value === 'string' || typeof value === 'number') && QUANTITY.test(String(value));
}

/** Returns the exact amount of a quantity in billionths, to compare quantities in different notations. */
export function quantityNanos(quantity: string | number): bigint {
  return nanosOf(String(quantity));
}

const nanosOf = remember((quantity) => {
  const [, sign = '', number = '0', suffix = ''] = QUANTITY.exec(quantity) ?? [];
  const [whole = '', fraction = ''] = number.split('.');
  const binary = UNITS.concat('Ei').indexOf(suffix);
  const digits = BigInt(whole + fraction) * (binary < 0 ? 1n : 1024n ** BigInt(binary + 1));
  const scale = NANOS - fraction.length + (binary < 0 ? decimalExponent(suffix) : 0);
  const nanos = scale >= 0 ? digits * 10n ** BigInt(scale) : divideUp(digits, 10n ** BigInt(-scale));
  return sign === '-' ? -nanos : nanos;
});

function decimalExponent(suffix: string): number {
  const index = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'].indexOf(suffix);
  return index < 0 ? Number(suffix.slice(1)) : 3 * (index - 3);
}

function divideUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}

/** Returns the value of a quantity as a number, for comparisons. */
export function quantityValue(quantity: string): number {
  const [, number = '0', suffix = ''] = /^([0-9.]+)(.*)$/.exec(quantity) ?? [];
  const binary = UNITS.concat('Ei').indexOf(suffix);
  if (binary >= 0) {
    return Number(number) * 1024 ** (binary + 1);
  }
  const decimal = ['k', 'M', 'G', 'T', 'P', 'E'].indexOf(suffix);
  if (decimal >= 0) {
    return Number(number) * 1000 ** (decimal + 1);
  }
  return suffix === 'm' ? Number(number) / 1000 : Number(number + suffix);
}

/** The allowed durations of a property. */
interface SecondsRule {
  /** The minimum number of seconds. */
  readonly min: number;
  /** The number of seconds that the message suggests, by default `min`. */
  readonly good?: number;
}

/** Reports a duration that isn't a whole number of at least `min` seconds, and suggests one. Returns the seconds. */
export function checkSeconds(
  problems: Problems,
  property: string,
  duration: Duration,
  { min, good = min }: SecondsRule,
): number {
  const seconds = duration.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds < min) {
    problems.add(property, {
      wrong: 'must be a duration that Kubernetes supports',
      got: `${seconds} s`,
      allowed: `a whole number of seconds, at least ${min}`,
      fix: `use a value such as Duration.seconds(${Math.max(good, Math.ceil(seconds))})`,
    });
  } else if (seconds > INT32_MAX) {
    problems.add(property, {
      wrong: 'is too large for Kubernetes, which uses 32-bit numbers',
      got: `${seconds} s`,
      allowed: `at most ${INT32_MAX} s`,
      fix: `use a value such as Duration.seconds(${good})`,
    });
  }
  return seconds;
}

/** The maximum number of pods in a cluster (kubernetes.io/docs/setup/best-practices/cluster-large). */
export const PODS_MAX = 150_000;

/**
 * Whether a number is a count of at least `min` that Kubernetes can represent. Most counts in Kubernetes are 32-bit
 * integers, which overflow.
 */
export function isCount(number: number, min: number): boolean {
  return Number.isInteger(number) && number >= min && number <= INT32_MAX;
}

import { SizeRoundingBehavior, type Duration, type Size } from 'cdk8s';
import type { Problems } from './problems';

const QUANTITY = /^([0-9]+(\.[0-9]+)?|\.[0-9]+)(Ki|Mi|Gi|Ti|Pi|Ei|m|k|M|G|T|P|E|[eE][-+]?[0-9]+)?$/;
const UNITS = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi'];

/** A size as a Kubernetes quantity, in the largest binary unit that holds it exactly: `200Gi`, `1536Mi`. */
export function toQuantity(size: Size): string {
  let amount = size.toKibibytes({ rounding: SizeRoundingBehavior.NONE });
  let unit = 0;
  while (amount !== 0 && amount % 1024 === 0 && unit < UNITS.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  return `${amount}${UNITS[unit]}`;
}

/** Whether a volume can have that size. */
export function isVolumeSize(size: Size): boolean {
  const kibibytes = size.toKibibytes({ rounding: SizeRoundingBehavior.NONE });
  return Number.isInteger(kibibytes) && kibibytes > 0;
}

/** Reports a size that no volume can have. Returns whether it is fine. */
export function checkSize(problems: Problems, property: string, size: Size): boolean {
  if (isVolumeSize(size)) {
    return true;
  }
  problems.add(property, {
    wrong: 'not a size that a volume can have', got: `${size.toKibibytes({ rounding: SizeRoundingBehavior.NONE })} KiB`, allowed: 'a whole number of kibibytes above 0', fix: 'for example Size.gibibytes(200)',
  });
  return false;
}

/** Reports resource quantities that the API server refuses. */
export function checkQuantities(problems: Problems, property: string, quantities: { readonly [name: string]: string } | undefined): void {
  for (const [name, quantity] of Object.entries(quantities ?? {})) {
    if (typeof quantity !== 'string' || !QUANTITY.test(quantity)) {
      problems.add(`${property}[${JSON.stringify(name)}]`, {
        wrong: 'not a Kubernetes quantity', got: quantity, allowed: "a decimal number with an optional suffix such as 'm', 'Gi', 'G'", fix: "for example '500m' or '16Gi'",
      });
    }
  }
}

/** The number that a quantity stands for, to compare two of them. */
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

/** Reports a duration that is no whole number of seconds of at least `min`, and names a good one. Returns the seconds. */
export function checkSeconds(problems: Problems, property: string, duration: Duration, min: number, good = min): number {
  const seconds = duration.toSeconds({ integral: false });
  if (!Number.isInteger(seconds) || seconds < min) {
    problems.add(property, {
      wrong: 'not a duration that Kubernetes takes here', got: `${seconds} s`, allowed: `whole seconds, at least ${min}`, fix: `for example Duration.seconds(${Math.max(good, Math.ceil(seconds))})`,
    });
  }
  return seconds;
}

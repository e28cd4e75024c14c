import { SizeRoundingBehavior, type Size } from 'cdk8s';
import type { Problems } from '../reporting/problems';
import { toQuantity } from '../kubernetes/quantity';
import { checkCalls } from '../reporting/check-arguments';

/** An amount of disk space, for limits of garbage collection. */
export class DiskSpace {
  /**
   * Creates an amount from a percentage of the file system that contains `/var/lib/dagger`. The engine rounds it up to
   * whole gigabytes.
   *
   * @param percent a whole number from 1 to 100
   */
  public static percent(percent: number): DiskSpace {
    return new DiskSpace(percent, undefined);
  }

  /**
   * Creates an amount from an absolute size.
   *
   * @param size a whole number of KiB above 0
   */
  public static size(size: Size): DiskSpace {
    return new DiskSpace(undefined, size);
  }

  private constructor(
    private readonly percentage: number | undefined,
    private readonly amount: Size | undefined,
  ) {}

  /**
   * Renders the value for the engine, such as `75%` or `150GiB`. Percentages are checked with the other keys of the
   * file.
   *
   * @internal
   */
  public _render(problems: Problems, property: string): string {
    if (this.amount === undefined) {
      return `${this.percentage}%`;
    }
    const kibibytes = this.amount.toKibibytes({ rounding: SizeRoundingBehavior.NONE });
    if (!Number.isInteger(kibibytes) || kibibytes <= 0) {
      problems.add(property, {
        wrong: 'must be a size that the file can represent exactly',
        got: `${kibibytes} KiB`,
        allowed: 'a whole number of KiB above 0',
        fix: 'use a value such as DiskSpace.size(Size.gibibytes(150))',
      });
      return '1KiB'; // A placeholder, so that later checks don't report the same value again.
    }
    return `${toQuantity(this.amount)}B`;
  }
}

checkCalls('DiskSpace', DiskSpace);

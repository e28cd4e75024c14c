import { SizeRoundingBehavior, type Size } from 'cdk8s';
import type { Problems } from '../reporting/problems';
import { toQuantity } from '../kubernetes/quantity';

/**
 * An amount of disk space in the engine's garbage collection settings.
 */
export class DiskSpace {
  /**
   * A share of the file system that holds `/var/lib/dagger`.
   *
   * The engine rounds it up to whole gigabytes.
   *
   * @param percent a whole number from 1 to 100
   */
  public static percent(percent: number): DiskSpace {
    return new DiskSpace(percent, undefined);
  }

  /**
   * An absolute size.
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
   * As the engine parses it: `75%`, `150GiB`. Percentages are checked with the file's other keys.
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
        wrong: 'not a size that can be written exactly',
        got: `${kibibytes} KiB`,
        allowed: 'a whole number of KiB above 0',
        fix: 'for example DiskSpace.size(Size.gibibytes(150))',
      });
      return '1KiB'; // a stand-in, so that the checks that follow say nothing about a value already refused
    }
    return `${toQuantity(this.amount)}B`;
  }
}

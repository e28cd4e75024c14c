import { checkCalls } from '../reporting/check-arguments';
import type { Problems } from '../reporting/problems';
import { isCount } from './quantity';

/** A number or a percentage of pods. */
export class PodCount {
  /**
   * Creates a count from an absolute number of pods.
   *
   * @param count a whole number
   */
  public static absolute(count: number): PodCount {
    return new PodCount(count, '');
  }

  /**
   * Creates a count from a percentage of the desired number of pods.
   *
   * @param percent a whole number from 0 to 100
   */
  public static percent(percent: number): PodCount {
    return new PodCount(percent, '%');
  }

  private constructor(
    private readonly amount: number,
    private readonly unit: '' | '%',
  ) {}

  /** @internal */
  public get _text(): string {
    return `${this.amount}${this.unit}`;
  }

  /** @internal */
  public _render(problems: Problems, property: string): number | string {
    if (!isCount(this.amount, 0) || (this._isPercent && this.amount > 100)) {
      problems.add(property, {
        wrong: 'must be a number of pods',
        got: this._text,
        allowed: 'a whole number, or 0 to 100 percent',
        fix: 'use PodCount.absolute(1)',
      });
    }
    return this._isPercent ? this._text : this.amount;
  }

  /** @internal */
  public get _isZero(): boolean {
    return this.amount === 0;
  }

  /** @internal */
  public get _isPercent(): boolean {
    return this.unit === '%';
  }

  /**
   * Returns the number of pods out of `total`. Percentages are rounded up.
   *
   * @internal
   */
  public _of(total: number): number {
    return this._isPercent ? Math.ceil((this.amount * total) / 100) : this.amount;
  }
}

checkCalls('PodCount', PodCount);

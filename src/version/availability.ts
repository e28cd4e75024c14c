import { compareReleases, KNOWN, lineOf, release, tagOf, type Line, type Release } from './release';

/**
 * The releases of one line that a fact applies to. The range includes both ends. Use `after` if the first release isn't
 * known, but is later than the given one.
 */
export type SpanText =
  'always' | 'never' | `since ${string}` | `after ${string}` | `until ${string}` | `${string} to ${string}`;

interface Span {
  readonly never: boolean;
  /** The last release that the fact doesn't apply to, if the first release that it applies to isn't known. */
  readonly after?: Release;
  readonly first?: Release;
  readonly last?: Release;
}

/** The releases that a fact applies to. */
export class Availability {
  private read?: Readonly<Record<Line, Span>>;

  /**
   * @param zero the span on the 0.x line
   * @param one the span on the 1.0 line
   */
  public constructor(
    private readonly zero: SpanText,
    private readonly one: SpanText,
  ) {}

  /**
   * The span on each line. Spans are parsed on first use, because a program needs few rows of the table, and parsing
   * all of them would slow down every start.
   */
  private get spans(): Readonly<Record<Line, Span>> {
    return (this.read ??= { '0.x': readSpan(this.zero, '0.x'), '1.0': readSpan(this.one, '1.0') });
  }

  public includes(version: Release): boolean {
    const { never, after, first, last } = this.spans[lineOf(version)];
    return (
      !never &&
      (after === undefined || compareReleases(version, after) > 0) &&
      (first === undefined || compareReleases(version, first) >= 0) &&
      (last === undefined || compareReleases(version, last) <= 0)
    );
  }

  /**
   * Whether the fact is uncertain for an included release, because the first release that it applies to isn't known.
   */
  public isUncertainFor(version: Release): boolean {
    return this.spans[lineOf(version)].after !== undefined && this.includes(version);
  }

  /**
   * Returns the newest release of a line that the fact was confirmed for: the newest one whose source was read
   * completely, or a later one in the span.
   */
  public confirmedUntil(line: Line): Release {
    const { after, first, last } = this.spans[line];
    const named = [after, first, last].filter((one) => one !== undefined);
    return [KNOWN[line].read, ...named].reduce((a, b) => (compareReleases(a, b) < 0 ? b : a));
  }

  /** Whether the fact was confirmed for a release. */
  public isConfirmedFor(version: Release): boolean {
    return compareReleases(version, this.confirmedUntil(lineOf(version))) <= 0;
  }

  /** The newest release of each line that the fact was confirmed for, such as `v0.21.8, v1.0.0-beta.11`. */
  public get confirmedUntilText(): string {
    return `${tagOf(this.confirmedUntil('0.x'))}, ${tagOf(this.confirmedUntil('1.0'))}`;
  }

  /** Whether the fact doesn't apply to any release. */
  public get isEmpty(): boolean {
    return this.spans['0.x'].never && this.spans['1.0'].never;
  }

  /** Formats the releases, for example `v0.21.5 and later, v1.0.0-beta.4 and later`. */
  public toString(): string {
    const { '0.x': zero, '1.0': one } = this.spans;
    if (isAlways(zero) && isAlways(one)) {
      return 'every supported release';
    }
    if (this.isEmpty) {
      return 'no release';
    }
    // 1.0 is later than every 0.x, so "v0.x and later" includes 1.0. That is correct only if the fact applies to all of
    // 1.0.
    const open = zero.first !== undefined && zero.last === undefined;
    if (open && isAlways(one)) {
      return describe(zero, '0.x');
    }
    const zeroOnly = open && (one.never || one.last !== undefined);
    return [
      ...(zero.never ? [] : [`${describe(zero, '0.x')}${zeroOnly ? ' of 0.x' : ''}`]),
      ...(one.never ? [] : [describe(one, '1.0')]),
    ].join(', ');
  }
}

function readSpan(text: SpanText, line: Line): Span {
  const words = text.split(' ');
  const read = (word: string): Release => {
    const found = release(word);
    if (lineOf(found) !== line) {
      throw new Error(`${tagOf(found)} is not a ${line} release`);
    }
    return found;
  };
  switch (words[0]) {
    case 'always':
      return { never: false };
    case 'never':
      return { never: true };
    case 'since':
      return { never: false, first: read(words[1]) };
    case 'after':
      return { never: false, after: read(words[1]) };
    case 'until':
      return { never: false, last: read(words[1]) };
    default:
      return { never: false, first: read(words[0]), last: read(words[2]) };
  }
}

function isAlways({ never, after, first, last }: Span): boolean {
  return !never && after === undefined && first === undefined && last === undefined;
}

function describe({ after, first, last }: Span, line: Line): string {
  if (after !== undefined) {
    return `after ${tagOf(after)}`;
  }
  if (first !== undefined && last !== undefined) {
    return `${tagOf(first)} to ${tagOf(last)}`;
  }
  if (first !== undefined) {
    return `${tagOf(first)} and later`;
  }
  return last === undefined ? `all of ${line}` : `until ${tagOf(last)}`;
}

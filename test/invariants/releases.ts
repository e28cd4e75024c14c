/** The last patch of each minor in the 0.x line (the tags of dagger/dagger), restated here to check src/version. */
const LAST_PATCH = [
  [12, 7],
  [13, 7],
  [14, 0],
  [15, 4],
  [16, 3],
  [17, 2],
  [18, 19],
  [19, 11],
  [20, 8],
  [21, 8],
] as const;

function upTo(last: number, name: (number: number) => string, first = 0): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => name(first + index));
}

/** Every known release of the 0.x line, in order. */
export const ZERO_LINE = LAST_PATCH.flatMap(([minor, last]) => upTo(last, (patch) => `v0.${minor}.${patch}`));
export const ONE_LINE = upTo(11, (beta) => `v1.0.0-beta.${beta}`, 1);
export const RELEASES = [...ZERO_LINE, ...ONE_LINE];

/**
 * Whether a release is `zero` or later in the 0.x line, or `one` or later in the 1.x line. If a bound is undefined, no
 * release of its line matches.
 */
export function isFrom(release: string, zero: string | undefined, one: string | undefined): boolean {
  const has = (line: readonly string[], first: string | undefined): boolean =>
    first !== undefined && line.includes(release) && line.indexOf(release) >= line.indexOf(first);
  return has(ZERO_LINE, zero) || has(ONE_LINE, one);
}

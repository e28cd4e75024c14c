/** The version number of a release. `pre` contains the stage and number of a pre-release: beta.3 is [1, 3]. */
export interface Release {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly pre?: readonly [stage: number, number: number];
}

/** The two release lines that Dagger develops in parallel: 0.x, and 1.0 with its successors. */
export type Line = '0.x' | '1.0';

const STAGES = ['alpha', 'beta', 'rc'];
const NUMBER = '(0|[1-9]\\d{0,5})';
const PATTERN = new RegExp(`^v?${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-(${STAGES.join('|')})\\.${NUMBER})?$`);

/**
 * The last patch release of each minor version on the 0.x line. All earlier patches were released (tags of
 * dagger/dagger).
 */
const LAST_PATCH: Readonly<Record<number, number>> = {
  12: 7,
  13: 7,
  14: 0,
  15: 4,
  16: 3,
  17: 2,
  18: 19,
  19: 11,
  20: 8,
  21: 11,
};

/**
 * The releases that the table covers: the oldest and newest of each line, and the newest whose source code was read
 * completely. Facts about later releases come only from their release notes and from single source files.
 */
export const KNOWN: Readonly<
  Record<Line, { readonly oldest: Release; readonly read: Release; readonly newest: Release }>
> = {
  '0.x': { oldest: release('0.12.0'), read: release('0.21.8'), newest: release('0.21.11') },
  '1.0': { oldest: release('1.0.0-beta.1'), read: release('1.0.0-beta.11'), newest: release('1.0.0-beta.21') },
};

/** Parses `v0.21.7`, `0.21.7` or `v1.0.0-beta.10`. Returns undefined for other strings. */
export function parseRelease(text: string): Release | undefined {
  const match = PATTERN.exec(text);
  if (match === null) {
    return undefined;
  }
  const [, major, minor, patch, stage, number] = match;
  return {
    major: Number(major),
    minor: Number(minor),
    patch: Number(patch),
    ...(stage === undefined ? {} : { pre: [STAGES.indexOf(stage), Number(number)] as const }),
  };
}

/** Parses a release in this library's own sources. Throws if it is invalid. */
export function release(text: string): Release {
  const parsed = parseRelease(text);
  if (parsed === undefined) {
    throw new Error(`not a release: ${text}`);
  }
  return parsed;
}

/** Returns the tag of a release, for example `v0.21.7`. */
export function tagOf({ major, minor, patch, pre }: Release): string {
  return `v${major}.${minor}.${patch}${pre === undefined ? '' : `-${STAGES[pre[0]]}.${pre[1]}`}`;
}

export function lineOf(version: Release): Line {
  return version.major === 0 ? '0.x' : '1.0';
}

/** Compares two releases by semantic versioning. Returns a negative number, zero or a positive number. */
export function compareReleases(a: Release, b: Release): number {
  const [aStage, aNumber] = a.pre ?? [Infinity, 0];
  const [bStage, bNumber] = b.pre ?? [Infinity, 0];
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch || order(aStage, bStage) || aNumber - bNumber;
}

function order(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/**
 * Returns the last release of a discontinued minor version if the given release is a later patch, otherwise undefined.
 */
export function lastOfClosedMinor({ major, minor, patch }: Release): Release | undefined {
  const last = LAST_PATCH[minor];
  const closed = major === 0 && minor < KNOWN['0.x'].newest.minor;
  return closed && last !== undefined && patch > last ? { major, minor, patch: last } : undefined;
}

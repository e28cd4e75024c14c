import type { Duration } from 'cdk8s';
import type { Problems } from '../internal/problems';

/** Disk space as the engine reads it: exactly one of the two. */
export interface Space {
  readonly bytes?: number;
  readonly percent?: number;
}

export const KIB = 1024;
export const MIB = 1024 * KIB;
export const GIB = 1024 * MIB;

/** A number, one optional blank, and a unit that is binary with or without the `i`, but `Gi` alone is none. */
const SIZE = /^\+?((?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?) ?([kKmMgGtTpP]?)(?:[iI]?[bB])?$/;
const BARE_BINARY_UNIT = /[iI]$/;
const GO_DURATION = /^[-+]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;
const SECONDS = /^[-+]?\d+$/;

/**
 * Reads disk space as the engine does (dagger/dagger internal/buildkit/cmd/buildkitd/config/gcpolicy.go:40-68@v0.21.7,
 * with docker/go-units 0.5.0). Undefined for what it refuses; a space of 0 bytes for what it takes as unset.
 */
export function parseSpace(value: unknown): Space | undefined {
  if (typeof value === 'number') {
    return value >= 0 ? { bytes: Math.floor(value) } : undefined;
  }
  if (typeof value !== 'string') {
    return undefined;
  }
  if (value === '') {
    return { bytes: 0 };
  }
  if (/^\+?\d+%$/.test(value)) {
    return { percent: Number(value.slice(0, -1)) };
  }
  const [, number, unit = ''] = BARE_BINARY_UNIT.test(value) ? [] : (SIZE.exec(value) ?? []);
  return number === undefined ? undefined : { bytes: Math.floor(Number(number) * 1024 ** ' kmgtp'.indexOf(unit.toLowerCase() || ' ')) };
}

/** Whether the engine reads this as a duration (dagger/dagger internal/buildkit/cmd/buildkitd/config/gcpolicy.go:18-35@v0.21.7). */
export function isDuration(value: unknown): boolean {
  return typeof value === 'number' ? Number.isInteger(value)
    : typeof value === 'string' && (value === '' || GO_DURATION.test(value) || SECONDS.test(value));
}

/** A duration in Go's syntax, in the largest unit that holds it exactly: `336h`. */
export function formatDuration(duration: Duration, problems: Problems, property: string): string {
  const milliseconds = duration.toMilliseconds({ integral: false });
  if (!Number.isInteger(milliseconds) || milliseconds <= 0) {
    problems.add(property, {
      wrong: 'not a duration that can be written', got: `${milliseconds} ms`, allowed: 'whole milliseconds above 0', fix: 'for example Duration.days(14)',
    });
  }
  const units: Array<[number, string]> = [[3_600_000, 'h'], [60_000, 'm'], [1000, 's'], [1, 'ms']];
  const [factor, unit] = units.find(([size]) => milliseconds % size === 0) ?? [1, 'ms'];
  return `${milliseconds / factor}${unit}`;
}

/** A number of bytes as the engine parses it, in the largest unit up to GiB that holds it exactly: `1536MiB`. */
export function formatBytes(bytes: number): string {
  const units: Array<[number, string]> = [[GIB, 'GiB'], [MIB, 'MiB'], [KIB, 'KiB'], [1, 'B']];
  const [factor, unit] = units.find(([size]) => bytes % size === 0) ?? [1, 'B'];
  return `${bytes / factor}${unit}`;
}

import type { Duration } from 'cdk8s';
import type { Problems } from '../reporting/problems';

/** Disk space as the engine reads it. Exactly one of the two fields is set. */
export interface Space {
  readonly bytes?: number;
  readonly percent?: number;
}

/** A number with a decimal point or an exponent. Go rejects both for a whole number, even 3.0. */
export class Fraction {
  public constructor(private readonly text: string) {}

  public toString(): string {
    return this.text;
  }

  public toJSON(): number {
    return Number(this.text);
  }
}

export const KIB = 1024;
export const MIB = 1024 * KIB;
export const GIB = 1024 * MIB;

/** Matches a number, an optional space and a unit. Units are binary, with and without the `i`. `Gi` isn't a unit. */
const SIZE = /^\+?((?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?) ?(?:([kmgtp])(?:i?b)?|b)?$/i;
const NANOSECONDS = { ns: 1, us: 1e3, µs: 1e3, μs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };
const PART = `(\\d+\\.?\\d*|\\.\\d+)(${Object.keys(NANOSECONDS).join('|')})`;
const GO_DURATION = new RegExp(`^[-+]?(?:0|(?:${PART})+)$`);
const SECONDS = /^[-+]?\d+$/;

/**
 * Parses disk space as the engine does (dagger/dagger internal/buildkit/cmd/buildkitd/config/gcpolicy.go:40-68@v0.21.7,
 * with docker/go-units 0.5.0). Returns undefined for an invalid value, and 0 bytes for a value that the engine reads as
 * unset.
 */
export function parseSpace(value: unknown): Space | undefined {
  const text = asText(value);
  if (text === undefined || text === '') {
    return text === '' ? { bytes: 0 } : undefined;
  }
  if (/^\+?\d+%$/.test(text)) {
    return { percent: Number(text.slice(0, -1)) };
  }
  const [, number, unit = ' '] = SIZE.exec(text) ?? [];
  const bytes = Number(number) * 1024 ** ' kmgtp'.indexOf(unit.toLowerCase());
  return fits(bytes) ? { bytes: Math.floor(bytes) } : undefined;
}

/**
 * Whether the engine parses a value as a duration (dagger/dagger
 * internal/buildkit/cmd/buildkitd/config/gcpolicy.go:18-35@v0.21.7).
 */
export function isDuration(value: unknown): boolean {
  const text = asText(value);
  if (text === undefined || text === '') {
    return text === '';
  }
  return SECONDS.test(text) ? fits(Number(text) * 1e9) : GO_DURATION.test(text) && fits(nanosecondsOf(text));
}

function nanosecondsOf(duration: string): number {
  return [...duration.matchAll(new RegExp(PART, 'g'))].reduce(
    (sum, [, number, unit]) => sum + Number(number) * NANOSECONDS[unit as keyof typeof NANOSECONDS],
    0,
  );
}

/** Returns the text of a value. The engine reads numbers as text. */
function asText(value: unknown): string | undefined {
  return typeof value === 'string'
    ? value
    : typeof value === 'number' || value instanceof Fraction
      ? String(value)
      : undefined;
}

/** Whether a count fits into the engine's 64-bit integers. Larger values would overflow and become negative. */
function fits(count: number): boolean {
  return Math.abs(count) < 2 ** 63;
}

/** Formats a duration in Go's syntax, in the largest unit that represents it exactly, such as `336h`. */
export function formatDuration(duration: Duration, problems: Problems, property: string): string {
  const milliseconds = duration.toMilliseconds({ integral: false });
  if (!Number.isInteger(milliseconds) || milliseconds <= 0) {
    problems.add(property, {
      wrong: 'must be a duration that the engine can represent',
      got: `${milliseconds} ms`,
      allowed: 'a whole number of milliseconds above 0',
      fix: 'use a value such as Duration.days(14)',
    });
  }
  const units: Array<[number, string]> = [
    [3_600_000, 'h'],
    [60_000, 'm'],
    [1000, 's'],
    [1, 'ms'],
  ];
  const [factor, unit] = units.find(([size]) => milliseconds % size === 0) ?? [1, 'ms'];
  return `${milliseconds / factor}${unit}`;
}

/** Formats a number of bytes in the largest unit up to GiB that represents it exactly, such as `1536MiB`. */
export function formatBytes(bytes: number): string {
  const units: Array<[number, string]> = [
    [GIB, 'GiB'],
    [MIB, 'MiB'],
    [KIB, 'KiB'],
    [1, 'B'],
  ];
  const [factor, unit] = units.find(([size]) => bytes % size === 0) ?? [1, 'B'];
  return `${bytes / factor}${unit}`;
}

import type { Problem, Problems } from '../reporting/problems';
import { Fraction } from './engine-units';

/** A JSON object or a TOML table. */
export interface Table {
  readonly [key: string]: unknown;
}

export function isTable(given: unknown): given is Table {
  return (
    typeof given === 'object' &&
    given !== null &&
    !Array.isArray(given) &&
    !(given instanceof Date) &&
    !(given instanceof Fraction)
  );
}

/** Returns a copy of a table with sorted keys and without undefined values. */
export function tidy(given: Table): Table {
  return Object.fromEntries(
    Object.entries(given)
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [key, tidyValue(value)]),
  );
}

function tidyValue(value: unknown): unknown {
  return Array.isArray(value) ? value.map(tidyValue) : isTable(value) ? tidy(value) : value;
}

/** Rules for merging two tables. */
export interface MergeRules {
  readonly problems: Problems;
  /** The problem to report for a value that is in both tables. */
  readonly conflict: Omit<Problem, 'got'>;
  /** Whether lists are concatenated. Otherwise they conflict. */
  readonly concatenatesLists?: boolean;
}

/** Merges two tables recursively, and reports values that are in both. */
export function mergeTables(own: Table, additional: Table, rules: MergeRules): Table {
  const { conflict, concatenatesLists = false, problems } = rules;
  const merged: Record<string, unknown> = { ...own };
  for (const [key, value] of Object.entries(additional)) {
    const present = merged[key];
    const property = /^[-\w]+$/.test(key) ? key : `[${JSON.stringify(key)}]`;
    if (isTable(present) && isTable(value)) {
      merged[key] = mergeTables(present, value, { ...rules, problems: problems.at(property) });
    } else if (concatenatesLists && Array.isArray(present) && Array.isArray(value)) {
      merged[key] = [...(present as unknown[]), ...(value as unknown[])];
    } else if (present === undefined) {
      merged[key] = value;
    } else {
      problems.add(property, { ...conflict, got: value });
    }
  }
  return merged;
}

/** Adds untyped keys to the keys of typed options. */
export function withAdditional(typed: Table, additional: Table, problems: Problems): Table {
  return mergeTables(typed, additional, {
    problems,
    conflict: { wrong: 'is set both in `additional` and by a property', fix: 'set it in one of the two places' },
  });
}

import type { Problems } from '../reporting/problems';
import { isTable, type Table } from './file-keys';

/** The same with keys in order and without undefined values. */
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

/** Both tables in one. Reports values that both have. */
export function merge(typed: Table, additional: Table, problems: Problems): Table {
  const merged: Record<string, unknown> = { ...typed };
  for (const [key, value] of Object.entries(additional)) {
    const present = merged[key];
    const property = /^[-\w]+$/.test(key) ? key : `[${JSON.stringify(key)}]`;
    if (isTable(present) && isTable(value)) {
      merged[key] = merge(present, value, problems.at(property));
    } else if (present === undefined) {
      merged[key] = value;
    } else {
      problems.add(property, {
        wrong: 'set in `additional` and by a property',
        got: value,
        fix: 'set it in one of the two places',
      });
    }
  }
  return merged;
}

import { isDeepStrictEqual } from 'node:util';
import { parseSpace } from '../config/engine-units';
import { isTable } from '../config/tables';
import { readToml } from '../config/toml-text';
import { Problems } from '../reporting/problems';

/** Whether two versions of a configuration file have the same meaning for the engine. */
export function isSameFile(name: string, text: unknown, other: unknown): boolean {
  const [one, two] = [text, other].map((file) =>
    typeof file === 'string' && ['engine.json', 'engine.toml'].includes(name) ? parsed(name, file) : undefined,
  );
  return one !== undefined && two !== undefined && isDeepStrictEqual(normalized(one), normalized(two));
}

/** Parses a configuration file. Returns undefined if it is invalid. */
export function parsed(name: string, text: string): unknown {
  try {
    return name === 'engine.json' ? JSON.parse(text) : readToml(text, new Problems());
  } catch {
    return undefined;
  }
}

/** Returns the content with limits in bytes, and without empty tables. */
function normalized(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(normalized);
  }
  if (!isTable(value)) {
    return value;
  }
  const entries = Object.entries(value).map(
    ([key, one]) => [key, /Space$|^sweepSize$/.test(key) ? parseSpace(one) : normalized(one)] as const,
  );
  return Object.fromEntries(entries.filter(([, one]) => !(isTable(one) && Object.keys(one).length === 0)));
}

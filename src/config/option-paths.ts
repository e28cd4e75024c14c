import type { Table } from './tables';

/**
 * Pairs of a path in the file and the corresponding path in the typed options. `*` stands for any host or index. The
 * first pair that matches the start of a path applies.
 */
export type OptionPaths = ReadonlyArray<readonly [file: string, options: string]>;

/** Matches a step of a path: a name, `["a name in quotes"]` or `[0]`. */
const STEP = /\[(?:\d+|"(?:[^"\\]|\\.)*")\]|[^.[]+/g;

/** Returns the option that sets the value at `path` of the file: a key in `additional`, or a typed option. */
export function optionPath(path: string, optionPaths: OptionPaths, additional: Table = {}): string {
  const steps: readonly string[] = path.match(STEP) ?? [];
  if (steps.length > 0 && holds(additional, steps)) {
    return `additional.${path}`;
  }
  for (const [file, options] of optionPaths) {
    const pattern = file.split('.');
    if (pattern.every((step, index) => steps[index] !== undefined && [steps[index], '*'].includes(step))) {
      const matched = steps.filter((_, index) => pattern[index] === '*');
      const renamed = options.split('.').map((step) => (step === '*' ? matched.shift()! : step));
      return joined([...renamed, ...steps.slice(pattern.length)]);
    }
  }
  return path;
}

function holds(table: Table, steps: readonly string[]): boolean {
  const keys = steps.map((step) => (step.startsWith('[') ? (JSON.parse(step) as [string | number])[0] : step));
  return keys.reduce<unknown>((inside, key) => (inside as Table | null | undefined)?.[key], table) !== undefined;
}

function joined(steps: readonly string[]): string {
  return steps.reduce((path, step) => (path === '' || step.startsWith('[') ? path + step : `${path}.${step}`), '');
}

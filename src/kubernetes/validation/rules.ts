import type { Problem, Problems } from '../../reporting/problems';
import { instead } from '../../reporting/suggestions';

/** The largest 32-bit integer. */
export const INT32_MAX = 2 ** 31 - 1;

/**
 * An empty list. Most lists in a pod are missing, and iterating over this constant is faster than creating an iterator.
 */
const NOTHING: readonly never[] = [];

/** Returns the items of a list with their indexes, or nothing if the list is missing. */
export function indexed<T>(list: readonly T[] | undefined): Iterable<[number, T]> {
  return list === undefined ? NOTHING : list.entries();
}

/** Reports a string that is missing or empty. Returns whether it is present. */
export function checkPresent(problems: Problems, property: string, text: string | undefined, example: string): boolean {
  if (text !== undefined && text !== '') {
    return true;
  }
  problems.add(property, {
    wrong: 'is required',
    allowed: 'a non-empty string',
    fix: `use a value such as ${example}`,
  });
  return false;
}

/**
 * Reports a string that isn't one of the choices. An empty string means the default, and is allowed if `''` is a
 * choice.
 */
export function checkOneOf(
  problems: Problems,
  property: string,
  text: string | undefined,
  choices: readonly string[],
): void {
  if (text !== undefined && !choices.includes(text)) {
    const named = choices.filter((choice) => choice !== '');
    problems.add(property, {
      wrong: 'must be one of the values that Kubernetes supports',
      got: text,
      allowed: named.join(', '),
      fix: instead(text, named),
    });
  }
}

/** Reports a number outside a range. */
export function checkRange(
  problems: Problems,
  property: string,
  number: number | undefined,
  [min, max]: readonly [number, number],
): void {
  if (number !== undefined && (number < min || number > max)) {
    problems.add(property, {
      wrong: 'must be in the allowed range',
      got: number,
      allowed: max >= INT32_MAX ? `a whole number of at least ${min}` : `a whole number from ${min} to ${max}`,
      fix: `use a value such as ${min}`,
    });
  }
}

/** Reports values that exclude each other. Returns the names of the values that are set. */
export function checkSingle(problems: Problems, value: object, names: readonly string[], what: string): string[] {
  const set = names.filter((name) => (value as { [key: string]: unknown })[name] !== undefined);
  if (set.length > 1) {
    problems.add('', {
      wrong: `must have only one ${what}`,
      got: set,
      allowed: `one of ${names.join(', ')}`,
      fix: `remove ${set.slice(1).join(', ')}`,
    });
  }
  return set;
}

/** Reports items with the same key as an earlier item. Items without a key are skipped. */
export function checkUnique<T>(
  problems: Problems,
  list: readonly T[] | undefined,
  keyOf: (item: T) => { readonly key: string | undefined; readonly property: string; readonly got?: unknown },
  wrong: string,
): void {
  if (list === undefined || list.length < 2) {
    return;
  }
  const taken = new Set<string>();
  for (const [index, item] of indexed(list)) {
    const { key, property, got = key } = keyOf(item);
    if (key !== undefined && taken.has(key)) {
      problems.add(`[${index}]${property === '' ? '' : `.${property}`}`, {
        wrong,
        got,
        allowed: 'each value once',
        fix: 'change or remove one of them',
      });
    } else if (key !== undefined) {
      taken.add(key);
    }
  }
}

/** Reports a field that must not be set. */
export function checkAbsent(problems: Problems, property: string, value: unknown, problem: Omit<Problem, 'got'>): void {
  if (value !== undefined && value !== '') {
    problems.add(property, { got: value, ...problem });
  }
}

/** Reports an absolute path, or a path with `..`. The path must stay inside the volume. */
export function checkPathInside(problems: Problems, property: string, path: string): void {
  const reason = path.startsWith('/') ? 'must be relative' : hasBackstep(path) ? "must not contain '..'" : undefined;
  if (reason !== undefined) {
    problems.add(property, {
      wrong: `${reason}, to stay inside the volume`,
      got: path,
      allowed: "a relative path without '..'",
      fix: "use a value such as 'dir/file'",
    });
  }
}

/** Reports an invalid path for a file in a volume. Names that start with `..` are reserved for the kubelet. */
export function checkFilePath(problems: Problems, property: string, path: string | undefined): void {
  if (!checkPresent(problems, property, path, "'token'")) {
    return;
  }
  if (path!.startsWith('..') && !path!.startsWith('../')) {
    problems.add(property, {
      wrong: "must not start with '..', which is reserved for the kubelet",
      got: path,
      allowed: "a relative path without '..'",
      fix: "use a value such as 'dir/file'",
    });
  } else {
    checkPathInside(problems, property, path!);
  }
}

/** Whether a path contains the component `..`. */
export function hasBackstep(path: string): boolean {
  return path.split('/').includes('..');
}

/** Reports invalid file permissions. */
export function checkFileMode(problems: Problems, property: string, mode: number | undefined, max = 0o777): void {
  if (mode !== undefined && (mode < 0 || mode > max)) {
    const octal = Number.parseInt(String(mode), 8);
    problems.add(property, {
      wrong: 'must be a file mode',
      got: mode,
      allowed: `0 to ${max} (0o${max.toString(8)})`,
      fix: String(octal) !== 'NaN' && octal <= max ? `write 0o${octal.toString(8)}` : 'use a value such as 0o644',
    });
  }
}

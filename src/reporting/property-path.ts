/** The fields, keys and indexes of a path to a value. */
export type PropertyPath = ReadonlyArray<string | number>;

/** A field, key or index in a path, and the position where it ends. */
export interface Step {
  readonly key: string | number;
  readonly end: number;
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
const STEP = /\.?([^.[\]]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;

/** Formats a path for messages: `volumes[0].nfs.path`, `labels["app.kubernetes.io/name"]`. */
export function formatPath(path: PropertyPath): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') {
      return `${text}[${key}]`;
    }
    return IDENTIFIER.test(key) ? joinPath(text, key) : `${text}[${JSON.stringify(key)}]`;
  }, '');
}

/** Parses a path into its steps. */
export function stepsOf(path: string): Step[] {
  const steps: Step[] = [];
  STEP.lastIndex = 0;
  for (let match = STEP.exec(path); match !== null; match = STEP.exec(path)) {
    const [, name, index, key] = match;
    steps.push({
      key: name ?? (index === undefined ? (JSON.parse(key!) as string) : Number(index)),
      end: STEP.lastIndex,
    });
  }
  return steps;
}

/** Appends a field, key or index to a path. */
export function pathBelow(path: string, key: string | number): string {
  return joinPath(path, formatPath([key]));
}

/** Returns the fields, keys and indexes of a path. */
export function keysOf(path: string): string[] {
  return stepsOf(path).map(({ key }) => String(key));
}

/** Joins a path and a relative path. */
export function joinPath(start: string, rest: string): string {
  const below = rest.replace(/^\./, '');
  return start === '' || below === '' || below.startsWith('[') ? start + below : `${start}.${below}`;
}

/** Whether a path is the same as another one, or below it. */
export function isAtOrBelow(path: string, start: string): boolean {
  return path.startsWith(start) && (start === '' || path.length === start.length || /[.[]/.test(path[start.length]!));
}

import { keysOf } from '../reporting/property-path';
import type { Patch } from './engine-program';
import { along, entryOf, inside, type Expression } from './expression';
import type { Remarks } from './print-expression';
import type { NamedEngine, Statements } from './statements';

/** A problem or risk in a program. */
export interface Note {
  readonly severity: string;
  readonly name: string;
  /** The location in the source of the program, in the form of expressions. */
  readonly key: string;
  /** The printed location, if it differs from the key. */
  readonly shownKey?: string;
  /** The property of the note. */
  readonly property?: string;
  readonly why: string;
  /** The fix in a program. Undefined if the text about the problem is enough. */
  readonly fix?: string;
}

/** The comments at the parts of a program, and the notes on what it doesn't have. */
export interface Remarked {
  readonly remarks: Remarks;
  readonly unplaced: readonly Note[];
}

/** Places notes in a program, each patch below its reason, and each accepted risk next to its name. */
export function remarked({ blocks, engines, patched }: Statements, notes: readonly Note[]): Remarked {
  const whole = blocks.flat().flatMap(({ expression }) => [expression, ...inside(expression)]);
  const remarks = new Map<Expression, readonly string[]>();
  const say = (expression: Expression, text: string): void => {
    const above = remarks.get(expression) ?? [];
    if (!above.includes(text)) {
      remarks.set(expression, [...above, text]);
    }
  };
  for (const { calls } of patched) {
    // Consecutive patches can have the same reason.
    calls
      .filter(({ patch }, index) => patch.why !== calls[index - 1]?.patch.why)
      .forEach(({ patch, call }) => say(call, patch.why));
  }
  for (const expression of whole) {
    const asserting = [expression, ...(expression.kind === 'call' ? expression.args : [])].flatMap((one) =>
      one.kind === 'object' && one.assertion !== undefined ? [one.assertion] : [],
    );
    asserting.forEach(({ why }) => say(expression, why));
  }
  const unplaced = notes.filter((note) => {
    const spot =
      engines.map((engine) => spotIn(engine, note, engines.length === 1)).find((found) => found !== undefined) ??
      cameFrom(note.key, whole);
    if (spot !== undefined) {
      say(spot, wordsOf(note));
    }
    return spot === undefined;
  });
  for (const { program } of engines) {
    const accepted = entryOf(program.props, 'acceptRisks');
    if (accepted !== undefined) {
      say(
        accepted,
        'Kubernetes accepts these settings, and the library rejects them. Fix each property, and delete its line.',
      );
    }
  }
  return { remarks, unplaced };
}

/** A note, at its place in the program. */
function wordsOf({ severity, name, why, fix }: Note): string {
  return `${severity} ${name}: ${why}${fix === undefined ? '' : `; fix: ${fix}`}`;
}

/** The patch, property or item of an engine that a note is about. */
function spotIn(
  { patched, program: { props }, statements }: NamedEngine,
  note: Note,
  isOnly: boolean,
): Expression | undefined {
  const whole = statements.flat().flatMap(({ expression }) => [expression, ...inside(expression)]);
  const [first] = keysOf(note.key);
  if (!isOnly && !whole.some(({ origin }) => origin !== undefined && keysOf(origin)[0] === first)) {
    return undefined;
  }
  const calls = patched.flatMap((one) => one.calls);
  return calls.find(({ patch }) => isOf(note, patch, props))?.call ?? spotOf(note, props, whole);
}

/** Whether a note is about a field that a patch changes, and that no property sets. */
function isOf({ property }: Note, { path }: Patch, props: Expression): boolean {
  const words = keysOf(property ?? '');
  return words.length > 0 && along(props, property!).length <= words.length && path.endsWith(`/${words.at(-1)!}`);
}

/**
 * The property or item of a note, or the innermost one that contains it. Of that, the part that came from the key of the note, if
 * there is one.
 */
function spotOf({ key, property }: Note, props: Expression, whole: readonly Expression[]): Expression | undefined {
  const named = property === undefined ? undefined : along(props, property).slice(1).at(-1);
  return named === undefined ? cameFrom(key, whole) : (cameFrom(key, [named, ...inside(named)]) ?? named);
}

/** The outermost expression that came from a key, or from the longest part of its path. */
function cameFrom(key: string, among: readonly Expression[]): Expression | undefined {
  const words = keysOf(key);
  let found: Expression | undefined;
  let length = 0;
  for (const expression of among) {
    const from = keysOf(expression.origin ?? '');
    if (from.length > length && from.every((word, index) => word === words[index])) {
      found = expression;
      length = from.length;
    }
  }
  return found;
}

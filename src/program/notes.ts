import { keysOf } from '../reporting/property-path';
import type { Patch } from './engine-program';
import { along, entryOf, inside, type Expression } from './expression';
import type { Remarks } from './print-expression';
import type { EngineStatements, Statements } from './statements';

/** A problem or risk in a program. */
export interface Note {
  readonly severity: string;
  readonly name: string;
  /** The location in the input, in the form of an expression's origin. */
  readonly key: string;
  /** The location as shown to users, if it differs from the key. */
  readonly shownKey?: string;
  /** The property that the note is about. */
  readonly property?: string;
  readonly why: string;
  /** The fix in a program, or undefined if `why` is enough. */
  readonly fix?: string;
}

/** The comments in a program, and the notes that don't belong to any part of it. */
export interface PlacedNotes {
  readonly remarks: Remarks;
  readonly unplaced: readonly Note[];
}

/**
 * Places each note above the expression that it is about. The reason for a patch or an assertion is placed above the
 * patch or the assertion.
 */
export function placeNotes({ blocks, engines, patched }: Statements, notes: readonly Note[]): PlacedNotes {
  const whole = blocks.flat().flatMap(({ expression }) => [expression, ...inside(expression)]);
  const remarks = new Map<Expression, readonly string[]>();
  const addRemark = (expression: Expression, text: string): void => {
    const above = remarks.get(expression) ?? [];
    if (!above.includes(text)) {
      remarks.set(expression, [...above, text]);
    }
  };
  for (const { calls } of patched) {
    // Consecutive patches can have the same reason.
    calls
      .filter(({ patch }, index) => patch.why !== calls[index - 1]?.patch.why)
      .forEach(({ patch, call }) => addRemark(call, patch.why));
  }
  for (const expression of whole) {
    const asserting = [expression, ...(expression.kind === 'call' ? expression.args : [])].flatMap((one) =>
      one.kind === 'object' && one.assertion !== undefined ? [one.assertion] : [],
    );
    asserting.forEach(({ why }) => addRemark(expression, why));
  }
  const unplaced = notes.filter((note) => {
    const subject =
      engines.map((engine) => subjectIn(engine, note, engines.length === 1)).find((found) => found !== undefined) ??
      withOrigin(note.key, whole);
    if (subject !== undefined) {
      addRemark(subject, remarkOf(note));
    }
    return subject === undefined;
  });
  for (const { program } of engines) {
    const accepted = entryOf(program.props, 'acceptRisks');
    if (accepted !== undefined) {
      addRemark(
        accepted,
        'Kubernetes accepts these settings, but the library rejects them. Fix each property, then delete its line.',
      );
    }
  }
  return { remarks, unplaced };
}

function remarkOf({ severity, name, why, fix }: Note): string {
  return `${severity} ${name}: ${why}${fix === undefined ? '' : `; fix: ${fix}`}`;
}

/** Returns the patch, property or item of an engine that a note is about. */
function subjectIn(
  { patched, program: { props }, statements }: EngineStatements,
  note: Note,
  isOnly: boolean,
): Expression | undefined {
  const whole = statements.flat().flatMap(({ expression }) => [expression, ...inside(expression)]);
  const [first] = keysOf(note.key);
  if (!isOnly && !whole.some(({ origin }) => origin !== undefined && keysOf(origin)[0] === first)) {
    return undefined;
  }
  const calls = patched.flatMap((one) => one.calls);
  return calls.find(({ patch }) => isAbout(note, patch, props))?.call ?? subjectOf(note, props, whole);
}

/** Whether a note is about a field that a patch changes and no property sets. */
function isAbout({ property }: Note, { path }: Patch, props: Expression): boolean {
  const words = keysOf(property ?? '');
  return words.length > 0 && along(props, property!).length <= words.length && path.endsWith(`/${words.at(-1)!}`);
}

/**
 * Returns the property or item that a note is about, or else its closest parent. If a part of this expression came from
 * the note's key, returns that part.
 */
function subjectOf({ key, property }: Note, props: Expression, whole: readonly Expression[]): Expression | undefined {
  const named = property === undefined ? undefined : along(props, property).slice(1).at(-1);
  return named === undefined ? withOrigin(key, whole) : (withOrigin(key, [named, ...inside(named)]) ?? named);
}

/** Returns the outermost expression that came from a key, or from its closest parent. */
function withOrigin(key: string, among: readonly Expression[]): Expression | undefined {
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

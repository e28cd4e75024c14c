import type { FinishedProgram, Patch } from './engine-program';
import { along, inside, parts, type Expression } from './expression';
import type { Remarks } from './print-expression';
import type { PatchCall, Statement } from './statements';

/** Something wrong or risky in a program, in the form of a finding. */
export interface Note {
  readonly severity: string;
  readonly name: string;
  /** Where it is in what the program was made from. */
  readonly key: string;
  /** The property that mends it. */
  readonly property?: string;
  readonly why: string;
  readonly fix: string;
}

/** What is said at the parts of a program, and the notes on what it doesn't have. */
export interface Remarked {
  readonly remarks: Remarks;
  readonly unplaced: readonly Note[];
}

/** Puts notes where they belong in a program, each patch below its reason, and each accepted risk before its name. */
export function remarked(
  { props }: FinishedProgram,
  statements: readonly Statement[],
  patches: ReadonlyArray<readonly PatchCall[]>,
  notes: readonly Note[],
): Remarked {
  const whole = statements.flatMap(({ expression }) => [expression, ...inside(expression)]);
  const remarks = new Map<Expression, readonly string[]>();
  const say = (expression: Expression, text: string): void => {
    const above = remarks.get(expression) ?? [];
    if (!above.includes(text)) {
      remarks.set(expression, [...above, text]);
    }
  };
  for (const calls of patches) {
    // Several in a row can have one reason.
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
    const spot = patches.flat().find(({ patch }) => isOf(note, patch, props))?.call ?? spotOf(note, props, whole);
    if (spot !== undefined) {
      say(spot, wordsOf(note));
    }
    return spot === undefined;
  });
  const [, accepted] = props.entries.find(([key]) => key === 'acceptRisks') ?? [];
  if (accepted !== undefined) {
    say(
      accepted,
      'Kubernetes accepts these settings, and the library rejects them. Fix each property, and delete its line.',
    );
  }
  return { remarks, unplaced };
}

/** A note in words, at the property concerned. */
function wordsOf({ severity, name, property, why, fix }: Note): string {
  return `${severity} ${name}: ${why}${fix === `see ${property}` ? '' : `; fix: ${fix}`}`;
}

/** Whether a note is about a field that a patch changes, and that there is no property for. */
function isOf({ property }: Note, { path }: Patch, props: Expression): boolean {
  const words = parts(property ?? '');
  return words.length > 0 && along(props, property!).length <= words.length && path.endsWith(`/${words.at(-1)!}`);
}

/**
 * The property or item that a note belongs to: the one that it names, or as far on the way there as the program goes. Where a
 * part of that came from the key of the note, or where there is none, it is what came from that key.
 */
function spotOf({ key, property }: Note, props: Expression, whole: readonly Expression[]): Expression | undefined {
  const named = property === undefined ? undefined : along(props, property).slice(1).at(-1);
  return named === undefined ? cameFrom(key, whole) : (cameFrom(key, [named, ...inside(named)]) ?? named);
}

/** What came from a key, or from as much of its beginning as anything did: the outermost one. */
function cameFrom(key: string, among: readonly Expression[]): Expression | undefined {
  const words = parts(key);
  let found: Expression | undefined;
  let length = 0;
  for (const expression of among) {
    const from = parts(expression.origin ?? '');
    if (from.length > length && from.every((word, index) => word === words[index])) {
      found = expression;
      length = from.length;
    }
  }
  return found;
}

import type { LocatedChange } from './located-change';

/** Equal effects on several objects, in the order of the report. */
export interface EffectGroup extends LocatedChange {
  /** The effects on the other objects. */
  readonly others: readonly LocatedChange[];
}

/**
 * Groups effects that differ only in the names of their objects. A fleet of engines would otherwise repeat the same
 * effect for each engine.
 */
export function groupEffects(changes: readonly LocatedChange[]): EffectGroup[] {
  const groups = new Map<string, LocatedChange[]>();
  for (const change of changes) {
    const key = keyOf(change);
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [change]);
    } else {
      group.push(change);
    }
  }
  return [...groups.values()].map(([first, ...others]) => ({ ...first!, others }));
}

/** Returns the text of an effect without the name and the namespace of its object. */
function keyOf({ effect, ignored, name, object, reasons, severity }: LocatedChange): string {
  const { kind, name: objectName, namespace } = object;
  return JSON.stringify([name, severity, ignored, kind, effect, reasons], (_, value: unknown) =>
    typeof value === 'string' ? without(without(value, objectName, '<name>'), namespace, '<namespace>') : value,
  );
}

function without(text: string, word: string | undefined, replacement: string): string {
  return word === undefined || word === ''
    ? text
    : text.replaceAll(new RegExp(`\\b${word.replaceAll(/[^\w-]/g, '\\$&')}\\b`, 'g'), replacement);
}

import type { PropertyPath } from '../../reporting/property-path';
import { remember } from '../../reporting/remember';
import { secretIn, secretNamed } from '../../reporting/secret-detection';
import { MERGE, unsafe, type TextAt } from './texts';

/**
 * The maps with user-defined keys, which can reveal that a value is secret. Other field names can't: `token` may
 * contain the name of a Secret.
 */
const MAPS = new Set(['annotations', 'data', 'options', 'volumeAttributes']);

/** Whether a string is harmless in any field. */
const isHarmlessText = remember((text) => text !== MERGE && unsafe(text) === undefined && secretIn(text) === undefined);

/**
 * Returns all strings in an object, or an empty list if all of them are harmless. Most objects contain only harmless
 * strings, and checking that is faster than collecting the strings.
 */
export function readTexts(object: object): TextAt[] {
  const found: TextAt[] = [];
  if (!isHarmless(object, '', '')) {
    addTexts(found, object, []);
  }
  return found;
}

/** Returns the kind of secret that a string appears to contain. It can depend on the field. */
export function secretAt({ path, text }: TextAt): string | undefined {
  return secretBelow(text, String(path.at(-1)), String(path.at(-2)));
}

/**
 * Returns the kind of secret in the string at `key` in `map`. If the string is the key itself, only its form counts.
 */
function secretBelow(text: string, key: string, map: string): string | undefined {
  return MAPS.has(map) && key !== text ? secretNamed(key, text) : secretIn(text);
}

/** Whether all strings in a value are harmless. The value is at `key` in `map`. */
function isHarmless(value: unknown, key: string, map: string): boolean {
  if (typeof value === 'string') {
    return isHarmlessText(value) && (!MAPS.has(map) || secretBelow(value, key, map) === undefined);
  }
  if (typeof value !== 'object' || value === null) {
    return true;
  }
  if (Array.isArray(value)) {
    return value.every((item) => isHarmless(item, '', key));
  }
  for (const name of Object.keys(value)) {
    if (!isHarmlessText(name) || !isHarmless((value as { readonly [name: string]: unknown })[name], name, key)) {
      return false;
    }
  }
  return true;
}

function addTexts(found: TextAt[], value: unknown, path: PropertyPath): void {
  if (typeof value === 'string') {
    found.push({ text: value, path });
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => addTexts(found, item, [...path, index]));
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      found.push({ text: key, path: [...path, key] });
      addTexts(found, item, [...path, key]);
    }
  }
}

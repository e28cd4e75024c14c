import { isPlainObject } from './plain-object';

/**
 * The maximum nesting of a value. Kubernetes objects have at most about 20 levels, and the call stack has room for
 * thousands.
 */
const MAX_LEVELS = 100;

/** Whether a value has too many levels to process. Also true for a value that contains itself. */
export function isNestedTooDeep(value: unknown): boolean {
  const seen = new Set<object>();
  const visit = (part: unknown, level: number): boolean => {
    if (typeof part !== 'object' || part === null || seen.has(part) || !(Array.isArray(part) || isPlainObject(part))) {
      return false;
    }
    if (level > MAX_LEVELS || Object.values(part).some((inner) => visit(inner, level + 1))) {
      return true;
    }
    seen.add(part);
    return false;
  };
  return visit(value, 1);
}

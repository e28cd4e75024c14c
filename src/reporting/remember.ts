/** The maximum number of cached results, and the maximum length of a string whose result is cached. */
const RESULTS_MAX = 10_000;
const TEXT_LENGTH_MAX = 200;

/** Returns a function that caches its results. Most strings in an app occur in many of its objects. */
export function remember<T>(compute: (text: string) => T): (text: string) => T {
  const results = new Map<string, T>();
  return (text) => {
    if (typeof text !== 'string' || text.length > TEXT_LENGTH_MAX) {
      return compute(text);
    }
    let result = results.get(text);
    if (result === undefined && !results.has(text)) {
      result = compute(text);
      if (results.size === RESULTS_MAX) {
        results.clear();
      }
      results.set(text, result);
    }
    return result as T;
  };
}

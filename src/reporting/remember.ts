/** The maximum number of results to keep, and the maximum length of a text whose result is kept. */
const RESULTS_MAX = 10_000;
const TEXT_LENGTH_MAX = 200;

/** Returns a function that computes the result for a text once. Most texts of an app occur in many of its objects. */
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

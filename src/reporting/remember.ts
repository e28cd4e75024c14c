/** The maximum length of all strings whose results are cached. */
const CHARACTERS_MAX = 2_000_000;

/** Returns a function that caches its results. Most strings in an app occur in many of its objects. */
export function remember<T>(compute: (text: string) => T): (text: string) => T {
  const results = new Map<string, T>();
  let characters = 0;
  return (text) => {
    if (typeof text !== 'string') {
      return compute(text);
    }
    let result = results.get(text);
    if (result === undefined && !results.has(text)) {
      result = compute(text);
      characters += text.length;
      if (characters > CHARACTERS_MAX) {
        results.clear();
        characters = text.length;
      }
      results.set(text, result);
    }
    return result as T;
  };
}

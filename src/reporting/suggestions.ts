/** The word that takes the fewest letters to change into, to name it in a message. */
export function nearest(word: string, words: readonly string[]): string {
  let best = words[0]!;
  let least = Infinity;
  for (const candidate of words) {
    // At least that many letters are inserted or removed.
    if (Math.abs(candidate.length - word.length) < least) {
      const letters = distance(word, candidate);
      [best, least] = letters < least ? [candidate, letters] : [best, least];
    }
  }
  return best;
}

/** The suggestion for an unknown word: the most similar known word, if there is one. */
export function instead(word: string, words: readonly string[]): string {
  const meant = nearest(
    word.toLowerCase(),
    words.map((one) => one.toLowerCase()),
  );
  return distance(word.toLowerCase(), meant) <= meant.length / 3
    ? `write ${words.find((one) => one.toLowerCase() === meant)}`
    : 'write one of them';
}

/** Letters to insert, remove or replace (Levenshtein), one row of the table at a time. */
function distance(from: string, to: string): number {
  const row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let line = 1; line <= from.length; line++) {
    let diagonal = row[0]!;
    row[0] = line;
    for (let column = 1; column <= to.length; column++) {
      const replaced = diagonal + (from[line - 1] === to[column - 1] ? 0 : 1);
      diagonal = row[column]!;
      row[column] = Math.min(diagonal + 1, row[column - 1]! + 1, replaced);
    }
  }
  return row[to.length]!;
}

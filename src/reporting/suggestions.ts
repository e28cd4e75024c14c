/** Returns the most similar word, for suggestions in messages. */
export function nearest(word: string, words: readonly string[]): string {
  let best = words[0]!;
  let least = Infinity;
  for (const candidate of words) {
    const letters = distance(word, candidate, least);
    [best, least] = letters < least ? [candidate, letters] : [best, least];
  }
  return best;
}

/** Returns the suggestion for an unknown word: the most similar known word, if there is one. */
export function instead(word: string, words: readonly string[], otherwise = 'write one of them'): string {
  const meant = nearest(
    word.toLowerCase(),
    words.map((one) => one.toLowerCase()),
  );
  return distance(word.toLowerCase(), meant) <= meant.length / 3
    ? `write ${words.find((one) => one.toLowerCase() === meant)}`
    : otherwise;
}

/** Returns the Levenshtein distance, or Infinity if it is `limit` or more. Keeps only one row of the table. */
function distance(from: string, to: string, limit = Infinity): number {
  // The distance is at least the difference in length.
  if (Math.abs(to.length - from.length) >= limit) {
    return Infinity;
  }
  const row: number[] = [];
  for (let column = 0; column <= to.length; column++) {
    row.push(column);
  }
  for (let line = 1; line <= from.length; line++) {
    const letter = from.charCodeAt(line - 1);
    let diagonal = row[0]!;
    let least = line;
    row[0] = line;
    for (let column = 1; column <= to.length; column++) {
      const replaced = letter === to.charCodeAt(column - 1) ? diagonal : diagonal + 1;
      diagonal = row[column]!;
      const letters = Math.min(diagonal + 1, row[column - 1]! + 1, replaced);
      row[column] = letters;
      least = Math.min(least, letters);
    }
    if (least >= limit) {
      return Infinity;
    }
  }
  return row[to.length]!;
}

/** The word that takes the fewest letters to change into, to name it in a message. */
export function nearest(word: string, words: readonly string[]): string {
  const distances = words.map((candidate) => distance(word, candidate));
  return words[distances.indexOf(Math.min(...distances))] as string;
}

/** What to write instead of a word that is none of a few: one that it must mean, where there is such a one. */
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
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...to].entries()) {
      next.push(
        Math.min(
          (row[column + 1] as number) + 1,
          (next[column] as number) + 1,
          (row[column] as number) + (letter === other ? 0 : 1),
        ),
      );
    }
    row = next;
  }
  return row[to.length] as number;
}

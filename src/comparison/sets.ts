/** Items that only one of two lists contains. */
export interface Difference {
  readonly gained: readonly string[];
  readonly lost: readonly string[];
}

/** Compares two lists as sets. */
export function difference(before: readonly string[], after: readonly string[]): Difference {
  const [old, current] = [new Set(before), new Set(after)];
  return {
    gained: [...current].filter((item) => !old.has(item)),
    lost: [...old].filter((item) => !current.has(item)),
  };
}

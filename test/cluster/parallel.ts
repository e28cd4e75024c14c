/** Calls a function for each item, at most `limit` at a time. Returns the results in the order of the items. */
export async function inParallel<T, R>(
  items: readonly T[],
  limit: number,
  call: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const next = items.entries();
  const worker = async (): Promise<void> => {
    for (const [i, item] of next) {
      results[i] = await call(item);
    }
  };
  await Promise.all(Array.from({ length: limit }, worker));
  return results;
}

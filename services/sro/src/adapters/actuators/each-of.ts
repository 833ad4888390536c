export interface Failure<Item> {
  readonly item: Item;
  readonly error: unknown;
}

/** Runs the work of all items, so many side by side; `results` has those that resolved. */
export async function eachOf<Item, Result>(
  items: readonly Item[],
  parallel: number,
  work: (item: Item) => Promise<Result>,
): Promise<{ results: Map<Item, Result>; failures: Failure<Item>[] }> {
  const results = new Map<Item, Result>();
  const failures: Failure<Item>[] = [];
  const waiting = items.values();
  const lane = async () => {
    for (const item of waiting) {
      await work(item).then(
        (result) => results.set(item, result),
        (error: unknown) => failures.push({ item, error }),
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, items.length) }, lane));
  return { results, failures };
}

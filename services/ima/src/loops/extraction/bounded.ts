/**
 * Works on the items, `concurrency` at a time, in their order; the first failure ends it after those
 * in flight have settled.
 */
export async function forEachBounded<Item>(
  items: Iterable<Item>,
  concurrency: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]();
  let failed = false;
  async function worker(): Promise<void> {
    for (let next = queue.next(); !failed && next.done !== true; next = queue.next()) {
      try {
        await work(next.value);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  }
  const settled = await Promise.allSettled(Array.from({ length: concurrency }, worker));
  for (const outcome of settled) if (outcome.status === 'rejected') throw outcome.reason;
}

/** Results in the order of the items, at most `concurrency` of them in the making. */
export async function* mapBounded<Item, Result>(
  items: Iterable<Item>,
  concurrency: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const making: Promise<Result>[] = [];
  try {
    for (const item of items) {
      if (making.length >= concurrency) yield await (making.shift() as Promise<Result>);
      making.push(work(item));
    }
    while (making.length > 0) yield await (making.shift() as Promise<Result>);
  } finally {
    // Whoever stops listening must not leave rejections that nobody hears.
    await Promise.allSettled(making);
  }
}

/** Ticks lie on the multiples of the slice's step since the epoch, so that every owner finds the same ones. */
export function tickAtOrAfter(at: number, stepMs: number): number {
  return Math.ceil(at / stepMs) * stepMs;
}

/** The ticks in (after, until], oldest first; when there are more than `limit`, the newest ones. */
export function ticksBetween(
  after: number,
  until: number,
  stepMs: number,
  limit: number,
): readonly number[] {
  const last = Math.floor(until / stepMs) * stepMs;
  const first = Math.max(tickAtOrAfter(after + 1, stepMs), last - (limit - 1) * stepMs);
  const ticks: number[] = [];
  for (let tick = first; tick <= last; tick += stepMs) ticks.push(tick);
  return ticks;
}

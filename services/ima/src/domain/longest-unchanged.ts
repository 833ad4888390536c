/**
 * How long a column stood at one value at the longest, in ms, over rows with instants `at`; missing
 * cells do not break a stand. Live, a value that stands far longer than this is taken for a dead
 * exporter's: connection counts rightly stand still for minutes.
 */
export function longestUnchangedMs(at: ArrayLike<number>, values: ArrayLike<number>): number {
  let longest = 0;
  let since: number | undefined;
  let last = Number.NaN;
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row] ?? Number.NaN;
    const instant = at[row] ?? 0;
    if (!Number.isFinite(value)) continue;
    if (since === undefined || value !== last) since = instant;
    last = value;
    longest = Math.max(longest, instant - since);
  }
  return Math.round(longest);
}

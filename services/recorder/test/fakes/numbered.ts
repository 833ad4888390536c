/** Event time: the instant of the fakes' tick. */
export const now = 1_800_000_000_000;

/** The n-th numbered sample, one a millisecond. */
export function numbered(n: number) {
  const at = now + n;
  const timestamp = new Date(at).toISOString();
  const labels = { series: 'a' };
  return { key: 'a', at, value: { labels, name: 'numbered', timestamp, value: String(n) } };
}

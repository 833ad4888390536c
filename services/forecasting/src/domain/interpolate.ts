/** Piecewise linear through (from[k], to[k]), constant beyond the ends; `from` ascending, both of one length. */
export function interpolate(from: readonly number[], to: readonly number[], value: number): number {
  for (let k = 1; k < from.length; k += 1) {
    const right = from[k] ?? value;
    if (value > right && k < from.length - 1) continue;
    const left = from[k - 1] ?? right;
    const within = right > left ? (value - left) / (right - left) : 1;
    const start = to[k - 1] ?? 0;
    return start + Math.min(1, Math.max(0, within)) * ((to[k] ?? start) - start);
  }
  return to[0] ?? Number.NaN;
}

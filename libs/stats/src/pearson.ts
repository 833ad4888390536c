/**
 * Pearson's correlation over the pairs of which both are finite; 0 when fewer than three are, or when
 * one of the two stands still. Two passes, so that a large mean costs no digits. O(n).
 */
export function pearson(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const n = Math.min(a.length, b.length);
  let count = 0;
  let sumA = 0;
  let sumB = 0;
  for (let i = 0; i < n; i += 1) {
    const x = a[i] as number;
    const y = b[i] as number;
    if (!isPair(x, y)) continue;
    count += 1;
    sumA += x;
    sumB += y;
  }
  if (count < 3) return 0;
  const meanA = sumA / count;
  const meanB = sumB / count;
  let both = 0;
  let squareA = 0;
  let squareB = 0;
  for (let i = 0; i < n; i += 1) {
    const x = (a[i] as number) - meanA;
    const y = (b[i] as number) - meanB;
    if (!isPair(x, y)) continue;
    both += x * y;
    squareA += x * x;
    squareB += y * y;
  }
  return squareA > 0 && squareB > 0 ? both / Math.sqrt(squareA * squareB) : 0;
}

/** Both finite: a sum is NaN or infinite as soon as one of them is, whatever the other. */
function isPair(x: number, y: number): boolean {
  return x - x === 0 && y - y === 0;
}

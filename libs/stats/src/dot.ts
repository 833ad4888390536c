/** Σⱼ xₛ₊ⱼ·βⱼ: the row of `x` that begins at `start`, times the coefficients. O(p). */
export function dot(x: ArrayLike<number>, start: number, coefficients: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < coefficients.length; j += 1) {
    sum += (x[start + j] as number) * (coefficients[j] as number);
  }
  return sum;
}

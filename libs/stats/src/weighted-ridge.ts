/**
 * Ridge regression with a weight for each row: minimises Σ wᵢ(yᵢ − xᵢβ)² + λ Σ βⱼ² over all columns
 * but the first, which is taken for the intercept. `x` is n×p, row-major; gives the p coefficients.
 * Normal equations by Cholesky: O(np² + p³), no allocation beyond p². Scale the columns beforehand.
 */
export function weightedRidge(
  x: Float64Array,
  y: Float64Array,
  weights: Float64Array,
  p: number,
  lambda: number,
): Float64Array {
  const gram = new Float64Array(p * p);
  const moment = new Float64Array(p);
  accumulate(x, y, weights, p, gram, moment);
  for (let j = 1; j < p; j += 1) gram[j * p + j] = (gram[j * p + j] ?? 0) + lambda;
  return solveCholesky(gram, moment, p);
}

function accumulate(
  x: Float64Array,
  y: Float64Array,
  weights: Float64Array,
  p: number,
  gram: Float64Array,
  moment: Float64Array,
): void {
  // `as number`: every index is inside its array by construction, and this is the hot loop.
  for (let i = 0; i < y.length; i += 1) {
    const row = i * p;
    const w = weights[i] as number;
    const wy = w * (y[i] as number);
    for (let j = 0; j < p; j += 1) {
      const xj = x[row + j] as number;
      moment[j] = (moment[j] as number) + xj * wy;
      const wxj = w * xj;
      const at = j * p;
      for (let k = 0; k <= j; k += 1) {
        gram[at + k] = (gram[at + k] as number) + wxj * (x[row + k] as number);
      }
    }
  }
}

/** Solves A b = m for a symmetric positive definite A, of which the lower triangle is read and overwritten. */
function solveCholesky(a: Float64Array, m: Float64Array, p: number): Float64Array {
  const tiny = 1e-10 * Math.max(1e-300, largestDiagonal(a, p));
  for (let j = 0; j < p; j += 1) {
    for (let k = 0; k < j; k += 1) {
      const factor = a[j * p + k] as number;
      for (let i = j; i < p; i += 1) {
        a[i * p + j] = (a[i * p + j] as number) - (a[i * p + k] as number) * factor;
      }
    }
    const pivot = Math.sqrt(Math.max(a[j * p + j] as number, tiny));
    for (let i = j; i < p; i += 1) a[i * p + j] = (a[i * p + j] as number) / pivot;
    a[j * p + j] = pivot;
  }
  const b = Float64Array.from(m);
  for (let i = 0; i < p; i += 1) {
    for (let k = 0; k < i; k += 1)
      b[i] = (b[i] as number) - (a[i * p + k] as number) * (b[k] as number);
    b[i] = (b[i] as number) / (a[i * p + i] as number);
  }
  for (let i = p - 1; i >= 0; i -= 1) {
    for (let k = i + 1; k < p; k += 1)
      b[i] = (b[i] as number) - (a[k * p + i] as number) * (b[k] as number);
    b[i] = (b[i] as number) / (a[i * p + i] as number);
  }
  return b;
}

function largestDiagonal(a: Float64Array, p: number): number {
  let largest = 0;
  for (let j = 0; j < p; j += 1) largest = Math.max(largest, a[j * p + j] as number);
  return largest;
}

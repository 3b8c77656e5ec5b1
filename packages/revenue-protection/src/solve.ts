// Small systems of linear equations, as fits by least squares need them. Floats: inside a
// statistical model, nothing here is money or a register.

/**
 * Solves A x = b for a symmetric positive A, row by row in one array of n*n. Null when A is not
 * positive enough to tell.
 */
export function solveSymmetric(
  matrix: Float64Array,
  right: Float64Array,
  n: number,
): Float64Array | null {
  const lower = choleskyOf(matrix, n);
  if (lower === null) return null;
  const x = new Float64Array(n);
  for (let i = 0; i < n; i += 1) {
    let sum = right[i] ?? 0;
    for (let k = 0; k < i; k += 1) sum -= (lower[i * n + k] ?? 0) * (x[k] ?? 0);
    x[i] = sum / (lower[i * n + i] ?? 1);
  }
  for (let i = n - 1; i >= 0; i -= 1) {
    let sum = x[i] ?? 0;
    for (let k = i + 1; k < n; k += 1) sum -= (lower[k * n + i] ?? 0) * (x[k] ?? 0);
    x[i] = sum / (lower[i * n + i] ?? 1);
  }
  return x;
}

function choleskyOf(matrix: Float64Array, n: number): Float64Array | null {
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = matrix[i * n + j] ?? 0;
      for (let k = 0; k < j; k += 1) sum -= (lower[i * n + k] ?? 0) * (lower[j * n + k] ?? 0);
      if (i !== j) {
        lower[i * n + j] = sum / (lower[j * n + j] ?? 1);
        continue;
      }
      const own = matrix[i * n + i] ?? 0;
      if (!(sum > own * 1e-12) || !(own > 0)) return null;
      lower[i * n + i] = Math.sqrt(sum);
    }
  }
  return lower;
}

/** Sum of products. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** The middle of some numbers; 0 of none. */
export function medianOf(values: readonly number[] | Float64Array): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return 0;
  if (sorted.length % 2 === 1) return sorted[middle] ?? 0;
  return ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

/** An array of `n` numbers. A plain loop: Float64Array.from with a function is ten times slower. */
export function floats(n: number, at: (i: number) => number): Float64Array {
  const values = new Float64Array(n);
  for (let i = 0; i < n; i += 1) values[i] = at(i);
  return values;
}

/** Products, one by one. */
export function times(a: Float64Array, b: Float64Array): Float64Array {
  const values = new Float64Array(a.length);
  for (let i = 0; i < a.length; i += 1) values[i] = (a[i] ?? 0) * (b[i] ?? 0);
  return values;
}

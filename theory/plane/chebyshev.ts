/** The Chebyshev points cos(π (k + 1/2) / n) of the first kind, moved to [0, 1] and rising. */
export function chebyshevPoints(n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, k) => (1 - Math.cos((Math.PI * (k + 0.5)) / n)) / 2);
}

/**
 * The coefficients of the Chebyshev interpolant on [0, 1] through values at {@link chebyshevPoints}.
 *
 * @param values at the n points, in their order
 * @see Trefethen 2013, "Approximation theory and approximation practice", chapters 3 and 4
 * @example chebyshevFit([0.25, 0.75]) // of f(x) = x at other points: [0.5, 0.25 / cos(π/4)]
 */
export function chebyshevFit(values: ArrayLike<number>): Float64Array {
  const n = values.length;
  const coefficients = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    let sum = 0;
    // The points rise while cos falls: hence the sign of odd coefficients.
    for (let k = 0; k < n; k++) sum += (values[k] as number) * Math.cos((Math.PI * j * (k + 0.5)) / n);
    coefficients[j] = ((j === 0 ? 1 : 2) * (j % 2 ? -sum : sum)) / n;
  }
  return coefficients;
}

/**
 * Value and derivative of a Chebyshev series on [0, 1], by Clenshaw's recursion.
 *
 * @param coefficients of the series
 * @param x in [0, 1]
 * @param out receives the value and the derivative by x
 * @see Press et al. 2007, "Numerical recipes", section 5.8
 * @example chebyshevAt(Float64Array.of(0.5, 0.5), 0.25, out) // out = [0.25, 1]
 */
export function chebyshevAt(coefficients: Float64Array, x: number, out: Float64Array): void {
  const t = 2 * x - 1;
  let [b1, b2, d1, d2] = [0, 0, 0, 0];
  for (let j = coefficients.length - 1; j > 0; j--) {
    const d = 2 * b1 + 2 * t * d1 - d2;
    const b = 2 * t * b1 - b2 + (coefficients[j] as number);
    d2 = d1;
    d1 = d;
    b2 = b1;
    b1 = b;
  }
  out[0] = t * b1 - b2 + (coefficients[0] as number);
  out[1] = 2 * (b1 + t * d1 - d2);
}

/**
 * Makes a series in one variable of one in two: Σ a[i, j] Tᵢ(x) Tⱼ(y) at a given x.
 *
 * @param table coefficients, row i for the power of x
 * @param columns length of a row
 * @param x in [0, 1]
 * @param out receives the coefficients in y
 */
export function chebyshevRow(table: Float64Array, columns: number, x: number, out: Float64Array): void {
  const t = 2 * x - 1;
  out.fill(0);
  let [before, now] = [t, 1]; // T₋₁ = T₁
  for (let at = 0; at < table.length; at += columns) {
    for (let j = 0; j < columns; j++) (out[j] as number) += now * (table[at + j] as number);
    [before, now] = [now, 2 * t * now - before];
  }
}

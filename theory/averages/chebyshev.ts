import { count, TERMS } from '../work.ts';

/** The Chebyshev points cos(π (k + 1/2) / n) of the first kind, moved to [0, 1] and rising. */
export function chebyshevPoints(n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, k) => (1 - Math.cos((Math.PI * (k + 0.5)) / n)) / 2);
}

/**
 * The coefficients of the Chebyshev interpolant on [0, 1] through values at {@link chebyshevPoints}.
 *
 * @see Trefethen 2013, "Approximation theory and approximation practice", chapters 3 and 4
 */
export function chebyshevFit(values: ArrayLike<number>): Float64Array {
  const n = values.length;
  const cosines = quarterTurns(n);
  count((n * n) / TERMS);
  const coefficients = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    let sum = 0;
    // cos(π j (k + 1/2) / n) for k = 0, 1, …: j (2k + 1) half-steps of a circle that has 4n of them
    for (let k = 0, at = j; k < n; k++, at = (at + 2 * j) % (4 * n))
      sum += (values[k] as number) * (cosines[at] as number);
    // The points rise while cos falls: hence the sign of odd coefficients.
    coefficients[j] = ((j === 0 ? 1 : 2) * (j % 2 ? -sum : sum)) / n;
  }
  return coefficients;
}

const circles = new Map<number, Float64Array>();

/** cos(2π i / 4n) for i = 0 … 4n − 1. */
function quarterTurns(n: number): Float64Array {
  const known = circles.get(n);
  if (known) return known;
  const cosines = Float64Array.from({ length: 4 * n }, (_, i) => Math.cos((Math.PI * i) / (2 * n)));
  circles.set(n, cosines);
  return cosines;
}

/**
 * The value of a Chebyshev series on [0, 1], by Clenshaw's recursion.
 *
 * @see Press et al. 2007, "Numerical recipes", section 5.8
 */
export function chebyshevValue(coefficients: Float64Array, x: number): number {
  count(coefficients.length / TERMS);
  const t = 2 * x - 1;
  let [b1, b2] = [0, 0];
  for (let j = coefficients.length - 1; j > 0; j--) {
    const b = 2 * t * b1 - b2 + (coefficients[j] as number);
    b2 = b1;
    b1 = b;
  }
  return t * b1 - b2 + (coefficients[0] as number);
}

/** How many leading coefficients of a series carry it: what follows is below a part of the largest. */
export function chebyshevLength(coefficients: Float64Array, part: number, scale = 0): number {
  const least = part * coefficients.reduce((most, a) => Math.max(most, Math.abs(a)), scale);
  let length = coefficients.length;
  while (length > 0 && Math.abs(coefficients[length - 1] as number) <= least) length--;
  return length;
}

/**
 * Value and derivative of a Chebyshev series on [0, 1], by Clenshaw's recursion.
 *
 * @see Press et al. 2007, "Numerical recipes", section 5.8
 */
export function chebyshevAt(coefficients: Float64Array, x: number, out: Float64Array): void {
  count(coefficients.length / TERMS);
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

/** A series in two variables. */
export type ChebyshevTable = {
  /** how many coefficients a series in the second variable has */
  readonly columns: number;
  /** writes the coefficients in the second variable at x in [0, 1] of the first one */
  readonly at: (x: number, out: Float64Array) => void;
};

/**
 * The series Σ a[i, j] Tᵢ(x) Tⱼ(y) through values at {@link chebyshevPoints} in x of coefficients in y.
 *
 * @see Trefethen 2013, "Approximation theory and approximation practice"
 */
export function chebyshevTable(
  rows: readonly Float64Array[],
  lengthOf: (series: Float64Array, largest: number) => number,
): ChebyshevTable {
  const columns = rows[0]?.length ?? 0;
  const series = Array.from({ length: columns }, (_, j) => chebyshevFit(rows.map((row) => row[j] as number)));
  const largest = series.reduce((most, one) => one.reduce((max, a) => Math.max(max, Math.abs(a)), most), 0);
  const lengths = Int32Array.from(series, (one) => lengthOf(one, largest));
  const powers = new Float64Array(Math.max(...lengths, 0));
  const coefficients = new Float64Array(columns * powers.length);
  series.forEach((one, j) => {
    coefficients.set(one.subarray(0, powers.length), j * powers.length);
  });
  return {
    columns,
    at(x, out) {
      count(coefficients.length / TERMS);
      const t = 2 * x - 1;
      let [before, now] = [t, 1]; // T₋₁ = T₁
      for (let i = 0; i < powers.length; i++) {
        powers[i] = now;
        const next = 2 * t * now - before;
        before = now;
        now = next;
      }
      for (let j = 0, from = 0; j < columns; j++, from += powers.length) {
        let sum = 0;
        for (let i = 0, end = lengths[j] as number; i < end; i++)
          sum += (powers[i] as number) * (coefficients[from + i] as number);
        out[j] = sum;
      }
    },
  };
}

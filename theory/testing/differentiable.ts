/** Numbers of several rows, one row after the other. A row is a pass of one input, one token of it, or one input of a batch. */
export type Matrix = Float64Array<ArrayBuffer>;

/** The outcome of a step, and the way back: from the gradient by the outcome to that by what went in. */
export type Passed = { readonly y: Matrix; readonly back: (gradient: Matrix) => Matrix };

/** A function of matrices that knows its derivative. Its random numbers are drawn when it is made. */
export type Step = (x: Matrix) => Passed;

/** Each row of x times each row of w, both rows of `inner` numbers: x wᵀ. Four rows of x and two of w at a time, for speed. */
export function multiply(x: Matrix, w: Matrix | Float32Array, inner: number): Matrix {
  const [rows, columns] = [x.length / inner, w.length / inner];
  const out = new Float64Array(rows * columns);
  const product = (r: number, j: number) => {
    let total = 0;
    for (let i = 0; i < inner; i++) total += (w[j * inner + i] as number) * (x[r * inner + i] as number);
    out[r * columns + j] = total;
  };
  const [tiledRows, tiledColumns] = [rows - (rows % 4), columns - (columns % 2)];
  for (let r = 0; r < tiledRows; r += 4)
    for (let j = 0; j < tiledColumns; j += 2) {
      let [a0, a1, a2, a3, b0, b1, b2, b3] = [0, 0, 0, 0, 0, 0, 0, 0];
      for (let i = 0, k = j * inner, from = r * inner; i < inner; i++, k++, from++) {
        const u = w[k] as number;
        const v = w[k + inner] as number;
        const x0 = x[from] as number;
        const x1 = x[from + inner] as number;
        const x2 = x[from + 2 * inner] as number;
        const x3 = x[from + 3 * inner] as number;
        a0 += u * x0;
        a1 += u * x1;
        a2 += u * x2;
        a3 += u * x3;
        b0 += v * x0;
        b1 += v * x1;
        b2 += v * x2;
        b3 += v * x3;
      }
      const at = r * columns + j;
      out[at] = a0;
      out[at + 1] = b0;
      out[at + columns] = a1;
      out[at + columns + 1] = b1;
      out[at + 2 * columns] = a2;
      out[at + 2 * columns + 1] = b2;
      out[at + 3 * columns] = a3;
      out[at + 3 * columns + 1] = b3;
    }
  for (let r = 0; r < rows; r++)
    for (let j = r < tiledRows ? tiledColumns : 0; j < columns; j++) product(r, j);
  return out;
}

/** The rows of a matrix as columns. */
export function transpose<M extends Matrix | Float32Array<ArrayBuffer>>(x: M, width: number): M {
  const rows = x.length / width;
  const out = x.slice() as M;
  for (let r = 0; r < rows; r++)
    for (let i = 0; i < width; i++) out[i * rows + r] = x[r * width + i] as number;
  return out;
}

/** The product of two matrices, number by number. */
export const times = (x: Matrix, y: Matrix): Matrix => x.map((value, i) => value * (y[i] as number));

/** The sum of two matrices, perhaps each times a number. */
export const sum = (x: Matrix, y: Matrix, a = 1, b = 1): Matrix =>
  x.map((value, i) => a * value + b * (y[i] as number));

/** One step after the other. */
export function chain(steps: readonly Step[]): Step {
  return (x) => {
    let y = x;
    const backs = steps.map((step) => {
      const passed = step(y);
      y = passed.y;
      return passed.back;
    });
    return { y, back: (gradient) => backs.reduceRight((onto, back) => back(onto), gradient) };
  };
}

/** a x + b f(x). */
export function skip(a: number, b: number, step: Step): Step {
  return (x) => {
    const { y, back } = step(x);
    return {
      y: sum(x, y, a, b),
      back: (gradient) => sum(gradient, back(gradient.map((value) => b * value)), a),
    };
  };
}

/** W x + biases, with a row of W for each unit of the outcome. */
export function weigh(weights: Float32Array<ArrayBuffer>, inner: number, biases: Matrix): Step {
  const outer = biases.length;
  return (x) => {
    const y = multiply(x, weights, inner);
    for (let k = 0; k < y.length; k++) y[k] = (y[k] as number) + (biases[k % outer] as number);
    return { y, back: (gradient) => multiply(gradient, transpose(weights, inner), outer) };
  };
}

/** φ of each number. */
export function activate(phi: (x: number) => number, derivative: (x: number) => number): Step {
  return (x) => ({
    y: x.map(phi),
    back: (gradient) => gradient.map((value, k) => value * derivative(x[k] as number)),
  });
}

/** s x + t, number by number. */
export function scaleAndShift(s: Matrix, t: Matrix): Step {
  return (x) => ({
    y: x.map((value, k) => value * (s[k] as number) + (t[k] as number)),
    back: (gradient) => times(gradient, s),
  });
}

/** The product of two functions of the same matrix. */
export function multiplyOutcomes(one: Step, other: Step): Step {
  return (x) => {
    const [u, v] = [one(x), other(x)];
    return {
      y: times(u.y, v.y),
      back: (gradient) => sum(u.back(times(gradient, v.y)), v.back(times(gradient, u.y))),
    };
  };
}

/**
 * Divides each group of numbers by its standard deviation, after taking its mean off if it is `centred`; without that, by the root of the mean square.
 *
 * @param size how many numbers a group has
 * @param at where number i of group g stands
 */
function standardise(
  size: number,
  centred: boolean,
  eps: number,
  at: (group: number, i: number) => number,
): Step {
  return (x) => {
    const groups = x.length / size;
    const y = new Float64Array(x.length);
    const deviations = new Float64Array(groups);
    for (let g = 0; g < groups; g++) {
      let [total, square] = [0, 0];
      if (centred) for (let i = 0; i < size; i++) total += x[at(g, i)] as number;
      const mean = total / size;
      for (let i = 0; i < size; i++) square += ((x[at(g, i)] as number) - mean) ** 2;
      // (a group of zeros stays so)
      const deviation = Math.sqrt(square / size + eps) || 1;
      deviations[g] = deviation;
      for (let i = 0; i < size; i++) {
        const k = at(g, i);
        y[k] = ((x[k] as number) - mean) / deviation;
      }
    }
    const back = (gradient: Matrix) => {
      const out = new Float64Array(x.length);
      for (let g = 0; g < groups; g++) {
        let [total, along] = [0, 0];
        for (let i = 0; i < size; i++) {
          const k = at(g, i);
          total += gradient[k] as number;
          along += (gradient[k] as number) * (y[k] as number);
        }
        const mean = centred ? total / size : 0;
        for (let i = 0; i < size; i++) {
          const k = at(g, i);
          out[k] =
            ((gradient[k] as number) - mean - ((y[k] as number) * along) / size) / (deviations[g] as number);
        }
      }
      return out;
    };
    return { y, back };
  };
}

/** Layer norm of each row, or rms norm, which keeps the mean. */
export const normaliseRows = (width: number, centred: boolean, eps: number): Step =>
  standardise(width, centred, eps, (row, i) => row * width + i);

/** Batch norm: each unit over the rows of a batch, of which there may be several, one after the other. */
export const normaliseBatches = (width: number, batch: number, eps: number): Step =>
  standardise(batch, true, eps, (g, i) => (Math.floor(g / width) * batch + i) * width + (g % width));

/** What one head of attention is given besides queries, keys and values. */
export type Head = {
  readonly width: number;
  /** what scores are multiplied by */
  readonly scale: number;
  /** whether queries and keys are divided by the root of their mean square */
  readonly normalised: boolean;
  readonly causal: boolean;
  /** factors of the weights, a row for each query; null for no noise */
  readonly noise: Matrix | null;
};

/** One head of attention on one sequence: its outcome, and the gradients by queries, keys and values. */
export function attend(
  { width, scale, normalised, causal, noise }: Head,
  queries: Matrix,
  keys: Matrix,
  values: Matrix,
): { readonly y: Matrix; readonly back: (gradient: Matrix) => readonly [Matrix, Matrix, Matrix] } {
  const tokens = queries.length / width;
  const norm: Step = normalised ? normaliseRows(width, false, 0) : (x) => ({ y: x, back: (g) => g });
  const [q, k] = [norm(queries), norm(keys)];
  const weights = multiply(q.y, k.y, width);
  for (let t = 0; t < tokens; t++) {
    const row = weights.subarray(t * tokens, (t + 1) * tokens);
    const seen = causal ? t + 1 : tokens;
    let [highest, total] = [Number.NEGATIVE_INFINITY, 0];
    for (let i = 0; i < seen; i++) highest = Math.max(highest, scale * (row[i] as number));
    for (let i = 0; i < tokens; i++) {
      row[i] = i < seen ? Math.exp(scale * (row[i] as number) - highest) : 0;
      total += row[i] as number;
    }
    for (let i = 0; i < tokens; i++) row[i] = (row[i] as number) / total;
  }
  const noisy = noise ? times(weights, noise) : weights;
  const back = (gradient: Matrix) => {
    const received = multiply(gradient, values, width);
    const byWeights = noise ? times(received, noise) : received;
    const byScores = times(byWeights, weights);
    for (let t = 0; t < tokens; t++) {
      let along = 0;
      for (let i = t * tokens; i < (t + 1) * tokens; i++) along += byScores[i] as number;
      for (let i = t * tokens; i < (t + 1) * tokens; i++)
        byScores[i] = scale * ((byScores[i] as number) - along * (weights[i] as number));
    }
    return [
      q.back(multiply(byScores, transpose(k.y, width), tokens)),
      k.back(multiply(transpose(byScores, tokens), transpose(q.y, width), tokens)),
      multiply(transpose(noisy, tokens), transpose(gradient, width), tokens),
    ] as const;
  };
  return { y: multiply(noisy, transpose(values, width), tokens), back };
}

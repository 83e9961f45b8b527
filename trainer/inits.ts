import { randomNormal } from 'd3-random';
import { resolveInit } from '../catalogue/inits.ts';
import type { Plan } from '../schemas/plan.ts';
import { INITS, type InitName, initVariances, takesGain, type WeightLaw } from '../theory/index.ts';
import { TRUNCATED_VARIANCE } from '../theory/inits/rules.ts';
import { drawGaussians, drawUniform, type Stream } from './random/stream.ts';

/** How the weights and biases of a layer are drawn; weights are row-major [fan_in, fan_out]. */
export type Init = {
  weights(source: Stream, fanIn: number, fanOut: number): Float32Array;
  biases(source: Stream, fanIn: number, fanOut: number): Float32Array;
};

/** What a plan says of the initial values. */
export type InitOptions = { readonly sigma_w2: number; readonly sigma_b2: number };

/** Draws so many numbers of mean 0 and a variance. */
type Draw = (source: Stream, count: number, variance: number) => Float32Array;

const uniforms: Draw = (source, count, variance) => {
  const end = Math.sqrt(3 * variance);
  return Float32Array.from({ length: count }, () => end * (2 * drawUniform(source) - 1));
};

/** Normal numbers cut off at two standard deviations, drawn again where they lie beyond; `variance` is what is left. */
const truncated: Draw = (source, count, variance) => {
  const scale = Math.sqrt(variance / TRUNCATED_VARIANCE);
  const normal = randomNormal.source(() => drawUniform(source))();
  return Float32Array.from({ length: count }, () => {
    let value = normal();
    while (Math.abs(value) > 2) value = normal();
    return scale * value;
  });
};

/** How independent weights are drawn, by their law. */
const DRAWS: Record<Exclude<WeightLaw, 'orthogonal'>, Draw> = {
  normal: drawGaussians,
  truncated_normal: truncated,
  uniform: uniforms,
};

const gaussian = ({ sigma_w2, sigma_b2 }: InitOptions): Init => ({
  weights: (source, fanIn, fanOut) => drawGaussians(source, fanIn * fanOut, sigma_w2 / fanIn),
  biases: (source, _, fanOut) => drawGaussians(source, fanOut, sigma_b2),
});

/** Weights are an orthogonal matrix times √sigma_w2: where a layer widens, its variance is sigma_w2 / fan_out. */
const orthogonal = ({ sigma_w2, sigma_b2 }: InitOptions): Init => ({
  weights: (source, fanIn, fanOut) =>
    Float32Array.from(drawOrthogonalMatrix(source, fanIn, fanOut), (value) => value * Math.sqrt(sigma_w2)),
  biases: gaussian({ sigma_w2, sigma_b2 }).biases,
});

/** A framework's initialiser. Where it takes a gain, the square of that is sigma_w2. Its biases are its own. */
function framework(name: InitName, { sigma_w2 }: InitOptions): Init {
  const { law } = INITS[name];
  const given = takesGain(name) ? { sigma_w2 } : {};
  const of = (fanIn: number, fanOut: number) =>
    initVariances(name, { ...given, fan_in: fanIn, fan_out: fanOut });
  return {
    weights(source, fanIn, fanOut) {
      if (law === 'orthogonal') return orthogonal({ sigma_w2, sigma_b2: 0 }).weights(source, fanIn, fanOut);
      return DRAWS[law](source, fanIn * fanOut, of(fanIn, fanOut).sigma_w2 / fanIn);
    },
    biases: (source, fanIn, fanOut) => uniforms(source, fanOut, of(fanIn, fanOut).sigma_b2),
  };
}

/**
 * How initial values are drawn, by the name that plans use: `gaussian` and `orthogonal` with the plan's variances, and the
 * frameworks' initialisers by the names of theory's INITS.
 */
export function findInit(name: Plan['network']['init'], options: InitOptions): Init {
  if (name === 'gaussian') return gaussian(options);
  if (name === 'orthogonal') return orthogonal(options);
  return framework(resolveInit(name), options);
}

/**
 * A random matrix whose shorter side's vectors are orthonormal, each orientation equally likely: the Q of the QR
 * decomposition of a gaussian matrix, by Householder reflections, with the signs of R's diagonal taken into it.
 *
 * @see Mezzadri 2007, "How to generate random matrices from the classical compact groups" (the signs); Saxe et al. 2014,
 * "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks" (as initial weights)
 */
export function drawOrthogonalMatrix(source: Stream, rows: number, columns: number): Float64Array {
  const tall = Math.max(rows, columns);
  const short = Math.min(rows, columns);
  // one array a column of the tall form
  const drawn = drawGaussians(source, tall * short, 1);
  const a = Array.from({ length: short }, (_, j) =>
    Float64Array.from(drawn.subarray(j * tall, (j + 1) * tall)),
  );
  const signs = a.map((column, k) => reflect(a, column, k));
  const q = Array.from({ length: short }, (_, j) => {
    const e = new Float64Array(tall);
    e[j] = signs[j] as number;
    for (let k = short - 1; k >= 0; k--) mirror(e, a[k] as Float64Array, k);
    return e;
  });
  const matrix = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++)
      matrix[i * columns + j] = (rows >= columns ? q[j]?.[i] : q[i]?.[j]) as number;
  return matrix;
}

/**
 * Replaces column k by the unit vector of the reflection that clears it below k, applies it to the columns after it, and gives the sign of R's diagonal.
 */
function reflect(a: readonly Float64Array[], column: Float64Array, k: number): number {
  const norm = Math.hypot(...column.subarray(k));
  const head = column[k] as number;
  const sign = head < 0 ? 1 : -1;
  column[k] = head - sign * norm;
  column.fill(0, 0, k);
  const length = Math.hypot(...column);
  for (let i = k; i < column.length; i++) column[i] = (column[i] as number) / length;
  for (let j = k + 1; j < a.length; j++) mirror(a[j] as Float64Array, column, k);
  return sign;
}

/** x − 2 v (v · x) for a unit vector v that is 0 before `from`. */
function mirror(x: Float64Array, v: Float64Array, from: number): void {
  let dot = 0;
  for (let i = from; i < x.length; i++) dot += (v[i] as number) * (x[i] as number);
  for (let i = from; i < x.length; i++) x[i] = (x[i] as number) - 2 * dot * (v[i] as number);
}

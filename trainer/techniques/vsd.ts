import { computeNoise, ParameterError } from '../../theory/index.ts';
import { add, div, mul, sub } from '../graph/arithmetic.ts';
import { clip, exp, log, sqrt } from '../graph/elementwise.ts';
import type { Graph, Value } from '../graph/graph.ts';
import { matmul, reduceSum, reshape } from '../graph/matrix.ts';
import { createGaussianSource } from '../random/distributions.ts';
import { createStream, drawGaussians, type Stream } from '../random/stream.ts';
import { readStrength } from './factors.ts';
import type { Given, Noisy, Technique } from './technique.ts';

/** log alpha is cut off here: noise beyond either end does nothing or drowns everything. */
const LIMITS = { low: -8, high: 1.5 };

/** Standard deviation of log alpha over the units at the start: with equal alphas rotations would have no effect. */
const SPREAD = 0.1;

/**
 * Variational structured dropout: each image's activations are multiplied by 1 + U (√alpha n), n standard normal, with an
 * orthogonal U = H_T … H_1 of Householder reflections; log alpha (one a unit, cut off at −8 and 1.5) and the reflections'
 * vectors are learned. The mean over the units of alpha starts at the plan's `noise_mean_alpha`, or at (1 − keep)/keep, and
 * `noise_reflections` is T (2 where it is left out; without any the units have noise of their own, as in variational dropout). With the
 * noise off activations are as they are.
 *
 * The penalty is the KL divergence from a prior that gives each weight the variance which suits it best, summed over the
 * weights' columns: ½ Σ log(1 + C_ii) − ½ Σ log alpha_i with C = U diag(alpha) Uᵀ; its weight, `noise_kl` over the number of
 * training images, rises in proportion over the first half of the steps.
 *
 * The grid has of each layer `keep_effective` = 1/(1 + mean alpha), `mean_alpha`, `largest_alpha`, `alpha_clipped`, the share of units
 * whose log alpha is at or beyond either end, `off_diagonal`, the share of the squares of C's elements that stand off its diagonal, and `off_diagonal_random`, what that is on average for
 * random reflections and the same alphas.
 *
 * What could be read of the paper (Nguyen et al. 2021, arXiv 2102.07927) is its idea; that the mean is not rotated, the
 * prior and the start are a reconstruction.
 */
export const vsd: Technique = {
  name: 'vsd',
  layer(place) {
    const { batch, units, options } = place;
    const mean = computeNoise('vsd', readStrength('vsd', place)).variance;
    if (mean === 0) return undefined;
    if (Math.log(mean) < LIMITS.low || Math.log(mean) > LIMITS.high)
      throw new ParameterError(
        'mean_alpha',
        'out_of_range',
        `vsd cannot start from a mean alpha of ${mean}: give noise_mean_alpha (or keep, for (1 - keep) / keep) between ` +
          `exp(${LIMITS.low}) and exp(${LIMITS.high}).`,
        { min: Math.exp(LIMITS.low), max: Math.exp(LIMITS.high) },
      );
    const { noise_reflections = 2, noise_kl = 1, noise_learning_rate = place.learningRate } = options;
    const own = { shape: [units], decay: false, rate: noise_learning_rate / place.learningRate };
    const vectors = Array.from({ length: noise_reflections }, (_, t) => `v ${t + 1}`);
    return {
      feed: { type: 'float', shape: [batch, units], source: (stream) => createGaussianSource(stream, 0, 1) },
      parameters: [
        { ...own, name: 'log_alpha', initial: (stream) => initialLogAlpha(stream, units, mean) },
        ...vectors.map((name) => ({
          ...own,
          name,
          initial: (stream: Stream) => drawGaussians(stream, units, 1),
        })),
      ],
      train: (graph, x, given) => structured(graph, x, given, vectors, noise_kl * place.fanOut),
      report: ({ log_alpha = new Float32Array(), ...others }) =>
        describeNoise(
          log_alpha,
          vectors.map((name) => others[name] as Float32Array),
        ),
    };
  },
  penaltyWeight: ({ step, steps, images }) => Math.min(1, (2 * (step + 1)) / steps) / images,
};

/** Alphas whose logarithms are gaussian, scaled so that their mean is what was asked for. */
function initialLogAlpha(stream: Stream, units: number, mean: number): Float32Array {
  const spread = drawGaussians(stream, units, SPREAD * SPREAD);
  const now = spread.reduce((sum, one) => sum + Math.exp(one), 0) / units;
  return spread.map((one) => one + Math.log(mean / now));
}

/** What is recorded of a layer's noise. */
function describeNoise(
  logAlpha: Float32Array,
  vectors: readonly Float32Array[],
): Readonly<Record<string, number>> {
  const alphas = readAlphas(logAlpha);
  const clipped = logAlpha.filter((one) => one <= LIMITS.low || one >= LIMITS.high);
  const mean_alpha = alphas.reduce((sum, one) => sum + one, 0) / alphas.length;
  return {
    keep_effective: 1 / (1 + mean_alpha),
    mean_alpha,
    largest_alpha: Math.max(...alphas),
    alpha_clipped: clipped.length / logAlpha.length,
    off_diagonal: computeOffDiagonal(alphas, vectors),
    off_diagonal_random: expectOffDiagonal(alphas, vectors.length),
  };
}

const readAlphas = (logAlpha: Float32Array): number[] =>
  Array.from(logAlpha, (one) => Math.exp(Math.min(Math.max(one, LIMITS.low), LIMITS.high)));

/**
 * The variance of each unit's noise: the diagonal of C = U diag(alpha) Uᵀ, U = H_T … H_1.
 *
 * @param logAlpha the layer's parameter log_alpha, [units]
 * @param vectors of its reflections, [units] each, in order
 * @example computeNoiseVariances(Float32Array.of(0, 0), []) // [1, 1]
 */
export function computeNoiseVariances(logAlpha: Float32Array, vectors: readonly Float32Array[]): number[] {
  return computeDiagonal(readAlphas(logAlpha), vectors);
}

/**
 * The diagonal of C as {@link writeRotatedDiagonal} writes it, with U = I − Σ_t u_t r_tᵀ: no matrix of units times units is made.
 */
function computeDiagonal(alphas: readonly number[], vectors: readonly Float32Array[]): number[] {
  const { left, right } = computeRotation(vectors);
  const diagonal = [...alphas];
  left.forEach((u, t) => {
    const r = right[t] as Float64Array;
    const weighted = r.map((one, i) => one * (alphas[i] as number));
    for (let i = 0; i < diagonal.length; i++)
      diagonal[i] = (diagonal[i] as number) - 2 * (u[i] as number) * (weighted[i] as number);
    left.forEach((other, s) => {
      const form = dotNumbers(right[s] as Float64Array, weighted);
      for (let i = 0; i < diagonal.length; i++)
        diagonal[i] = (diagonal[i] as number) + (u[i] as number) * (other[i] as number) * form;
    });
  });
  return diagonal;
}

/** {@link writeRotation} in numbers. */
function computeRotation(vectors: readonly Float32Array[]) {
  const [left, right]: [Float64Array[], Float64Array[]] = [[], []];
  for (const vector of vectors) {
    const v = Float64Array.from(vector);
    const length = Math.sqrt(dotNumbers(v, v));
    const u = v.map((one) => one / length);
    let turned = u;
    left.forEach((before, j) => {
      const along = dotNumbers(before, u);
      turned = turned.map((one, i) => one - along * (right[j]?.[i] as number));
    });
    left.push(u);
    right.push(turned.map((one) => 2 * one));
  }
  return { left, right };
}

const dotNumbers = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, one, i) => sum + one * (b[i] as number), 0);

/** The share of the squared Frobenius norm of C, which is that of alpha, that is off the diagonal. */
function computeOffDiagonal(alphas: readonly number[], vectors: readonly Float32Array[]): number {
  if (vectors.length === 0) return 0;
  const sumSquares = (of: readonly number[]) => of.reduce((sum, one) => sum + one * one, 0);
  return Math.max(0, 1 - sumSquares(computeDiagonal(alphas, vectors)) / sumSquares(alphas));
}

/** Rotations that {@link expectOffDiagonal} averages over. */
const DRAWS = 10;

/** The mean of that share over random reflections: what alphas that differ give without any rotation that was learned. */
function expectOffDiagonal(alphas: readonly number[], reflections: number): number {
  const stream = createStream(0, 'random reflections');
  let sum = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    const vectors = Array.from({ length: reflections }, () => drawGaussians(stream, alphas.length, 1));
    sum += computeOffDiagonal(alphas, vectors);
  }
  return sum / DRAWS;
}

function structured(
  graph: Graph,
  x: Value,
  { feed, parameters }: Given,
  vectors: readonly string[],
  weight: number,
): Noisy {
  const logAlpha = graph.call(clip, [parameters.log_alpha as Value], LIMITS);
  const alpha = graph.call(exp, [logAlpha]);
  const deviation = graph.call(exp, [graph.call(mul, [logAlpha, graph.scalar(0.5)])]);
  const rotation = writeRotation(
    graph,
    vectors.map((name) => parameters[name] as Value),
  );
  const noise = rotate(graph, rotation, graph.call(mul, [feed as Value, deviation]));
  const y = graph.call(mul, [x, graph.call(add, [noise, graph.scalar(1)])]);
  if (weight === 0) return { y };
  return { y, penalty: divergence(graph, rotation, alpha, logAlpha, weight) };
}

/** weight · ½ Σ (log(1 + C_ii) − log alpha_i) */
function divergence(graph: Graph, rotation: Rotation, alpha: Value, logAlpha: Value, weight: number): Value {
  const square = graph.call(add, [writeRotatedDiagonal(graph, rotation, alpha), graph.scalar(1)]);
  const each = graph.call(sub, [graph.call(log, [square]), logAlpha]);
  return graph.call(mul, [graph.call(reduceSum, [each]), graph.scalar(weight / 2)]);
}

/**
 * A product of Householder reflections U = H_T … H_1, H_t = I − 2 u_t u_tᵀ, as U = I − Σ_t u_t r_tᵀ: vectors of length K
 * each, in the order of t.
 */
export type Rotation = { readonly left: readonly Value[]; readonly right: readonly Value[] };

/**
 * Writes the product of reflections along vectors: r_t = 2 Uᵀ u_t with the U of the reflections before it.
 * @see Bischof and Van Loan 1987, "The WY representation for products of Householder matrices"
 */
export function writeRotation(graph: Graph, vectors: readonly Value[]): Rotation {
  const left: Value[] = [];
  const right: Value[] = [];
  for (const v of vectors) {
    const u = graph.call(div, [v, graph.call(sqrt, [dot(graph, v, v)])]);
    let turned = u;
    for (const [j, before] of left.entries()) {
      const part = graph.call(mul, [right[j] as Value, dot(graph, before, u)]);
      turned = graph.call(sub, [turned, part]);
    }
    left.push(u);
    right.push(graph.call(mul, [turned, graph.scalar(2)]));
  }
  return { left, right };
}

/** Writes U x for each row x of a matrix. */
export function rotate(graph: Graph, { left, right }: Rotation, rows: Value): Value {
  const units = rows.shape[1] as number;
  return left.reduce((rest, u, t) => {
    const column = graph.call(reshape, [right[t] as Value], { shape: [units, 1] });
    const along = graph.call(matmul, [rows, column]);
    return graph.call(sub, [rest, graph.call(mul, [along, u])]);
  }, rows);
}

/**
 * Writes the diagonal of U diag(alpha) Uᵀ without a K × K matrix: alpha_i (1 − 2 Σ_t u_ti r_ti) + Σ_st u_si u_ti (r_sᵀ diag(alpha) r_t).
 */
export function writeRotatedDiagonal(graph: Graph, { left, right }: Rotation, alpha: Value): Value {
  const times = (a: Value, b: Value) => graph.call(mul, [a, b]);
  let sum = alpha;
  for (const [t, u] of left.entries()) {
    const r = right[t] as Value;
    sum = graph.call(sub, [sum, times(times(alpha, times(u, r)), graph.scalar(2))]);
    for (const [s, other] of left.slice(0, t + 1).entries()) {
      const form = dot(graph, times(alpha, r), right[s] as Value);
      // each pair of two different reflections stands twice
      const weight = s === t ? form : times(form, graph.scalar(2));
      sum = graph.call(add, [sum, times(times(u, other), weight)]);
    }
  }
  return sum;
}

function dot(graph: Graph, a: Value, b: Value): Value {
  return graph.call(reduceSum, [graph.call(mul, [a, b])]);
}

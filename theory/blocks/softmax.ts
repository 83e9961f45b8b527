import { chebyshevFit, chebyshevPoints, chebyshevValue } from '../averages/tables.ts';
import { checkNotNegative, ParameterError } from '../parameter-error.ts';
import { count, kept } from '../work.ts';

/** Moments of the weights a = softmax(scores) of one row of T independent Gaussian scores. */
export type SoftmaxMoments = {
  /** E[Σ a²]: what a row keeps of what its tokens have not in common */
  readonly square: number;
  /** E[Σ a² − 2 Σ a³ + (Σ a²)²], the mean squared Frobenius norm of ∂a/∂scores */
  readonly jacobian: number;
};

/** The integrals over t = eʸ: from where t² is nothing, to where nothing is left of g₀. */
const [BEGIN, END] = [-12, 12] as const;

/** Steps of the trapezoid rules, and how far the normal variable reaches. Errors fall as e^(−π²/step): these leave about 1e-12. */
const [Y_STEP, Z_STEP, REACH] = [0.28, 0.6, 8.5] as const;

/** The weights of a rule add up to 1, and to a little more by rounding. */
const ALMOST_ALL = 1 - 1e-16;

/** The largest variance of scores for which the rules are resolved. */
export const MAX_SCORE_VARIANCE = 40;

/** Nodes of z at a deviation of the scores: e^(−t x) is analytic in a strip of π / (2 deviation). */
function scoreNodes(deviation: number): { readonly x: Float64Array; readonly weights: Float64Array } {
  const step = Math.min(Z_STEP, 0.38 / Math.max(deviation, 0.1));
  const most = Math.ceil(REACH / step);
  // (powers of x under the normal weight have their mass further up, but t x is never much above 1)
  const upper = Math.ceil((REACH + Math.min(4 * deviation, 3)) / step);
  const length = most + upper + 1;
  const [x, weights] = [new Float64Array(length), new Float64Array(length)];
  for (let k = -most; k <= upper; k++) {
    const z = k * step;
    x[k + most] = Math.exp(deviation * z);
    weights[k + most] = (step * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
  }
  return { x, weights };
}

/**
 * The moments of softmax weights, by integrals over t of Gaussian averages g_j(t) = E[xʲ e^(−t x)] of x = e^score:
 * E[Σ a²] = T ∫ t g₂ g₀^(T−1) dt, and so on. Exact for every number of tokens and every variance, also where few tokens take all the weight.
 *
 * @param tokens T, 1 or more; need not be whole
 * @param variance of a score around what its row has in common, not negative
 * @returns both moments, to about 1e-10
 * @throws ParameterError for arguments out of range
 * @see docs/blocks.md, which derives it; Giorlandino, Goldt 2025, for what happens at large variances
 * @example softmaxMoments(16, 1).square // 0.13245221721…
 */
export function softmaxMoments(tokens: number, variance: number): SoftmaxMoments {
  checkNotNegative({ variance });
  if (!(tokens >= 1 && tokens <= MAX_TOKENS))
    throw new ParameterError('tokens', 'out_of_range', `tokens must be from 1 to ${MAX_TOKENS}.`, {
      min: 1,
      max: MAX_TOKENS,
    });
  if (variance > MAX_SCORE_VARIANCE)
    throw new ParameterError(
      'variance',
      'out_of_range',
      `The variance of the scores is ${Number(variance.toPrecision(4))}; up to ${MAX_SCORE_VARIANCE} it is known.`,
      { min: 0, max: MAX_SCORE_VARIANCE },
    );
  if (tokens === 1) return { square: 1, jacobian: 0 };
  const deviation = Math.sqrt(variance);
  const { x, weights } = scoreNodes(deviation);
  const low = BEGIN - Math.log(tokens) - variance / 2 - 2 * deviation;
  // (the largest of few scores may be small)
  const steps = Math.ceil((END + (7 * deviation) / Math.sqrt(tokens) - low) / Y_STEP);
  count((steps * x.length) / 3);
  let [square, cube, quartic, pairs] = [0, 0, 0, 0];
  for (let k = 0; k <= steps; k++) {
    const t = Math.exp(low + k * Y_STEP);
    // g₀ as 1 − g₀, which keeps its digits where t is small
    let [rest, g2, g3, g4] = [0, 0, 0, 0];
    for (let i = 0; i < x.length; i++) {
      const [at, weight] = [x[i] as number, weights[i] as number];
      const tx = t * at;
      if (tx > 700) {
        rest += weight;
        continue;
      }
      const fall = Math.expm1(-tx);
      rest -= weight * fall;
      const part = weight * (1 + fall) * tx * tx;
      g2 += part;
      g3 += part * tx;
      g4 += part * tx * tx;
    }
    // (dt = t dy; g_j here is tʲ g_j)
    const log = Math.log1p(-Math.min(rest, ALMOST_ALL));
    const others = Math.exp((tokens - 1) * log);
    square += g2 * others;
    cube += g3 * others;
    quartic += (g4 * others) / 6;
    pairs += (g2 * g2 * Math.exp((tokens - 2) * log)) / 6;
  }
  const scale = tokens * Y_STEP;
  return {
    square: scale * square,
    jacobian: Math.max(scale * (square - cube + quartic + (tokens - 1) * pairs), 0),
  };
}

/** The most tokens of a sequence. */
export const MAX_TOKENS = 1e7;

/** Tables end at these variances; each spans from the one before. */
const TABLE_ENDS = [0.25, 1, 3, 7, 16, MAX_SCORE_VARIANCE] as const;

/** Nodes of a table: they leave about 1e-11. */
const TABLE_NODES = 20;

/** The moments for one number of tokens, as functions of the variance of the scores. */
export type SoftmaxTable = {
  /** ln(T E[Σ a²]) over the variance, which is 1 − 1/T at 0 */
  readonly growth: (variance: number) => number;
  /** see {@link SoftmaxMoments} */
  readonly jacobian: (variance: number) => number;
};

/** A variance at which the growth is that at 0, to the last digit. */
const NO_VARIANCE = 1e-9;

/** Both values of a table, without one. */
function direct(tokens: number, variance: number): { readonly growth: number; readonly jacobian: number } {
  const { square, jacobian } = softmaxMoments(tokens, Math.max(variance, NO_VARIANCE));
  const growth = variance > NO_VARIANCE ? Math.log(tokens * square) / variance : 1 - 1 / tokens;
  return { growth, jacobian };
}

/**
 * The moments for one number of tokens, from tables over the variance, which are made when they are first needed and kept.
 *
 * @param tokens T, 1 or more
 * @returns see {@link SoftmaxTable}, within 1e-9 of {@link softmaxMoments}; NaN above {@link MAX_SCORE_VARIANCE}
 * @throws ParameterError for a number of tokens out of range
 * @see docs/blocks.md
 * @example softmaxTable(512).growth(0) // 0.998046…
 */
export function softmaxTable(tokens: number): SoftmaxTable {
  const known = TABLES.get(tokens);
  if (known) return known;
  const tables = TABLE_ENDS.map((end, k) => {
    const start = TABLE_ENDS[k - 1] ?? 0;
    return kept(() => {
      const nodes = Array.from(chebyshevPoints(TABLE_NODES), (at) =>
        direct(tokens, start + at * (end - start)),
      );
      return {
        start,
        width: end - start,
        growth: chebyshevFit(nodes.map(({ growth }) => growth)),
        jacobian: chebyshevFit(nodes.map(({ jacobian }) => Math.log(tokens * jacobian))),
      };
    });
  });
  const read = (name: 'growth' | 'jacobian', variance: number): number => {
    const index = TABLE_ENDS.findIndex((end) => variance <= end);
    const made = tables[index]?.();
    return made ? chebyshevValue(made[name], (variance - made.start) / made.width) : Number.NaN;
  };
  const table: SoftmaxTable =
    tokens < 2
      ? { growth: (variance) => direct(tokens, variance).growth, jacobian: () => 0 }
      : {
          growth: (variance) => read('growth', variance),
          jacobian: (variance) => Math.exp(read('jacobian', variance)) / tokens,
        };
  // (a hostile client finds more numbers of tokens than anyone needs)
  if (TABLES.size >= REMEMBERED) TABLES.delete(TABLES.keys().next().value as number);
  TABLES.set(tokens, table);
  return table;
}

const TABLES = new Map<number, SoftmaxTable>();
const REMEMBERED = 64;

/**
 * The numbers of tokens that stand for T where a token looks at itself and earlier ones only, so that rows have 1 to T keys: `diagonal` in
 * what one row keeps, T / Σ 1/t, and `off` between rows, the inverse of the mean of 1/max(t, t′) over t ≠ t′. Exact for uniform
 * attention, else an approximation.
 *
 * @param tokens T, a whole number
 * @see docs/blocks.md
 * @example causalTokens(64).diagonal // 64 / H₆₄ = 13.49…
 */
export function causalTokens(tokens: number): { readonly diagonal: number; readonly off: number } {
  if (tokens < 2 || tokens === Number.POSITIVE_INFINITY) return { diagonal: tokens, off: tokens };
  count(tokens / 50);
  let harmonic = 0;
  for (let t = tokens; t >= 1; t--) harmonic += 1 / t;
  // Σ over t ≠ t′ of 1/max(t, t′) is 2 Σ (t − 1)/t = 2 (T − H_T)
  return { diagonal: tokens / harmonic, off: (tokens * (tokens - 1)) / (2 * (tokens - harmonic)) };
}

import type { Attend } from '../network.ts';
import { ParameterError } from '../parameter-error.ts';
import { count } from '../work.ts';
import type { Factors, Run, Setting } from './operations.ts';
import { causalTokens, softmaxTable } from './softmax.ts';

/** The products E Σ a a′ of softmax weights of two rows, as functions of the covariance of their scores. */
type Weights = {
  /** E Σ a² */
  readonly square: number;
  /** mean squared derivative of the weights by the scores, over `square` */
  readonly steepness: () => number;
  /** E Σ a a′ of two rows whose scores have a covariance, an approximation: see {@link weightsAt} */
  readonly product: (covariance: number) => number;
  /** square less product, without that subtraction */
  readonly lack: (covariance: number) => number;
};

/** Nothing of a row is its own where it has infinitely many keys. */
const UNIFORM: Weights = { square: 0, steepness: () => 0, product: () => 0, lack: () => 0 };

/**
 * The products of two rows, with u = covariance / variance. The ends of 0 ≤ u ≤ 1 are exact, and between them T E Σ a a′ is (T square)^u: 1 % too
 * small at variance 1, 3 % at 2, more where few tokens take most of the weight. Below 0 ln(T E Σ a a′) is the cubic of u that has the exact values and
 * slopes at 0 and 1, where the slopes of E Σ a a′ by the covariance are (1 − square)² / (T − 1) and `jacobian`. Errors down to u = −1: 1.5 % up to
 * variance 1, 8 % up to 2; down to u = −1/5: .3 % up to variance 2, 1 % up to 4. (There (T square)^u is up to 13, 50, 5 and 15 % too large.)
 */
function weightsAt(tokens: number, variance: number): Weights {
  if (tokens === Number.POSITIVE_INFINITY) return UNIFORM;
  const table = softmaxTable(tokens);
  const size = Math.max(variance, 0);
  const growth = table.growth(size);
  const square = Math.exp(growth * variance) / tokens;
  const steepness = () => table.jacobian(size) / square;
  /** ln(T E Σ a a′) below 0; two rows that are one another's opposite have u = −1 */
  const opposed = (covariance: number) => {
    const u = Math.max(covariance / size, -1);
    const [start, end] = [tokens > 1 ? (tokens * (1 - square) ** 2) / (tokens - 1) : 0, steepness()];
    const bend = growth * (3 - 2 * u) * u * u + start * (1 - u) ** 2 * u + end * (u - 1) * u * u;
    return size * bend;
  };
  return {
    square,
    steepness,
    product: (covariance) => Math.exp(covariance < 0 ? opposed(covariance) : growth * covariance) / tokens,
    lack: (covariance) =>
      -square *
      Math.expm1(covariance < 0 ? opposed(covariance) - growth * variance : growth * (covariance - variance)),
  };
}

/** The work of attention besides that of a sub-layer, in evaluations. */
const ATTENTION = 40;

/**
 * Attention over tokens that are all alike: what a token gets is what its sequence has in common, and a part E Σ a² of what it has not.
 *
 * @param op see {@link Attend}
 * @param setting the pairs that are followed; those at one position say which is at two
 * @returns the operation, ready to run
 * @see docs/blocks.md, sections on attention
 * @example compileAttention(attention, setting)(signal, null)
 */
export function compileAttention(op: Attend, setting: Setting): Run {
  const { sigma_w2_query, sigma_w2_key, sigma_w2_value, sigma_w2_output, score_scale2 = 1, qk_norm } = op;
  const { s1, variance: noise } = op.noise?.noise ?? { s1: 1, variance: 0 };
  const [mean2, ratio] = [s1 * s1, 1 + noise / (s1 * s1)];
  const { couples, pairs, tokens, seen } = setting;
  if (tokens > 1 && couples.some(({ other }) => other < 0))
    throw new ParameterError(
      'pairs',
      'missing',
      'Attention needs to know of every pair what it is at two positions. (Batch norms beside attention are not covered.)',
    );
  const effective = op.causal ? causalTokens(tokens) : { diagonal: tokens, off: tokens };
  const weight = sigma_w2_value * sigma_w2_output;
  const jacobian = new Float64Array(4);
  return (signal, factors) => {
    count(ATTENTION);
    const v = signal[0] as number;
    const beta2 = qk_norm ?? sigma_w2_query * sigma_w2_key * score_scale2 * v * v;
    const at = (index: number) => (index < 0 ? 0 : (signal[2 + index] as number) / v);
    const tokenPair = couples[0]?.other ?? -1;
    // with one token its sequence has everything in common
    const own = tokenPair < 0 ? 0 : at(tokenPair);
    const common = 1 - own;
    const scores = beta2 * own;
    // (what follows scores that vary too much is not a number)
    if (scores > seen.score_variance) {
      seen.score_variance = scores;
      seen.condensation = scores / Math.log(Math.max(tokens, 2));
    }
    const row = weightsAt(effective.diagonal, scores);
    const rows = effective.off === effective.diagonal ? row : weightsAt(effective.off, scores);
    const between = (covariance: number) =>
      rows === row ? row.lack(covariance) : row.square - rows.product(covariance);
    const size = weight * v;

    const next = (index: number, value: number) => {
      if (index >= 0) signal[2 + index] = size * value;
    };
    for (let k = 0; k < couples.length; k++) {
      const { same, other } = couples[k] as (typeof couples)[number];
      if (same < 0) {
        const within = beta2 * common * own;
        if (factors) {
          const byScores = beta2 * (ratio - common) * row.steepness() * row.square;
          jacobian[0] = row.square * ratio + byScores * (1 + own);
          backward(jacobian, rows, tokens, {
            gain: mean2 * weight,
            together: within,
            towards: 1 + beta2 * common * own,
            // (gradients by keys add up to 0 over the tokens)
            spread: 1 - row.square - byScores,
            back: own * beta2 * (1 - 2 * common),
          });
          multiply(factors, 4 * k, jacobian);
        }
        next(other, mean2 * (row.square * (ratio - 1) + between(within) * own));
        continue;
      }
      const [less, far] = [at(same), at(other)];
      const [d, e, apart] = [1 - less, 1 - far, far - less];
      const here = beta2 * d * apart;
      const there = beta2 * e * apart;
      const shared = noise * (pairs[same]?.mask_correlation ?? 0);
      const again = shared / mean2;
      if (factors) {
        const product = row.product(here);
        const byScores = beta2 * (apart + again * d) * row.steepness() * product;
        jacobian[0] = product * (1 + again) + byScores * (2 * d - e);
        backward(jacobian, rows, tokens, {
          gain: mean2 * weight,
          together: there,
          towards: 1 + apart * beta2 * e,
          spread: 1 - product - byScores * d,
          back: apart * beta2 * (d - 2 * e),
        });
        multiply(factors, 4 * k, jacobian);
      }
      const gone = far - own;
      next(
        same,
        mean2 * (gone + row.square * (own - apart) + row.lack(here) * apart) +
          noise * row.square -
          shared * row.product(here) * d,
      );
      next(other, mean2 * (gone + row.square * (own - apart) + between(there) * apart) + noise * row.square);
    }
    signal[0] = size * (mean2 * (common + row.square * own) + noise * row.square);
    signal[1] = 0;
  };
}

/** What the other three elements of the matrix of a couple are made from. */
type Backward = {
  readonly gain: number;
  /** covariance of the scores of two rows at two positions */
  readonly together: number;
  readonly towards: number;
  readonly spread: number;
  readonly back: number;
};

/** Completes the matrix of a couple, whose first element is given: the derivative of the forward map, transposed. */
function backward(
  jacobian: Float64Array,
  rows: Weights,
  tokens: number,
  { gain, together, towards, spread, back }: Backward,
): void {
  const product = rows.product(together);
  const others = tokens - 1;
  const fromOthers = tokens === Number.POSITIVE_INFINITY ? 1 : others * product;
  jacobian[0] = gain * (jacobian[0] as number);
  jacobian[1] = gain * fromOthers * towards;
  jacobian[2] = others > 0 && others < Number.POSITIVE_INFINITY ? (gain * spread) / others : 0;
  jacobian[3] = others > 0 ? gain * (1 - product + back * product) : 0;
}

/** Multiplies one matrix of the factors from the right. */
export function multiply(factors: NonNullable<Factors>, at: number, by: Float64Array): void {
  const [a, b, c, d] = [at, at + 1, at + 2, at + 3].map((i) => factors[i] as number) as [
    number,
    number,
    number,
    number,
  ];
  const [e, f, g, h] = by as unknown as [number, number, number, number];
  factors[at] = a * e + b * g;
  factors[at + 1] = a * f + b * h;
  factors[at + 2] = c * e + d * g;
  factors[at + 3] = c * f + d * h;
}

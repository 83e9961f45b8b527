import type { Activation } from '../theory/activation.ts';
import { farAway } from '../theory/activations/piecewise-quadratic.ts';
import { alignedSlope } from '../theory/averages/one-input.ts';
import { poleRoot } from '../theory/correlation.ts';
import { logarithmic, rootsBetween } from '../theory/critical/roots.ts';
import { averageNormalised } from '../theory/ic/normalised.ts';
import { type Mask, maskCorrelation, type Noise } from '../theory/noise.ts';
import {
  checkCorrelation,
  checkNotNegative,
  checkPositive,
  ParameterError,
} from '../theory/parameter-error.ts';
import { noisyAverages, sharedSquare, twoInputs } from '../theory/trajectory/averages.ts';

/** y = a·x + b·block(x) with block(x) = W(s φ(x) + t) + bias: activation, noise, weights inside the branch. */
export type ResidualInput = {
  readonly sigma_w2: number;
  readonly sigma_b2: number;
  readonly noise: Noise;
  readonly mask?: Mask;
  /** `ic` for an IC layer in the block: activation, normalisation, dropout, weights */
  readonly batch_norm?: boolean;
  /** a² of the skip connection; 1 by default */
  readonly carry?: number;
  /** b² of the branch; 1 by default */
  readonly branch?: number;
  /** the variance to start from, which decides where it goes if there are several fixed points; 1 by default */
  readonly q0?: number;
};

/** How two inputs approach their common correlation, and what happens to the variance on the way. */
export type ResidualConvergence = {
  /** `exponential`: by `slope` a layer; `polynomial`: as layer^−`exponent`; `frozen`: c stops at a value that depends on
   * where it started */
  readonly convergence: 'exponential' | 'polynomial' | 'frozen';
  readonly slope: number | null;
  readonly exponent: number | null;
  /** null where c is frozen */
  readonly c_star: number | null;
  /** the variance's fixed point; null where there is none */
  readonly q_star: number | null;
  /** the factor that q grows by in the end, 1 at a fixed point and where growth is linear */
  readonly q_factor: number;
  /** what a layer adds to q in the end, where growth is linear; else null */
  readonly q_step: number | null;
};

/** So large a variance stands for infinity, and so small a one for 0. */
const LARGE_VARIANCE = 1e10;
const SMALL_VARIANCE = 1e-8;

/** The branch's own correlation map at q, normalised: its fixed point and slope. */
function branchLimit(activation: Activation, q: number, input: ResidualInput, bias: number) {
  const correlation = maskCorrelation(input.mask ?? 'independent');
  const one = noisyAverages(activation, q, input.noise, correlation);
  const size = input.sigma_w2 * one.square + bias / q;
  const weight = (input.sigma_w2 * sharedSquare(input.noise, correlation)) / size;
  const loss = (input.sigma_w2 * one.unshared) / size;
  const two = twoInputs(activation, q);
  const aligned = weight * alignedSlope(activation, one.slope2);
  if (loss === 0 && aligned <= 1) return { m: 0, chi: aligned };
  if (activation.parity === 'odd' && bias === 0 && !input.noise.t1)
    return { m: 1, chi: weight * two(1).slope };
  const m = poleRoot(
    loss,
    (x) => {
      const { gap, slope } = two(Math.min(x, 1));
      const steepness = (weight * gap) / x;
      return { value: steepness - 1, slope: (weight * slope - steepness) / x };
    },
    0.5,
  );
  return { m: Math.min(m, 1), chi: weight * two(Math.min(m, 1)).slope };
}

/**
 * How fast correlations converge in a deep residual network with constant a and b. The maps are q′ = a² q + b² (sigma_w2
 * E[(sφ + t)²] + sigma_b2) and the same for two inputs, so the fixed point is the branch's own, and only the speed
 * changes: with B the branch's share of q′/q, the slope is (a² + B χ) / (a² + B). For φ that grows like |x|, B tends to
 * a constant and convergence is exponential; for bounded φ with a = 1, q grows by a constant a layer, B ~ 1/layer, and
 * c approaches its limit as layer^−(1 − χ). With b² ∝ 1/depth the whole network has a bounded effect: see
 * {@link residualRemainder}.
 *
 * An IC layer in the block adds the same amount to q whatever q is, so that with a = 1 convergence is polynomial for
 * every φ, relu too.
 *
 * @see Yang, Schoenholz 2017, "Mean field residual networks: on the edge of chaos" (polynomial for tanh, exponential for
 * relu branches)
 * @example residualConvergence(relu, { sigma_w2: 1.8, sigma_b2: 0, noise: { s1: 1, s2: 1 / 0.9, variance: 1 / 9 } }).slope // 0.8220996590118
 */
export function residualConvergence(activation: Activation, input: ResidualInput): ResidualConvergence {
  const { sigma_w2, sigma_b2, noise, carry = 1, branch = 1, q0 = 1 } = input;
  checkNotNegative({ sigma_w2, sigma_b2, carry, branch, q0 });
  if (input.batch_norm) return withIcLayer(activation, { ...input, carry, branch });
  const share = (q: number) =>
    branch * (sigma_w2 * noisyAverages(activation, q, noise, 0).square + sigma_b2 / q);

  const exponential = (q: number, q_star: number | null, bias: number): ResidualConvergence => {
    const { m, chi } = branchLimit(activation, q, input, bias);
    const size = share(q) - (branch * (sigma_b2 - bias)) / q;
    const q_factor = q_star === null ? carry + size : 1;
    const slope = (carry + size * chi) / (carry + size);
    return {
      convergence: 'exponential',
      slope,
      exponent: null,
      c_star: 1 - m,
      q_star,
      q_factor,
      q_step: null,
    };
  };
  const frozen = { convergence: 'frozen', slope: null, exponent: null, c_star: null, q_star: null } as const;
  if (branch === 0 || (sigma_w2 === 0 && sigma_b2 === 0)) return { ...frozen, q_factor: carry, q_step: null };

  const [left, right] = activation.asymptote;
  const far = (branch * sigma_w2 * noise.s2 * (left * left + right * right)) / 2;
  const bounded = far === 0;
  // With a ≥ 1 every layer adds to q.
  const q = carry < 1 ? findDestination((at) => carry + share(at) - 1, q0) : null;
  if (q === 0) return exponential(SMALL_VARIANCE, 0, 0);
  if (q !== null) return exponential(q, q, sigma_b2);
  if (!bounded) return exponential(activation.homogeneous ? 1 : LARGE_VARIANCE, null, 0);
  if (carry > 1) return { ...frozen, q_factor: carry, q_step: null };
  const { m, chi } = branchLimit(activation, LARGE_VARIANCE, input, sigma_b2);
  const q_step = LARGE_VARIANCE * share(LARGE_VARIANCE);
  return {
    convergence: 'polynomial',
    slope: null,
    exponent: 1 - chi,
    c_star: 1 - m,
    q_star: null,
    q_factor: 1,
    q_step,
  };
}

/** Activation, normalisation, dropout and weights in the block: it adds `step` to q in every layer. */
function withIcLayer(
  activation: Activation,
  input: ResidualInput & { readonly carry: number; readonly branch: number },
): ResidualConvergence {
  const { carry, branch, sigma_w2, sigma_b2, noise } = input;
  const step = branch * (sigma_w2 * noise.s2 + sigma_b2);
  const frozen = { convergence: 'frozen', slope: null, exponent: null, c_star: null } as const;
  if (step === 0 || sigma_w2 === 0 || carry > 1)
    return { ...frozen, q_star: null, q_factor: carry, q_step: null };
  const c_star = (branch * sigma_b2) / step;
  const q_star = carry < 1 ? step / (1 - carry) : null;
  // (at a large q φ looks as it does from far away)
  const [phi, q] = q_star !== null ? [activation, q_star] : placeFarOut(activation);
  const s12 = sharedSquare(noise, maskCorrelation(input.mask ?? 'independent'));
  const chi = ((branch * sigma_w2 * s12) / step) * averageNormalised(phi, q, c_star).at(1 - c_star).slope;
  return q_star !== null
    ? {
        convergence: 'exponential',
        slope: carry + (1 - carry) * chi,
        exponent: null,
        c_star,
        q_star,
        q_factor: 1,
        q_step: null,
      }
    : {
        convergence: 'polynomial',
        slope: null,
        exponent: 1 - chi,
        c_star,
        q_star,
        q_factor: 1,
        q_step: step,
      };
}

/** φ at a q without bound: its asymptotes, or itself far out where it is bounded. */
function placeFarOut(activation: Activation): [Activation, number] {
  const [left, right] = activation.asymptote;
  return left === 0 && right === 0 ? [activation, LARGE_VARIANCE] : [farAway(activation), 1];
}

/** Where q goes from q0 if it does not jump: the next fixed point in the direction of q′ − q, or 0, or null for ∞. */
function findDestination(excess: (q: number) => number, q0: number): number | null {
  const grid = logarithmic(1e-10, 1e10, 101).map(Math.log);
  const roots = rootsBetween((log) => excess(Math.exp(log)), grid).map(Math.exp);
  if (excess(q0) >= 0) return roots.find((q) => q > q0) ?? null;
  return roots.findLast((q) => q < q0) ?? 0;
}

/**
 * What is left of a small deviation from c* after a whole network with a = 1 and b² = strength / depth, for φ with
 * φ(ax) = a φ(x) and no bias, in the limit of many layers: exp(−strength · B (1 − χ)). It does not depend on the depth,
 * which is why such networks train at any depth.
 *
 * @see Hayou et al. 2021, "Stable ResNet" (scaling of the branches by the depth)
 * @example residualRemainder(relu, { sigma_w2: 1.8, sigma_b2: 0, noise: { s1: 1, s2: 1 / 0.9, variance: 1 / 9 } }, 1) // 0.70061225097
 */
export function residualRemainder(activation: Activation, input: ResidualInput, strength: number): number {
  if (!activation.homogeneous || input.sigma_b2 !== 0 || input.noise.t2)
    throw new ParameterError(
      'activation',
      'not_applicable',
      'Only for homogeneous activations without bias and without a shift in the noise.',
    );
  const { chi } = branchLimit(activation, 1, input, 0);
  const size = input.sigma_w2 * noisyAverages(activation, 1, input.noise, 0).square;
  return Math.exp(-strength * size * (1 - chi));
}

/** Where two inputs are at the end of a residual network. */
export type ResidualEnd = { readonly q: number; readonly c: number };

/** Numbers of steps whose answers are extrapolated to infinitely many. */
const STEPS = [2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128] as const;

/** Two answers this near to each other are one. */
const EQUAL_WITHIN = 1e-12;

/** ln q and the misalignment, and their derivatives. */
type Place = readonly [log_q: number, misalignment: number];

/**
 * A whole residual network with a = 1 and b² = strength / depth, in the limit of many layers, for any φ. Each layer then
 * changes little, and the maps become differential equations over the part s of the depth, 0 to 1:
 *
 * q˙ = strength (sigma_w2 E[y²] + sigma_b2),   q˙_ab = strength (sigma_w2 E[y_a y_b] + sigma_b2),   y = sφ + t.
 *
 * Of a network with finite depth it is off by a term of order 1/depth.
 *
 * @see Hayou et al. 2021, "Stable ResNet" (scaling of the branches by the depth, and its continuous limit)
 * @example residualEnd(linear, { sigma_w2: 1, sigma_b2: 0, noise: NO_NOISE }, 1, { q0: 1, c0: 0.5 }).q // e
 */
export function residualEnd(
  activation: Activation,
  input: ResidualInput,
  strength: number,
  { q0, c0 }: { readonly q0: number; readonly c0: number },
): ResidualEnd {
  const { sigma_w2, sigma_b2, noise } = input;
  if (input.batch_norm)
    throw new ParameterError(
      'batch_norm',
      'not_applicable',
      'With an IC layer in the block follow a trajectory.',
    );
  checkNotNegative({ sigma_w2, sigma_b2, strength });
  checkPositive({ q0 });
  checkCorrelation({ c0 });
  const correlation = maskCorrelation(input.mask ?? 'independent');
  const s12 = sharedSquare(noise, correlation);
  // (in the square root of the depth, so that a misalignment that starts at 0 has a smooth root, as kinks need it)
  const derivative = (root: number, [log, m]: Place): Place => {
    const q = Math.exp(log);
    const misalignment = Math.min(Math.max(m, 0), 2);
    const { square, unshared } = noisyAverages(activation, q, noise, correlation);
    const { gap } = twoInputs(activation, q)(misalignment);
    const growth = sigma_w2 * square + sigma_b2 / q;
    const pace = 2 * root * strength;
    return [pace * growth, pace * (sigma_w2 * (unshared + s12 * gap) - misalignment * growth)];
  };
  const [log, m] = extrapolate(derivative, [Math.log(q0), 1 - c0]);
  return { q: Math.exp(log), c: 1 - Math.min(Math.max(m, 0), 2) };
}

/** The state at 1 from the one at 0: midpoint steps, extrapolated in the square of their length (Gragg, Bulirsch, Stoer). */
function extrapolate(derivative: (at: number, place: Place) => Place, start: Place): Place {
  let row: Place[] = [];
  for (const [k, steps] of STEPS.entries()) {
    const next: Place[] = [stepByMidpoints(derivative, start, steps)];
    for (let j = 1; j <= k; j++) {
      const ratio = (steps / (STEPS[k - j] as number)) ** 2 - 1;
      const [fine, coarse] = [next[j - 1], row[j - 1]] as [Place, Place];
      next.push([fine[0] + (fine[0] - coarse[0]) / ratio, fine[1] + (fine[1] - coarse[1]) / ratio]);
    }
    const [best, before] = [next[k] as Place, row[k - 1]];
    const scale = 1 + Math.abs(best[0]);
    const near =
      before &&
      Math.abs(best[0] - before[0]) <= EQUAL_WITHIN * scale &&
      Math.abs(best[1] - before[1]) <= EQUAL_WITHIN;
    if (near) return best;
    row = next;
  }
  return row.at(-1) as Place;
}

function stepByMidpoints(
  derivative: (at: number, place: Place) => Place,
  start: Place,
  steps: number,
): Place {
  const h = 1 / steps;
  const moved = (from: Place, by: Place, much: number): Place => [
    from[0] + much * by[0],
    from[1] + much * by[1],
  ];
  let before = start;
  let now = moved(start, derivative(0, start), h);
  for (let i = 1; i < steps; i++) [before, now] = [now, moved(before, derivative(i * h, now), 2 * h)];
  const last = moved(before, derivative(1, now), h);
  return [(now[0] + last[0]) / 2, (now[1] + last[1]) / 2];
}

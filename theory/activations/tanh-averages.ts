import type { Moments, Pair, UnequalPair } from '../activation.ts';
import { GAUSSIAN_REACH, normalWeights, trapezoidStep } from '../averages/quadrature.ts';
import { arcsineKernel, logisticMixture } from '../averages/special.ts';
import { count } from '../work.ts';

/** Half-width of the strip in which tanh is analytic: its nearest poles are ±iπ/2. */
const STRIP = Math.PI / 2;

/** Standard deviation between the two rules: below it nodes are fixed in z, above it in x, where tables serve. */
const RULE_BORDER = 0.5;

/** Below: the rule for σ = BORDER; for smaller σ the poles lie farther away in units of z. */
const STEP_Z = trapezoidStep(1, STRIP / RULE_BORDER);
const WEIGHTS_Z = normalWeights(STEP_Z);

/** Above: the rule for σ = BORDER again, now in units of x; for larger σ the Gaussian moves the poles less. */
const STEP_X = trapezoidStep(RULE_BORDER, STRIP);

/** Beyond this 1 − tanh² x is below 2e-17, so that no average needs a node there, however wide the Gaussian is. */
const FLAT_FROM = 20;

const NODE_COUNT = 1 + Math.ceil(FLAT_FROM / STEP_X);
const TANH = Float64Array.from({ length: NODE_COUNT }, (_, k) => Math.tanh(k * STEP_X));
const SLOPE = Float64Array.from({ length: NODE_COUNT }, (_, k) => Math.cosh(k * STEP_X) ** -2);
const LAG = TANH.map((tanh, k) => lag(k * STEP_X, tanh));

/**
 * x − tanh x for x ≥ 0; by its series where the subtraction would cancel.
 */
export function lag(x: number, tanh: number): number {
  if (x > 0.3) return x - tanh;
  const s = x * x;
  const highest =
    6404582 / 10854718875 - s * (443861162 / 1856156927625 - (s * 18888466084) / 194896477400625);
  const high = 1382 / 155925 - s * (21844 / 6081075 - s * (929569 / 638512875 - s * highest));
  return x * s * (1 / 3 - s * (2 / 15 - s * (17 / 315 - s * (62 / 2835 - s * high))));
}

/**
 * The one-input averages of tanh, to about 1e-15 relative, at a cost bounded for all q.
 *
 * @see Schoenholz et al. 2017 for the averages, Trefethen and Weideman 2014 for the rule
 */
export function tanhMoments(q: number): Moments {
  // The first terms are exact to double precision here, and x² would underflow.
  count(NODE_COUNT / 4);
  if (q < 1e-20) return odd(1, 2 * q, 1, 1);
  return Math.sqrt(q) < RULE_BORDER ? averageNarrow(q) : averageWide(q);
}

function averageNarrow(q: number): Moments {
  const step = STEP_Z * Math.sqrt(q);
  let [square, short, slope2, radial] = [0, 0, 0, 0];
  for (let k = 1; k < WEIGHTS_Z.length; k++) {
    const weight = WEIGHTS_Z[k] as number;
    const x = k * step;
    const tanh = Math.tanh(x);
    const slope = 1 - tanh * tanh;
    square += weight * tanh * tanh;
    short += weight * lag(x, tanh) * (x + tanh);
    slope2 += weight * slope * slope;
    radial += weight * x * tanh * slope;
  }
  slope2 += WEIGHTS_Z[0] as number;
  return odd(square / q, short / q, slope2, radial / q);
}

function averageWide(q: number): Moments {
  const count = Math.min(NODE_COUNT, 1 + Math.ceil((GAUSSIAN_REACH * Math.sqrt(q)) / STEP_X));
  const scale = (2 * STEP_X) / Math.sqrt(2 * Math.PI * q);
  const rate = (STEP_X * STEP_X) / (2 * q);
  let [square, short, flat, slope2, radial] = [0, 0, scale / 2, scale / 2, 0];
  for (let k = 1; k < count; k++) {
    const weight = scale * Math.exp(-rate * k * k);
    const tanh = TANH[k] as number;
    const slope = SLOPE[k] as number;
    const x = k * STEP_X;
    square += weight * tanh * tanh;
    short += weight * (LAG[k] as number) * (x + tanh);
    flat += weight * slope;
    slope2 += weight * slope * slope;
    radial += weight * x * tanh * slope;
  }
  // For wide Gaussians the nodes stop at FLAT: E[tanh²] is then 1 less a localised average.
  const ratio = (q < 4 ? square : 1 - flat) / q;
  return odd(ratio, q < 4 ? short / q : 1 - ratio, slope2, radial / q);
}

/** The averages of an odd function, whose mean is 0. */
function odd(ratio: number, shortfall: number, slope2: number, radial: number): Moments {
  return { ratio, shortfall, lift: 0, drift: 0, variance: ratio, slope2, radial };
}

/** Below this q the averages of a pair no longer depend on it, and denormal numbers would cost digits. */
const TINY_VARIANCE = 1e-20;

/** All pairs of points of the mixture that carry weight: v₁ v₂, v₁ + v₂, and the weight times 2/π. */
const POINTS = (() => {
  const points: { product: number; sum: number; weight: number }[] = [];
  const { variances, weights } = logisticMixture();
  for (let i = 0; i < variances.length; i++)
    for (let j = 0; j <= i; j++) {
      const [v, w] = [variances[i] as number, variances[j] as number];
      const weight = ((i === j ? 2 : 4) / Math.PI) * (weights[i] as number) * (weights[j] as number);
      // What weighs less moves no average by more than 1e-16 of it, for 1/√(v₁v₂) stays below 30.
      if (weight > 1e-20) points.push({ product: v * w, sum: v + w, weight });
    }
  return points;
})();
const WEIGHTS = Float64Array.from(POINTS, ({ weight }) => weight);

/**
 * The two-input averages of tanh at variance q as a function of the misalignment m in (0, 2], to about 1e-15 relative:
 * tanh is a mixture of error functions (see `logisticMixture`), and so its averages are mixtures of arcsine kernels.
 * The cost depends neither on q nor on m, and nothing cancels as m → 0.
 *
 * @see Schoenholz et al. 2017 for the averages, Williams 1998 for the kernel, Andrews and Mallows 1974 for the mixture
 */
export function tanhPair(q: number): (m: number) => Pair {
  const at = Math.max(q, TINY_VARIANCE);
  const own = new Float64Array(POINTS.length);
  const aligned = new Float64Array(POINTS.length);
  POINTS.forEach(({ product, sum }, i) => {
    own[i] = product + at * sum;
    aligned[i] = Math.sqrt(product + at * sum);
  });
  count(POINTS.length / 10);
  const aligning = (m: number) => {
    count(POINTS.length / 5);
    const spread = at * at * m * (2 - m);
    const turn = at * m * (2 - m);
    const overlap = at * at * (1 - m);
    let gap = 0;
    let slope = 0;
    // `arcsinePair`, written out (its cosine is positive): this is the innermost loop of every answer about tanh.
    for (let i = 0; i < WEIGHTS.length; i++) {
      const weight = WEIGHTS[i] as number;
      const near = aligned[i] as number;
      const square = own[i] as number;
      const apart = Math.sqrt(square + spread);
      const sine = (turn * (square + at * at)) / (apart + (1 - m) * near);
      gap += weight * Math.atan(sine / (overlap + near * apart));
      slope += weight / apart;
    }
    return { gap: gap / at, slope };
  };
  return (m) => {
    if (m <= 1) return aligning(m);
    // φ is odd: what two inputs share changes its sign with c.
    const { gap, slope } = aligning(2 - m);
    return { gap: 2 * aligning(1).gap - gap, slope };
  };
}

/**
 * The averages of tanh of two inputs of different variances, by the same mixture.
 *
 * @see {@link tanhPair}
 */
export function tanhUnequal(q_a: number, q_b: number): (m: number) => UnequalPair {
  const { variances, weights } = logisticMixture();
  const kernels: { weight: number; at: (m: number) => UnequalPair }[] = [];
  for (let i = 0; i < variances.length; i++)
    for (let j = 0; j < variances.length; j++) {
      const weight = (weights[i] as number) * (weights[j] as number);
      if (weight > 1e-20)
        kernels.push({ weight, at: arcsineKernel(variances[i] as number, variances[j] as number)(q_a, q_b) });
    }
  count(kernels.length);
  return (m) => {
    count(kernels.length / 3);
    let [overlap, slope] = [0, 0];
    for (const { weight, at } of kernels) {
      const pair = at(m);
      overlap += weight * pair.overlap;
      slope += weight * pair.slope;
    }
    return { overlap, slope };
  };
}

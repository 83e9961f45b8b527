import { legendre } from '../averages/quadrature.ts';
import { erf } from '../averages/special.ts';
import { type Law, readKeep, readValues, refuseKeep } from '../noise.ts';
import { count } from '../work.ts';

/** Moments of m = 1 / (1 + exp(−W)) for a random W. */
export type SquashedMoments = {
  /** E[m] */
  readonly m1: number;
  /** E[m²] */
  readonly m2: number;
  /** E[m²] − E[m]², without that subtraction where it would cancel */
  readonly variance: number;
  /** E[m³] */
  readonly m3: number;
  /** E[m⁴] */
  readonly m4: number;
};

/** W = location + scale · X, with X from a symmetric law. */
export type Squashed = {
  readonly location: number;
  readonly scale: number;
  readonly law: 'normal' | 'logistic';
  /** P(W > 0) and P(W < 0), where they are known better than from location / scale */
  readonly sides?: readonly [above: number, below: number];
};

/** Up to this scale the trapezoid rule over X is short; above it, panels over W on either side of 0 are. */
const WIDE_SCALE = 2;

/** Panels of this length, as far as exp(−|W|) counts against any tilt of the density. */
const [LENGTH, REACH] = [4, 80];

const { nodes: NODES, weights: WEIGHTS } = legendre(16);

const DENSITY = {
  normal: (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI),
  logistic: (x: number) => {
    const tail = Math.exp(-Math.abs(x));
    return tail / (1 + tail) ** 2;
  },
};

/**
 * The moments of a squashed normal variable (logit-normal) or a squashed logistic one (binary concrete), to about 1e-13
 * relative. Narrow laws by the trapezoid rule, whose error for a function analytic in a strip is exponentially small;
 * wide ones, whose m is nearly 0 or 1, as the moments of that step plus Gauss–Legendre panels of the difference.
 *
 * @see Trefethen, Weideman 2014, "The exponentially convergent trapezoidal rule"; Atchison, Shen 1980, "Logistic-normal
 * distributions", and Maddison, Mnih, Teh 2017, "The concrete distribution", for the two laws
 */
export function squashedMoments(squashed: Squashed): SquashedMoments {
  if (squashed.scale > WIDE_SCALE) return squashWide(squashed);
  if (squashed.location <= 0) return squashNarrow(squashed);
  // For m near 1, those of 1 − m.
  const { m1, m2, m3, m4, variance } = squashNarrow({ ...squashed, location: -squashed.location });
  return {
    m1: 1 - m1,
    m2: 1 - 2 * m1 + m2,
    m3: 1 - 3 * m1 + 3 * m2 - m3,
    m4: 1 - 4 * m1 + 6 * m2 - 4 * m3 + m4,
    variance,
  };
}

/** 1 / (1 + exp(−w)), with all digits far on the left. */
function sigmoid(w: number): number {
  return 1 / (1 + Math.exp(-w));
}

/** For a location that is not positive. */
function squashNarrow({ location, scale, law }: Squashed): SquashedMoments {
  const density = DENSITY[law];
  // Far on the left m⁴ tilts the density by exp(4 · scale · x) at most, up to where m is no longer small.
  const reach =
    law === 'normal'
      ? 9 + 4 * scale
      : Math.min(40 + Math.abs(location) / Math.max(scale, Number.MIN_VALUE), 750);
  // (poles of the density at ±iπ, of m at ±iπ / scale)
  const step = law === 'normal' ? 0.25 / Math.max(scale, 1) : 0.2 / Math.max(scale, 1);
  const centre = sigmoid(location);
  let [m1, m2, m3, m4, off, off2] = [0, 0, 0, 0, 0, 0];
  const half = Math.ceil(reach / step);
  count(half);
  for (let k = -half; k <= half; k++) {
    const x = k * step;
    const weight = step * density(x);
    const m = sigmoid(location + scale * x);
    // m − centre, with its digits where x is small
    const away = scale * x < -1 ? m - centre : -m * sigmoid(-location) * Math.expm1(-scale * x);
    const square = m * m;
    m1 += weight * m;
    m2 += weight * square;
    m3 += weight * square * m;
    m4 += weight * square * square;
    off += weight * away;
    off2 += weight * away * away;
  }
  return { m1, m2, m3, m4, variance: off2 - off * off };
}

function squashWide({ location, scale, law, sides }: Squashed): SquashedMoments {
  count((NODES.length * REACH) / LENGTH);
  const density = DENSITY[law];
  const tail = law === 'normal' ? normalTail : logisticTail;
  const [above, below] = sides ?? [tail(-location / scale), tail(location / scale)];
  // Sums over each side of 0 of n = min(m, 1 − m) and of its powers.
  let [left1, left2, left3, left4, right1, right2, right3, right4] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let start = 0; start < REACH; start += LENGTH)
    for (let k = 0; k < NODES.length; k++) {
      const w = start + (LENGTH / 2) * (1 + (NODES[k] as number));
      const weight = ((LENGTH / 2) * (WEIGHTS[k] as number)) / scale;
      const n = sigmoid(-w);
      const square = n * n;
      const left = weight * density((-w - location) / scale);
      const right = weight * density((w - location) / scale);
      left1 += left * n;
      left2 += left * square;
      left3 += left * square * n;
      left4 += left * square * square;
      right1 += right * n;
      right2 += right * square;
      right3 += right * square * n;
      right4 += right * square * square;
    }
  const m1 = above + left1 - right1;
  const rest = below - left1 + right1; // E[1 − m]
  return {
    m1,
    m2: above + left2 - 2 * right1 + right2,
    m3: above + left3 - 3 * right1 + 3 * right2 - right3,
    m4: above + left4 - 4 * right1 + 6 * right2 - 4 * right3 + right4,
    // E[(m − m1)²], as that of the step between 0 and 1 and the difference from it
    variance: above * rest * rest + below * m1 * m1 + left2 - 2 * m1 * left1 + right2 - 2 * rest * right1,
  };
}

/** P(x′ > x) of a logistic x′. */
function logisticTail(x: number): number {
  return sigmoid(-x);
}

/** P(z > x) of a standard normal z. */
function normalTail(x: number): number {
  if (x < 1) return (1 - erf(x / Math.SQRT2)) / 2;
  let fraction = x;
  for (let k = 400; k >= 1; k--) fraction = x + k / fraction;
  return Math.exp((-x * x) / 2) / (Math.sqrt(2 * Math.PI) * fraction);
}

/** Gal, Hron, Kendall 2017, "Concrete dropout"; Maddison, Mnih, Teh 2017, "The concrete distribution". */
export const concrete: Law = (given) => {
  const { keep, drop } = readKeep(given);
  const { temperature } = readValues('concrete', given);
  if (drop === 0) return { s1: 1, s2: 1, variance: 0, s3: 1, s4: 1 };
  const { m1, m2, m3, m4, variance } = squashedMoments({
    location: (Math.log(keep) - Math.log(drop)) / temperature,
    scale: 1 / temperature,
    law: 'logistic',
    sides: [keep, drop],
  });
  const square = keep * keep;
  return {
    s1: m1 / keep,
    s2: m2 / square,
    variance: variance / square,
    off: m1 / keep,
    s3: m3 / (square * keep),
    s4: m4 / (square * square),
  };
};

/**
 * Xie et al. 2022, "Advanced dropout: a model-free methodology for Bayesian dropout optimization" (arXiv 2010.05244), and its public
 * code PRIS-CV/AdvancedDropout: the mask is divided by the published approximation of its mean (with 3.14, not π).
 */
export const advanced: Law = (given) => {
  refuseKeep('advanced', given);
  const { mu, sigma } = readValues('advanced', given);
  if (sigma === 0) return { s1: 1, s2: 1, variance: 0, s3: 1, s4: 1 };
  const { m1, m2, m3, m4, variance } = squashedMoments({ location: mu, scale: sigma, law: 'normal' });
  const norm = 1 + Math.exp(-mu / Math.sqrt(1 + (3.14 / 8) * sigma * sigma)); // 1 / Z
  const square = norm * norm;
  return {
    s1: m1 * norm,
    s2: m2 * square,
    variance: variance * square,
    s3: m3 * square * norm,
    s4: m4 * square * square,
  };
};

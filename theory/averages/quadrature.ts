import type { Step } from '../activation.ts';
import { count } from '../work.ts';

/** Nodes on (−1, 1), rising, and their weights. */
export type Rule = { readonly nodes: Float64Array; readonly weights: Float64Array };

/**
 * The Gauss–Legendre rule with n nodes, exact for polynomials of degree 2n − 1 on [−1, 1].
 *
 * @see Abramowitz, Stegun 1964, 25.4.29 (weights); the nodes by Newton's method from cos(π (k − 1/4) / (n + 1/2))
 */
export function legendre(n: number): Rule {
  const nodes = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    let x = -Math.cos((Math.PI * (k + 0.75)) / (n + 0.5));
    let derivative = 1;
    for (let round = 0; round < 6; round++) {
      let [before, now] = [1, x];
      for (let j = 2; j <= n; j++) [before, now] = [now, ((2 * j - 1) * x * now - (j - 1) * before) / j];
      derivative = (n * (x * now - before)) / (x * x - 1);
      x -= now / derivative;
    }
    nodes[k] = x;
    weights[k] = 2 / ((1 - x * x) * derivative * derivative);
  }
  return { nodes, weights };
}

const { nodes: CUMULATE_NODES, weights: CUMULATE_WEIGHTS } = legendre(8);

/**
 * ∫ f dt from a start to each of rising ends, by Gauss–Legendre between neighbours: for ends that lie as dense as the nodes at which
 * f is resolved. Sums of positive terms where f is positive.
 */
export function cumulate(ends: Float64Array, f: (t: number) => number, start = 0): Float64Array {
  let [from, sum] = [start, 0];
  count(CUMULATE_NODES.length * ends.length);
  return ends.map((to) => {
    const half = (to - from) / 2;
    let part = 0;
    for (let k = 0; k < CUMULATE_NODES.length; k++)
      part += (CUMULATE_WEIGHTS[k] as number) * f(from + half * (1 + (CUMULATE_NODES[k] as number)));
    sum += half * part;
    from = to;
    return sum;
  });
}

/** Beyond so many standard deviations the Gaussian weight is below 2e-17 and a node adds nothing. */
export const GAUSSIAN_REACH = 8.8;

/**
 * The step of a trapezoid rule on the line that averages a function of x over N(0, σ²) to about 1e-17. The function is
 * analytic for |Im x| < strip, and its singularities there are poles of low order. The error of the rule is about
 * exp(−2π d/h + d²/2) with d = strip/σ and h = step/σ (the pole, times the Gaussian at the pole), or exp(−2π²/h²) where
 * the Gaussian itself is the limit (d beyond 2π/h).
 *
 * @see Trefethen, Weideman 2014, "The exponentially convergent trapezoidal rule" (integrals over the line)
 */
export function trapezoidStep(sigma: number, strip: number): number {
  const digits = 44; // −ln of the error: e^−44 is 8e-20, the margin is for the order of the pole
  const d = Math.min(strip / sigma, Math.sqrt(2 * digits));
  return (2 * Math.PI * d * sigma) / (digits + (d * d) / 2);
}

/**
 * The weights of the trapezoid rule with nodes z = k · step, k = 0, 1, …, for the mean of an even function of a standard
 * normal z; those of k > 0 stand for ±k.
 */
export function normalWeights(step: number): Float64Array {
  const scale = (2 * step) / Math.sqrt(2 * Math.PI);
  const weights = Float64Array.from({ length: 1 + Math.ceil(GAUSSIAN_REACH / step) }, (_, k) => {
    const z = k * step;
    return scale * Math.exp((-z * z) / 2);
  });
  weights[0] = scale / 2;
  return weights;
}

/** A place near which φ bends, and over what distance: the nearest singularity of φ, or its scale where it is entire. */
export type Feature = { readonly at: number; readonly width: number };

/** What the numeric averages need to know of an activation. */
export type Shape = {
  readonly phi: (x: number) => number;
  readonly derivative: (x: number) => number;
  readonly kinks: readonly number[];
  readonly steps?: readonly Step[];
  readonly features: readonly Feature[];
  /** whether φ is odd or even, where that is known: half of the nodes are enough then */
  readonly parity?: 'odd' | 'even' | 'none';
};

/** How fine a rule is. */
export type Fineness = {
  /** nodes per panel */
  readonly order: number;
  /** the largest half-length of a panel, in standard deviations */
  readonly longest: number;
  /** whether kinks far out in the tail are reached, beyond which all may lie that an average is made of */
  readonly tails?: boolean;
};

/** Sixteen nodes integrate a Gaussian over 4.4 standard deviations, or past a pole as near as allowed here, to 1e-15. */
export const USUAL_FINENESS: Fineness = { order: 16, longest: 2.2 };

/** The half-length of a panel may be so many times the width of a feature on it, or its distance from one off it. */
const [ON_FEATURE, OFF_FEATURE] = [0.6, 0.9];

const legendreRules = new Map<number, Rule>();

function legendreOnce(order: number): Rule {
  const known = legendreRules.get(order);
  if (known) return known;
  const rule = legendre(order);
  legendreRules.set(order, rule);
  return rule;
}

/**
 * A rule for averages of a piecewise analytic function of a Gaussian variable: Gauss–Legendre panels that end at every
 * kink and are halved until they are short against the features that they lie on or near, and against the Gaussian.
 * The number of panels grows with the logarithm of sigma / width only.
 */
export function gaussianRule(
  kinks: readonly number[],
  features: readonly Feature[],
  mean: number,
  sigma: number,
  fineness: Fineness = USUAL_FINENESS,
): Rule {
  const far = fineness.tails ? kinks.flatMap((kink) => tailPanels(kink - mean, sigma)) : [];
  const reach = (side: number) => side * Math.max(GAUSSIAN_REACH * sigma, ...far.map((x) => side * x));
  const [low, high] = [mean + reach(-1), mean + reach(1)];
  const ends = [...kinks, ...far.map((x) => mean + x)];
  const inside = ends.filter((end) => end > low && end < high).sort((a, b) => a - b);
  const panels: number[] = [];
  [...inside, high].reduce((from, to) => {
    dividePanel(from, to, features, fineness.longest * sigma, panels);
    return to;
  }, low);
  return fillPanels(panels, mean, sigma, legendreOnce(fineness.order));
}

/** Kinks between so many standard deviations have the tail beyond them cut up; beyond the second one it underflows. */
const [NEAREST_TAIL, FARTHEST_TAIL] = [1, 37] as const;

/** By so many powers of e the density has fallen at the ends of the panels beyond a kink. */
const FALLS = [4, 12, 24, 40] as const;

/** Ends of panels beyond a kink in the tail, so that what lies there is known relative to itself. */
function tailPanels(kink: number, sigma: number): number[] {
  const tau = Math.abs(kink) / sigma;
  if (!(tau > NEAREST_TAIL && tau < FARTHEST_TAIL)) return [];
  return FALLS.map((fall) => Math.sign(kink) * sigma * Math.sqrt(tau * tau + 2 * fall));
}

function dividePanel(
  from: number,
  to: number,
  features: readonly Feature[],
  longest: number,
  panels: number[],
): void {
  const half = (to - from) / 2;
  const middle = from + half;
  const short =
    half <= longest &&
    features.every(
      ({ at, width }) => half <= Math.max(ON_FEATURE * width, OFF_FEATURE * Math.max(from - at, at - to)),
    );
  if (short || middle <= from || middle >= to) {
    panels.push(from, to);
    return;
  }
  dividePanel(from, middle, features, longest, panels);
  dividePanel(middle, to, features, longest, panels);
}

function fillPanels(panels: readonly number[], mean: number, sigma: number, rule: Rule): Rule {
  const { nodes: at, weights: of } = rule;
  const order = at.length;
  const nodes = new Float64Array((panels.length / 2) * order);
  const weights = new Float64Array(nodes.length);
  count(0.8 * nodes.length);
  for (let p = 0, i = 0; p < panels.length; p += 2) {
    const half = ((panels[p + 1] as number) - (panels[p] as number)) / 2;
    const middle = ((panels[p + 1] as number) + (panels[p] as number)) / 2;
    const scale = half / (sigma * Math.sqrt(2 * Math.PI));
    for (let k = 0; k < order; k++, i++) {
      const x = middle + half * (at[k] as number);
      const z = (x - mean) / sigma;
      nodes[i] = x;
      weights[i] = scale * (of[k] as number) * Math.exp((-z * z) / 2);
    }
  }
  return { nodes, weights };
}

import type { Step } from '../activation.ts';
import { REACH } from '../quadrature.ts';
import { count } from '../work.ts';
import { legendre, type Rule } from './legendre.ts';

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
export const USUAL: Fineness = { order: 16, longest: 2.2 };

/** The half-length of a panel may be so many times the width of a feature on it, or its distance from one off it. */
const [ON, OFF] = [0.6, 0.9];

const rules = new Map<number, Rule>();

function ruleOf(order: number): Rule {
  const known = rules.get(order);
  if (known) return known;
  const rule = legendre(order);
  rules.set(order, rule);
  return rule;
}

/**
 * A rule for averages of a piecewise analytic function of a Gaussian variable: Gauss–Legendre panels that end at every
 * kink and are halved until they are short against the features that they lie on or near, and against the Gaussian.
 * The number of panels grows with the logarithm of sigma / width only.
 *
 * @param kinks points where the function is not smooth
 * @param features where it bends
 * @param mean mean of the variable
 * @param sigma its standard deviation, positive
 * @param fineness see {@link Fineness}
 * @returns nodes (values of the variable) and weights that add up to 1 within rounding and the tails cut off (1e-18)
 * @example gaussianRule([0], [{ at: 0, width: 1 }], 0, 1).nodes.length // 128
 */
export function gaussianRule(
  kinks: readonly number[],
  features: readonly Feature[],
  mean: number,
  sigma: number,
  fineness: Fineness = USUAL,
): Rule {
  const far = fineness.tails ? kinks.flatMap((kink) => tailPanels(kink - mean, sigma)) : [];
  const reach = (side: number) => side * Math.max(REACH * sigma, ...far.map((x) => side * x));
  const [low, high] = [mean + reach(-1), mean + reach(1)];
  const ends = [...kinks, ...far.map((x) => mean + x)];
  const inside = ends.filter((end) => end > low && end < high).sort((a, b) => a - b);
  const panels: number[] = [];
  [...inside, high].reduce((from, to) => {
    divide(from, to, features, fineness.longest * sigma, panels);
    return to;
  }, low);
  return filled(panels, mean, sigma, ruleOf(fineness.order));
}

/** Kinks between so many standard deviations have the tail beyond them cut up; beyond the second one it underflows. */
const [TAIL, LAST] = [1, 37] as const;

/** By so many powers of e the density has fallen at the ends of the panels beyond a kink. */
const FALLS = [4, 12, 24, 40] as const;

/** Ends of panels beyond a kink in the tail, so that what lies there is known relative to itself. */
function tailPanels(kink: number, sigma: number): number[] {
  const tau = Math.abs(kink) / sigma;
  if (!(tau > TAIL && tau < LAST)) return [];
  return FALLS.map((fall) => Math.sign(kink) * sigma * Math.sqrt(tau * tau + 2 * fall));
}

function divide(
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
    features.every(({ at, width }) => half <= Math.max(ON * width, OFF * Math.max(from - at, at - to)));
  if (short || middle <= from || middle >= to) {
    panels.push(from, to);
    return;
  }
  divide(from, middle, features, longest, panels);
  divide(middle, to, features, longest, panels);
}

function filled(panels: readonly number[], mean: number, sigma: number, rule: Rule): Rule {
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

import type { Pair } from '../activation.ts';
import { normalWeights, trapezoidStep } from '../quadrature.ts';
import { count } from '../work.ts';
import { legendre } from './legendre.ts';
import { gaussianRule, type Shape } from './panels.ts';
import { rise } from './rise.ts';

/** More nodes than this are better spread as panels. */
const LATTICE = 80;

/** Where u₁ − u₂ is so much narrower than what bends, the variance of φ over it would lose digits. */
const NARROW = 0.02;

/** Nodes and weights on (0, 1) for ∫ 2 t f(t) dt of a function that is nearly a polynomial. */
const FINE = legendre(7);

type Inner = { mean: number; spread: number; slope: number };

/**
 * The two-input averages for strongly (anti)correlated inputs, where the power series in c is long. The inputs are
 * written as u₁ = X + Y₁ and u₂ = ±X + Y₂ with independent X of variance q|c| and Y of variance q(1 − |c|). Then, over X,
 *
 * - E[φ′(u₁)φ′(u₂)] = E[S(X) S(±X)], with S(x) = E φ′(x + Y),
 * - E[φ²] − E[φ(u₁)φ(u₂)] = E[Var φ(X + Y)] + E[(M(X) − M(±X))²] / 2, with M(x) = E φ(x + Y): nothing cancels.
 *
 * The inner averages are split at the kinks; the outer one is of functions that are smooth on the scale of Y there.
 *
 * @param shape the activation
 * @param q variance of the inputs, positive
 * @returns the averages as a function of the misalignment m = 1 − c in (0, 2], to about 1e-14; m far from 1 is the use
 * @example nearAligned(elu, 1)(0.01).slope
 */
export function nearAligned(shape: Shape, q: number): (m: number) => Pair {
  const narrowest = Math.min(...shape.features.map(({ width }) => width));
  const slopeAt = (m: number) => over(shape, q, m).slope;
  return (m) => {
    if (m === 2) return opposed(shape, q);
    const spread = Math.sqrt(q * m);
    if (m > 1 || spread > NARROW * narrowest) return over(shape, q, m);
    // gap = ∫ slope dm from 0 to m; in t = √(m′/m) the slope has no root singularity.
    let sum = 0;
    FINE.nodes.forEach((node, k) => {
      const t = (1 + node) / 2;
      sum += (FINE.weights[k] as number) * t * slopeAt(m * t * t);
    });
    return { gap: m * sum, slope: slopeAt(m) };
  };
}

/** At c = −1 itself nothing is left of Y. */
function opposed(shape: Shape, q: number): Pair {
  const { phi, derivative, kinks, features } = shape;
  const mirrored = features.map(({ at, width }) => ({ at: -at, width }));
  const ends = [...new Set([...kinks, ...kinks.map((kink) => 0 - kink)])];
  const { nodes, weights } = gaussianRule(ends, [...features, ...mirrored], 0, Math.sqrt(q));
  let [gap, slope] = [0, 0];
  for (let i = 0; i < nodes.length; i++) {
    const [x, weight] = [nodes[i] as number, weights[i] as number];
    gap += (weight * (phi(x) - phi(-x)) ** 2) / 2;
    slope += weight * derivative(x) * derivative(-x);
  }
  return { gap: gap / q, slope };
}

function over(shape: Shape, q: number, m: number): Pair {
  const mirrored = m > 1;
  const loose = mirrored ? 2 - m : m;
  const sigma = Math.sqrt(q * loose);
  const inner = innerAverage(shape, sigma);
  // Seen through Y a kink bends over the standard deviation of Y, and nothing bends over less.
  const seen = [
    ...shape.features.map(({ at, width }) => ({ at, width: Math.hypot(width, sigma) })),
    ...shape.kinks.map((at) => ({ at, width: 2 * sigma })),
  ];
  const both = mirrored ? [...seen, ...seen.map(({ at, width }) => ({ at: -at, width }))] : seen;
  // (uncorrelated inputs have no X)
  const { nodes, weights } =
    loose < 1 ? gaussianRule([], both, 0, Math.sqrt(q * (1 - loose))) : { nodes: [0], weights: [1] };
  let [gap, slope] = [0, 0];
  for (let i = 0; i < nodes.length; i++) {
    const weight = weights[i] as number;
    const here = inner(nodes[i] as number);
    const there = mirrored ? inner(-(nodes[i] as number)) : here;
    const apart = here.mean - there.mean;
    gap += weight * (here.spread + (apart * apart) / 2);
    slope += weight * here.slope * there.slope;
  }
  return { gap: gap / q, slope };
}

/** Mean and variance of φ and mean of φ′ over a Gaussian of deviation sigma about x. */
function innerAverage(shape: Shape, sigma: number): (x: number) => Inner {
  const { derivative, kinks, features } = shape;
  const climb = rise(shape);
  const strip = Math.min(...features.map(({ width }) => width));
  const step = trapezoidStep(1, Math.min(strip / sigma, 8));
  const lattice = step > 0.02 ? normalWeights(step) : new Float64Array(0);
  const reach = lattice.length * step * sigma;
  const even = lattice.length > 0 && lattice.length <= LATTICE;

  return (x) => {
    const centre = climb(x);
    let [first, second, slope] = [0, 0, 0];
    const add = (at: number, weight: number) => {
      const up = climb(at) - centre;
      first += weight * up;
      second += weight * up * up;
      slope += weight * derivative(at);
    };
    if (even && !kinks.some((kink) => Math.abs(kink - x) < reach)) {
      count(1.6 * lattice.length);
      add(x, lattice[0] as number);
      for (let k = 1; k < lattice.length; k++) {
        const weight = (lattice[k] as number) / 2;
        add(x + k * step * sigma, weight);
        add(x - k * step * sigma, weight);
      }
    } else {
      const { nodes, weights } = gaussianRule(kinks, features, x, sigma);
      count(0.8 * nodes.length);
      for (let i = 0; i < nodes.length; i++) add(nodes[i] as number, weights[i] as number);
    }
    return { mean: centre + first, spread: second - first * first, slope };
  };
}

import type { Activation, Moments, Naming } from '../activation.ts';
import { legendre } from '../averages/legendre.ts';
import type { Bends } from '../averages/piecewise-linear.ts';
import { count } from '../work.ts';
import { homogeneous } from './homogeneous.ts';
import { piecewiseLinear } from './piecewise-linear.ts';
import { shrinkPair } from './shrink-pair.ts';

const { nodes: NODES, weights: WEIGHTS } = legendre(32);

/** What is left out of the tails is below exp(−44) of them. */
const DIGITS = 44;

/** ∫ tⁿ p(k + t) dt over t > 0 for n = 0, 1, 2 and the normal density p: all terms positive, however far out k is. */
function tails(k: number): [number, number, number] {
  const end = (2 * DIGITS) / (k + Math.sqrt(k * k + 2 * DIGITS));
  const scale = (end / 2) * density(k);
  let [zeroth, first, second] = [0, 0, 0];
  count(NODES.length / 4);
  for (let i = 0; i < NODES.length; i++) {
    const t = (end / 2) * (1 + (NODES[i] as number));
    const weight = (WEIGHTS[i] as number) * Math.exp(-t * (k + t / 2));
    zeroth += weight;
    first += weight * t;
    second += weight * t * t;
  }
  return [scale * zeroth, scale * first, scale * second];
}

const density = (k: number) => Math.exp((-k * k) / 2) / Math.sqrt(2 * Math.PI);

/** The averages of one input, from E[φ²]/q, its derivative and P(|u| > threshold): φ is odd. */
const odd = (ratio: number, radial: number, slope2: number): Moments => ({
  ratio,
  shortfall: -ratio,
  lift: 0,
  drift: 0,
  variance: ratio,
  slope2,
  radial,
});

/** With k = threshold/√q, E[φ²]/q = 2 ∫ t² p(k + t) dt. */
function soft(k: number): Moments {
  const [zeroth, first, second] = tails(k);
  return odd(2 * second, 2 * second + 2 * k * first, 2 * zeroth);
}

/** E[φ²]/q = 2 ∫ (k + t)² p(k + t) dt = 2 (P(z > k) + k p(k)); its derivative by q has the jumps in it, k³ p(k). */
function hard(k: number): Moments {
  const [zeroth] = tails(k);
  const edge = k * density(k);
  return odd(2 * (zeroth + edge), 2 * (zeroth + edge) + k * k * edge, 2 * zeroth);
}

const threshold = { default: 0.5, min: 0, max: 10 } as const;

/**
 * The activation that is 0 for |x| ≤ threshold and x beyond, less the threshold in the soft one. Its averages keep their digits
 * where almost nothing passes.
 *
 * @param kind `soft` is continuous, `hard` jumps
 * @param naming name, formula and reference of the entry
 * @see Donoho, Johnstone 1994, "Ideal spatial adaptation by wavelet shrinkage", for both functions
 * @example shrink('soft', naming).phi(2) // 1.5
 */
export function shrink(kind: 'soft' | 'hard', naming: Naming): Activation {
  const moments = kind === 'soft' ? soft : hard;
  const at = (values: Readonly<Record<string, number>>): Activation => {
    const t = values.threshold ?? threshold.default;
    const rises: Pick<Bends, 'rises'> = kind === 'soft' ? {} : { rises: [t, t] };
    const entry =
      t === 0
        ? homogeneous(1, 1, naming)
        : {
            ...piecewiseLinear({ left: 1, kinks: [-t, t], jumps: [-1, 1], level: 0, ...rises }, naming),
            ratio_at_zero: 0,
            moments: (q: number) => moments(t / Math.sqrt(q)),
            pair: (q: number) => shrinkPair(kind, t / Math.sqrt(q)),
          };
    return { ...entry, parameters: { threshold }, at };
  };
  return at({});
}

import type { Pair } from '../activation.ts';
import { count, TERMS } from '../work.ts';
import { numericMoments, subtractLevel } from './one-input.ts';
import { gaussianRule, legendre, normalWeights, type Shape, trapezoidStep } from './quadrature.ts';

/** The longest series that is usual, and longer ones, for which finer panels are needed. */
const SERIES_LENGTHS = [400, 800, 1600] as const;

/** What the series leaves out may be this part of E[φ′²]. */
const NEGLIGIBLE_REST = 1e-16;

/**
 * The two-input averages of any piecewise analytic activation, for all q > 0 and m = 1 − c in (0, 2]: by the power series
 * in c, which is computed once per q and then costs less than a microsecond per m, where what it leaves out is below rounding; by
 * {@link averageNearAligned} otherwise.
 *
 * @see Daniely, Frostig, Singer 2016, for the series
 */
export function numericPair(shape: Shape): (q: number) => (m: number) => Pair {
  const moments = numericMoments(shape);
  return (q) => {
    const series: ((count: number) => Series)[] = [];
    const pairNear = averageNearAligned(shape, q);
    let variance: number | undefined;
    return (m) => {
      // What is left out after n terms is at most E[φ′²] |c|ⁿ.
      const fall = Math.abs(m < 1 ? Math.log1p(-m) : Math.log(m - 1));
      const needed = Math.max(1, Math.ceil(-Math.log(NEGLIGIBLE_REST) / fall));
      let shorter: Series | undefined;
      for (const [level, most] of SERIES_LENGTHS.entries()) {
        if (shorter && needed > most && !seriesEnds(shorter, most)) continue;
        series[level] ??= hermiteSeries(shape, q, most);
        const found = (series[level] as (count: number) => Series)(needed);
        if (found.ended) return sumSeries(found, 0, m);
        if (found.size >= needed) {
          variance ??= moments(q).variance;
          return sumSeries(found, variance, m);
        }
        shorter = found;
      }
      return pairNear(m);
    };
  };
}

/** Whether coefficients that fall like exp(−a√n), as those of a φ analytic in a strip do, are nothing after so many. */
function seriesEnds({ squares, size }: Series, length: number): boolean {
  const about = (n: number) => Math.log((squares[n - 1] as number) + (squares[n - 2] as number));
  const fall = (about(size / 2) - about(size)) / (Math.sqrt(size) - Math.sqrt(size / 2));
  return (
    about(size) - about(2) - fall * (Math.sqrt(length) - Math.sqrt(size)) <
    Math.log(NEGLIGIBLE_SQUARE / length)
  );
}

/**
 * Σ bₙ² cⁿ and Σ bₙ² (1 − cⁿ⁺¹)/(n + 1), all terms of the latter positive for c > 0. Where the series is cut off,
 * `variance`, its value at c = 0, stands in for the rest, in which cⁿ no longer counts.
 */
function sumSeries({ squares, size }: Series, variance: number, m: number): Pair {
  const c = 1 - m;
  let [gap, slope, whole] = [0, 0, 0];
  count(size / TERMS);
  // power is cⁿ and lost 1 − cⁿ⁺¹, a sum of positive terms
  for (let n = 0, power = 1, lost = m; n < size; n++) {
    const square = squares[n] as number;
    slope += square * power;
    gap += (square * lost) / (n + 1);
    whole += square / (n + 1);
    power *= c;
    lost += m * power;
  }
  return { gap: variance > 0 ? gap + Math.max(variance - whole, 0) : gap, slope };
}

/** The squares of the first Hermite coefficients of φ′ at one variance. */
type Series = {
  readonly squares: Float64Array;
  /** how many of them there are */
  readonly size: number;
  /** whether the rest is nothing */
  readonly ended: boolean;
};

/** A rule for coefficients up to N resolves waves of √N radians a standard deviation: half a panel spans so many. */
const RADIANS = 13;

/** Coefficients whose squares are such a part of the sum over their number have no successors that count. */
const NEGLIGIBLE_SQUARE = 1e-16;

/**
 * The first coefficients of E[φ′(u₁)φ′(u₂)] = Σ bₙ² cⁿ, where bₙ = E[φ′(√q z) heₙ(z)] with heₙ the normalised Hermite
 * polynomials. Those of φ follow by Gaussian integration by parts, aₙ₊₁ = √(q/(n+1)) bₙ, so that φ(0) never enters.
 *
 * @see Daniely, Frostig, Singer 2016, "Toward deeper understanding of neural networks", the power series of a dual activation
 */
export function hermiteSeries(shape: Shape, q: number, most: number): (count: number) => Series {
  const longest = Math.min(RADIANS / Math.sqrt(most), 2.2);
  const { parity = 'none' } = shape;
  const { nodes, weights } = gaussianRule(shape.kinks, shape.features, 0, Math.sqrt(q), {
    order: 24,
    longest,
  });
  // (of an odd or even φ the nodes on one side say all: their panels are as symmetric as φ is)
  const [from, sides] = parity === 'none' ? [0, 1] : [nodes.length / 2, 2];
  const z = nodes.subarray(from).map((x) => x / Math.sqrt(q));
  // φ′ of an odd φ is even, so that its odd coefficients vanish; and the other way round
  const vanishes = (n: number) => (parity === 'odd' ? n % 2 === 1 : parity === 'even' && n % 2 === 0);
  // `now` is weight · φ′ · heₙ at every node, `before` that of n − 1: their sums are the coefficients.
  let now = z.map(
    (_, i) => sides * shape.derivative(nodes[from + i] as number) * (weights[from + i] as number),
  );
  let before = new Float64Array(z.length);
  count(0.4 * z.length);
  const squares = new Float64Array(most);
  let [size, whole, ended] = [0, 0, false];

  return (wanted) => {
    for (; size < Math.min(wanted, most) && !ended; size++) {
      count(z.length / TERMS);
      const up = 1 / Math.sqrt(size + 1);
      const down = Math.sqrt(size) * up;
      let sum = 0;
      for (let i = 0; i < z.length; i++) {
        const here = now[i] as number;
        sum += here;
        before[i] = (z[i] as number) * up * here - down * (before[i] as number);
      }
      [now, before] = [before, now];
      const square = vanishes(size) ? 0 : sum * sum;
      squares[size] = square;
      whole += square;
      // Several in a row: half the coefficients of an odd or even φ vanish, and others by chance.
      if (size > 8) {
        const last = squares.subarray(size - 3, size + 1).reduce((a, b) => a + b);
        ended = last < (NEGLIGIBLE_SQUARE * whole) / size;
      }
    }
    return { squares, size, ended };
  };
}

/** More nodes than this are better spread as panels. */
const LONGEST_LATTICE = 80;

/** Where u₁ − u₂ is so much narrower than what bends, the variance of φ over it would lose digits. */
const NARROW_SPREAD = 0.02;

/** Nodes and weights on (0, 1) for ∫ 2 t f(t) dt of a function that is nearly a polynomial. */
const SEVEN = legendre(7);

type Inner = { mean: number; spread: number; slope: number };

/**
 * The two-input averages for strongly (anti)correlated inputs, where the power series in c is long. The inputs are
 * written as u₁ = X + Y₁ and u₂ = ±X + Y₂ with independent X of variance q|c| and Y of variance q(1 − |c|). Then, over X,
 *
 * - E[φ′(u₁)φ′(u₂)] = E[S(X) S(±X)], with S(x) = E φ′(x + Y),
 * - E[φ²] − E[φ(u₁)φ(u₂)] = E[Var φ(X + Y)] + E[(M(X) − M(±X))²] / 2, with M(x) = E φ(x + Y): nothing cancels.
 *
 * The inner averages are split at the kinks; the outer one is of functions that are smooth on the scale of Y there.
 */
export function averageNearAligned(shape: Shape, q: number): (m: number) => Pair {
  const narrowest = Math.min(...shape.features.map(({ width }) => width));
  const slopeAt = (m: number) => averageOverShared(shape, q, m).slope;
  return (m) => {
    if (m === 2) return averageOpposed(shape, q);
    const spread = Math.sqrt(q * m);
    if (m > 1 || spread > NARROW_SPREAD * narrowest) return averageOverShared(shape, q, m);
    // gap = ∫ slope dm from 0 to m; in t = √(m′/m) the slope has no root singularity.
    let sum = 0;
    SEVEN.nodes.forEach((node, k) => {
      const t = (1 + node) / 2;
      sum += (SEVEN.weights[k] as number) * t * slopeAt(m * t * t);
    });
    return { gap: m * sum, slope: slopeAt(m) };
  };
}

/** At c = −1 itself nothing is left of Y. */
function averageOpposed(shape: Shape, q: number): Pair {
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

function averageOverShared(shape: Shape, q: number, m: number): Pair {
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
  const climb = subtractLevel(shape);
  const strip = Math.min(...features.map(({ width }) => width));
  const step = trapezoidStep(1, Math.min(strip / sigma, 8));
  const lattice = step > 0.02 ? normalWeights(step) : new Float64Array(0);
  const reach = lattice.length * step * sigma;
  const even = lattice.length > 0 && lattice.length <= LONGEST_LATTICE;

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

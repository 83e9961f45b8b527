/**
 * Gaussian averages by brute force, for `npm run verify`: composite Gauss–Legendre over panels that shrink towards the kinks and the
 * centre of φ. It shares nothing with theory/, so that the two can check each other.
 */
import type { Definition } from './activations.ts';

const ORDER = 16;
const { nodes: NODES, weights: WEIGHTS } = gaussLegendre(ORDER);

/** The tails beyond so many standard deviations weigh 1e-19. */
const TAIL = 9.1;

/** The density is 0 in double precision beyond so many. */
const FARTHEST = 37;

/** Nodes and weights on [−1, 1], by Newton's method on the Legendre polynomial. */
function gaussLegendre(n: number) {
  const nodes: number[] = [];
  const weights: number[] = [];
  for (let i = 1; i <= n; i++) {
    let x = Math.cos((Math.PI * (i - 0.25)) / (n + 0.5));
    let slope = 1;
    for (let step = 0; step < 20; step++) {
      let [p, q] = [1, 0];
      for (let k = 0; k < n; k++) [p, q] = [((2 * k + 1) * x * p - k * q) / (k + 1), p];
      slope = (n * (x * p - q)) / (x * x - 1);
      x -= p / slope;
    }
    nodes.push(x);
    weights.push(2 / ((1 - x * x) * slope * slope));
  }
  return { nodes, weights };
}

/** Offsets from the mean at which panels end: every `longest` (1.3 standard deviations at the most), and a ladder of doubling steps around each place. */
function ends(mean: number, sigma: number, { places, finest, longest, tails }: Panels): number[] {
  const inside = TAIL * sigma;
  const offsets = places.map((place) => place - mean);
  const far = tails ? offsets.filter((at) => Math.abs(at) < FARTHEST * sigma) : [];
  const low = Math.min(-inside, ...far.map((at) => at - 5 * sigma));
  const high = Math.max(inside, ...far.map((at) => at + 5 * sigma));
  const all = [low, high];
  const add = (x: number) => {
    if (x > low && x < high) all.push(x);
  };
  const step = Math.min(longest ?? 1.3 * sigma, 1.3 * sigma);
  for (let x = step; x < inside; x += step) {
    add(x);
    add(-x);
  }
  for (const at of offsets) {
    if (at < low || at > high) continue;
    add(at);
    // in the tail the density falls over σ²/|at|
    const tau = Math.abs(at) / sigma;
    const first = tau > 4 ? Math.min(finest, (2 * sigma) / tau) : finest;
    for (let rung = first; rung < high - low; rung *= 2) {
      add(at - rung);
      add(at + rung);
    }
  }
  return all.sort((x, y) => x - y);
}

/** How the line is cut into panels. */
type Panels = {
  /** where the functions bend */
  readonly places: readonly number[];
  /** length of the shortest panel there */
  readonly finest: number;
  /** length of the longest panel anywhere */
  readonly longest?: number | undefined;
  /** whether places far out are reached: what lies beyond may be all that there is */
  readonly tails?: boolean;
};

/**
 * The mean of several functions of a normal variable.
 *
 * @param f writes their values at x, as offset from the mean, into `out`
 * @param count how many there are
 * @param mean of the variable
 * @param sigma its standard deviation, positive
 * @param cut see {@link Panels}
 */
export function normalMeans(
  f: (offset: number, out: Float64Array) => void,
  count: number,
  mean: number,
  sigma: number,
  cut: Panels,
): Float64Array {
  const [sums, values] = [new Float64Array(count), new Float64Array(count)];
  const panels = ends(mean, sigma, cut);
  for (let p = 1; p < panels.length; p++) {
    const half = ((panels[p] as number) - (panels[p - 1] as number)) / 2;
    if (half === 0) continue;
    const middle = ((panels[p] as number) + (panels[p - 1] as number)) / 2;
    for (let k = 0; k < ORDER; k++) {
      const offset = middle + half * (NODES[k] as number);
      const weight = half * (WEIGHTS[k] as number) * Math.exp((-offset * offset) / (2 * sigma * sigma));
      f(offset, values);
      for (let i = 0; i < count; i++) sums[i] = (sums[i] as number) + weight * (values[i] as number);
    }
  }
  return sums.map((sum) => sum / (sigma * Math.sqrt(2 * Math.PI)));
}

/**
 * Averages of one input: E[φ²], E[φ], E[φ′²], dE[φ²]/dq and dE[φ]/dq; where φ jumps, the last two by the derivative of the density.
 */
export function one({ phi, derivative, places, scale, longest, jumps }: Definition, q: number) {
  const sigma = Math.sqrt(q);
  const [square, mean, slope2, radial, drift] = normalMeans(
    (x, out) => {
      const [y, slope] = [phi(x), derivative(x)];
      out[0] = y * y;
      out[1] = y;
      out[2] = slope * slope;
      const risen = (x * x) / q - 1;
      out[3] = jumps ? (y * y * risen) / (2 * q) : (x * y * slope) / q;
      out[4] = jumps ? (y * risen) / (2 * q) : (x * slope) / (2 * q);
    },
    5,
    0,
    sigma,
    { places: [...places, 0], finest: scale / 2, longest, tails: true },
  ) as unknown as [number, number, number, number, number];
  return { square, mean, slope2, radial, drift };
}

/** Averages of two inputs: E[(φ_a − φ_b)²]/2, E[φ_a φ_b] and E[φ′_a φ′_b]. */
export type Two = { readonly apart: number; readonly product: number; readonly slope: number };

/**
 * Averages of two inputs of variances q_a and q_b and correlation 1 − m, u_b given u_a.
 *
 * @param definition φ
 * @param q_a variance of the first input
 * @param q_b variance of the second, not larger
 * @param m misalignment, 0 < m < 2
 */
export function two(definition: Definition, q_a: number, q_b: number, m: number): Two {
  const { phi, derivative, places, scale, longest } = definition;
  const rest = Math.sqrt(q_b * m * (2 - m));
  const ratio = (1 - m) * Math.sqrt(q_b / q_a);
  // (an inner average smooths a kink over its own width)
  const seen = Math.min(scale, Math.max(rest, 1e-9)) / Math.min(Math.abs(ratio), 1);
  const reflected = [...places, 0].map((place) => place / ratio).filter(Number.isFinite);
  const [apart, product, slope] = normalMeans(
    (u, out) => {
      const [y, steep] = [phi(u), derivative(u)];
      const centre = ratio * u;
      const inner = normalMeans(
        (offset, values) => {
          const v = centre + offset;
          const other = phi(v);
          values[0] = (y - other) ** 2 / 2;
          values[1] = y * other;
          values[2] = steep * derivative(v);
        },
        3,
        centre,
        rest,
        { places: [...places, 0], finest: scale / 2, longest },
      );
      out.set(inner);
    },
    3,
    0,
    Math.sqrt(q_a),
    {
      places: [...places, 0, ...reflected],
      finest: (places.length > 0 ? Math.min(scale, seen) : scale) / 2,
      longest: longest && longest / Math.max(1, Math.abs(ratio)),
      tails: true,
    },
  ) as unknown as [number, number, number];
  return { apart, product, slope };
}

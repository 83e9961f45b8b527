/**
 * Gaussian averages by Gauss–Legendre panels: slow, plain, and nothing in common with the methods of the theory, so that
 * the two can check each other. Panels are split at the kinks, at 0 (the narrow structure of φ under a wide Gaussian) and at
 * multiples of the Gaussian's own width.
 */

/** What is averaged. */
export type Subject = {
  readonly phi: (x: number) => number;
  readonly derivative: (x: number) => number;
  readonly kinks: readonly number[];
  /** where φ itself jumps, if anywhere */
  readonly steps?: readonly unknown[];
};

const { nodes: NODES, weights: WEIGHTS } = legendre(16);
const REACH = 9.2;

/** Nodes and weights of the n-point rule on [−1, 1], by Newton on the Legendre polynomial. */
function legendre(n: number) {
  const nodes: number[] = [];
  const weights: number[] = [];
  for (let i = 0; i < n; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let derivative = 0;
    for (let step = 0; step < 50; step++) {
      let [before, p] = [1, x];
      for (let k = 2; k <= n; k++) [before, p] = [p, ((2 * k - 1) * x * p - (k - 1) * before) / k];
      derivative = (n * (before - x * p)) / (1 - x * x);
      const change = p / derivative;
      x -= change;
      if (Math.abs(change) < 1e-16) break;
    }
    nodes.push(x);
    weights.push(2 / ((1 - x * x) * derivative * derivative));
  }
  return { nodes, weights };
}

/**
 * Ends of the panels for a normal of this mean and deviation, as distances from the mean: denser around the mean, around
 * x = 0, and around the kinks on the scale of the layer that a kink leaves after an inner average.
 */
function panels(mean: number, sigma: number, layer: number, kinks: readonly number[]): number[] {
  const ends = [-REACH * sigma, REACH * sigma, -mean];
  for (let z = -9; z <= 9; z += 1.5) ends.push(z * sigma);
  for (const kink of kinks) for (let z = -9; z <= 9; z += 1.5) ends.push(kink + z * layer - mean);
  for (let x = 0.8; x < 1e5; x += x < 4 ? 0.8 : Math.max(3, x / 4)) ends.push(x - mean, -x - mean);
  return ends.filter((x) => Math.abs(x) <= REACH * sigma).sort((a, b) => a - b);
}

/** Mean of f over a normal x. */
export function normalMean(
  f: (x: number) => number,
  mean: number,
  sigma: number,
  kinks: readonly number[] = [],
  layer = sigma,
): number {
  const ends = panels(mean, sigma, layer, kinks);
  let sum = 0;
  for (let i = 1; i < ends.length; i++) {
    const middle = ((ends[i] as number) + (ends[i - 1] as number)) / 2;
    const half = ((ends[i] as number) - (ends[i - 1] as number)) / 2;
    if (half === 0) continue;
    for (let k = 0; k < NODES.length; k++) {
      const offset = middle + half * (NODES[k] as number);
      const weight = half * (WEIGHTS[k] as number) * Math.exp(-(offset * offset) / (2 * sigma * sigma));
      sum += weight * f(mean + offset);
    }
  }
  return sum / (sigma * Math.sqrt(2 * Math.PI));
}

/** The one-input averages, as the theory names them. */
export function momentsOf({ phi, derivative, kinks, steps }: Subject, q: number) {
  const sigma = Math.sqrt(q);
  const level = phi(0);
  const over = (f: (x: number) => number) => normalMean(f, 0, sigma, kinks);
  const mean = over(phi);
  // derivatives by q that know nothing of φ′, for a φ that jumps
  const byParts = (f: (x: number) => number) => over((x) => f(x) * (x * x - q)) / (2 * q * q);
  return {
    ratio: over((x) => (phi(x) - level) * (phi(x) + level)) / q,
    lift: over((x) => phi(x) - level) / q,
    drift: steps ? byParts(phi) : over((x) => x * derivative(x)) / q / 2,
    variance: over((x) => (phi(x) - mean) ** 2) / q,
    slope2: over((x) => derivative(x) ** 2),
    radial: steps ? byParts((x) => phi(x) ** 2) : over((x) => x * phi(x) * derivative(x)) / q,
  };
}

/**
 * The two-input averages at misalignment m: half the mean square difference over q, its derivative by m, and E[φ′φ′], which is the same
 * unless φ jumps.
 */
export function pairOf({ phi, derivative, kinks, steps }: Subject, q: number, m: number) {
  const sigma = Math.sqrt(q);
  const rest = Math.sqrt(q * m * (2 - m));
  const mirrored = m > 1 ? [...kinks, ...kinks.map((kink) => -kink)] : kinks;
  const product = (f: (u: number, v: number) => number) =>
    normalMean((u) => normalMean((v) => f(u, v), (1 - m) * u, rest, kinks), 0, sigma, mirrored, rest);
  const gradient = product((u, v) => derivative(u) * derivative(v));
  // the derivative by c of the density in place of those of φ
  const lost = m * (2 - m);
  const byParts = (u: number, v: number) =>
    phi(u) * phi(v) * (((u - (1 - m) * v) * (v - (1 - m) * u)) / (q * lost) + 1 - m);
  return {
    gap: product((u, v) => (phi(u) - phi(v)) ** 2) / 2 / q,
    slope: steps ? product(byParts) / (q * lost) : gradient,
    gradient,
  };
}

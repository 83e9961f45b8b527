/**
 * The way mean-field theory is computed in published notebooks, as a peer to measure against: Gauss–Hermite nodes for
 * one input, their product for two, and the maps iterated until they stand still.
 */

/** Nodes and weights of the Gauss–Hermite rule for the mean over N(0, 1), by Newton on the Hermite recursion. */
function gaussHermite(order: number): { nodes: Float64Array; weights: Float64Array } {
  const nodes = new Float64Array(order);
  const weights = new Float64Array(order);
  let z = 0;
  for (let i = 0; i < Math.ceil(order / 2); i++) {
    // guesses as in Press et al., Numerical Recipes, 4.6
    if (i === 0) z = Math.sqrt(2 * order + 1) - 1.85575 * (2 * order + 1) ** (-1 / 6);
    else if (i === 1) z -= (1.14 * order ** 0.426) / z;
    else if (i === 2) z = 1.86 * z - 0.86 * (nodes[0] as number);
    else if (i === 3) z = 1.91 * z - 0.91 * (nodes[1] as number);
    else z = 2 * z - (nodes[i - 2] as number);
    let slope = 0;
    for (let step = 0; step < 100; step++) {
      let [p1, p2] = [Math.PI ** -0.25, 0];
      for (let j = 0; j < order; j++) {
        [p1, p2] = [z * Math.sqrt(2 / (j + 1)) * p1 - Math.sqrt(j / (j + 1)) * p2, p1];
      }
      slope = Math.sqrt(2 * order) * p2;
      const change = p1 / slope;
      z -= change;
      if (Math.abs(change) < 1e-14) break;
    }
    nodes[i] = z;
    nodes[order - 1 - i] = -z;
    weights[i] = weights[order - 1 - i] = 2 / (slope * slope) / Math.sqrt(Math.PI);
  }
  return { nodes: nodes.map((x) => x * Math.SQRT2), weights };
}

const { nodes, weights } = gaussHermite(60);

function mean(f: (z: number) => number): number {
  let sum = 0;
  for (let i = 0; i < nodes.length; i++) sum += (weights[i] as number) * f(nodes[i] as number);
  return sum;
}

/** Something with a value and a derivative. */
export type Phi = { phi: (x: number) => number; derivative: (x: number) => number };

/**
 * q*, c* and chi_c as notebooks compute them: 50 nodes or so, iteration to 1e-10 or a cap.
 *
 * @param activation φ and φ′
 * @param sigma_w2 weight variance
 * @param sigma_b2 bias variance
 * @param keep probability that a unit is kept
 */
export function published(activation: Phi, sigma_w2: number, sigma_b2: number, keep: number) {
  const { phi, derivative } = activation;
  let q = 1;
  for (let i = 0; i < 500; i++) {
    const next = (sigma_w2 / keep) * mean((z) => phi(Math.sqrt(q) * z) ** 2) + sigma_b2;
    const change = Math.abs(next - q);
    q = next;
    if (change < 1e-10) break;
  }
  const pair = (f: (x: number) => number, c: number) => {
    const [s, r] = [Math.sqrt(q), Math.sqrt(1 - c * c)];
    return mean((z1) => f(s * z1) * mean((z2) => f(s * (c * z1 + r * z2))));
  };
  let c = 0.5;
  for (let i = 0; i < 500; i++) {
    const next = Math.min((sigma_w2 * pair(phi, c) + sigma_b2) / q, 1);
    const change = Math.abs(next - c);
    c = next;
    if (change < 1e-10) break;
  }
  const chi_c = sigma_w2 * pair(derivative, c);
  return { q_star: q, c_star: c, chi_c, xi_2: -1 / Math.log(chi_c) };
}

/** E[φ(u) φ(v)] by the product rule. */
const pairMean = (phi: Phi['phi'], q: number, c: number): number =>
  mean((z) => phi(Math.sqrt(q) * z) * mean((w) => phi(Math.sqrt(q) * (c * z + Math.sqrt(1 - c * c) * w))));

/** E[Σ a²] of T softmax weights as its definition integrates it: steps of .02 in ln t and .1 in the score. */
function squareOfWeights(tokens: number, variance: number): number {
  const deviation = Math.sqrt(variance);
  let sum = 0;
  for (let y = -Math.log(tokens) - 14; y < -Math.log(tokens) + 12; y += 0.02) {
    const t = Math.exp(y);
    let [g0, g2] = [0, 0];
    for (let z = -11; z <= 11; z += 0.1) {
      const x = Math.exp(deviation * z);
      const weight = (0.1 * Math.exp(-(z * z) / 2 - t * x)) / Math.sqrt(2 * Math.PI);
      g0 += weight;
      g2 += weight * x * x;
    }
    sum += t * t * g2 * g0 ** (tokens - 1);
  }
  return tokens * 0.02 * sum;
}

/** A transformer's block as the maps are written down, or a feed-forward block where there are no tokens: post norm, variance 1. */
export type PublishedBlock = {
  readonly activation: Phi;
  /** variances of the two matrices of the feed-forward part, and the keep behind it */
  readonly s1: number;
  readonly s2: number;
  readonly keep: number;
  readonly tokens?: number;
  /** variances of queries times keys, and of values times outputs */
  readonly scores?: number;
  readonly values?: number;
};

/**
 * The margin after some blocks as one would compute it from the maps: product rules at every block, softmax weights by their definition.
 *
 * @param block see {@link PublishedBlock}
 * @param blocks how many
 */
export function publishedMargin(block: PublishedBlock, blocks: number): number {
  const { activation, s1, s2, keep, tokens, scores = 0, values = 0 } = block;
  let [c, d, e] = [0, 1, 0.28];
  for (let i = 0; i < blocks; i++) {
    if (tokens !== undefined) {
      const nu = scores * (1 - c);
      const own = squareOfWeights(tokens, nu);
      const shared = (covariance: number) => (tokens * own) ** (covariance / Math.max(nu, 1e-12)) / tokens;
      const den = 1 + (values * (c + own * (1 - c))) / keep;
      const [c1, d1, e1] = [
        c + shared(scores * c * (1 - c)) * (1 - c),
        e + shared(scores * d * (d - e)) * (d - e),
        e + shared(scores * e * (d - e)) * (d - e),
      ];
      [c, d, e] = [(c + values * c1) / den, (d + values * d1) / den, (e + values * e1) / den];
    }
    const { phi } = activation;
    const den = 1 + (s2 * mean((z) => phi(Math.sqrt(s1) * z) ** 2)) / keep;
    const read = (x: number) => (x + s2 * pairMean(phi, s1, Math.min(x, 1))) / den;
    [c, d, e] = [tokens === undefined ? c : read(c), read(d), read(e)];
  }
  return d - e;
}

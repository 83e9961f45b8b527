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

/** Nodes on (−1, 1), rising, and their weights. */
export type Rule = { readonly nodes: Float64Array; readonly weights: Float64Array };

/**
 * The Gauss–Legendre rule with n nodes, exact for polynomials of degree 2n − 1 on [−1, 1].
 *
 * @param n number of nodes, at least 1
 * @see Abramowitz, Stegun 1964, 25.4.29 (weights); the nodes by Newton's method from cos(π (k − 1/4) / (n + 1/2))
 * @example legendre(2).nodes // [−0.577…, 0.577…]
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

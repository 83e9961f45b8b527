import { legendre } from './legendre.ts';
import type { Shape } from './panels.ts';

const { nodes, weights } = legendre(5);

/** Within this part of a feature's width, five nodes integrate φ′ to the last digit. */
const NEAR = 0.02;

/**
 * φ(x) − φ(0) without cancellation: near 0, where φ(0) is not 0 and nothing bends, as the integral of φ′.
 *
 * @param shape the activation
 * @returns the difference as a function of x
 * @example rise({ phi: Math.exp, derivative: Math.exp, kinks: [], features: [{ at: 0, width: 1 }] })(1e-9) // 1.0000000005e-9
 */
export function rise(shape: Shape): (x: number) => number {
  const { phi, derivative, kinks, features } = shape;
  const level = phi(0);
  if (level === 0) return phi;
  const reach = Math.min(
    ...features.map(({ at, width }) => NEAR * Math.max(width, Math.abs(at))),
    ...kinks.map((kink) => Math.abs(kink)),
  );
  return (x) => {
    if (Math.abs(x) >= reach) return phi(x) - level;
    let sum = 0;
    for (let k = 0; k < nodes.length; k++)
      sum += (weights[k] as number) * derivative((x * (1 + (nodes[k] as number))) / 2);
    return (x * sum) / 2;
  };
}

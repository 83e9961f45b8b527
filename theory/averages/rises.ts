import type { Pair } from '../activation.ts';
import { normalCdf } from '../special/erf.ts';
import { count } from '../work.ts';
import { legendre } from './legendre.ts';
import type { Bends } from './piecewise-linear.ts';
import { integrals } from './plackett.ts';

const { nodes: NODES, weights: WEIGHTS } = legendre(16);

/** Nodes and weights over (0, θ), denser towards both ends of (0, π) down to a scale. */
function rule(theta: number, scale: number): { t: number; weight: number }[] {
  const nodes: { t: number; weight: number }[] = [];
  for (let low = 0; low < theta; ) {
    const high = Math.min(theta, low + Math.min(Math.max(scale, Math.min(low, (Math.PI - low) / 2.2)), 0.5));
    const half = (high - low) / 2;
    count(2 * NODES.length);
    NODES.forEach((node, k) => {
      nodes.push({ t: low + half * (1 + node), weight: half * (WEIGHTS[k] as number) });
    });
    low = high;
  }
  return nodes;
}

/**
 * What the jumps of a piecewise linear φ add to its two-input averages, by Price's theorem with delta functions in φ′. With jumps
 * hᵢ at tᵢ, τᵢ = tᵢ/√q, p the normal density and gᵢⱼ as in {@link piecewiseLinearPair}, the slope gains
 *
 * - Σ hᵢhⱼ gᵢⱼ(θ) / (q sin θ), both inputs at a jump: infinite at θ = 0,
 * - 2 Σ hᵢ p(τᵢ)/√q · E[φ′(u₂) | u₁ = tᵢ], one input at a jump,
 *
 * and the gap their integrals over the misalignment, dm = sin t dt.
 *
 * @param bends φ up to a constant
 * @param q variance of the inputs, positive
 * @returns takes the averages of a φ without jumps at an angle θ between the inputs to those of φ
 * @see Price 1958, "A useful theorem for nonlinear devices having Gaussian inputs"; Plackett 1954
 */
export function withRises(
  { left, kinks, jumps, rises = [] }: Bends,
  q: number,
): (smooth: Pair, theta: number) => Pair {
  if (rises.every((rise) => rise === 0)) return (smooth) => smooth;
  const at = kinks.map((kink) => kink / Math.sqrt(q));
  const size = rises.map((rise) => rise / Math.sqrt(q));
  /** √q E[φ′(u₂); u₁ at a jump], for the angle t */
  const crossed = (t: number) => {
    const [sine, cosine] = [Math.sin(t), Math.cos(t)];
    let sum = 0;
    at.forEach((one, i) => {
      if (size[i] === 0) return;
      let mean = left;
      at.forEach((other, j) => {
        // (without the subtraction of nearly equal numbers where both inputs are at one kink)
        const beyond = i === j ? one * Math.tan(t / 2) : (other - cosine * one) / sine;
        mean += (jumps[j] as number) * normalCdf(-beyond);
      });
      sum += (size[i] as number) * Math.exp((-one * one) / 2) * mean;
    });
    return (2 * sum) / Math.sqrt(2 * Math.PI);
  };
  const pairs = at.flatMap((one, i) =>
    at.slice(0, i + 1).map((other, j) => ({
      near: Math.abs(one - other),
      far: Math.abs(one + other),
      weight: ((i === j ? 1 : 2) / (2 * Math.PI)) * (size[i] as number) * (size[j] as number),
    })),
  );
  const scale = Math.min(0.5, ...pairs.map(({ near }) => near / 8).filter((near) => near > 0));
  return ({ gap, slope }, theta) => {
    let [more, steeper] = [0, crossed(theta)];
    for (const { t, weight } of rule(theta, scale)) more += weight * Math.sin(t) * crossed(t);
    for (const { near, far, weight } of pairs) {
      if (weight === 0) continue;
      more += weight * integrals(near, far, theta)[0];
      const [sine, cosine] = [Math.sin(theta / 2), Math.cos(theta / 2)];
      steeper += (weight * Math.exp(-((near / sine) ** 2 + (far / cosine) ** 2) / 8)) / Math.sin(theta);
    }
    return { gap: gap + more, slope: slope + steeper, gradient: slope };
  };
}

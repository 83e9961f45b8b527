import type { Pair } from '../activation.ts';
import { angleOf } from './angle.ts';
import { legendre } from './legendre.ts';

/** Slope left of every kink, and what each kink adds to the slope. */
export type Bends = {
  readonly left: number;
  readonly kinks: readonly number[];
  readonly jumps: readonly number[];
};

const { nodes: NODES, weights: WEIGHTS } = legendre(16);

/** exp(−40) is nothing: below a ninth of this scale the integrand of two different kinks is 0. */
const FLAT = 9;

/** And where the tangent of half the angle times `far` is as large as this, that of one kink far in the tail is such a part of itself. */
const STEEP = Math.sqrt(8 * 40);

/**
 * The two-input averages of a continuous piecewise linear φ, by one-dimensional integrals. With kinks at tᵢ where the
 * slope jumps by dᵢ, τᵢ = tᵢ/√q and the angle θ = arccos(1 − m) between the inputs,
 *
 * - E[φ′(u₁)φ′(u₂)] = E[φ′²] − Σ dᵢdⱼ ∫₀^θ gᵢⱼ(t) dt,
 * - gap / q = m E[φ′²] − Σ dᵢdⱼ ∫₀^θ (cos t − cos θ) gᵢⱼ(t) dt,
 *
 * with gᵢⱼ(t) = exp(−(τᵢ² + τⱼ² − 2 τᵢτⱼ cos t) / (2 sin² t)) / 2π, the density of the inputs at a pair of kinks: the
 * derivative of a bivariate normal probability by its correlation.
 *
 * @param bends φ up to a constant
 * @param slope2 E[φ′²] at q
 * @param q variance of the inputs, positive
 * @returns the averages as a function of the misalignment m in (0, 2]
 * @see Plackett 1954, "A reduction formula for normal multivariate integrals"; Cho, Saul 2009, for kinks at 0
 * @example piecewiseLinearPair({ left: 0, kinks: [0], jumps: [1] }, 0.5, 1)(1).gap // 0.5 − 1/2π
 */
export function piecewiseLinearPair(bends: Bends, slope2: number, q: number): (m: number) => Pair {
  const { kinks, jumps } = bends;
  const terms: { near: number; far: number; weight: number }[] = [];
  kinks.forEach((one, i) => {
    kinks.forEach((other, j) => {
      if (j > i) return;
      const weight = ((i === j ? 1 : 2) / (2 * Math.PI)) * (jumps[i] as number) * (jumps[j] as number);
      terms.push({
        near: Math.abs(one - other) / Math.sqrt(q),
        far: Math.abs(one + other) / Math.sqrt(q),
        weight,
      });
    });
  });
  return (m) => {
    const theta = angleOf(m);
    let [lost, slope] = [0, slope2];
    for (const { near, far, weight } of terms) {
      const [flat, moment] = integrals(near, far, theta);
      slope -= weight * flat;
      lost += weight * moment;
    }
    return { gap: m * slope2 - lost, slope };
  };
}

/**
 * ∫ g dt and ∫ (cos t − cos θ) g dt over (0, θ). The exponent is near²/(4 (1 − cos t)) + far²/(4 (1 + cos t)), of
 * half-angles: near²/(8 sin²(t/2)) + far²/(8 cos²(t/2)), which keeps its digits at both ends. Panels grow away from
 * the ends, where g has an essential singularity (and vanishes) unless near or far is 0.
 */
function integrals(near: number, far: number, theta: number): [number, number] {
  const from = near === 0 ? 0 : near / FLAT;
  // (a kink with itself: as part of its value at t = 0, where it is largest)
  const scale = near === 0 ? Math.exp((-far * far) / 8) : 1;
  const last = near === 0 ? 2 * Math.atan(STEEP / far) : Math.PI - far / FLAT;
  const end = Math.min(theta, far === 0 ? theta : last);
  const longest = near === 0 && far > 0 ? last / 5 : 1;
  let [flat, moment] = [0, 0];
  for (let low = from; low < end; ) {
    const room = far === 0 ? 1 : (Math.PI - low) / 2.2;
    const high = Math.min(end, low + Math.min(near === 0 ? longest : low, 1, room));
    const half = (high - low) / 2;
    for (let k = 0; k < NODES.length; k++) {
      const t = low + half * (1 + (NODES[k] as number));
      const [sine, cosine] = [Math.sin(t / 2), Math.cos(t / 2)];
      const exponent = near === 0 ? (far * sine) / cosine : Math.hypot(near / sine, far / cosine);
      const value = scale * half * (WEIGHTS[k] as number) * Math.exp((-exponent * exponent) / 8);
      flat += value;
      moment += value * 2 * Math.sin((theta + t) / 2) * Math.sin((theta - t) / 2);
    }
    low = high;
  }
  return [flat, moment];
}

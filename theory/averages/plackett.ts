import { count } from '../work.ts';
import { legendre } from './legendre.ts';

const { nodes: NODES, weights: WEIGHTS } = legendre(16);

/** exp(−40) is nothing: below a ninth of this scale the integrand of two different kinks is 0. */
const FLAT = 9;

/** And where the tangent of half the angle times `far` is as large as this, that of one kink far in the tail is such a part of itself. */
const STEEP = Math.sqrt(8 * 40);

/**
 * ∫ g dt and ∫ (cos t − cos θ) g dt over (0, θ). The exponent is near²/(4 (1 − cos t)) + far²/(4 (1 + cos t)), of
 * half-angles: near²/(8 sin²(t/2)) + far²/(8 cos²(t/2)), which keeps its digits at both ends. Panels grow away from
 * the ends, where g has an essential singularity (and vanishes) unless near or far is 0.
 *
 * @param near |τᵢ − τⱼ|
 * @param far |τᵢ + τⱼ|
 * @param theta θ, 0 to π
 * @see Plackett 1954, "A reduction formula for normal multivariate integrals"
 * @example integrals(0, 0, 1)[0] // 1
 */
export function integrals(near: number, far: number, theta: number): [number, number] {
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
    count(NODES.length);
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

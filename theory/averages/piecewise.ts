import type { Moments, Pair } from '../activation.ts';
import { count } from '../work.ts';
import { cumulate, legendre } from './quadrature.ts';
import { findAngle, normalCdf } from './special.ts';
import { chebyshevFit, chebyshevValue, RIGHT_ANGLE, type SlopeRow } from './tables.ts';

/** Slope left of every kink, what each kink adds to the slope, and to φ itself where it jumps (nothing if left out). */
export type Bends = {
  readonly left: number;
  readonly kinks: readonly number[];
  readonly jumps: readonly number[];
  readonly rises?: readonly number[];
};

/**
 * The two-input averages of a piecewise linear φ, by one-dimensional integrals. With kinks at tᵢ where the
 * slope jumps by dᵢ, τᵢ = tᵢ/√q and the angle θ = arccos(1 − m) between the inputs,
 *
 * - E[φ′(u₁)φ′(u₂)] = E[φ′²] − Σ dᵢdⱼ ∫₀^θ gᵢⱼ(t) dt,
 * - gap / q = m E[φ′²] − Σ dᵢdⱼ ∫₀^θ (cos t − cos θ) gᵢⱼ(t) dt,
 *
 * with gᵢⱼ(t) = exp(−(τᵢ² + τⱼ² − 2 τᵢτⱼ cos t) / (2 sin² t)) / 2π, the density of the inputs at a pair of kinks: the
 * derivative of a bivariate normal probability by its correlation. Where φ itself jumps, see {@link addJumps}.
 *
 * @see Plackett 1954, "A reduction formula for normal multivariate integrals"; Cho, Saul 2009, for kinks at 0
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
  const risen = addJumps(bends, q);
  return (m) => {
    const theta = findAngle(m);
    let [lost, slope] = [0, slope2];
    for (const { near, far, weight } of terms) {
      const [flat, moment] = plackettIntegrals(near, far, theta);
      slope -= weight * flat;
      lost += weight * moment;
    }
    return risen({ gap: m * slope2 - lost, slope }, theta);
  };
}

const { nodes: NODES, weights: WEIGHTS } = legendre(16);

/** exp(−40) is nothing: below a ninth of this scale the integrand of two different kinks is 0. */
const FLAT_BELOW = 9;

/** And where the tangent of half the angle times `far` is as large as this, that of one kink far in the tail is such a part of itself. */
const STEEP_FROM = Math.sqrt(8 * 40);

/**
 * ∫ g dt and ∫ (cos t − cos θ) g dt over (0, θ). The exponent is near²/(4 (1 − cos t)) + far²/(4 (1 + cos t)), of
 * half-angles: near²/(8 sin²(t/2)) + far²/(8 cos²(t/2)), which keeps its digits at both ends. Panels grow away from
 * the ends, where g has an essential singularity (and vanishes) unless near or far is 0.
 *
 * @see Plackett 1954, "A reduction formula for normal multivariate integrals"
 */
function plackettIntegrals(near: number, far: number, theta: number): [number, number] {
  const from = near === 0 ? 0 : near / FLAT_BELOW;
  // (a kink with itself: as part of its value at t = 0, where it is largest)
  const scale = near === 0 ? Math.exp((-far * far) / 8) : 1;
  const last = near === 0 ? 2 * Math.atan(STEEP_FROM / far) : Math.PI - far / FLAT_BELOW;
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

/** Nodes and weights over (0, θ), denser towards both ends of (0, π) down to a scale. */
function denseRule(theta: number, scale: number): { t: number; weight: number }[] {
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
 * @see Price 1958, "A useful theorem for nonlinear devices having Gaussian inputs"; Plackett 1954
 */
function addJumps(
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
    for (const { t, weight } of denseRule(theta, scale)) more += weight * Math.sin(t) * crossed(t);
    for (const { near, far, weight } of pairs) {
      if (weight === 0) continue;
      more += weight * plackettIntegrals(near, far, theta)[0];
      const [sine, cosine] = [Math.sin(theta / 2), Math.cos(theta / 2)];
      steeper += (weight * Math.exp(-((near / sine) ** 2 + (far / cosine) ** 2) / 8)) / Math.sin(theta);
    }
    return { gap: gap + more, slope: slope + steeper, gradient: slope };
  };
}

/** φ″ of a φ that consists of parabolas and lines: constant between kinks, and infinite at the kinks. */
export type Curvature = {
  readonly kinks: readonly number[];
  /** the jump of φ′ at each kink */
  readonly jumps: readonly number[];
  /** the jump of φ″ at each kink; φ″ is 0 left of all of them */
  readonly turns: readonly number[];
};

/**
 * E[φ′(u₁)φ′(u₂)] of a φ that consists of parabolas and lines, for the angles t of a table, by Price's theorem: as cos t falls, E[f f] falls by q E[f′f′] for each unit, and the derivatives of such an f are steps and jumps,
 * whose averages are normal densities and probabilities. Each angle adds the integral from the angle before.
 *
 * @see Price 1958, "A useful theorem for nonlinear devices having Gaussian inputs"; Plackett 1954, "A reduction formula for
 * normal multivariate integrals"
 */
export function bentSlopes({ kinks, jumps, turns }: Curvature, moments: (q: number) => Moments): SlopeRow {
  const curved = turns.some((turn) => turn !== 0);
  return (q, angles) => {
    // (two exponentials a pair of kinks, at eight nodes between angles)
    count(4 * kinks.length ** 2 * angles.length);
    const k = kinks.map((kink) => kink / Math.sqrt(q));
    const smooth = curved ? averageBetweenKinks(k, { kinks, jumps, turns }, q, angles) : () => 0;
    const { slope2 } = moments(q);
    return cumulate(angles, (t) => jointDensity(k, jumps, t) + smooth(t)).map((fallen) => slope2 - fallen);
  };
}

/** What φ″ between the kinks adds to q sin t E[φ″φ″]: by itself, and with the jumps of φ′. */
function averageBetweenKinks(
  k: readonly number[],
  { jumps, turns }: Curvature,
  q: number,
  angles: Float64Array,
): (t: number) => number {
  let [level, square] = [0, 0];
  k.forEach((from, i) => {
    level += turns[i] as number;
    square += level * level * (normalCdf(k[i + 1] ?? Number.POSITIVE_INFINITY) - normalCdf(from));
  });
  const lost = cumulate(angles, (t) => jointDensity(k, turns, t));
  const steps = chebyshevFit(lost.map((fallen) => square - fallen));
  const density = k.map((at) => Math.exp((-at * at) / 2) / Math.sqrt(2 * Math.PI));
  return (t) => {
    const [sine, cosine] = [Math.sin(t), Math.cos(t)];
    let crossed = 0;
    k.forEach((at, i) => {
      // the mean of φ″ between kinks, where the other input is at a kink
      let mean = 0;
      k.forEach((other, j) => {
        mean += (turns[j] as number) * normalCdf((cosine * at - other) / sine);
      });
      crossed += (jumps[i] as number) * (density[i] as number) * mean;
    });
    return sine * (q * chebyshevValue(steps, t / RIGHT_ANGLE) + 2 * Math.sqrt(q) * crossed);
  };
}

/** sin t · Σ wᵢ wⱼ p(kᵢ, kⱼ; t), p the density of two standard normal variables at an angle t. */
function jointDensity(k: readonly number[], weights: readonly number[], t: number): number {
  const [sine, cosine] = [Math.sin(t / 2), Math.cos(t / 2)];
  let sum = 0;
  for (let i = 0; i < k.length; i++)
    for (let j = 0; j <= i; j++) {
      const near = ((k[i] as number) - (k[j] as number)) / sine;
      const far = ((k[i] as number) + (k[j] as number)) / cosine;
      const weight = (i === j ? 1 : 2) * (weights[i] as number) * (weights[j] as number);
      if (weight !== 0) sum += weight * Math.exp(-(near * near + far * far) / 8);
    }
  return sum / (2 * Math.PI);
}

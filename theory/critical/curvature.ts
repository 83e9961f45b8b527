import type { Activation } from '../activation.ts';
import { count } from '../work.ts';

/** Eighth-order central difference. */
const STENCIL = [4 / 5, -1 / 5, 4 / 105, -1 / 280] as const;

/** Nodes in (−1, 1) and weights of the Gauss–Legendre rule with eight points. */
const NODES = [0.18343464249564978, 0.525532409916329, 0.7966664774136267, 0.9602898564975363] as const;
const WEIGHTS = [0.362683783378362, 0.31370664587788727, 0.2223810344533745, 0.10122853629037626] as const;

/** Panels no wider than this resolve an activation that varies on the scale of 1. */
const PANEL = 0.4;

/** φ″ at x, from φ′ at points on the same side of every kink. */
function differentiateTwice({ derivative, kinks }: Activation, x: number): number {
  const room = Math.min(0.02, ...kinks.map((kink) => Math.abs(x - kink) / 5));
  let sum = 0;
  STENCIL.forEach((coefficient, i) => {
    sum += coefficient * (derivative(x + (i + 1) * room) - derivative(x - (i + 1) * room));
  });
  return sum / room;
}

/**
 * E[φ″(√q z)²] away from the kinks, to about 1e-10: φ″ by differences of φ′, the average by panels split at the kinks.
 *
 * @param activation φ
 * @param q variance of the pre-activations, positive
 * @example curvature2(erf, 0.5) // 16 · 0.5 / (π · 3^1.5) = 0.49007012926
 */
export function curvature2(activation: Activation, q: number): number {
  const sigma = Math.sqrt(q);
  const reach = 9 * sigma;
  const edges = activation.kinks.filter((kink) => Math.abs(kink) < reach);
  const ends = [-reach, ...edges, reach].sort((a, b) => a - b);
  const width = Math.min(PANEL, sigma / 2);
  let sum = 0;
  for (let i = 1; i < ends.length; i++) {
    const [left, right] = [ends[i - 1] as number, ends[i] as number];
    // Beyond |x| = 40 the known activations are straight lines to double precision.
    const [from, to] = [Math.max(left, -40), Math.min(right, 40)];
    const panels = Math.ceil((to - from) / width);
    count(panels * NODES.length * 16);
    for (let k = 0; k < panels; k++) {
      const half = (to - from) / panels / 2;
      const middle = from + (2 * k + 1) * half;
      NODES.forEach((node, j) => {
        for (const x of [middle - half * node, middle + half * node])
          sum +=
            half *
            (WEIGHTS[j] as number) *
            Math.exp(-(x * x) / (2 * q)) *
            differentiateTwice(activation, x) ** 2;
      });
    }
  }
  return sum / (sigma * Math.sqrt(2 * Math.PI));
}

/**
 * Σ Δ² p(x) over the kinks, with Δ the jump of φ′ at a kink and p the density of the pre-activations there: how strongly
 * kinked φ is at this variance; 0 where φ′ is continuous.
 *
 * @param activation φ
 * @param q variance of the pre-activations, positive
 * @example kinkDensity(relu, 1) // 1 / √(2π) = 0.3989…
 */
export function kinkDensity({ derivative, kinks }: Activation, q: number): number {
  const nearby = 1e-9;
  return kinks.reduce((sum, kink) => {
    const jump = derivative(kink + nearby) - derivative(kink - nearby);
    const density = Math.exp(-(kink * kink) / (2 * q)) / Math.sqrt(2 * Math.PI * q);
    return Math.abs(jump) > 1e-6 ? sum + jump * jump * density : sum;
  }, 0);
}

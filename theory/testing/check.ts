import { activationAt, pickParameters } from '../activations/index.ts';
import { depthScales } from '../depth-scales.ts';
import { type PlainStack, plainNetwork } from '../network.ts';
import { momentsOf, pairOf } from './averages.ts';

/** Relative errors of an answer against the definitions with independent averages. */
export type Errors = {
  q: number;
  c: number;
  chi_q: number;
  chi_1: number;
  chi_c: number;
  xi_1: number;
  xi_2: number;
};

/** Below this m = 1 − c_star is taken more exactly than c_star has it. */
const SMALL = 1e-3;

/**
 * How far an answer with status ok is from its definitions, by independent quadrature. The errors of the fixed points are
 * residuals over 1 − slope, so they are distances from the root (relative for q, absolute for c); those of the depth scales are in units
 * of max(1e-10, 64 ε ξ), what double precision allows near criticality.
 */
export function errorsOf(input: PlainStack): Errors {
  const row = depthScales(plainNetwork(input));
  const activation = activationAt(input.activation, pickParameters(input));
  const { sigma_w2, sigma_b2, mask } = input;
  const [q, c] = [row.q_star as number, row.c_star as number];
  const one = momentsOf(activation, q);
  const noise = mask === 'shared' ? 0 : (input.drop ?? 1 - (input.keep ?? 1)) * row.s2;
  const s12 = row.s2 - noise;
  const [chi_q, chi_1] = [sigma_w2 * row.s2 * one.radial, sigma_w2 * row.s2 * one.slope2];
  const m = 1 - c;
  const two = m === 0 ? { gap: 0, slope: one.slope2 } : pairOf(activation, q, m);
  const square = one.ratio + activation.phi(0) ** 2 / q;
  const loss = sigma_w2 * noise * square;
  const excess = (at: number, pair: { gap: number; slope: number }) => {
    const rest = at - loss - sigma_w2 * s12 * pair.gap;
    // (where the slope is 1 but for rounding nothing is a distance, but no rest is none)
    return rest === 0 ? 0 : rest / (1 - sigma_w2 * s12 * pair.slope);
  };
  // c_star keeps few digits of a small m, and of a kinked φ the slope moves with √m: one step of Newton's brings them back.
  const exact =
    m > 0 && m < SMALL && activation.kinks.length > 0 ? pairOf(activation, q, m - excess(m, two)) : two;
  const chi_c = sigma_w2 * s12 * exact.slope;
  const off = (found: number | null, wanted: number) =>
    Math.abs((found ?? Number.NaN) - wanted) / Math.abs(wanted);
  const scale = (found: number | null, chi: number) => {
    const wanted = 1 / Math.abs(Math.log(Math.abs(chi)));
    return off(found, wanted) / Math.max(1e-10, 64 * Number.EPSILON * wanted);
  };
  return {
    q: Math.abs(sigma_w2 * row.s2 * square + sigma_b2 / q - 1) / Math.abs(1 - chi_q),
    c: Math.abs(excess(m, two)),
    // (chi_q may vanish, and chi_c of an even φ)
    chi_q: Math.abs((row.chi_q ?? Number.NaN) - chi_q) / Math.max(Math.abs(chi_q), chi_1),
    chi_1: off(row.chi_1, chi_1),
    chi_c: Math.abs((row.chi_c ?? Number.NaN) - chi_c) / Math.max(chi_c, sigma_w2 * s12 * one.slope2),
    xi_1: scale(row.xi_1, chi_1),
    // (a chi_c that is nearly 0 has no digits in the check)
    xi_2: chi_c < 1e-4 * sigma_w2 * s12 * one.slope2 ? 0 : scale(row.xi_2, chi_c),
  };
}

import { reportFault } from './fault.ts';
import type { VarianceLimit } from './variance.ts';
import { type FixedPoint, growth, NEUTRAL, type VarianceMap } from './variance-map.ts';
import { grows } from './variance-scan.ts';

/** A fixed point lies within this part of its value of a change of sign of q′ − q. */
const WITHIN = 1e-10;

/** A growth as small as this at a fixed point of slope 1 is a touch: the map meets the diagonal there without crossing it. */
const TOUCH = 2e-14;

/** Rounding makes as much of the growth where it vanishes nearly without a slope. */
const ROUNDING = 1e-12;

/** So many places between q0 and q* are looked at. */
const LOOKS = 6;

/**
 * Puts the fixed points of a variance map back into their equation: beside each of them q′ − q changes its sign, in the direction that its
 * stability says, and between q0 and q* it has the sign that leads there. `diverges` needs a φ that is not bounded.
 */
export function checkLimit(map: VarianceMap, q0: number, limit: VarianceLimit): VarianceLimit {
  const { status, q_star } = limit;
  const bad = limit.fixed_points.filter((point) => point.q > 0 && !crosses(map, point));
  const reached = !bad.some(({ q }) => q === q_star);
  const holds =
    reached && (status !== 'diverges' || escapes(map)) && (q_star === null || leads(map, q0, q_star));
  const wrong = holds ? bad.find(({ q }) => Math.abs(growth(map, q).value) > ROUNDING) : bad[0];
  if (!holds || wrong) {
    const { activation, gain, bias } = map;
    const { name, description = name } = activation;
    reportFault('q_star', { activation: description, gain, bias, q0, status, q_star, wrong });
  }
  if (!holds) return { status: 'no_fixed_point', q_star: null, fixed_points: [] };
  if (bad.length === 0) return limit;
  // (others than q* that cannot be told to this precision are left out of the list)
  return { ...limit, fixed_points: limit.fixed_points.filter((point) => !bad.includes(point)) };
}

/** Whether the map meets the diagonal at a fixed point without crossing it, as far as rounding lets one see. */
function touches(map: VarianceMap, { q, chi_q }: FixedPoint): boolean {
  return Math.abs(chi_q - 1) < 1e-6 && Math.abs(growth(map, q).value) <= TOUCH;
}

function crosses(map: VarianceMap, point: FixedPoint): boolean {
  const [below, above] = [1 - WITHIN, 1 + WITHIN].map((side) => growth(map, point.q * side).value) as [
    number,
    number,
  ];
  // A slope below −1 repels, too.
  const attracts = point.stable || point.chi_q < 0;
  return (
    (attracts ? below > 0 && above < 0 : below < 0 && above > 0) || (!point.stable && touches(map, point))
  );
}

/** Whether the growth far away is not bounded to shrink. */
function escapes({ activation, gain }: VarianceMap): boolean {
  const [left, right] = activation.asymptote;
  return (gain * (left * left + right * right)) / 2 >= 1 - NEUTRAL;
}

/** Whether q moves from q0 to q* all the way; where the map falls in between it was followed layer by layer. */
function leads(map: VarianceMap, q0: number, q_star: number): boolean {
  if (!grows(map.activation, q0, q_star)) return true;
  // (q* = 0 is approached over all orders of magnitude; the last of them are below every feature of φ)
  const end = Math.max(q_star, 1e-6 * q0, Number.MIN_VALUE);
  for (let k = 0; k < LOOKS; k++) {
    const q = end * (q0 / end) ** ((k + 0.5) / LOOKS);
    const { value } = growth(map, q);
    if (Math.abs(q / end - 1) > WITHIN && Math.abs(value) > TOUCH && value > 0 !== q_star > q) return false;
  }
  return true;
}

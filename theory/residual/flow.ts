import type { Activation } from '../activation.ts';
import { maskCorrelation } from '../noise.ts';
import { ParameterError } from '../parameter-error.ts';
import { noisyAverages, sharedSquare, twoInputs } from '../trajectory/averages.ts';
import type { ResidualInput } from './residual.ts';

/** Where two inputs are at the end of a residual network. */
export type ResidualEnd = { readonly q: number; readonly c: number };

/** Numbers of steps whose answers are extrapolated to infinitely many. */
const STEPS = [2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128] as const;

/** Two answers this near to each other are one. */
const STILL = 1e-12;

/** ln q and the misalignment, and their derivatives. */
type Place = readonly [log_q: number, misalignment: number];

/**
 * A whole residual network with a = 1 and b² = strength / depth, in the limit of many layers, for any φ. Each layer then
 * changes little, and the maps become differential equations over the part s of the depth, 0 to 1:
 *
 * q˙ = strength (sigma_w2 E[y²] + sigma_b2),   q˙_ab = strength (sigma_w2 E[y_a y_b] + sigma_b2),   y = sφ + t.
 *
 * Of a network with finite depth it is off by a term of order 1/depth.
 *
 * @param activation φ
 * @param input variances and noise; its carry, branch and q0 are not looked at
 * @param strength b² · depth, not negative
 * @param start q0, positive, and c0, −1 to 1
 * @returns q and c at the end, to about 1e-10
 * @throws ParameterError for numbers out of range, and for IC layers: follow a trajectory there
 * @see Hayou et al. 2021, "Stable ResNet" (scaling of the branches by the depth, and its continuous limit)
 * @example residualEnd(linear, { sigma_w2: 1, sigma_b2: 0, noise: NO_NOISE }, 1, { q0: 1, c0: 0.5 }).q // e
 */
export function residualEnd(
  activation: Activation,
  input: ResidualInput,
  strength: number,
  { q0, c0 }: { readonly q0: number; readonly c0: number },
): ResidualEnd {
  const { sigma_w2, sigma_b2, noise } = input;
  if (input.batch_norm)
    throw new ParameterError(
      'batch_norm',
      'not_applicable',
      'With an IC layer in the block follow a trajectory.',
    );
  for (const [name, value] of Object.entries({ sigma_w2, sigma_b2, strength }))
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY))
      throw new ParameterError(
        name,
        'out_of_range',
        `${name} must be a finite number that is not negative.`,
        { min: 0 },
      );
  if (!(q0 > 0 && q0 < Number.POSITIVE_INFINITY))
    throw new ParameterError('q0', 'out_of_range', 'q0 must be a positive finite number.', { min: 0 });
  if (!(c0 >= -1 && c0 <= 1))
    throw new ParameterError('c0', 'out_of_range', 'c0 must lie between −1 and 1.', { min: -1, max: 1 });
  const correlation = maskCorrelation(input.mask ?? 'independent');
  const s12 = sharedSquare(noise, correlation);
  // (in the square root of the depth, so that a misalignment that starts at 0 has a smooth root, as kinks need it)
  const derivative = (root: number, [log, m]: Place): Place => {
    const q = Math.exp(log);
    const misalignment = Math.min(Math.max(m, 0), 2);
    const { square, unshared } = noisyAverages(activation, q, noise, correlation);
    const { gap } = twoInputs(activation, q)(misalignment);
    const growth = sigma_w2 * square + sigma_b2 / q;
    const pace = 2 * root * strength;
    return [pace * growth, pace * (sigma_w2 * (unshared + s12 * gap) - misalignment * growth)];
  };
  const [log, m] = extrapolated(derivative, [Math.log(q0), 1 - c0]);
  return { q: Math.exp(log), c: 1 - Math.min(Math.max(m, 0), 2) };
}

/** The state at 1 from the one at 0: midpoint steps, extrapolated in the square of their length (Gragg, Bulirsch, Stoer). */
function extrapolated(derivative: (at: number, place: Place) => Place, start: Place): Place {
  let row: Place[] = [];
  for (const [k, steps] of STEPS.entries()) {
    const next: Place[] = [midpoint(derivative, start, steps)];
    for (let j = 1; j <= k; j++) {
      const ratio = (steps / (STEPS[k - j] as number)) ** 2 - 1;
      const [fine, coarse] = [next[j - 1], row[j - 1]] as [Place, Place];
      next.push([fine[0] + (fine[0] - coarse[0]) / ratio, fine[1] + (fine[1] - coarse[1]) / ratio]);
    }
    const [best, before] = [next[k] as Place, row[k - 1]];
    const scale = 1 + Math.abs(best[0]);
    const near =
      before && Math.abs(best[0] - before[0]) <= STILL * scale && Math.abs(best[1] - before[1]) <= STILL;
    if (near) return best;
    row = next;
  }
  return row.at(-1) as Place;
}

function midpoint(derivative: (at: number, place: Place) => Place, start: Place, steps: number): Place {
  const h = 1 / steps;
  const moved = (from: Place, by: Place, much: number): Place => [
    from[0] + much * by[0],
    from[1] + much * by[1],
  ];
  let before = start;
  let now = moved(start, derivative(0, start), h);
  for (let i = 1; i < steps; i++) [before, now] = [now, moved(before, derivative(i * h, now), 2 * h)];
  const last = moved(before, derivative(1, now), h);
  return [(now[0] + last[0]) / 2, (now[1] + last[1]) / 2];
}

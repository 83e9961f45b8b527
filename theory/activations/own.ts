import type { Activation } from '../activation.ts';
import { describeActivation, FARTHEST, type Given } from '../averages/describe.ts';
import { type Description, numeric } from '../averages/numeric.ts';
import { homogeneous, tabulatedPiecewiseLinear } from './piecewise-linear.ts';

/**
 * An activation of which φ, φ′ and the kinks are known, and perhaps how to examine φ′. Of straight lines the averages are closed forms, of
 * anything else they are numeric. (`tabulated` pays only where one activation is asked about often: making a table may take a second.)
 *
 * @param given see {@link Given}
 * @throws ParameterError as `describeActivation`
 * @example ownActivation({ name: 'half', phi: (x) => x / 2, derivative: () => 0.5, kinks: [] }).homogeneous // true
 */
export function ownActivation(given: Given): Activation {
  const description = describeActivation(given);
  return isPiecewiseLinear(description) ? fromLines(description) : numeric(description);
}

/** Whether φ bends at its kinks alone. */
const isPiecewiseLinear = ({ features, kinks }: Description) =>
  features.every(({ at }) => kinks.includes(at));

function fromLines({ name, phi, derivative, kinks, steps = [] }: Description): Activation {
  const ends = [-FARTHEST, ...kinks, FARTHEST];
  const slopes = ends.slice(1).map((end, k) => derivative(((ends[k] as number) + end) / 2));
  const level = phi(0);
  const [left, right] = [slopes[0] as number, slopes.at(-1) as number];
  if (level === 0 && kinks.every((kink) => kink === 0)) return homogeneous(left, right, name);
  const rises = kinks.map((kink) => {
    const step = steps.find(({ at }) => at === kink);
    return step ? step.to - step.from : 0;
  });
  const jumps = kinks.map((_, k) => (slopes[k + 1] as number) - (slopes[k] as number));
  return tabulatedPiecewiseLinear({ left, kinks, jumps, level, ...(steps.length > 0 && { rises }) }, name);
}

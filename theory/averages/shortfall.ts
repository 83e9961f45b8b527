import { kept } from '../work.ts';
import { chebyshevFit, chebyshevPoints, chebyshevValue } from './chebyshev.ts';
import type { Shape } from './panels.ts';

/** Up to this variance, in units of the squared distance to the nearest singularity, the tail that reaches it is below e⁻⁴⁰. */
const REACH = 1 / 80;

/** Nodes of the fit. */
const COUNT = 16;

/** Beyond this part of the fit's range the subtraction itself has digits enough. */
const USED = 1 / 4;

/**
 * The shortfall of E[φ²]/q from its limit at q → 0, for small q and φ(0) = 0, with its relative digits: the shortfall over q (over √q
 * where φ has a kink at 0) is a power series, whose Chebyshev fit over larger q replaces a subtraction that would leave nothing. Signs of
 * growth at a critical point rest on it.
 *
 * @param shape the activation
 * @param subtracted the shortfall by subtraction
 * @returns the shortfall as a function of q, undefined beyond the fit; undefined for a φ that is linear about 0 on either side, where the
 * subtraction is exact
 * @see Trefethen 2013, "Approximation theory and approximation practice", chapter 8
 */
export function shortfallNearZero(
  { phi, derivative, kinks, features }: Shape,
  subtracted: (q: number) => number,
): ((q: number) => number | undefined) | undefined {
  const clear = Math.min(
    ...kinks.filter((kink) => kink !== 0).map(Math.abs),
    ...features.map(({ at, width }) => Math.max(width, Math.abs(at))),
  );
  const near = Math.min(clear, 1) / 8;
  if ([-near, near].every((x) => phi(x) === derivative(x) * x)) return undefined;
  const high = REACH * clear * clear;
  const power = kinks.includes(0) ? Math.sqrt : (q: number) => q;
  const back = kinks.includes(0) ? (x: number) => x * x : (x: number) => x;
  const fit = kept(() =>
    chebyshevFit(
      chebyshevPoints(COUNT).map((x) => {
        const at = high * back(x);
        return subtracted(at) / power(at);
      }),
    ),
  );
  return (q) => {
    if (!(q < USED * high)) return undefined;
    return power(q) * chebyshevValue(fit(), power(q / high));
  };
}

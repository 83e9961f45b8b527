import type { Activation } from '../activation.ts';
import { numeric } from '../averages/numeric.ts';
import { tabulated } from '../averages/tabulated.ts';
import { eluSlopes } from './elu-slopes.ts';

const alpha = { default: 1, min: 0, max: 10 } as const;

/** Entries that were asked for, the last ones: each has tables that its next answers use. */
const known = new Map<number, Activation>();
const KEPT = 32;

const withAlpha = (values: Readonly<Record<string, number>>): Activation => {
  const a = values.alpha ?? alpha.default;
  const entry = known.get(a) ?? entryOf(a);
  known.delete(a);
  known.set(a, entry);
  if (known.size > KEPT) known.delete(known.keys().next().value as number);
  return entry;
};

function entryOf(a: number): Activation {
  const exact = numeric({
    name: 'elu',
    formula: 'x for x > 0, alpha (exp(x) − 1) for x < 0',
    reference: 'Clevert et al. 2016; Tsuchida et al. 2021; Gauss–Legendre panels split at 0, tabulated',
    parity: 'none',
    asymptote: [0, 1],
    kinks: [0],
    features: [{ at: 0, width: 2 }],
    phi: (x) => (x > 0 ? x : a * Math.expm1(x)),
    derivative: (x) => (x > 0 ? 1 : a * Math.exp(x)),
  });
  return { ...tabulated(exact, { slopes: eluSlopes(a), last: 1 }), parameters: { alpha }, at: withAlpha };
}

/**
 * The exponential linear unit: x for x > 0 and alpha (eˣ − 1), alpha being 1 by default, for x < 0.
 *
 * @see Clevert, Unterthiner, Hochreiter 2016, "Fast and accurate deep network learning by exponential linear units"
 * @example elu.moments(1).lift // E[φ] = 0.16052…
 */
export const elu: Activation = withAlpha({});

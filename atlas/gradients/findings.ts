import { crossingOf } from './cells.ts';
import type { Measured } from './pictures.ts';
import { type Fit, factorOf, powerOf, type Range, rangesOf } from './rates.ts';
import type { Estimate } from './statistics.ts';

/** Both measurements of an activation. */
export type ActivationPair = { readonly fixed: Measured; readonly quadratic: Measured };

/** What was found of the networks of an activation and a keep. */
export type Findings = {
  readonly activation: string;
  readonly keep: number;
  readonly chi_1: number;
  readonly chi_c: number;
  readonly V: number;
  /** factors per layer of the fixed read-out's metrics */
  readonly fixed: Readonly<Record<'single' | 'signed' | 'rms' | 'absolute', Fit | null>>;
  /** and of the quadratic one's */
  readonly quadratic: Readonly<Record<'single' | 'signed' | 'absolute', Fit | null>>;
  /** where the signed mean should sink below its fluctuations, and does */
  readonly crossover: { readonly predicted: number | null; readonly seen: Estimate | null };
  /** slopes of ln variance over ln mean; null where the mean hardly moves */
  readonly power: Readonly<Record<'formula' | 'depth', number>> &
    Readonly<Record<'single' | 'pair' | 'weight_1' | 'weight_abs', Fit | null>>;
};

/** Distances from which on the slopes of variance over mean are fitted. */
const POWER_FROM = 10;

/**
 * Everything that the tables say of an activation.
 *
 * @example findingsOf({ fixed, quadratic })[0]?.fixed.single?.value
 */
export function findingsOf({ fixed, quadratic }: ActivationPair): Findings[] {
  return fixed.cells.map((cell, i) => {
    const other = quadratic.cells[i] as (typeof quadratic.cells)[number];
    const { theory, layers, keep } = cell;
    const { chi_1, chi_c, V, K_x } = theory;
    const { whole, above, below } = rangesOf(cell, theory);
    const powers: Range = { from: POWER_FROM, to: whole.to };
    const middle = Math.round(Math.sqrt(powers.from * powers.to));
    // the mean moves by less than a factor e over the middle's distance: no slope can be told
    const moves = Math.abs(middle * Math.log(chi_1)) > 1;
    const factor = factorOf.bind(null, layers, theory.layers);
    const factorOfWeights = factorOf.bind(null, other.layers, other.theory.layers);
    return {
      ...{ activation: fixed.record.meta.plan.network.activation, keep, chi_1, chi_c, V },
      fixed: {
        single: factor(whole, 'gradient_1', 'mean', ({ gradient_1 }) => gradient_1),
        signed: factor(above, 'gradient_2', 'mean', ({ gradient_2 }) => gradient_2),
        rms: below && factor(below, 'gradient_2', 'rms', ({ rms }) => rms),
        absolute: factor(below ?? whole, 'weight_abs', 'mean', () => null),
      },
      quadratic: {
        single: factorOfWeights(
          whole,
          'weight_1',
          'mean',
          ({ tied, weight_1 }) => (tied ?? { weight_1 }).weight_1,
        ),
        signed: factorOfWeights(
          above,
          'weight_2',
          'mean',
          ({ tied, weight_2 }) => (tied ?? { weight_2 }).weight_2,
        ),
        absolute: factorOfWeights(below ?? whole, 'weight_abs', 'mean', () => null),
      },
      crossover: { predicted: K_x, seen: K_x === null ? null : crossingOf(layers, 'gradient_2') },
      power: {
        formula: 2 + 1 / (middle * Math.log(chi_1)),
        depth: middle,
        single: moves
          ? powerOf(layers, theory.layers, powers, 'gradient_1', ({ gradient_1, spread }) => ({
              mean: gradient_1 ?? Number.NaN,
              variance: spread * (gradient_1 ?? Number.NaN) ** 2,
            }))
          : null,
        pair:
          K_x === null
            ? null
            : powerOf(layers, theory.layers, above, 'gradient_2', ({ gradient_2, pair_variance }) => ({
                mean: gradient_2 ?? Number.NaN,
                variance: pair_variance,
              })),
        weight_1: moves
          ? powerOf(other.layers, other.theory.layers, powers, 'weight_1', () => undefined)
          : null,
        weight_abs: moves
          ? powerOf(other.layers, other.theory.layers, powers, 'weight_abs', () => undefined)
          : null,
      },
    };
  });
}

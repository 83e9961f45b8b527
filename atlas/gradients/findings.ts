import { crossoverDepth } from '../../theory/index.ts';
import {
  type Estimate,
  estimate,
  estimateCrossover,
  fitSlope,
  type MeasuredCell,
  type MeasuredLayer,
  type Whole,
} from './cells.ts';
import type { Measured } from './pictures.ts';
import type { KeptMetric } from './record.ts';
import type { CellTheory, TheoryLayer } from './theory.ts';

/** Layers next to the input that no fit uses: q and c come to rest there. */
export const TRANSIENT = 15;

/** The mean of two gradients' product counts as below its fluctuations from so many cross-over depths on. */
const BELOW = 1.5;

/** Distances from the read-out, both ends included. */
export type Range = { readonly from: number; readonly to: number };

/** A fit: what was measured, the same of the theory, over which distances. */
export type Fit = Estimate & { readonly theory: number; readonly range: Range };

/**
 * The ranges of the fits of a cell: all of it but the layers next to the input; those where the signed mean stands out of
 * what is left of its fluctuations over all networks; those where it has sunk below the fluctuations of one network.
 */
export function chooseRanges({ networks, layers }: MeasuredCell, { factors }: CellTheory) {
  const depth = Math.max(...layers.map(({ K, layer }) => K + layer));
  const to = depth - TRANSIENT;
  const one = crossoverDepth(factors);
  const all = crossoverDepth(factors, 1, networks);
  return {
    whole: { from: 0, to },
    above: { from: 0, to: all === null ? to : Math.min(to, Math.floor(all)) },
    below: one === null ? null : { from: Math.ceil(BELOW * one), to },
  };
}

/** The layers of a range. */
const within = <T extends { readonly K: number }>(layers: readonly T[], { from, to }: Range): T[] =>
  layers.filter(({ K }) => K >= from && K <= to);

/** The factor per layer of a metric towards the input: the exponential of the slope of its logarithm over K. */
export function fitFactor(
  measured: readonly MeasuredLayer[],
  theory: readonly TheoryLayer[],
  range: Range,
  name: KeptMetric,
  of: keyof Whole,
  predicted: (layer: TheoryLayer) => number | null | undefined,
): Fit | null {
  const own = within(measured, range);
  if (own.length < 3) return null;
  const slope = estimate(own, name, (all) =>
    fitSlope(all.map((layer) => ({ x: layer.K, y: Math.log(Math.abs(layer[of])) }))),
  );
  const line = theoryAt(own, theory).map((layer) => ({
    x: layer.K,
    y: Math.log(predicted(layer) ?? Number.NaN),
  }));
  const value = Math.exp(slope.value);
  return { value, error: value * slope.error, theory: Math.exp(fitSlope(line)), range };
}

/**
 * The slope of ln variance over ln mean of a metric along the layers.
 * @see Huang et al. 2019, figures 4 and 5
 */
export function fitPower(
  measured: readonly MeasuredLayer[],
  theory: readonly TheoryLayer[],
  range: Range,
  name: KeptMetric,
  predicted: (layer: TheoryLayer) => { mean: number; variance: number } | undefined,
): Fit | null {
  const own = within(measured, range);
  if (own.length < 3) return null;
  const logarithms = ({ mean, variance }: { mean: number; variance: number }) => ({
    x: Math.log(Math.abs(mean)),
    y: Math.log(variance),
  });
  const slope = estimate(own, name, (all) => fitSlope(all.map(logarithms)));
  const line = theoryAt(own, theory).map((layer) =>
    logarithms(predicted(layer) ?? { mean: Number.NaN, variance: Number.NaN }),
  );
  return { ...slope, theory: fitSlope(line), range };
}

const theoryAt = (measured: readonly MeasuredLayer[], theory: readonly TheoryLayer[]) =>
  measured.map(({ K }) => theory[K] as TheoryLayer);

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

/** Everything that the tables say of an activation. */
export function computeFindings({ fixed, quadratic }: ActivationPair): Findings[] {
  return fixed.cells.map((cell, i) => {
    const other = quadratic.cells[i] as (typeof quadratic.cells)[number];
    const { theory, layers, keep } = cell;
    const { chi_1, chi_c, V, K_x } = theory;
    const { whole, above, below } = chooseRanges(cell, theory);
    const powers: Range = { from: POWER_FROM, to: whole.to };
    const middle = Math.round(Math.sqrt(powers.from * powers.to));
    // the mean moves by less than a factor e over the middle's distance: no slope can be told
    const moves = Math.abs(middle * Math.log(chi_1)) > 1;
    const factor = fitFactor.bind(null, layers, theory.layers);
    const factorOfWeights = fitFactor.bind(null, other.layers, other.theory.layers);
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
      crossover: { predicted: K_x, seen: K_x === null ? null : estimateCrossover(layers, 'gradient_2') },
      power: {
        formula: 2 + 1 / (middle * Math.log(chi_1)),
        depth: middle,
        single: moves
          ? fitPower(layers, theory.layers, powers, 'gradient_1', ({ gradient_1, spread }) => ({
              mean: gradient_1 ?? Number.NaN,
              variance: spread * (gradient_1 ?? Number.NaN) ** 2,
            }))
          : null,
        pair:
          K_x === null
            ? null
            : fitPower(layers, theory.layers, above, 'gradient_2', ({ gradient_2, pair_variance }) => ({
                mean: gradient_2 ?? Number.NaN,
                variance: pair_variance,
              })),
        weight_1: moves
          ? fitPower(other.layers, other.theory.layers, powers, 'weight_1', () => undefined)
          : null,
        weight_abs: moves
          ? fitPower(other.layers, other.theory.layers, powers, 'weight_abs', () => undefined)
          : null,
      },
    };
  });
}

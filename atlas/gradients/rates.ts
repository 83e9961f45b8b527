import { crossoverDepth } from '../../theory/index.ts';
import { estimated, type MeasuredCell, type MeasuredLayer } from './cells.ts';
import type { KeptMetric } from './record.ts';
import { type Estimate, slopeOf, type Whole } from './statistics.ts';
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
 *
 * @throws RangeError as `crossoverDepth`
 * @example rangesOf(cell, theoryOf(plan, cell.keep)).below?.from
 */
export function rangesOf({ networks, layers }: MeasuredCell, { factors }: CellTheory) {
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

/**
 * The factor per layer of a metric towards the input: the exponential of the slope of its logarithm over K.
 *
 * @param measured layers, `of` which number of the metric is taken
 * @param theory what it should be at a layer
 * @returns null where the range has fewer than three layers
 * @example factorOf(cell.layers, theory.layers, { from: 0, to: 45 }, 'gradient_1', 'mean', (layer) => layer.gradient_1)
 */
export function factorOf(
  measured: readonly MeasuredLayer[],
  theory: readonly TheoryLayer[],
  range: Range,
  name: KeptMetric,
  of: keyof Whole,
  predicted: (layer: TheoryLayer) => number | null | undefined,
): Fit | null {
  const own = within(measured, range);
  if (own.length < 3) return null;
  const slope = estimated(own, name, (all) =>
    slopeOf(all.map((layer) => ({ x: layer.K, y: Math.log(Math.abs(layer[of])) }))),
  );
  const line = theoryAt(own, theory).map((layer) => ({
    x: layer.K,
    y: Math.log(predicted(layer) ?? Number.NaN),
  }));
  const value = Math.exp(slope.value);
  return { value, error: value * slope.error, theory: Math.exp(slopeOf(line)), range };
}

/**
 * The slope of ln variance over ln mean of a metric along the layers.
 *
 * @param predicted mean and variance that the theory has at a layer
 * @returns null where the range has fewer than three layers
 * @see Huang et al. 2019, figures 4 and 5
 * @example powerOf(cell.layers, theory.layers, { from: 0, to: 45 }, 'weight_abs', () => undefined)?.value
 */
export function powerOf(
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
  const slope = estimated(own, name, (all) => slopeOf(all.map(logarithms)));
  const line = theoryAt(own, theory).map((layer) =>
    logarithms(predicted(layer) ?? { mean: Number.NaN, variance: Number.NaN }),
  );
  return { ...slope, theory: slopeOf(line), range };
}

const theoryAt = (measured: readonly MeasuredLayer[], theory: readonly TheoryLayer[]) =>
  measured.map(({ K }) => theory[K] as TheoryLayer);

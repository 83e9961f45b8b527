import type { Activation, Pair } from '../activation.ts';
import { angleOf, misalignment } from './angle.ts';
import {
  type ChebyshevTable,
  chebyshevFit,
  chebyshevLength,
  chebyshevPoints,
  chebyshevTable,
  chebyshevValue,
} from './chebyshev.ts';
import { cumulated } from './cumulated.ts';

/** E[φ′(u₁)φ′(u₂)] at variance q for rising angles arccos c, which are {@link chebyshevPoints} of (0, π/2), or from the averages there. */
export type SlopeRow = (q: number, angles: Float64Array, pair: (m: number) => Pair) => Float64Array;

/** The widest angle of a table, that of uncorrelated inputs: c* is never negative. */
export const RIGHT = Math.PI / 2;

/** Numbers of angles that are tried. Where the last does not resolve the averages there is no table. */
const SIZES = [24, 64, 160] as const;

/** So many of them must be to spare. */
const SPARE = 8;

/** Coefficients that are such a part of the largest are rounding. */
export const NOTHING = 3e-15;

/** Where a table is compared with what it was made from: places in the decade between its nodes, and so many more angles. */
const [PLACES, BETWEEN] = [[0.013, 0.31, 0.503, 0.71, 0.987], 5] as const;

/** How far it may be off there: E[φ′φ′] as a part of E[φ′²], and the gap of itself. */
const OFF = 1e-13;

/** Coefficients that are such a part of the largest of a table move nothing. */
const ROUNDING = 1e-17;

/** What a table of two-input averages is made from. */
export type PairTableInput = {
  /** φ without tables */
  readonly activation: Activation;
  readonly slopes: SlopeRow;
  /** the variances of the nodes, from ln q = low over a decade */
  readonly variances: Float64Array;
  readonly low: number;
  /** the least angle */
  readonly least: number;
};

/**
 * The averages of two inputs from a table over q and the angle between the inputs. E[φ′φ′] is tabulated as it is; gap/m is its
 * mean over (0, m), all terms of it positive.
 *
 * @param input see {@link PairTableInput}
 * @returns the averages at x in [0, 1], the place of q among the nodes, as a function of m between the least angle and 1; undefined where more
 * angles or more variances would be needed
 */
export function pairTable(input: PairTableInput): ((x: number) => (m: number) => Pair) | undefined {
  const { activation, slopes, variances, low, least } = input;
  const angles = (count: number) => chebyshevPoints(count).map((x) => least + x * (RIGHT - least));
  const place = (angle: number) => Math.min(Math.max((angle - least) / (RIGHT - least), 0), 1);
  const rowAt = (q: number, at: Float64Array) => {
    const pair = activation.pair(q);
    const slope = chebyshevFit(slopes(q, at, pair));
    const start = least > 0 ? pair(misalignment(least)).gap : 0;
    const gaps = cumulated(at, (t) => chebyshevValue(slope, place(t)) * Math.sin(t), least);
    const means = gaps.map((gap, j) => (start + gap) / misalignment(at[j] as number));
    return { slope, mean: chebyshevFit(means) };
  };

  // Most angles are needed at the largest variance.
  const high = Math.exp(low + Math.LN10);
  const columns = SIZES.map((count) => {
    const { slope, mean } = rowAt(high, angles(count));
    return { count, needed: 1 + Math.max(chebyshevLength(slope, NOTHING), chebyshevLength(mean, NOTHING)) };
  }).find(({ count, needed }) => needed <= count - SPARE)?.needed;
  if (columns === undefined) return undefined;
  const rows = Array.from(variances, (q) => rowAt(q, angles(columns)));
  const tableOf = (name: 'slope' | 'mean'): ChebyshevTable =>
    chebyshevTable(
      rows.map((row) => row[name]),
      (one, largest) => chebyshevLength(one, ROUNDING, largest),
    );
  const [slopeTable, meanTable] = [tableOf('slope'), tableOf('mean')];
  const at = (x: number): ((m: number) => Pair) => {
    const [slope, mean] = [new Float64Array(columns), new Float64Array(columns)];
    slopeTable.at(x, slope);
    meanTable.at(x, mean);
    return (m) => {
      const t = place(angleOf(m));
      return { gap: m * chebyshevValue(mean, t), slope: chebyshevValue(slope, t) };
    };
  };
  // Between its nodes a table may be off without a sign of it at them.
  const between = angles(columns + BETWEEN);
  const holds = PLACES.every((x) => {
    const q = Math.exp(low + x * Math.LN10);
    const { slope, mean } = rowAt(q, between);
    const found = at(x);
    const { slope2 } = activation.moments(q);
    return between.every((angle: number) => {
      const m = misalignment(angle);
      const pair = found(m);
      return (
        Math.abs(pair.slope - chebyshevValue(slope, place(angle))) <= OFF * slope2 &&
        Math.abs(pair.gap / m - chebyshevValue(mean, place(angle))) <= OFF * slope2
      );
    });
  });
  return holds ? at : undefined;
}

/**
 * {@link SlopeRow} of any activation, from its averages.
 *
 * @example averagedSlopes(1, Float64Array.of(Math.PI / 2), silu.pair(1))[0] // E[φ′]² = 0.250000…
 */
export const averagedSlopes: SlopeRow = (_, angles, pair) =>
  angles.map((angle) => pair(misalignment(angle)).slope);

import { scaleLinear, scaleLog } from 'd3-scale';

/** How values are laid out along an axis or a colour scale. */
export type ScaleKind = 'linear' | 'log';

/** A range of values and where each lies in it. */
export type Scale = {
  readonly kind: ScaleKind;
  readonly min: number;
  readonly max: number;
  /** 0 at min, 1 at max, beyond them outside; NaN for what is not finite; one half where min and max are equal */
  readonly at: (value: number) => number;
};

/**
 * The scale of some values.
 *
 * @param values those that are not finite do not count; without any the range is 0 to 1
 * @param kind log falls back to linear where a value is not positive: better shown on another scale than not at all
 * @example scaleOf([1, 100], 'log').at(10) // 0.5
 */
export function scaleOf(values: Iterable<number>, kind: ScaleKind): Scale {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values)
    if (Number.isFinite(value)) {
      if (value < min) min = value;
      if (value > max) max = value;
    }
  if (min > max) [min, max] = [0, 1];
  return scaleBetween(min, max, kind === 'log' && min > 0 ? 'log' : 'linear');
}

/**
 * The scale with given ends.
 *
 * @param min the value at 0; positive on a log scale
 * @param max the value at 1, at least min
 * @param kind of scale
 * @example scaleBetween(0, 4, 'linear').at(1) // 0.25
 */
export function scaleBetween(min: number, max: number, kind: ScaleKind): Scale {
  const place = d3Scale(min, max, kind);
  const at = (value: number) => {
    const found = place(value);
    return Number.isFinite(found) ? found : Number.NaN;
  };
  return { kind, min, max, at };
}

/**
 * A scale that goes on beyond both ends of another, so that nothing lies on the frame of a chart.
 *
 * @param scale what to widen
 * @param by how much on each side, in parts of its length; what has no length gets some
 * @example widen(scaleBetween(0, 10, 'linear'), 0.1).max // 11
 */
export function widen({ kind, min, max }: Scale, by: number): Scale {
  if (kind === 'log') {
    const factor = (max / min) ** by || 1;
    const more = max > min && Number.isFinite(factor) ? factor : 2;
    return scaleBetween(min / more, max * more, 'log');
  }
  const more = max > min ? (max - min) * by : Math.abs(max) * 0.1 || 1;
  return scaleBetween(min - more, max + more, 'linear');
}

/**
 * Round values along a scale, for its ticks: whole multiples of 1, 2 or 5 times a power of ten; on a log scale powers of ten,
 * and multiples of them where those would be few.
 *
 * @param scale along which
 * @param count about how many
 * @returns at least one value, rising, within the scale
 * @example ticks(scaleBetween(0.3, 1, 'linear'), 5) // [0.3, 0.4, …, 1]
 */
export function ticks({ kind, min, max }: Scale, count: number): number[] {
  // d3 cannot count steps that are no longer exact, or overflow
  if (!(max - min > 1e-300 && max - min < Number.MAX_VALUE)) return min < max ? [min, max] : [min];
  const along = d3Scale(min, max, kind);
  // d3 ticks all of 1, 2, …, 9 on a log scale and leaves out the labels of most: only the labelled ones are wanted here
  const label = kind === 'log' ? along.tickFormat(count) : () => 'all';
  const labelled = along.ticks(count).filter((value) => label(value) !== '');
  if (kind === 'log' && labelled.length < 3) return ticks(scaleBetween(min, max, 'linear'), count);
  return labelled.length > 0 ? labelled : [min];
}

function d3Scale(min: number, max: number, kind: ScaleKind) {
  return kind === 'log' ? scaleLog([min, max], [0, 1]) : scaleLinear([min, max], [0, 1]);
}

/**
 * A number as a person reads it: at most so many digits, an exponent for what is very large or small.
 *
 * @param value the number
 * @param digits significant ones at most
 * @example formatNumber(1 / 3, 4) // '0.3333'
 * @example formatNumber(2e6) // '2e6'
 */
export function formatNumber(value: number, digits = 12): string {
  const rounded = Number(value.toPrecision(digits));
  const size = Math.abs(rounded);
  return size !== 0 && (size < 1e-4 || size >= 1e5)
    ? rounded.toExponential().replace('e+', 'e')
    : String(rounded);
}

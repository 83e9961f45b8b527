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
  const of = kind === 'log' ? Math.log10 : (value: number) => value;
  // the halves keep the length of a range finite that is longer than the largest number
  const start = of(min) / 2;
  const length = of(max) / 2 - start;
  const at = (value: number) => {
    const place = of(value) / 2 - start;
    if (!Number.isFinite(place)) return Number.NaN;
    return length > 0 ? place / length : 0.5;
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
 * or 1, 2 and 5 times them where those would be few.
 *
 * @param scale along which
 * @param count how many at most
 * @returns at least one value, rising, within the scale (but for rounding)
 * @example ticks(scaleBetween(0.3, 1, 'linear'), 5) // [0.4, 0.6, 0.8, 1]
 */
export function ticks(scale: Scale, count: number): number[] {
  return (scale.kind === 'log' && logTicks(scale, count)) || linearTicks(scale, count);
}

function linearTicks({ min, max }: Scale, count: number): number[] {
  const raw = (max - min) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5, 10].find((multiple) => multiple * power >= raw * (1 - 1e-9)) ?? 10);
  if (!(step > 0) || !Number.isFinite(step)) return min < max ? [min, max] : [min];
  const first = Math.ceil(min / step - 1e-9);
  const length = Math.floor(max / step + 1e-9) - first + 1;
  const values = Array.from({ length: Math.min(length, count + 1) }, (_, i) =>
    // k · step has rounding errors (3 · 0.1); 12 digits have none
    Number(((first + i) * step).toPrecision(12)),
  );
  return values.length > 0 ? values : [min];
}

/** Undefined where too few round values lie within. */
function logTicks({ min, max }: Scale, count: number): number[] | undefined {
  const [from, to] = [Math.floor(Math.log10(min)), Math.ceil(Math.log10(max))];
  const stride = Math.max(1, Math.ceil((Math.log10(max) - Math.log10(min)) / count));
  const multiples = (factors: readonly number[]) => {
    const values: number[] = [];
    for (let power = Math.ceil(from / stride) * stride; power <= to; power += stride)
      for (const factor of factors) values.push(Number(`${factor}e${power}`));
    return values.filter((value) => value >= min && value <= max);
  };
  return [[1, 2, 5], [1, 3], [1]]
    .map(multiples)
    .find((values, i) => values.length > 2 && (values.length <= count || i === 2));
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

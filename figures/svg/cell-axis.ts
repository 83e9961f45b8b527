import { formatNumber, type ScaleKind, scaleOf } from '../scale.ts';
import { scaleTicks, type Tick } from './axes.ts';

/** An axis on which every value of a list has a cell, all of the same width. */
export type CellAxis = {
  readonly ticks: readonly Tick[];
  /** where any value lies, the whole axis being 0 to 1; between the values it is interpolated, NaN if that cannot be done */
  readonly at: (value: number) => number;
  /** the ends of the axis towards low and towards high values: 0 and 1, or 1 and 0 where the values fall */
  readonly low: number;
  readonly high: number;
};

/** With so many cells or fewer each is labelled with its own value. */
const MAX_LABELS = 12;

/**
 * An axis of cells. Many values that are evenly spaced, or evenly in their logarithm, get ticks at round values between
 * them; few or uneven ones are labelled themselves.
 *
 * @param values in the order of the cells
 * @example cellAxis([1, 2, 4, 8]).at(2) // 0.375
 */
export function cellAxis(values: readonly number[]): CellAxis {
  const kind = spacing(values);
  const of = kind === 'log' ? Math.log10 : (value: number) => value;
  const places = values.map(of);
  const at = (value: number) => (placeAmong(places, of(value)) + 0.5) / values.length;
  const falls = (values.at(-1) ?? 0) < (values[0] ?? 0);
  const stride = Math.ceil(values.length / MAX_LABELS);
  const ticks =
    kind === 'uneven' || values.length <= MAX_LABELS
      ? values
          .map((value, i) => ({ label: formatNumber(value, 4), at: (i + 0.5) / values.length }))
          .filter((_, i) => i % stride === 0)
      : scaleTicks(scaleOf(values, kind), at);
  return { ticks, at, low: falls ? 1 : 0, high: falls ? 0 : 1 };
}

function spacing(values: readonly number[]): ScaleKind | 'uneven' {
  if (values.length < 2) return 'uneven';
  if (isEven(values)) return 'linear';
  return values.every((value) => value > 0) && isEven(values.map(Math.log10)) ? 'log' : 'uneven';
}

/** The tolerance is for axes that were written with few digits. */
function isEven(values: readonly number[]): boolean {
  const first = values[0] as number;
  const step = ((values.at(-1) as number) - first) / (values.length - 1);
  return step !== 0 && values.every((value, i) => Math.abs(value - first - i * step) < 1e-3 * Math.abs(step));
}

/** The index of a value in a list, with a fraction between two of its members; beyond an end it goes on as the list ends. */
function placeAmong(list: readonly number[], value: number): number {
  if (list.length < 2) return value === list[0] ? 0 : Number.NaN;
  const between = list.findIndex((a, i) => {
    const b = list[i + 1];
    return b !== undefined && a !== b && Math.min(a, b) <= value && value <= Math.max(a, b);
  });
  const [first, last] = [list[0] as number, list.at(-1) as number];
  const nearest = Math.abs(value - last) < Math.abs(value - first) ? list.length - 2 : 0;
  const i = between >= 0 ? between : nearest;
  const [a, b] = [list[i] as number, list[i + 1] as number];
  return i + (value - a) / (b - a);
}

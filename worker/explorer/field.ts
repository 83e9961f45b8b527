import { computePlane } from '../../answers/plane.ts';
import type { FittedMeasure, PlaneMeasure } from '../../catalogue/queries.ts';
import { networkFromQuery } from '../../networks/from-query.ts';
import type { PlaneAxis } from '../../theory/index.ts';
import type { Field } from './heat-map.ts';
import { keepOf, planeRanges, readPoint, scalesQuery, trainingOf } from './question.ts';
import type { State } from './state.ts';

/** What the page shows of each measure: its name, its unit, and how its colours run. */
export const MEASURES: Readonly<
  Record<PlaneMeasure | FittedMeasure, { label: string; unit: string; scale: 'linear' | 'log' | 'diverging' }>
> = {
  fitted_depth: { label: 'trainable depth, by the fitted rule', unit: 'layers', scale: 'log' },
  fitted_low: { label: 'the same, lower end', unit: 'layers', scale: 'log' },
  fitted_high: { label: 'the same, upper end', unit: 'layers', scale: 'log' },
  xi_2: { label: 'ξ₂, depth scale of correlations', unit: 'layers', scale: 'log' },
  xi_1: { label: 'ξ₁, depth scale of gradients', unit: 'layers', scale: 'log' },
  chi_1: { label: 'χ₁, gradient factor', unit: 'a layer', scale: 'diverging' },
  chi_aligned: { label: 'χ₁ without noise', unit: 'a layer', scale: 'diverging' },
  chi_c: { label: 'χ₂, slope at c*', unit: 'a layer', scale: 'diverging' },
  q_star: { label: 'q*, fixed variance', unit: '', scale: 'log' },
  c_star: { label: 'c*, fixed correlation', unit: '', scale: 'linear' },
};

/** The values of the axes of a plane. */
export function planeAxes(state: State, count: number): { x: readonly number[]; y: readonly number[] } {
  const { x, y } = planeRanges(state);
  const line = ([from, to]: readonly [number, number]) =>
    Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
  return { x: line(x), y: line(y) };
}

/** What all points of a plane have: a plane is computed anew where this changes. */
export const planeKey = (state: State, measure = state.measure): string =>
  JSON.stringify([
    ...['activation', 'technique', 'y', 'w_low', 'w_high'].map((name) => state[name as keyof State]),
    measure,
    planeRanges(state),
    state.y === 'drop' ? readPoint<{ sigma_b2: number }>(scalesQuery(state)).sigma_b2 : state.drop,
    measure.startsWith('fitted') ? [state.width, trainingOf(state)] : '',
  ]);

/**
 * A measure over the plane about a network, row by row from the bottom; what is not computed yet is NaN. It yields after each row, so that
 * the page can draw between them.
 *
 * @param state whose network it is about
 * @param measure what to compute
 * @param count values along each axis
 */
export function* computeField(
  state: State,
  measure: State['measure'],
  count: number,
): Generator<undefined, Field> {
  const { x, y } = planeAxes(state, count);
  const values = new Float64Array(count * count).fill(Number.NaN);
  const query = readPoint<Parameters<typeof networkFromQuery>[0]>(scalesQuery(state));
  const network = networkFromQuery(query);
  const across: PlaneAxis = { name: 'sigma_w2', values: x };
  const up = (numbers: readonly number[]): PlaneAxis =>
    state.y === 'drop'
      ? { name: 'keep', values: numbers.map(keepOf) }
      : { name: 'sigma_b2', values: numbers };
  if (!measure.startsWith('fitted')) {
    values.set(computePlane(network, across, up(y), measure));
    return { columns: count, rows: count, values };
  }
  const settings = { width: Number(state.width), ...numbersOf(trainingOf(state)) };
  for (const [i, one] of y.entries()) {
    values.set(computePlane(network, across, up([one]), measure, settings), i * count);
    yield;
  }
  return { columns: count, rows: count, values };
}

const numbersOf = (parameters: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, text]) => [
      name,
      name === 'optimiser' || name === 'data' ? text : Number(text),
    ]),
  );

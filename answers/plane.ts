import { FITTED_MEASURES, type FittedMeasure, type PlaneMeasure } from '../catalogue/queries.ts';
import { depthScales, type Network, type PlaneAxis, plane, varyNetwork } from '../theory/index.ts';
import { fittedColumns, fittedFor, type TrainingSettings } from './rule.ts';

const isFitted = (measure: string): measure is FittedMeasure =>
  (FITTED_MEASURES as readonly string[]).includes(measure);

/**
 * One measure over a plane of two parameters, as `GET /v1/phase-diagram` answers it.
 *
 * @param network of equal layers; the axes take the place of two of its numbers
 * @param x the parameter that varies along a row
 * @param y the parameter that varies from row to row
 * @param measure what to compute
 * @param settings what the network is trained with, and its width: for the fitted measures
 * @param answered is told how many points there are already, after each
 * @returns row-major [y.values.length, x.values.length]; NaN where there is no number
 * @throws ParameterError as `depthScales`
 */
export function computePlane(
  network: Network,
  x: PlaneAxis,
  y: PlaneAxis,
  measure: PlaneMeasure | FittedMeasure,
  settings: TrainingSettings = {},
  answered: (points: number) => void = () => {},
): Float64Array {
  if (!isFitted(measure)) return plane(network, x, y, measure, answered);
  const columns = x.values.length;
  const values = new Float64Array(columns * y.values.length);
  for (let i = 0; i < values.length; i++) {
    const at = { [x.name]: x.values[i % columns], [y.name]: y.values[Math.floor(i / columns)] };
    const there = varyNetwork(network, at);
    values[i] = fittedColumns(fittedFor(there, settings, depthScales(there)))[measure] ?? Number.NaN;
    answered(i + 1);
  }
  return values;
}

import type * as z from 'zod';
import statistics from '../fixtures/data-statistics.json' with { type: 'json' };
import { networkFromQuery } from '../networks/from-query.ts';
import type { trajectoryContract } from '../schemas/endpoints/trajectory.ts';
import { readKeeps, readLayers, trajectoryWithin } from '../theory/index.ts';
import { type Effort, TOO_MUCH_WORK } from './effort.ts';
import type { Point } from './point.ts';

type Query = Point<z.output<(typeof trajectoryContract)['query']>>;

/**
 * The rows of `GET /v1/trajectory`, a layer each, but for the columns that the query gives.
 *
 * @param query one combination of its values
 * @param effort how much work they may take
 * @throws ParameterError as `networkFromQuery` and `trajectory`
 */
export function answerTrajectory(
  { input, q0_b, c0 = 0.5, c_batch = 0, ...query }: Query,
  { goesOn }: Effort,
) {
  const { mean_square, cosine_different_class: cosine } = input ? statistics[input] : NO_DATA;
  const data = input && { mean_square, cosine };
  const network = networkFromQuery({ ...query, c0 }, { data });
  const { activation, layers } = readLayers(network, query.mode);
  const keeps = query.mode === 'eval' ? [] : readKeeps(network);
  // (two images of different classes, in a batch of such)
  const pair = data
    ? { c0: cosine, c_batch: Math.max(cosine, 0) }
    : { c0, c_batch, ...(q0_b !== undefined && { q0_b }) };
  const start = { q0: network.stem.q0, ...pair };
  const { rows } = trajectoryWithin(activation, layers, start, goesOn);
  return rows.map((row) => ({
    ...row,
    keep: keeps[row.layer - 1] ?? null,
    reason:
      row.c === null || rows.at(-1)?.c === null ? explainNulls(row, row.layer === rows.length - 1) : null,
  }));
}

/** Which columns of a layer were not followed; after the last one there is no layer that gradients come from. */
function explainNulls(row: Readonly<Record<string, unknown>>, last: boolean): string | null {
  const names = Object.keys(row).filter((name) => row[name] === null && !(last && name.startsWith('chi')));
  return names.length > 0 ? `${names.join(', ')}: ${TOO_MUCH_WORK}` : null;
}

const NO_DATA = { mean_square: Number.NaN, cosine_different_class: Number.NaN };

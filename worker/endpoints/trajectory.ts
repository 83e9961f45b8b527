import statistics from '../../fixtures/data-statistics.json' with { type: 'json' };
import { networkFromQuery } from '../../networks/from-query.ts';
import { trajectoryContract } from '../../schemas/endpoints/trajectory.ts';
import { normalises, readKeeps, readLayers, trajectoryWithin } from '../../theory/index.ts';
import { TOO_MUCH_WORK } from '../budget.ts';
import { endpoint } from './endpoint.ts';

/** `GET /v1/trajectory`: two inputs followed layer by layer. */
export const trajectoryEndpoint = endpoint(trajectoryContract, {
  rows: ({ depth }) => depth + 1,
  answer: ({ input, q0_b, c0 = 0.5, c_batch = 0, ...query }, { budget }) => {
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
    const { rows } = trajectoryWithin(activation, layers, start, budget.goesOn);
    return rows.map((row) => ({
      ...row,
      keep: keeps[row.layer - 1] ?? null,
      reason:
        row.c === null || rows.at(-1)?.c === null ? explainNulls(row, row.layer === rows.length - 1) : null,
    }));
  },
  notes: ({ input, technique }) => [
    ...(input
      ? [
          `q0 and c0 are those of ${input} after the usual normalisation (mean over pairs of images of different classes), measured by npm run data-statistics.`,
        ]
      : []),
    ...(technique.some(normalises)
      ? [
          input
            ? `ic: the other inputs of a batch have the correlation c0 of ${input} at layer 0.`
            : 'ic: the other inputs of a batch have the correlation c_batch at layer 0, 0 if not given.',
        ]
      : []),
  ],
});

/** Which columns of a layer were not followed; after the last one there is no layer that gradients come from. */
function explainNulls(row: Readonly<Record<string, unknown>>, last: boolean): string | null {
  const names = Object.keys(row).filter((name) => row[name] === null && !(last && name.startsWith('chi')));
  return names.length > 0 ? `${names.join(', ')}: ${TOO_MUCH_WORK}` : null;
}

const NO_DATA = { mean_square: Number.NaN, cosine_different_class: Number.NaN };

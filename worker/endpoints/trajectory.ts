import statistics from '../../fixtures/data-statistics.json' with { type: 'json' };
import { trajectoryContract } from '../../schemas/endpoints/trajectory.ts';
import { trajectoryWithin } from '../../theory/index.ts';
import { TOO_MUCH_WORK } from '../budget.ts';
import { endpoint } from './endpoint.ts';
import { activationOf, hasInputNoise, keepsOf, mapsOf, stackOf } from './network.ts';

/** `GET /v1/trajectory`: two inputs followed layer by layer. */
export const trajectoryEndpoint = endpoint(trajectoryContract, {
  rows: ({ depth }) => depth + 1,
  answer: ({ input, q0 = 1, q0_b, c0 = 0.5, c_common = 0, ...query }, { budget }) => {
    const data = input && statistics[input];
    const start = data ? startAt(data) : { q0, c0, ...(q0_b !== undefined && { q0_b }) };
    const stack = { ...query, start: data ? ('input' as const) : ('preactivation' as const) };
    const layers = stackOf(stack);
    const keeps = query.mode === 'eval' ? null : keepsOf(stack);
    const { rows } = trajectoryWithin(activationOf(query), layers, { c_common, ...start }, budget.goesOn);
    return rows.map((row) => {
      const quiet = row.layer === 0 || (data && row.layer === 1 && !hasInputNoise(stack));
      const keep = quiet ? null : (keeps?.[row.layer - 1] ?? null);
      return {
        ...row,
        keep,
        reason: row.c === null || rows.at(-1)?.c === null ? whyNot(row, row.layer === rows.length - 1) : null,
      };
    });
  },
  notes: ({ input, technique }) => [
    ...(input
      ? [
          `q0 and c0 are those of ${input} after the usual normalisation (mean over pairs of images of different classes), measured by npm run data-statistics.`,
        ]
      : []),
    ...(technique.some(mapsOf)
      ? [
          input
            ? `ic: the other inputs of a batch have the correlation c0 of ${input} at layer 0.`
            : 'ic: the other inputs of a batch have the correlation c_common at layer 0, 0 if not given.',
        ]
      : []),
  ],
});

/** Which columns of a layer were not followed; after the last one there is no layer that gradients come from. */
function whyNot(row: Readonly<Record<string, unknown>>, last: boolean): string | null {
  const names = Object.keys(row).filter((name) => row[name] === null && !(last && name.startsWith('chi')));
  return names.length > 0 ? `${names.join(', ')}: ${TOO_MUCH_WORK}` : null;
}

/** Where the layers start that read a data set: two images of different classes, in a batch of such. */
function startAt(data: (typeof statistics)[keyof typeof statistics]) {
  const c0 = data.cosine_different_class;
  return { q0: data.mean_square, c0, c_common: Math.max(c0, 0) };
}

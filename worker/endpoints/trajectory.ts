import statistics from '../../fixtures/data-statistics.json' with { type: 'json' };
import { trajectoryContract } from '../../schemas/endpoints/trajectory.ts';
import { trajectory } from '../../theory/index.ts';
import { LAYER } from '../prices.ts';
import { endpoint } from './endpoint.ts';
import { activationOf, keepsOf, stackOf } from './network.ts';

/** `GET /v1/trajectory`: two inputs followed layer by layer. */
export const trajectoryEndpoint = endpoint(trajectoryContract, {
  // a layer that moves takes averages at a q of its own
  cost: (query) => ({ rows: query.depth + 1, work: 50 + query.depth * LAYER }),
  answer: ({ input, q0 = 1, c0 = 0.5, ...query }, { budget }) => {
    const data = input && statistics[input];
    const start = data ? { q0: data.mean_square, c0: data.cosine_different_class } : { q0, c0 };
    const layers = stackOf({ ...query, start: data ? 'input' : 'preactivation' });
    const keeps = query.mode === 'eval' ? null : keepsOf(query);
    const { rows } = trajectory(activationOf(query, budget), layers, start);
    return rows.map((row) => {
      const read = row.layer === 0 || (data && row.layer === 1);
      return { ...row, keep: read ? null : (keeps?.[row.layer - 1] ?? null) };
    });
  },
  notes: ({ input }) =>
    input
      ? [
          `q0 and c0 are those of ${input} after the usual normalisation (mean over pairs of images of different classes), measured by npm run data-statistics.`,
        ]
      : [],
});

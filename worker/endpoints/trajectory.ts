import statistics from '../../fixtures/data-statistics.json' with { type: 'json' };
import { trajectoryContract } from '../../schemas/endpoints/trajectory.ts';
import { type Layer, trajectory } from '../../theory/index.ts';
import { LAYER } from '../prices.ts';
import type { Cost } from '../work.ts';
import { endpoint, type Point } from './endpoint.ts';
import { icTrajectory } from './ic.ts';
import { activationOf, hasOwnMaps, keepsOf, stackOf } from './network.ts';

/** `GET /v1/trajectory`: two inputs followed layer by layer. */
export const trajectoryEndpoint = endpoint(trajectoryContract, {
  // a layer that moves takes averages at a q of its own
  cost: (query) => ({ rows: query.depth + 1, work: 50 + query.depth * LAYER }),
  answer: ({ input, q0 = 1, c0 = 0.5, ...query }, { budget }) => {
    const data = input && statistics[input];
    const start = data ? { q0: data.mean_square, c0: data.cosine_different_class } : { q0, c0 };
    const layers = stackOf({ ...query, start: data ? 'input' : 'preactivation' });
    const keeps = query.mode === 'eval' ? null : keepsOf(query);
    const rows = hasOwnMaps(query.technique)
      ? icRows(query, layers, start, budget)
      : trajectory(activationOf(query, budget), layers, start).rows;
    return rows.map((row) => {
      const read = row.layer === 0 || (data && row.layer === 1);
      return { ...row, keep: read ? null : (keeps?.[row.layer - 1] ?? null) };
    });
  },
  notes: ({ input, technique }) => [
    ...(input
      ? [
          `q0 and c0 are those of ${input} after the usual normalisation (mean over pairs of images of different classes), measured by npm run data-statistics.`,
        ]
      : []),
    ...(technique.includes('ic')
      ? [
          'ic: the other inputs of a batch are taken to be uncorrelated at layer 0; chi_2 and gradient_2 are not known.',
        ]
      : []),
  ],
});

type Query = Point<ReturnType<(typeof trajectoryContract)['query']['parse']>>;

function icRows(
  query: Pick<Query, 'mode' | 'activation'>,
  layers: readonly Layer[],
  start: { q0: number; c0: number },
  budget: Cost,
) {
  if (query.mode === 'eval')
    throw new RangeError(
      'mode: IC layers keep running statistics of training, so there is no eval trajectory of them here.',
    );
  return icTrajectory(activationOf(query), layers, start, budget);
}

import { adviseAboutBlocks, adviseAboutLayers } from '../../answers/advice.ts';
import { RULE_NOTE } from '../../answers/rule.ts';
import { asksForBlocks } from '../../schemas/block-query.ts';
import { adviceContract } from '../../schemas/endpoints/advice.ts';
import { blocksContract } from '../../schemas/endpoints/blocks.ts';
import type { Absent } from '../../schemas/problem.ts';
import { endpoint, withoutDropout } from './endpoint.ts';

/** What the depth depends on and the advice does not ask for: why there is no such parameter. */
const OF_TRAINING: Absent = new Map(
  ['data', 'steps', 'batch', 'learning_rate', 'optimiser'].map((name) => [
    name,
    'is no parameter here: meta.notes say how the networks of fitted_verdict are trained. /v1/trainable-depth takes it.',
  ]),
);

/** `GET /v1/advice`: how to initialise, whether the depth trains, and what else would help. */
export const adviceEndpoint = endpoint(adviceContract, {
  answer: (query, { budget }) =>
    asksForBlocks(query) ? [adviseAboutBlocks(query, budget)] : [adviseAboutLayers(query, budget)],
  absent: OF_TRAINING,
  notes: (query) =>
    asksForBlocks(query)
      ? blocksContract.notes
      : [
          RULE_NOTE,
          ...(query.activation?.includes('custom')
            ? [{ text: 'snippet is null: no program is written from a formula.', columns: ['snippet'] }]
            : []),
          ...withoutDropout(query, ['bernoulli']),
        ],
});

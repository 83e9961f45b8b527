import { adviseAboutBlocks, adviseAboutLayers } from '../../answers/advice.ts';
import { RULE_NOTE } from '../../answers/rule.ts';
import { asksForBlocks } from '../../schemas/block-query.ts';
import { adviceContract } from '../../schemas/endpoints/advice.ts';
import { blocksContract } from '../../schemas/endpoints/blocks.ts';
import { endpoint, withoutDropout } from './endpoint.ts';

/** `GET /v1/advice`: how to initialise, whether the depth trains, and what else would help. */
export const adviceEndpoint = endpoint(adviceContract, {
  answer: (query, { budget }) =>
    asksForBlocks(query) ? [adviseAboutBlocks(query, budget)] : [adviseAboutLayers(query, budget)],
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

import { RULE_NOTE } from '../../answers/rule.ts';
import { answerTrainableDepth, ESTIMATED, MEASURED, makeFieldTest } from '../../answers/trainable-depth.ts';
import { trainableDepthContract } from '../../schemas/endpoints/trainable-depth.ts';
import { endpoint, withoutDropout } from './endpoint.ts';

/** `GET /v1/trainable-depth`: predictions and measurements side by side. */
export const trainableDepthEndpoint = endpoint(trainableDepthContract, {
  read: ({ activation }, { measurements, fields }) =>
    makeFieldTest(fields)(MEASURED) ? measurements.read(activation) : Promise.resolve(),
  answer: (query, { measurements, budget, fields }) => [
    answerTrainableDepth(query, {
      effort: budget,
      fields,
      nearest: (sought) => measurements.nearest(sought),
      unread: measurements.failed,
    }),
  ],
  instead: (fields) =>
    makeFieldTest(fields)(ESTIMATED) ? 'Or for columns that follow no trajectory: field=fitted_depth.' : '',
  notes: (query) => [RULE_NOTE, ...withoutDropout(query, ['bernoulli'])],
});

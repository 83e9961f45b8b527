import { RULE_NOTE } from '../../answers/rule.ts';
import { answerTrainableDepth, ESTIMATED, MEASURED, makeFieldTest } from '../../answers/trainable-depth.ts';
import { trainableDepthContract } from '../../schemas/endpoints/trainable-depth.ts';
import { maskCorrelation } from '../../theory/index.ts';
import { endpoint, withoutDropout } from './endpoint.ts';

type Query = ReturnType<(typeof trainableDepthContract)['query']['parse']>;

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
  also: (query) => [
    ...(query.depth ? ['verdict', 'because'] : []),
    // (a verdict may rest on the theory's limits)
    ...(query.depth || isBeyondRule(query) ? ['limit_low', 'limit_high'] : []),
  ],
});

/** Whether the rule has no answer for some of the networks of a query, whatever they are otherwise: the theory's is shown then. */
const isBeyondRule = ({ schedule, carry, branch, mask }: Query): boolean =>
  schedule.some((one) => one !== 'constant') ||
  carry.some((one) => one !== 0) ||
  branch.some((one) => one !== 1) ||
  mask.some((one) => maskCorrelation(one) !== 0);

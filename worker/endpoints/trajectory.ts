import { answerTrajectory } from '../../answers/trajectory.ts';
import { trajectoryContract } from '../../schemas/endpoints/trajectory.ts';
import { normalises } from '../../theory/index.ts';
import { endpoint } from './endpoint.ts';

/** `GET /v1/trajectory`: two inputs followed layer by layer. */
export const trajectoryEndpoint = endpoint(trajectoryContract, {
  rows: ({ depth }) => depth + 1,
  answer: (query, { budget }) => answerTrajectory(query, budget),
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

import * as z from 'zod';

/** When a network's training ends before the plan's steps; a loss that is not finite always ends it. */
export const stopRules = z.strictObject({
  accuracy: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('stop when the mean accuracy of the last 10 batches, noise on, has reached this'),
  loss: z
    .number()
    .positive()
    .optional()
    .describe("a batch's loss above this, in nats, counts as diverged and stops"),
});

/** How a frontier is searched for, see trainer/frontier. */
export const searchOptions = z
  .strictObject({
    interval: z
      .number()
      .gt(1)
      .max(100)
      .default(1.3)
      .describe(
        "a column is finished when the ends of its frontier's interval, by χ² and by the posterior, are within this factor; the 95 % interval that is reported is wider, as few networks and stopping then ask for",
      ),
    networks_per_round: z
      .int()
      .min(1)
      .max(64)
      .default(2)
      .describe('networks of a column that are chosen in a round, and can be trained at the same time'),
    replicates: z
      .int()
      .min(1)
      .max(100)
      .default(1)
      .describe(
        'networks of a depth that are trained whenever the depth is chosen, as far as there are seeds',
      ),
    min_networks: z.int().min(1).max(10_000).default(1).describe('fewest networks of a column'),
    max_networks: z.int().min(2).max(10_000).default(60).describe('most networks of a column'),
  })
  .describe(
    'the axes and seeds are then what may be trained; the search trains those of them that say most about the frontier',
  );

/** What `dropline measure` does with the networks of a plan: none of them is trained. */
export const measurementOptions = z.strictObject({
  networks: z.int().min(2).max(10_000).default(100).describe('initialisations'),
  pairs: z.int().min(1).max(500).default(10).describe('pairs of inputs that each network sees'),
  inputs: z
    .enum(['gaussian', 'data'])
    .default('gaussian')
    .describe('gaussian: N(0, 1) with the given cosine; data: training images, each with the next one'),
  cosine: z.number().min(-1).max(1).default(0.5).describe('of the two inputs of a pair, for gaussian ones'),
  read_out: z
    .enum(['fixed', 'quadratic', 'cross_entropy'])
    .default('fixed')
    .describe(
      'what gradients are of: fixed: v · z of the last hidden layer with the same random v for all inputs; ' +
        "quadratic: |z|² of the last hidden layer; cross_entropy: the network's own loss",
    ),
});

/** See {@link searchOptions}. */
export type SearchOptions = z.infer<typeof searchOptions>;

/** See {@link measurementOptions}. */
export type MeasurementOptions = z.infer<typeof measurementOptions>;

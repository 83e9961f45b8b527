import * as z from 'zod';
import { DATA_SET_NAMES } from '../catalogue/training.ts';

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

/** What an evaluation does beyond accuracies, each only where the plan asks for it. */
export const evaluationOptions = {
  uncertainty: z
    .strictObject({
      passes: z
        .int()
        .min(1)
        .max(1000)
        .describe(
          'noisy passes over the test images whose probabilities are averaged (Gal and Ghahramani 2016); without noise all are the same',
        ),
      out_of_distribution: z
        .enum(DATA_SET_NAMES)
        .optional()
        .describe(
          'another data set with images of the same size: how well the uncertainty tells its test images from those of the data',
        ),
    })
    .optional()
    .describe(
      'NLL, Brier score and calibration error on the test images, noise off and of the average of noisy passes; of a regression NLL and RMSE',
    ),
  course: z
    .strictObject({
      every: z.int().min(1).max(1_000_000).describe('steps between two entries'),
      last_steps: z
        .int()
        .min(2)
        .max(10_000)
        .default(100)
        .describe('steps at the end over which the spread of the loss is taken'),
    })
    .optional()
    .describe(
      'record the course of training: loss and accuracy of the batch (noise on), loss of the fixed training images (noise off), gradient norm, learned keep',
    ),
  curvature: z
    .boolean()
    .optional()
    .describe(
      'vsd: rank correlation of the noise variances of each layer with how much the loss bends in its units (default false)',
    ),
  prune: z
    .array(z.number().gt(0).lt(1))
    .min(1)
    .max(20)
    .refine((shares) => new Set(shares).size === shares.length, 'A share stands twice.')
    .optional()
    .describe(
      'shares of each weight matrix that are set to 0, the smallest weights first: test accuracy after that, without training on',
    ),
};

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

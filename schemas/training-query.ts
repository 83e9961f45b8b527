import { DATA_SET_NAMES, OPTIMISER_NAMES } from '../catalogue/training.ts';
import { RANGES } from './network.ts';
import { choices, numbers } from './parameters.ts';

/** How a network is trained, for the fitted rule. What is left out is as the rule's conditions say (see meta.notes). */
export const TRAINING_QUERY = {
  data: choices(DATA_SET_NAMES, 'Trained on which data.').optional(),
  steps: numbers({ min: 1, max: 1e6, whole: true }, 'Steps of training.').optional(),
  batch: numbers({ min: 1, max: 10_000, whole: true }, 'Images a step of training.').optional(),
  learning_rate: numbers(
    { min: 1e-9, max: 100 },
    'Learning rate of training (default: the one at which such networks train deepest, of the usual ones for the optimiser).',
  ).optional(),
  optimiser: choices(OPTIMISER_NAMES, 'Trained by which optimiser.').optional(),
};

/** The names of {@link TRAINING_QUERY}. */
export const TRAINING_NAMES = Object.keys(TRAINING_QUERY) as (keyof typeof TRAINING_QUERY)[];

/** Units of a hidden layer, for the fitted rule. */
export const WIDTH_QUERY = numbers(
  RANGES.width,
  'Units of a hidden layer, for the fitted measures (see meta.notes for what stands for it).',
);

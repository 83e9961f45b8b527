import * as z from 'zod';
import { quantity } from '../endpoint.ts';

const SOURCE = 'docs/atlas.md';

const fitted = (description: string) => quantity(description, { unit: 'layers', source: SOURCE });

/** The columns of an answer by the rule that was fitted to measured networks; meta.notes say what rule that is. */
export const FITTED_COLUMNS = {
  fitted_depth: fitted(
    'trainable depth by the rule that was fitted to measured networks: half of the networks this deep train. At most the depth at which q leaves float32. Null where the theory has no depth scales, where no network like this one was measured, and where nothing limits the depth within 2000 layers; reason says which',
  ),
  fitted_low: fitted(
    'lower end of its 95 % interval, which is wider the less the network is like those that were measured',
  ),
  fitted_high: fitted('upper end of its 95 % interval'),
  fitted_extrapolates: z.string().nullable().meta({
    description:
      'where the rule is a guess: the settings that lie beyond what was measured (width, steps, batch, learning_rate, optimiser, data, init, technique; of a name the rule has no factor), and network where no measured network is much like this one; null: nowhere',
  }),
};

/** Stands at the end of rows, because it came later. */
export const FITTED_RATE_COLUMN = {
  fitted_learning_rate: quantity(
    'learning rate that fitted_depth is for: the one given, or the one at which such networks train deepest, of the usual ones for the optimiser (meta.notes)',
    { source: SOURCE },
  ),
};

import * as z from 'zod';
import { quantity } from '../endpoint.ts';

const fitted = (description: string) => quantity(description, { unit: 'layers', source: 'docs/atlas.md' });

/** The columns of an answer by the rule that was fitted to measured networks; meta.notes say what rule that is. */
export const FITTED_COLUMNS = {
  fitted_depth: fitted(
    'trainable depth by the rule that was fitted to trained networks, at most the depth at which q leaves float32; null where the theory has no scales, nothing limits it, or q falls to 0 or grows without bound by more than e^3.6 within that depth: no such network was measured, and those known train less than half as deep',
  ),
  fitted_low: fitted(
    'lower end of its 95 % interval, by how far held-out networks lay from the rule and by the intervals of its factors',
  ),
  fitted_high: fitted('upper end of its 95 % interval'),
  fitted_outside: z.string().nullable().meta({
    description:
      'what of the network and its settings lies beyond the networks that the rule was fitted to or has been right about: there it is a guess, and takes the factor of the nearest measured number, or of a name none; keep is the effective one, activation may be its parameters, and depth says that none was measured that trains so deep or so little; null: nothing',
  }),
};

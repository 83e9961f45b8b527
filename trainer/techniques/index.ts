import type { TRAINED_TECHNIQUES } from '../../schemas/names.ts';
import { bernoulli } from './bernoulli.ts';
import { gaussian } from './gaussian.ts';
import { none } from './none.ts';
import type { Technique } from './technique.ts';

/** Each technique that can be trained, by the name that plans use. */
export const techniques: Readonly<Record<(typeof TRAINED_TECHNIQUES)[number], Technique>> = {
  bernoulli,
  gaussian,
  none,
};

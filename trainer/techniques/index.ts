import type { TrainedTechnique } from '../../catalogue/techniques.ts';
import { advanced } from './advanced.ts';
import { alpha } from './alpha.ts';
import { bernoulli } from './bernoulli.ts';
import { beta } from './beta.ts';
import { concrete } from './concrete.ts';
import { gaussian } from './gaussian.ts';
import { ic } from './ic.ts';
import { none } from './none.ts';
import { tabu } from './tabu.ts';
import type { Technique } from './technique.ts';
import { uniform } from './uniform.ts';
import { vsd } from './vsd.ts';

/** Each technique that can be trained, by the name that plans use. */
export const techniques: Readonly<Record<TrainedTechnique, Technique>> = {
  none,
  bernoulli,
  gaussian,
  uniform,
  beta,
  concrete,
  tabu,
  vsd,
  advanced,
  alpha,
  ic,
};

import type { TrainedTechnique } from '../../catalogue/techniques.ts';
import { advanced } from './advanced.ts';
import { alpha, bernoulli, beta, concrete, dropconnect, gaussian, none, tabu, uniform } from './factors.ts';
import { ic } from './ic.ts';
import type { Technique } from './technique.ts';
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
  dropconnect,
  ic,
};

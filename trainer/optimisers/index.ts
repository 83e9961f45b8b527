import type { OptimiserName } from '../../catalogue/training.ts';
import { adam, adamw } from './adam.ts';
import { momentum } from './momentum.ts';
import { nesterov } from './nesterov.ts';
import { novograd } from './novograd.ts';
import type { Optimiser } from './optimiser.ts';
import { rmsprop } from './rmsprop.ts';
import { sgd } from './sgd.ts';

/** Each optimiser, by the name that plans use. */
export const optimisers: Readonly<Record<OptimiserName, Optimiser>> = {
  sgd,
  momentum,
  nesterov,
  rmsprop,
  adam,
  adamw,
  novograd,
};

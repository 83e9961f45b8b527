import type { Technique } from '../noise.ts';
import { advanced } from './advanced.ts';
import { alpha } from './alpha.ts';
import { bernoulli } from './bernoulli.ts';
import { beta } from './beta.ts';
import { concrete } from './concrete.ts';
import { dropconnect } from './dropconnect.ts';
import { gaussian } from './gaussian.ts';
import { ic } from './ic.ts';
import { none } from './none.ts';
import { tabu } from './tabu.ts';
import { uniform } from './uniform.ts';
import { vsd } from './vsd.ts';

/** The noise techniques that the theory covers, by name. */
export const TECHNIQUES = {
  bernoulli,
  none,
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
} as const satisfies Record<string, Technique>;

/** The name of a noise technique. */
export type TechniqueName = keyof typeof TECHNIQUES;

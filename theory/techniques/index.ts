import type { Technique } from '../noise.ts';
import { bernoulli } from './bernoulli.ts';
import { none } from './none.ts';

/** The noise techniques that the theory covers, by name. */
export const TECHNIQUES = { bernoulli, none } as const satisfies Record<string, Technique>;

/** The name of a noise technique. */
export type TechniqueName = keyof typeof TECHNIQUES;

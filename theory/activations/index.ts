import type { Activation } from '../activation.ts';
import { erf } from './erf.ts';
import { linear } from './linear.ts';
import { relu } from './relu.ts';
import { tanh } from './tanh.ts';

/** The activations that the theory covers, by name. */
export const ACTIVATIONS = { linear, relu, tanh, erf } as const satisfies Record<string, Activation>;

/** The name of an activation. */
export type ActivationName = keyof typeof ACTIVATIONS;

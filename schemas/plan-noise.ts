import * as z from 'zod';
import { NOISE_PARAMETERS } from './network.ts';

/** The plan's form of a technique's number, as the queries name it. */
const noiseNumber = (name: keyof typeof NOISE_PARAMETERS) => {
  const { min, max, about } = NOISE_PARAMETERS[name];
  return z.number().min(min).max(max).optional().describe(about);
};

/** What a plan may say of its technique besides keep; which technique takes what is in TECHNIQUE_NUMBERS. */
export const PLAN_NOISE = {
  noise_variance: noiseNumber('noise_variance'),
  noise_low: noiseNumber('noise_low'),
  noise_high: noiseNumber('noise_high'),
  noise_a: noiseNumber('noise_a'),
  noise_b: noiseNumber('noise_b'),
  noise_temperature: z
    .number()
    .min(1e-6)
    .max(100)
    .optional()
    .describe('concrete: temperature (default 0.1).'),
  noise_tenure: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .describe('tabu: steps for which a unit is protected after it was dropped (default 1).'),
  noise_mean_alpha: noiseNumber('noise_mean_alpha').describe(
    'vsd: mean over the units of the noise variances alpha, at the start.',
  ),
  noise_mu: noiseNumber('noise_mu').describe(
    'advanced: mean of the logit of the mask, about which it starts (default 0).',
  ),
  noise_sigma: z
    .number()
    .gt(0)
    .max(10_000)
    .optional()
    .describe(
      'advanced: standard deviation of the logit of the mask, about which it starts (default softplus(1.2)).',
    ),
  noise_reflections: z.int().min(1).max(5).optional().describe('vsd: Householder reflections (default 2).'),
  noise_kl: z
    .number()
    .min(0)
    .max(1e6)
    .optional()
    .describe(
      'vsd, advanced: weight of the KL divergence, over the number of training images (default 1 for vsd, 0 for advanced).',
    ),
  noise_learning_rate: z
    .number()
    .positive()
    .max(100)
    .optional()
    .describe(
      'vsd, advanced: learning rate of their own parameters (default that of the plan; advanced 1e-4).',
    ),
  noise_official_init: z
    .boolean()
    .optional()
    .describe(
      'advanced: initial weights as published at any width (default false: above 512 units smaller by 512 / units).',
    ),
};

/** The names of what a plan may say of its technique. */
export const PLAN_NOISE_NAMES = Object.keys(PLAN_NOISE) as (keyof typeof PLAN_NOISE)[];

import * as z from 'zod';
import { TECHNIQUE_NUMBERS, type TRAINED_TECHNIQUES } from './names.ts';
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

type Noisy = {
  readonly network: { readonly technique: (typeof TRAINED_TECHNIQUES)[number] } & {
    readonly [name in keyof typeof PLAN_NOISE]?: number | boolean | undefined;
  };
  readonly evaluation: { readonly recalibrate?: boolean | undefined };
};

/**
 * What is wrong with what a plan says of its technique.
 *
 * @param plan a plan whose members are right one by one
 * @example noiseIssues(plan).map(({ message }) => message)
 */
export function noiseIssues({ network, evaluation }: Noisy): { path: string[]; message: string }[] {
  const { technique, noise_low = 1, noise_high = 1 } = network;
  const { numbers, training = [] } = TECHNIQUE_NUMBERS[technique];
  const own: readonly string[] = [...numbers, ...training];
  const issues: { path: string[]; message: string }[] = PLAN_NOISE_NAMES.filter(
    (name) => name in network && !own.includes(name),
  ).map((name) => ({
    path: ['network', name],
    message: `The technique "${technique}" takes no ${name}.`,
  }));
  if (noise_low > noise_high || (noise_low === 0 && noise_high === 0))
    issues.push({
      path: ['network', 'noise_low'],
      message:
        'noise_low must be at most noise_high (each is 1 where it is left out), and not both of them 0.',
    });
  if (evaluation.recalibrate !== undefined && technique !== 'ic')
    issues.push({
      path: ['evaluation', 'recalibrate'],
      message: `The technique "${technique}" has no running statistics.`,
    });
  return issues;
}

import * as z from 'zod';
import type { Range } from '../catalogue/range.ts';
import {
  type LayerOp,
  NOISE_PARAMETERS,
  NOISE_TRAINING_PARAMETERS,
  noiseNumbers,
  TECHNIQUE_ENTRIES,
  type TrainedTechnique,
} from '../catalogue/techniques.ts';

/** The plan's form of a technique's number, as the queries name it. */
const number = ({ min, max, above, smallest, whole, about }: Range) => {
  const kind = whole ? z.int() : z.number();
  const bounded = (above && smallest === undefined ? kind.gt(min) : kind.min(smallest ?? min)).max(max);
  return bounded.optional().describe(about);
};

const { temperature, tenure, mean_alpha, mu, sigma, ...plain } = NOISE_PARAMETERS;
const { reflections, kl, learning_rate, published_init } = NOISE_TRAINING_PARAMETERS;

/** What a plan may say of its technique besides keep; which technique takes what is in its entry of the catalogue. */
export const PLAN_NOISE = {
  noise_variance: number(plain.variance),
  noise_low: number(plain.low),
  noise_high: number(plain.high),
  noise_a: number(plain.a),
  noise_b: number(plain.b),
  noise_temperature: number(temperature).describe('concrete: temperature (default 0.1).'),
  noise_tenure: number(tenure).describe(
    'tabu: steps for which a unit is protected after it was dropped (default 1).',
  ),
  noise_mean_alpha: number(mean_alpha).describe(
    'vsd: mean over the units of the noise variances alpha, at the start.',
  ),
  noise_mu: number(mu).describe(
    'advanced: mean of the logit of the mask, about which it starts (default 0).',
  ),
  // (training starts from its logarithm)
  noise_sigma: number({ ...sigma, above: true }).describe(
    'advanced: standard deviation of the logit of the mask, about which it starts (default softplus(1.2)).',
  ),
  noise_reflections: number(reflections),
  noise_kl: number(kl),
  noise_learning_rate: number(learning_rate),
  noise_published_init: z.boolean().optional().describe(published_init.about),
};

/** The names of what a plan may say of its technique. */
export const PLAN_NOISE_NAMES = Object.keys(PLAN_NOISE) as (keyof typeof PLAN_NOISE)[];

type Noisy = {
  readonly network: {
    readonly technique: TrainedTechnique;
    readonly ops?: readonly LayerOp[] | undefined;
  } & {
    readonly [name in keyof typeof PLAN_NOISE]?: number | boolean | undefined;
  };
  readonly evaluation: { readonly recalibrate?: boolean | undefined };
};

/** What is wrong with what a plan says of its technique. */
export function noiseIssues({ network, evaluation }: Noisy): { path: string[]; message: string }[] {
  const { technique, ops = [], noise_low = 1, noise_high = 1 } = network;
  const { training = {} } = TECHNIQUE_ENTRIES[technique];
  const own: readonly string[] = [
    ...noiseNumbers(technique),
    ...Object.keys(training).map((name) => `noise_${name}`),
  ];
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
  if (evaluation.recalibrate !== undefined && technique !== 'ic' && !ops.includes('norm'))
    issues.push({
      path: ['evaluation', 'recalibrate'],
      message: 'There are no running statistics without a batch norm: technique ic, or "norm" in ops.',
    });
  return issues;
}

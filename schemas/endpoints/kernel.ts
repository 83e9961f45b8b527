import * as z from 'zod';
import { quantity } from '../endpoint.ts';
import {
  ACTIVATION_COLUMN,
  ACTIVATION_PARAMETER_COLUMNS,
  ACTIVATION_QUERY,
  checkFormula,
} from '../network.ts';
import { choice, numbers } from '../parameters.ts';

const POOLE = 'Poole et al. 2016, "Exponential expressivity in deep neural networks through transient chaos"';

/** `GET /v1/kernel`: Gaussian averages of an activation. */
export const kernelContract = {
  name: 'kernel',
  tag: 'theory',
  summary: 'Gaussian averages of an activation, and its gains',
  description:
    'Averages over two pre-activations u, v with variance q (v with q_b, if given) and correlation c. Gains are weight scales sigma_w; sigma_w2 is their square.',
  query: z
    .strictObject({
      ...ACTIVATION_QUERY,
      q: numbers({ min: 1e-12, max: 1e12 }, 'Variance of the pre-activations.').default([1]),
      q_b: numbers(
        { min: 1e-12, max: 1e12 },
        'Variance of the second pre-activation, if it has one of its own.',
      ).optional(),
      c: numbers({ min: -1, max: 1 }, 'Correlation of two pre-activations.').default([1]),
      errors: choice(
        ['yes', 'no'],
        'Whether to compare with a second, finer rule and say how far apart they are (default no).',
      ).default('no'),
    })
    .superRefine((given, context) => {
      checkFormula(given, context);
      const { errors, q_b } = given;
      if (errors === 'yes' && q_b)
        context.addIssue({
          code: 'custom',
          path: ['errors'],
          message: 'The second rule is for two pre-activations of one variance: leave errors or q_b out.',
        });
    }),
  row: z
    .object({
      activation: ACTIVATION_COLUMN,
      ...ACTIVATION_PARAMETER_COLUMNS,
      q: z.number().meta({ description: 'variance of the pre-activations' }),
      q_b: z
        .number()
        .optional()
        .meta({ description: 'variance of the second pre-activation (where the query gives it)' }),
      c: z.number().meta({ description: 'correlation of the two pre-activations' }),
      mean: quantity('E[φ(u)]'),
      second_moment: quantity('E[φ(u)²]', { source: POOLE }),
      derivative_second_moment: quantity('E[φ′(u)²]', { source: POOLE }),
      kernel: quantity('E[φ(u) φ(v)]', { source: POOLE }),
      derivative_kernel: quantity('E[φ′(u) φ′(v)]; null where it is infinite', { source: POOLE }),
      error: z.number().optional().meta({
        description:
          'largest relative difference of the averages from those of a second, finer rule (with errors=yes)',
      }),
      gain_inverse_std: quantity('1 / std φ(u): the output has variance 1; null where φ is constant', {
        source:
          'Brock et al. 2021, "Characterizing signal propagation to close the performance gap in unnormalized ResNets"',
      }),
      gain_second_moment: quantity('1 / √E[φ(u)²]: the next layer keeps the variance 1', {
        source: 'He et al. 2015, "Delving deep into rectifiers"',
      }),
      gain_chi_1: quantity('1 / √E[φ′(u)²]: the squared gradient keeps its size', { source: POOLE }),
    })
    .meta({ id: 'KernelRow' }),
  formats: ['json', 'csv', 'npy', 'txt', 'svg'],
  field: 'kernel',
  notes: [],
  examples: [
    { activation: 'gelu', q: '1', c: '0..1/11' },
    { activation: 'tanh', q: '0.5,1,2', input_scale: '0.5' },
    { activation: 'tanh', q: '1', q_b: '4', c: '-0.5,0,0.5' },
  ],
} as const;

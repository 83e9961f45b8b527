import type { Activation } from '../activation.ts';
import { ParameterError } from '../parameter-error.ts';
import { elu } from './elu.ts';
import { relu } from './relu.ts';
import { wrap } from './wrap.ts';

const alpha = { default: 1, min: 0, max: 10 } as const;

/** Smaller alphas, but for 0, would underflow where they are squared twice. */
const SMALLEST = 1e-6;

const withAlpha = (values: Readonly<Record<string, number>>): Activation => {
  const a = values.alpha ?? alpha.default;
  if (a !== 0 && a < SMALLEST)
    throw new ParameterError('alpha', 'out_of_range', `alpha of celu must be 0, or at least ${SMALLEST}.`, {
      min: SMALLEST,
    });
  return {
    ...(a === 0 ? relu : wrap(elu, { input_scale: 1 / a, output_scale: a })),
    input_scale: 1,
    name: 'celu',
    formula: 'x for x > 0, alpha (exp(x/alpha) − 1) for x < 0',
    reference: 'Barron 2017; the averages of elu',
    parameters: { alpha },
    at: withAlpha,
  };
};

/**
 * The exponential linear unit with a continuous derivative: alpha elu(x/alpha), alpha being 1 by default.
 *
 * @see Barron 2017, "Continuously differentiable exponential linear units"
 * @example celu.at?.({ alpha: 2 }).phi(-2) // 2 (1/e − 1) = −1.26424111…
 */
export const celu: Activation = withAlpha({});

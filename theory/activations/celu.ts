import type { Activation } from '../activation.ts';
import { elu } from './elu.ts';
import { relu } from './relu.ts';
import { wrap } from './wrap.ts';

const alpha = { default: 1, min: 0, max: 10 } as const;

/** Below this alpha what is left of φ for x < 0 is nothing. */
const NOTHING = 1e-6;

const withAlpha = (values: Readonly<Record<string, number>>): Activation => {
  const a = values.alpha ?? alpha.default;
  return {
    ...(a < NOTHING ? relu : wrap(elu, { input_scale: 1 / a, output_scale: a })),
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

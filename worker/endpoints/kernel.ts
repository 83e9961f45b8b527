import { kernelContract } from '../../schemas/endpoints/kernel.ts';
import { activationAt, averageErrors, gainsOf, plainMean, plainSquare } from '../../theory/index.ts';
import { KERNEL_ERRORS } from '../prices.ts';
import { networkCost } from '../work.ts';
import { activationParametersOf } from './activation-parameters.ts';
import { endpoint } from './endpoint.ts';

/** `GET /v1/kernel`: Gaussian averages of an activation, and its gains. */
export const kernelEndpoint = endpoint(kernelContract, {
  cost: ({ activation, errors, input_shift, q }) => ({
    rows: 1,
    work: errors === 'yes' ? KERNEL_ERRORS : networkCost({ activation, input_shift, sigma_b2: q }),
  }),
  answer: ({ activation: name, q, c, errors, ...rest }) => {
    const activation = activationAt(name, activationParametersOf(rest));
    const moments = activation.moments(q);
    const square = plainSquare(activation, q, moments);
    const { gap, slope } = c < 1 ? activation.pair(q)(1 - c) : { gap: 0, slope: moments.slope2 };
    const { inverse_std, second_moment, chi_1 } = gainsOf(activation, q);
    return [
      {
        mean: plainMean(activation, q, moments),
        second_moment: square,
        derivative_second_moment: moments.slope2,
        kernel: square - q * gap,
        derivative_kernel: slope,
        ...(errors === 'yes' && {
          // (at c = 0 and ±1 the averages of two inputs are products or averages of one)
          error: largest(averageErrors(activation, q, c !== 0 && Math.abs(c) < 1 ? 1 - c : undefined)),
        }),
        gain_inverse_std: inverse_std,
        gain_second_moment: finite(second_moment),
        gain_chi_1: finite(chi_1),
      },
    ];
  },
});

const largest = (errors: object) => Math.max(...(Object.values(errors) as number[]));

const finite = (x: number) => (Number.isFinite(x) ? x : null);

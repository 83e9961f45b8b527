import { activationFromQuery } from '../../networks/from-query.ts';
import { kernelContract } from '../../schemas/endpoints/kernel.ts';
import { averageErrors, computeGains, computeKernel, plainMean, plainSquare } from '../../theory/index.ts';
import { endpoint } from './endpoint.ts';

/** `GET /v1/kernel`: Gaussian averages of an activation, and its gains. */
export const kernelEndpoint = endpoint(kernelContract, {
  answer: ({ q, q_b = q, c, errors, ...query }) => {
    const { phi: activation } = activationFromQuery(query);
    const moments = activation.moments(q);
    const square = plainSquare(activation, q, moments);
    const { product, slope } =
      q_b !== q || c < 1 ? computeKernel(activation, q, c, q_b) : { product: square, slope: moments.slope2 };
    const { inverse_std, second_moment, chi_1 } = computeGains(activation, q);
    return [
      {
        mean: plainMean(activation, q, moments),
        second_moment: square,
        derivative_second_moment: moments.slope2,
        kernel: product,
        derivative_kernel: slope,
        ...(errors === 'yes' && {
          // (at c = 0 and ±1 the averages of two inputs are products or averages of one)
          error: findLargest(averageErrors(activation, q, c !== 0 && Math.abs(c) < 1 ? 1 - c : undefined)),
        }),
        gain_inverse_std: inverse_std,
        gain_second_moment: toFinite(second_moment),
        gain_chi_1: toFinite(chi_1),
      },
    ];
  },
});

const findLargest = (errors: object) => Math.max(...(Object.values(errors) as number[]));

const toFinite = (x: number) => (Number.isFinite(x) ? x : null);

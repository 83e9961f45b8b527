import { describe, expect, it } from 'vitest';
import { depthScalesContract } from '../../schemas/endpoints/depth-scales.ts';
import { kernelContract } from '../../schemas/endpoints/kernel.ts';
import { endpoint, expand } from './endpoint.ts';

const numbers = {
  mean: 0,
  second_moment: 1,
  derivative_second_moment: 1,
  kernel: 1,
  derivative_kernel: null,
  gain_inverse_std: 1,
  gain_second_moment: 1,
  gain_chi_1: 1,
};

/** What tsc accepts and refuses here is the test: an error that is expected and missing is an error. */
describe('the rows of a handler', () => {
  it('have the columns of the contract', () => {
    const accepted = endpoint(kernelContract, { answer: ({ q }) => [{ ...numbers, mean: q }] });
    expect(accepted.contract.name).toBe('kernel');
    // @ts-expect-error a column of another type
    endpoint(kernelContract, { answer: () => [{ ...numbers, mean: 'x' }] });
    // @ts-expect-error a column of another type, and the others are missing
    endpoint(depthScalesContract, { answer: () => [{ q_star: 'x' }] });
    const { kernel: _, ...fewer } = numbers;
    // @ts-expect-error a column is missing
    endpoint(kernelContract, { answer: () => [fewer] });
    // @ts-expect-error a column that the contract does not have
    endpoint(kernelContract, { answer: () => [{ ...numbers, kernels: 1 }] });
    const other = { ...numbers, kernels: 1 };
    // @ts-expect-error a column that the contract does not have, from elsewhere
    endpoint(kernelContract, { answer: () => [other] });
  });
});

describe('the combinations of lists', () => {
  it('varies the last name fastest', () => {
    expect(
      [...expand<number | string>({ a: [1, 2], b: ['x', 'y', 'z'] }, ['a', 'b'])].map(
        ({ a, b }) => `${a}${b}`,
      ),
    ).toEqual(['1x', '1y', '1z', '2x', '2y', '2z']);
  });

  it('has one empty combination of nothing, and none with an empty list', () => {
    expect([...expand({}, [])]).toEqual([{}]);
    expect([...expand({ a: [1], b: [] }, ['a', 'b'])]).toEqual([]);
  });
});

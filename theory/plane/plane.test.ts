import { describe, expect, test } from 'vitest';
import { PLANE_MEASURES } from '../../catalogue/queries.ts';
import { depthScales } from '../depth-scales.ts';
import { plainNetwork } from '../network.ts';
import { type PlaneAxis, plane } from './plane.ts';

const line = (from: number, to: number, count: number) =>
  Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));

const sigma_w2: PlaneAxis = { name: 'sigma_w2', values: line(0.5, 4, 40) };
const sigma_b2: PlaneAxis = { name: 'sigma_b2', values: line(0, 0.5, 30) };
const keep: PlaneAxis = { name: 'keep', values: line(0.5, 1, 30) };
const base = { technique: 'bernoulli', mask: 'independent', q0: 1 } as const;

describe.each([
  ['tanh', PLANE_MEASURES],
  ['erf', PLANE_MEASURES],
  ['hard_tanh', PLANE_MEASURES],
  ['relu', PLANE_MEASURES],
  ['linear', PLANE_MEASURES],
] as const)('a plane of %s', (activation, measures) => {
  test.each([
    ['sigma_b2 at keep 0.95', { ...base, activation, keep: 0.95 }, sigma_b2],
    ['sigma_b2 without noise', { ...base, activation, keep: 1 }, sigma_b2],
    ['keep', { ...base, activation, sigma_b2: 0.05 }, keep],
    ['keep with a shared mask', { ...base, activation, sigma_b2: 0.05, mask: 'shared' as const }, keep],
  ])('agrees with the exact answers: %s', (_, fixed, y) => {
    for (const measure of measures) {
      const values = plane(plainNetwork({ sigma_w2: 1, sigma_b2: 0, ...fixed }), sigma_w2, y, measure);
      for (let k = 0; k < values.length; k += 37) {
        const [i, j] = [Math.floor(k / 40), k % 40];
        const input = {
          sigma_b2: 0,
          ...fixed,
          sigma_w2: sigma_w2.values[j] as number,
          [y.name]: y.values[i],
        };
        const exact = depthScales(plainNetwork(input))[measure];
        if (exact === null) expect(values[k]).toBeNaN();
        else {
          const scale = measure.startsWith('xi') ? exact * Math.max(1, exact) : 1;
          expect(Math.abs((values[k] as number) - exact)).toBeLessThanOrEqual(1e-6 * Math.max(scale, exact));
        }
      }
    }
  });
});

test('an activation whose q can settle at two values is answered exactly', () => {
  const values = plane(
    plainNetwork({ ...base, activation: 'silu', keep: 1, sigma_w2: 1, sigma_b2: 0 }),
    { name: 'sigma_w2', values: [2, 2.05] },
    {
      name: 'sigma_b2',
      values: [0.05],
    },
    'q_star',
  );
  expect(values[1]).toBeCloseTo(0.1115531, 6);
});

test('bad input is refused as by depthScales', () => {
  const x: PlaneAxis = { name: 'sigma_w2', values: [-1] };
  const network = plainNetwork({ ...base, activation: 'tanh', sigma_w2: 1, sigma_b2: 0 });
  expect(() => plane(network, x, keep, 'xi_2')).toThrow(RangeError);
});

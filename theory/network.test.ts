import { expect, test } from 'vitest';
import {
  type Block,
  changeKeep,
  hasDepthScales,
  type PlainStack,
  plainBlock,
  plainNetwork,
  readKeeps,
  readNoise,
  readPlainBlock,
  readPlainLayer,
  varyNetwork,
} from './network.ts';
import { readLayers } from './trajectory/layers.ts';

const stack: PlainStack = {
  ...{ activation: 'leaky_relu', slope: 0.2, technique: 'bernoulli', keep: 0.9, mask: 'independent' },
  ...{ sigma_w2: 1.8, sigma_b2: 0.05, q0: 1 },
};

test('a plain layer is activation, noise, weights; an IC layer normalises before its noise', () => {
  const { blocks } = plainNetwork(stack);
  const [layer] = blocks as Exclude<typeof blocks, (...args: never) => unknown>;
  expect(layer).toMatchObject({ a2: 0, b2: 1 });
  expect(layer?.ops.map(({ op }) => op)).toEqual(['activation', 'noise', 'linear']);
  const ic = plainNetwork({ ...stack, technique: 'ic', carry: 1, branch: 0.5 });
  expect(readPlainLayer(ic)).toMatchObject({ batch_norm: true, carry: 1, branch: 0.5 });
  expect(plainBlock(readPlainLayer(ic))).toEqual(ic.blocks);
  expect([plainNetwork(stack), ic].map(hasDepthScales)).toEqual([true, false]);
});

test('a keep is null for a technique without one, and where parameters stand in its place', () => {
  expect(readNoise({ technique: 'bernoulli', drop: 0.25 }).keep).toBe(0.75);
  expect(readNoise({ technique: 'bernoulli' }).keep).toBe(1);
  expect(readNoise({ technique: 'none' }).keep).toBeNull();
  const own = readNoise({ technique: 'gaussian', noise_variance: 0.25 });
  expect([own.keep, own.noise.s2]).toEqual([null, 1.25]);
  expect(changeKeep(own, { keep: 0.5 })).toBe(own);
  expect(changeKeep(readNoise({ technique: 'gaussian', keep: 0.9 }), { keep: 0.5 }).noise.s2).toBe(2);
});

test('a schedule makes the blocks depend on layer and depth, equal ones being one object', () => {
  const network = plainNetwork({ ...stack, schedule: 'step_early', depth: 4 });
  expect(readKeeps(network)).toEqual([0.8, 0.8, 1, 1]);
  expect(readKeeps({ ...network, depth: 2 })).toEqual([0.8, 1]);
  const { layers } = readLayers(network);
  expect(layers[0]).toBe(layers[1]);
  expect(() => readPlainLayer(network)).toThrow('equal');
  expect(hasDepthScales(network)).toBe(false);
  expect(() => readKeeps(plainNetwork({ ...stack, keep: 0.5, schedule: 'step_early', depth: 4 }))).toThrow(
    'whole layer',
  );
});

test('data are read by weights of their own, with noise where they have some', () => {
  const data = { ...stack, reads_data: true, depth: 3 };
  expect(readKeeps(plainNetwork(data))).toEqual([null, 0.9, 0.9]);
  expect(readKeeps(plainNetwork({ ...data, input_keep: 0.7 }))).toEqual([0.7, 0.9, 0.9]);
  expect(readKeeps(plainNetwork({ ...data, input_noise: true }))).toEqual([0.9, 0.9, 0.9]);
  const given = plainNetwork({ ...data, keep_per_layer: [0.6, 0.7, 0.8] });
  expect(readKeeps(given)).toEqual([0.6, 0.7, 0.8]);
  expect(readLayers(given).layers.map(({ noise }) => noise.s2)).toEqual([1 / 0.6, 1 / 0.7, 1 / 0.8]);
});

test('numbers are replaced in every layer', () => {
  const varied = varyNetwork(plainNetwork({ ...stack, schedule: 'step_late', depth: 2 }), { sigma_w2: 3 });
  expect(readLayers(varied).layers.map(({ sigma_w2 }) => sigma_w2)).toEqual([3, 3]);
  expect(readPlainLayer(varyNetwork(plainNetwork(stack), { keep: 0.5 })).noise.noise.s2).toBe(2);
  expect(() => varyNetwork(plainNetwork(stack), { sigma_w2: -1 })).toThrow('sigma_w2');
});

test('what it cannot be is refused', () => {
  for (const [wrong, message] of [
    [{ sigma_w2: -1 }, 'sigma_w2'],
    [{ q0: 0 }, 'q0'],
    [{ carry: -1 }, 'carry'],
    [{ keep: 0 }, 'keep'],
    [{ alpha: 1 }, 'no parameter "alpha"'],
    [{ technique: 'beta', keep: undefined, schedule: 'step_late' }, 'takes no keep'],
    [{ technique: 'dropout' }, 'Unknown technique'],
  ] as [object, string][])
    expect(() => plainNetwork({ ...stack, ...wrong }), message).toThrow(message);
  expect(() => readPlainBlock([])).toThrow('plain layer');
  const [layer] = plainNetwork(stack).blocks as ReturnType<typeof plainBlock>;
  if (layer) expect(() => readPlainBlock([layer, layer])).toThrow('plain layer');
});

test('a stack may have other operations, and its noise goes by the schedule wherever it stands', () => {
  const ops = ['norm', 'activation', 'noise', 'linear'] as const;
  const { blocks } = plainNetwork({ ...stack, ops, carry: 1, branch: 0.25 });
  expect(blocks).toEqual([{ a2: 1, b2: 0.25, ops: expect.anything() }]);
  expect((blocks as Block)[0]?.ops.map(({ op }) => op)).toEqual(ops);
  expect(() => readPlainBlock(blocks as Block)).toThrow('plain layer');
  const twice = plainNetwork({
    ...{ ...stack, keep: 0.9, schedule: 'step_early', depth: 4 },
    ops: ['noise', 'activation', 'noise', 'linear'],
  });
  expect(readKeeps(twice)).toEqual([0.8, 0.8, 1, 1]);
  const plain = plainNetwork({ ...stack, ops: ['activation', 'noise', 'linear'] });
  expect(JSON.stringify(plain)).toBe(JSON.stringify(plainNetwork(stack)));
  const written = ['activation', 'norm', 'noise', 'linear'] as const;
  expect(readPlainLayer(plainNetwork({ ...stack, ops: written })).batch_norm).toBe(true);
  expect(() => plainNetwork({ ...stack, technique: 'ic', ops: written })).toThrow('leave ops out');
});

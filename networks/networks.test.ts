import { expect, test } from 'vitest';
import { settingsOf } from '../schemas/grid.ts';
import type { Plan } from '../schemas/plan.ts';
import { type Block, depthScales, readKeeps, readLayers, readPlainLayer } from '../theory/index.ts';
import { networkFromPlan, networkFromSettings, type PlanSettings } from './from-plan.ts';
import { networkFromQuery } from './from-query.ts';

const settings = { activation: 'tanh', technique: 'bernoulli', init: 'gaussian' } satisfies PlanSettings;
const point = { depth: 4, sigma_w2: 1.76, sigma_b2: 0.05, keep: 0.95, width: 100 };

test('a query and a plan that mean the same layers make the same layers', () => {
  const asked = networkFromQuery({
    ...settings,
    init: undefined,
    sigma_w2: 1.76,
    sigma_b2: 0.05,
    keep: 0.95,
  });
  const trained = networkFromSettings(settings, point);
  expect(readPlainLayer(trained)).toEqual(readPlainLayer(asked));
  expect(depthScales(trained)).toEqual(depthScales(asked));
});

test('a trained network reads images, and its last weights read out', () => {
  const network = networkFromSettings(settings, point);
  expect(network).toMatchObject({ depth: 4, width: 100, mask: 'independent' });
  expect(network.stem.ops.map(({ op }) => op)).toEqual(['linear']);
  // noise after each of four hidden activations
  expect(readKeeps(network)).toEqual([null, 0.95, 0.95, 0.95, 0.95]);
  expect(readLayers(network).layers).toHaveLength(5);
  const spread = networkFromSettings({ ...settings, schedule: 'step_late', noise_on_input: true }, point);
  expect(readKeeps(spread).map((keep) => Number(keep?.toFixed(12)))).toEqual([0.95, 1, 1, 0.9, 0.9]);
});

test('a plan fixes what its point leaves out', () => {
  const network = networkFromPlan(
    {
      network: { ...settings, width: 50, sigma_b2: 0.1, residual: { carry: 1, branch: 0.5 } } as never,
      training: {} as never,
    },
    { depth: 3, sigma_w2: 2, keep: 0.9 },
  );
  expect(network.width).toBe(50);
  expect(readPlainLayer(network)).toMatchObject({ sigma_b2: 0.1, carry: 1, branch: 0.5 });
});

test('an initialiser has variances of its own, in layers of the width', () => {
  const variances = (init: PlanSettings['init'], sigma_w2: number) => {
    const layer = readPlainLayer(networkFromSettings({ ...settings, init }, { ...point, sigma_w2 }));
    return [layer.sigma_w2, layer.sigma_b2];
  };
  // PyTorch's linear layer: weights and biases uniform within 1/√fan_in
  expect(variances('torch_default', 1)).toEqual([1 / 3, 1 / 300]);
  expect(variances('kaiming_normal', 1.5)).toEqual([1.5, 0]);
  const query = { activation: 'relu', technique: 'none', init: 'torch_default' } as const;
  const asked = readPlainLayer(networkFromQuery({ ...query, width: 100 }));
  expect([asked.sigma_w2, asked.sigma_b2]).toEqual([1 / 3, 1 / 300]);
  expect(readPlainLayer(networkFromQuery(query, { width: 200 })).sigma_b2).toBe(1 / 600);
  expect(readPlainLayer(networkFromQuery({ ...query, width: 100, sigma_b2: 0.5 })).sigma_b2).toBe(0.5);
});

test('numbers of a technique stand in place of its keep', () => {
  const noise = (own: object, technique: PlanSettings['technique']) =>
    readPlainLayer(networkFromSettings({ ...settings, technique, ...own }, { ...point, keep: 1 })).noise;
  expect(noise({ noise_variance: 0.25 }, 'gaussian')).toMatchObject({ keep: null, noise: { s2: 1.25 } });
  expect(noise({ noise_a: 2, noise_b: 1 }, 'beta').parameters).toEqual({ a: 2, b: 1 });
});

test('a network that reads data starts where they are', () => {
  const query = { activation: 'relu', technique: 'bernoulli', keep: 0.9, sigma_w2: 2, depth: 3 } as const;
  const network = networkFromQuery(query, { data: { mean_square: 0.5, cosine: 0.3 } });
  expect(network).toMatchObject({ depth: 2, stem: { q0: 0.5, c0: 0.3 } });
  expect(
    readKeeps(networkFromQuery({ ...query, input_keep: 0.8 }, { data: { mean_square: 1, cosine: 0 } })),
  ).toEqual([0.8, 0.9, 0.9]);
});

test('the operations of a block are those of the plan, or of the settings of its grid', () => {
  const ops: Plan['network']['ops'] = ['norm', 'activation', 'linear', 'activation', 'noise', 'linear'];
  const network: Plan['network'] = { ...settings, width: 100, ops, residual: { carry: 1, branch: 0.5 } };
  const plan = { network, training: {} as never };
  const planned = networkFromPlan(plan, point);
  const [block] = planned.blocks as Block;
  expect(block?.ops.map(({ op }) => op)).toEqual(ops);
  expect([block?.a2, block?.b2]).toEqual([1, 0.5]);
  expect(planned.stem.ops.map(({ op }) => op)).toEqual(['linear']);
  const listed = settingsOf({ ...plan, data: {}, evaluation: {} } as never) as unknown as PlanSettings;
  expect(networkFromSettings(listed, point)).toEqual(planned);
  expect(() => readPlainLayer(planned)).toThrow('plain layer');
});

test('the images of a step share the mask of dropconnect', () => {
  expect(networkFromSettings({ ...settings, technique: 'dropconnect' }, point).mask).toBe('shared');
});

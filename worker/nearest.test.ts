import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { Sought } from '../answers/measured/family.ts';
import type { Grid } from '../schemas/grid.ts';
import type { Bindings } from './environment.ts';
import { Measurements } from './measured/nearest.ts';
import { call, put } from './testing/api.ts';
import { sampleGrid } from './testing/sample-grid.ts';

type Changes = { data?: 'mnist' | 'cifar10'; network?: object; training?: object };

/** Publishes made-up networks of softsign, which no shipped grid has; those up to `deepest` train. */
async function publish(id: string, deepest: number, { data = 'mnist', network, training }: Changes = {}) {
  const { meta } = sampleGrid(id);
  const plan = {
    ...meta.plan,
    data: { ...meta.plan.data, name: data },
    axes: { depth: [5, 10, 20, 40], sigma_w2: [1, 2] },
    network: { ...meta.plan.network, width: 100, activation: 'softsign', ...network },
    training: { ...meta.plan.training, steps: 500, ...training },
  } as Grid['meta']['plan'];
  const [row] = sampleGrid(id).rows as [Grid['rows'][number]];
  const rows = [5, 10, 20, 40].flatMap((depth) =>
    [1, 2].map((sigma_w2) => ({
      ...row,
      ...{ depth, sigma_w2, keep: plan.network.keep ?? 1 },
      steps: plan.training.steps,
      train_accuracy: depth <= deepest ? 0.9 : 0.1,
    })),
  );
  const body = { id, meta: { ...meta, plan, data: { ...meta.data, name: data } }, rows };
  expect([id, (await put(id, JSON.stringify(body))).status]).toEqual([id, 201]);
}

const ask = async (query: string, activation = 'softsign') => {
  const response = await call(
    `/v1/trainable-depth?activation=${activation}&sigma_b2=0.05&field=all&${query}`,
  );
  expect(response.status).toBe(200);
  return ((await response.json()) as { rows: [Record<string, unknown>] }).rows[0];
};

const usual = { data: 'mnist', width: 100, optimiser: 'sgd', steps: 500, batch: 100, init: 'gaussian' };

const nearest = async (settings: object, own: Partial<Sought> = {}) => {
  const sought = {
    activation: 'softsign',
    technique: 'bernoulli',
    sigma_w2: 2,
    sigma_b2: 0.05,
    keep: 0.95,
  } as const;
  const measurements = new Measurements(env as Bindings);
  await measurements.read([sought.activation]);
  const found = measurements.nearest({
    ...sought,
    ...own,
    settings: { ...usual, accuracy_threshold: 0.5, ...settings },
  });
  return found?.grid.id;
};

describe('the nearest measurement', () => {
  it('is looked for among what was trained alike, then nearby, then at the best learning rate', async () => {
    await publish('usual', 10);
    await publish('usual-slower', 20, { training: { learning_rate: 0.01 } });
    await publish('usual-adam', 20, { training: { optimiser: 'adam' } });
    await publish('short', 20, { training: { steps: 100 } });
    await publish('wide', 20, { network: { width: 400 } });
    await publish('orthogonal', 20, { network: { init: 'orthogonal' } });
    await publish('colours', 20, { data: 'cifar10' });
    await publish('framework', 20, { network: { init: 'kaiming_normal', sigma_b2: 0 } });
    await publish('early', 20, { network: { schedule: 'step_early' } });
    await publish('skipping', 20, { network: { residual: { carry: 1, branch: 1 } } });
    // of two learning rates the deeper one, though other grids are as deep
    expect(await nearest({})).toBe('usual-slower');
    for (const [own, grid] of [
      [{ optimiser: 'adam' }, 'usual-adam'],
      [{ steps: 120 }, 'short'],
      [{ width: 350 }, 'wide'],
      [{ init: 'orthogonal' }, 'orthogonal'],
      [{ data: 'cifar10' }, 'colours'],
      [{ schedule: 'step_early' }, 'early'],
      [{ carry: 1 }, 'skipping'],
    ] as const)
      expect([own, await nearest(own)]).toEqual([own, grid]);
  });

  it('stands in the answer with what its networks were trained with', async () => {
    const row = await ask('sigma_w2=2&keep=0.95');
    expect(row).toMatchObject({ measured_sigma_w2: 2, measured_keep: 0.95, distance: 0 });
    expect(row.measured_with).toMatch(
      /^data \w+, width \d+, init \w+, optimiser \w+, learning_rate 0.0\d, steps \d+, batch 100, accuracy_threshold 0.5$/,
    );
    expect(row.measured_depth).toBeGreaterThan(5);
  });

  it('is one with a frontier before one without, and of the data asked for only', async () => {
    await publish('never', 1, { network: { keep: 0.8 } });
    expect(await nearest({}, { keep: 0.8 })).not.toBe('never');
    const row = await ask('sigma_w2=2&keep=0.8');
    expect([row.measured_keep, row.measured_depth]).toEqual([0.95, expect.any(Number)]);
    expect(await nearest({}, { data: 'cifar10' })).toBe('colours');
  });

  it('is none of another schedule or skip connection: they are other networks', async () => {
    expect(await nearest({ schedule: 'front_loaded' })).toBe('early');
    for (const own of [
      { schedule: 'step_late' },
      { carry: 1, branch: 0.1 },
      { carry: 0.5, branch: 0.5 },
      { branch: 2 },
    ])
      expect([own, await nearest(own)]).toEqual([own, undefined]);
    const row = await ask('sigma_w2=2&keep=0.95&carry=0.5&branch=0.5');
    expect([row.measured_depth, row.calibration, row.calibrated_depth]).toEqual([null, null, null]);
    expect(row.limit_low).toEqual(expect.any(Number));
    // (a network without noise has no schedule, but is none that stands for one with noise)
    expect(await nearest({ schedule: 'step_late' }, { keep: 1 })).toBe(await nearest({}, { keep: 1 }));
    expect(await nearest({ schedule: 'step_late' }, { keep: 0.9999 })).toBeUndefined();
  });

  it('is one of the usual networks where nobody measured what is asked for; of numbers the nearest', async () => {
    // (as deep, of the same network, and published later)
    await publish('zzz-momentum', 20, { training: { optimiser: 'momentum', momentum: 0.9 } });
    await publish('zzz-long', 20, { training: { steps: 2000 } });
    for (const [own, grid] of [
      [{ optimiser: 'adamw' }, 'usual-slower'],
      [{ optimiser: 'momentum' }, 'zzz-momentum'],
      [{ steps: 1_000_000 }, 'zzz-long'],
      [{ steps: 1 }, 'short'],
      [{ width: 10_000 }, 'wide'],
    ] as const)
      expect([own, await nearest(own)]).toEqual([own, grid]);
  });

  it('compares techniques by the correlation that they take: numbers of their own instead of keep', async () => {
    const noises = { technique: 'gaussian', keep: undefined };
    await publish('weak', 20, { network: { ...noises, noise_variance: 0.05 } });
    await publish('strong', 10, { network: { ...noises, noise_variance: 0.4 } });
    const gaussian = 'sigma_w2=2&technique=gaussian';
    expect((await ask(`${gaussian}&noise_variance=0.35`)).grid).toBe('/v1/grids/strong/frontier');
    const row = await ask(`${gaussian}&keep=0.95`);
    expect(row.grid).toBe('/v1/grids/weak/frontier');
    expect([row.measured_keep, row.calibration]).toEqual([null, expect.any(Number)]);
    expect((await ask('sigma_w2=2&technique=alpha&keep=0.95')).grid).toBeNull();
  });

  it('is none of networks of another kind: layers with maps of their own, other activations, one mask', async () => {
    await publish('plain', 20, { network: { technique: 'none', keep: undefined } });
    for (const technique of ['none', 'bernoulli', 'alpha'] as const)
      expect([technique, await nearest({}, { technique, keep: 1 })]).toEqual([technique, 'plain']);
    // (nearly without noise, and with noise)
    for (const keep of [0.9999, 0.99999, 0.9])
      expect([keep, await nearest({}, { keep })]).toEqual([keep, keep > 0.99 ? 'plain' : 'usual-slower']);
    expect(await nearest({}, { technique: 'alpha', keep: 0.95 })).toBe('plain');
    for (const keep of [1, 0.9999]) expect(await nearest({}, { technique: 'ic', keep })).toBeUndefined();
    const NOTHING = {
      grid: null,
      measured_depth: null,
      distance: null,
      calibration: null,
      calibrated_depth: null,
    };
    for (const query of ['mask=shared', 'mask=0.5', 'input_scale=0.9', 'output_shift=0.1'])
      expect([query, await ask(`sigma_w2=2&keep=0.95&${query}`, 'tanh')]).toEqual([
        query,
        expect.objectContaining(NOTHING),
      ]);
    const same = await ask('sigma_w2=2&keep=0.95&input_scale=1&output_shift=0', 'tanh');
    expect(same.measured_depth).toEqual(expect.any(Number));
  });

  it('is looked up among the shipped grids', async () => {
    for (const [query, found] of [
      ['keep=0.9999', { measured_keep: 1 }],
      ['keep=0.99', { measured_keep: 0.99 }],
      ['keep=0.95&optimiser=adamw', { measured_with: expect.stringContaining('optimiser sgd') }],
      ['keep=0.95&optimiser=adam', { measured_with: expect.stringContaining('optimiser adam') }],
      ['keep=0.95&steps=10000', { measured_with: expect.stringContaining('steps 1000,') }],
      ['keep=0.95&width=400', { measured_with: expect.stringContaining('width 400') }],
      ['keep=0.9&schedule=front_loaded', { measured_with: expect.stringContaining('schedule step_early') }],
      ['keep=0.9&schedule=big_step_early', { measured_depth: null }],
      ['keep=0.95&carry=1&branch=0.1', { measured_depth: null, calibrated_depth: null }],
    ] as const)
      expect([query, await ask(`sigma_w2=1.8&${query}`, 'tanh')]).toEqual([
        query,
        expect.objectContaining(found),
      ]);
  });

  it('is calibrated by its own estimate, whatever inputs the question compares', async () => {
    const [own, other] = [
      await ask('sigma_w2=2&keep=0.95'),
      await ask('sigma_w2=2&keep=0.95&c_diff=0.8&q0=3'),
    ];
    expect(own.calibration).toBeCloseTo(Number(own.measured_depth) / Number(own.limit_low), 10);
    expect(other.limit_low).not.toBeCloseTo(Number(own.limit_low), 3);
    expect(other.calibration).toBe(own.calibration);
  });
});

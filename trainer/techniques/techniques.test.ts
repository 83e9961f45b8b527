import { beforeAll, describe, expect, test } from 'vitest';
import { TECHNIQUE_ENTRIES } from '../../catalogue/techniques.ts';
import type { Plan } from '../../schemas/plan.ts';
import { computeNoise, keepEffective } from '../../theory/index.ts';
import { listAvailableBackends } from '../backends/index.ts';
import type { DataSet } from '../data/data-set.ts';
import { loadData } from '../data/load.ts';
import { mnist } from '../data/sources.ts';
import { listCells } from '../run/cells.ts';
import { trainCell } from '../run/train-cell.ts';
import { smallPlan } from '../testing/plan.ts';
import { techniques } from './index.ts';

let data: DataSet;
beforeAll(async () => {
  data = await loadData(mnist, () => {});
}, 120_000);

type Name = keyof typeof techniques;

/** A small plan of one cell with a technique, each with noise that is felt. */
function planOf(
  technique: Name,
  given: Partial<Plan['network']> = {},
  backend: Plan['backend'] = 'auto',
): Plan {
  const { keep, ...network } = smallPlan.network;
  return {
    ...smallPlan,
    axes: { depth: [3], sigma_w2: [1.5] },
    network: {
      ...network,
      technique,
      ...(TECHNIQUE_ENTRIES[technique].keep !== 'refused' && { keep: 0.9 }),
      ...given,
    },
    training: { optimiser: 'momentum', learning_rate: 0.02, batch: 50, steps: 40 },
    backend,
  };
}

const run = (plan: Plan) => trainCell(plan, listCells(plan)[0] as ReturnType<typeof listCells>[number], data);

describe.each(Object.keys(techniques) as Name[])('%s', (name) => {
  test('learns, gives the same row from the same plan and seed, and another one from another seed', async () => {
    const plan = planOf(name);
    const row = await run(plan);
    // ln 10 is where guessing stands
    expect(row.loss).toBeLessThan(0.85 * Math.log(10));
    expect(row.status).toBe('ok');
    expect(await run(plan)).toEqual(row);
    expect((await run({ ...plan, seeds: [2] })).loss).not.toBe(row.loss);
  });

  test('has nearly the same loss on every back end', async () => {
    const plan = { ...planOf(name), training: { ...planOf(name).training, steps: 5 } };
    const [first, ...others] = await Promise.all(
      listAvailableBackends().map(({ name: backend }) =>
        run({ ...plan, backend: backend as Plan['backend'] }),
      ),
    );
    for (const other of others) expect(other.loss).toBeCloseTo(first?.loss ?? 0, 4);
  });
});

test('residual blocks with batch norms learn, and have nearly the same loss on every back end', async () => {
  const plan = planOf('bernoulli', {
    ops: ['norm', 'activation', 'linear', 'norm', 'activation', 'noise', 'linear'],
    residual: { carry: 1, branch: 0.5 },
  });
  const row = await run(plan);
  expect(row.loss).toBeLessThan(0.6 * Math.log(10));
  expect(await run(plan)).toEqual(row);
  const short = { ...plan, training: { ...plan.training, steps: 5 } };
  const [first, ...others] = await Promise.all(
    listAvailableBackends().map(({ name: backend }) =>
      run({ ...short, backend: backend as Plan['backend'] }),
    ),
  );
  for (const other of others) expect(other.loss).toBeCloseTo(first?.loss ?? 0, 4);
});

test('what is learned is in the row, layer by layer', async () => {
  const vsd = await run(planOf('vsd'));
  expect(Object.keys(vsd.layers ?? {})).toEqual([
    'keep_effective',
    'mean_alpha',
    'largest_alpha',
    'alpha_clipped',
    'off_diagonal',
    'off_diagonal_random',
  ]);
  const [input, ...hidden] = vsd.layers?.keep_effective as number[];
  expect([input, hidden.length]).toEqual([null, 3]);
  for (const [i, keep] of hidden.entries()) {
    // moved from where it started, and 1 / (1 + mean alpha)
    expect(keep).not.toBeCloseTo(0.9, 4);
    expect(keep).toBeCloseTo(1 / (1 + (vsd.layers?.mean_alpha?.[i + 1] as number)), 12);
  }

  const rate = { noise_learning_rate: 0.02 };
  const advanced = await run(planOf('advanced', { ...rate, noise_on_input: true }));
  const { keep_effective = [], mu = [], sigma = [] } = advanced.layers ?? {};
  expect(mu).toHaveLength(4);
  for (const [i, keep] of keep_effective.entries()) {
    const at = { mu: mu[i] as number, sigma: sigma[i] as number };
    expect(keep).toBe(keepEffective(computeNoise('advanced', at)));
    expect(at.mu).not.toBeCloseTo(0, 3);
  }
  expect((await run(planOf('ic', { schedule: 'linear_increasing' }))).layers?.keep_effective).toEqual([
    null,
    expect.closeTo(1, 1),
    expect.closeTo(0.9, 1),
    expect.closeTo(0.8, 1),
  ]);
  expect((await run(planOf('tabu'))).layers).toBeUndefined();
});

test('ic recalibrated has statistics of its own in the evaluations, and nothing else changes', async () => {
  const plan = planOf('ic', { keep: 0.5 });
  const [as, anew] = await Promise.all(
    [undefined, true].map((recalibrate) =>
      run({ ...plan, evaluation: { ...plan.evaluation, ...(recalibrate && { recalibrate }) } }),
    ),
  );
  expect(anew?.loss).not.toBe(as?.loss);
  expect(anew?.gradient_norm_first).toBe(as?.gradient_norm_first);
});

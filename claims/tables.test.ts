import { expect, test } from 'vitest';
import { drawKeeps, drawRanges } from './pictures.ts';
import { makeLearnedTable, makeNormsTable, makeTabuTable, makeTrialsTable } from './tables.ts';
import { makeResult } from './testing.ts';

test('accuracy by strength: mean and standard deviation of the reported networks', async () => {
  const result = await makeResult('tabu-mnist', (arm, seed, trial) => ({
    test_accuracy: 0.9 + trial / 100 + (arm === 'tabu' ? 0.001 : 0) + (seed % 2 === 0 ? 0.0005 : -0.0005),
  }));
  const lines = makeTabuTable(new Map([['tabu-mnist', result]]));
  expect(lines).toHaveLength(6);
  // 24 networks, half of them .05 points above and half below
  expect(lines[2]).toBe('| mnist | .1 | 90.00 ± 0.05 | 90.10 ± 0.05 | 90.00 ± 0.05 |');
  expect(lines[5]).toContain('| mnist | .4 | 93.00 ± 0.05 |');
});

test('what was learned of the noise: keeps by layer, and the mean of 1 over them', async () => {
  const result = await makeResult('techniques-mnist', (arm) =>
    arm === 'vsd'
      ? {
          layers: { keep_effective: [null, 0.8, 0.5, 0.8] },
          course: { step: [1], keep_effective: [[null, 0.9, 0.9, 0.9]] },
        }
      : {},
  );
  const lines = makeLearnedTable(new Map([['techniques-mnist', result]]));
  expect(lines).toHaveLength(3);
  expect(lines[2]).toMatch(
    /^\| vsd \| mnist \| 0\.900 ± 0\.000 \| 0\.800 ± 0\.000 \| 0\.500 ± 0\.000 \| 0\.800 ± 0\.000 \| 1\.500/,
  );
});

test('all trials by the tuning seeds, the one that is reported marked', async () => {
  const result = await makeResult('techniques-mnist', () => ({}));
  const rows = result.rows.map((row) => ({ ...row, seed: row.seed + 100 }));
  const lines = makeTrialsTable(
    new Map([['techniques-mnist', { ...result, rows, chosen: { bernoulli: 1 } }]]),
  );
  expect(lines).toHaveLength(13);
  expect(lines.find((line) => line.includes('| bernoulli |'))).toMatch(
    /\(keep 0\.9\) \| .*\(keep 0\.8\) \* \|/,
  );
});

test('orders of batch norm, a row for each arm of each comparison that was run', async () => {
  const result = await makeResult('norms-mnist-8', () => ({ loss_mean: 0.1, loss_spread: 0.01 }));
  const lines = makeNormsTable(new Map([['norms-mnist-8', result]]));
  expect(lines).toHaveLength(8);
  expect(lines[2]).toBe(
    '| MNIST, 8 layers | `w_bn_phi` | 0.001 | 90.00 ± 0.00 | 0.1000 ± 0.0000 | 0.0100 ± 0.0000 |',
  );
});

test('pictures are there for what was run', async () => {
  expect(drawRanges(new Map())).toBeUndefined();
  expect(drawKeeps(new Map())).toBeUndefined();
  const rates = await makeResult('rates-mnist', (_, __, trial) => ({ learning_rate: 10 ** -trial }));
  const ranges = drawRanges(new Map([['rates-mnist', rates]])) as string;
  for (const arm of ['novograd', 'momentum', 'adam', 'adamw']) expect(ranges).toContain(`>${arm}<`);
  expect(ranges).not.toContain('NaN');
});

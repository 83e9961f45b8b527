import { expect, it } from 'vitest';
import { estimateCrossover, groupCells, type MeasuredCell } from './cells.ts';
import { chooseRanges, fitFactor, fitPower } from './findings.ts';
import { exactRecord, smallGradients } from './testing.ts';
import { predictCell } from './theory.ts';

const plan = {
  ...smallGradients,
  axes: { depth: [60], keep: [0.8, 1] },
  network: { ...smallGradients.network, width: 200 },
};
const theory = predictCell(plan, 0.8);
const range = { from: 2, to: 40 };

it('finds the factor that the metrics have, whatever the seeds are apart, without error where they go along', () => {
  const [cell] = groupCells(exactRecord(plan, (_, K) => 7 * 0.9 ** K, 0.3)) as [MeasuredCell];
  const fit = fitFactor(cell.layers, theory.layers, range, 'gradient_1', 'mean', ({ K }) => 0.8 ** K);
  expect(fit?.value).toBeCloseTo(0.9, 12);
  expect(fit?.theory).toBeCloseTo(0.8, 12);
  expect(fit?.error).toBeLessThan(1e-12);
});

it('a signed metric counts by its size', () => {
  const [cell] = groupCells(exactRecord(plan, (_, K) => -(0.9 ** K), 0.3)) as [MeasuredCell];
  const fit = fitFactor(cell.layers, theory.layers, range, 'gradient_2', 'mean', () => null);
  expect(fit?.value).toBeCloseTo(0.9, 12);
  expect(fit?.theory).toBeNaN();
});

it('a variance that is a fixed part of mean² has the power 2', () => {
  const [cell] = groupCells(exactRecord(plan, (_, K) => 3 * 0.9 ** K, 0.1)) as [MeasuredCell];
  const fit = fitPower(cell.layers, theory.layers, range, 'gradient_1', ({ K }) => ({
    mean: 0.9 ** K,
    variance: 0.5 ** K,
  }));
  expect(fit?.value).toBeCloseTo(2, 10);
  expect(fit?.theory).toBeCloseTo(Math.log(0.5) / Math.log(0.9), 10);
});

it('ranges: all but the layers next to the input, down to where the mean of all networks sinks, and below', () => {
  const [cell, same] = groupCells(exactRecord(plan, () => 1)) as [MeasuredCell, MeasuredCell];
  const found = chooseRanges(cell, theory);
  expect(found.whole).toEqual({ from: 0, to: 45 });
  expect(theory.K_x).toBeGreaterThan(3);
  expect(found.below?.from).toBe(Math.ceil(1.5 * (theory.K_x as number)));
  // four networks: their mean has half the fluctuations
  const deeper = Math.log(2) / Math.log(theory.chi_1 / theory.chi_c);
  expect(found.above.to).toBe(Math.floor((theory.K_x as number) + deeper));
  // without noise the two inputs end up the same
  expect(chooseRanges(same, predictCell(plan, 1))).toEqual({
    whole: { from: 0, to: 45 },
    above: { from: 0, to: 45 },
    below: null,
  });
  expect(fitFactor(cell.layers, theory.layers, { from: 0, to: 1 }, 'gradient_1', 'mean', () => 1)).toBeNull();
});

it('the crossing is where the variance becomes larger than the squared mean', () => {
  const record = exactRecord(plan, (_, K) => 0.5 ** K);
  const at = record.columns.indexOf('gradient_2_variance');
  const rows = record.rows.map((row) => row.map((one, i) => (i === at ? 0.25 ** 7.5 : one)));
  const [cell] = groupCells({ ...record, rows }) as [MeasuredCell];
  expect(estimateCrossover(cell.layers, 'gradient_2')?.value).toBeCloseTo(7.5, 10);
  const [never] = groupCells(record) as [MeasuredCell];
  expect(estimateCrossover(never.layers, 'gradient_2')).toBeNull();
});

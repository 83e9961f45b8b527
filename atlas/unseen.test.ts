import { expect, test } from 'vitest';
import statistics from '../fixtures/data-statistics.json' with { type: 'json' };
import type { DepthRuleFile } from '../schemas/depth-rule.ts';
import { depthScales, formScales } from '../theory/index.ts';
import type { AtlasColumn } from './columns.ts';
import { unseenTable, widened } from './unseen.ts';

const rule = {
  form: 'xi_2',
  parameters: { m: 6 },
  spread: 0.1,
  conditions: { width: 100 },
  ranges: {},
  names: {},
  factors: [],
} as const;

/** A column of tanh whose frontier is so many times what the rule says. */
function column(sigma_b2: number, times: number | null): AtlasColumn {
  const input = {
    activation: 'tanh',
    sigma_w2: 1.76,
    sigma_b2,
    keep: 0.95,
    technique: 'bernoulli',
    mask: 'independent',
    q0: 1,
  } as const;
  const scales = formScales(input, statistics.mnist, { scales: depthScales(input) });
  const depth = times === null ? null : times * 6 * (scales?.xi_2 ?? 0);
  return {
    settings: { activation: 'tanh', technique: 'bernoulli', width: 100 },
    keep: 0.95,
    keep_effective: 0.95,
    sigma_w2: 1.76,
    sigma_b2,
    scales,
    frontier: { depth, low: depth ?? 50, high: depth, censored: depth === null ? 'deeper' : null },
  } as AtlasColumn;
}

test('says how many frontiers are where the rule has them', () => {
  const [first, , ...lines] = unseenTable([column(0, 1), column(0.2, 1.3), column(0.5, null)], rule);
  expect(first).toBe(
    "1 of 2 frontiers are within the rule's 95 % interval; measured / predicted 1.14, rms of ln L50 0.186 (6 xi_2: measured / predicted 1.14, rms of ln L50 0.186).",
  );
  expect(lines).toHaveLength(5);
  expect(lines[2]).toMatch(/^\| tanh \| bernoulli \| 100 \| 0.95 \| 1.76 \| 0 \| .* \| 1.00 \|$/);
  expect(lines[4]).toMatch(/ \| deeper than 50 \| .* \| {2}\|$/);
});

test('says so where there are none', () => {
  expect(unseenTable([], rule)).toEqual(['Not trained yet.']);
});

test('the rule reaches networks that it was right about, and no others', () => {
  const known = {
    ...rule,
    ranges: { width: [100, 100], sigma_w2: [1, 4], sigma_b2: [0.05, 0.05], keep: [0.9, 1], depth: [20, 100] },
    names: { activation: ['tanh'], technique: ['bernoulli'] },
  } as unknown as DepthRuleFile;
  const other = {
    ...column(0.2, 1),
    settings: { activation: 'erf', technique: 'bernoulli', width: 100 },
  } as AtlasColumn;
  const elu = (times: number) => ({
    ...column(0.1, times),
    settings: { ...other.settings, activation: 'elu' },
  });
  const { ranges, names } = widened(known, [other, column(0.5, 2), elu(1), elu(3)]);
  expect(ranges).toMatchObject({ width: [100, 100], sigma_b2: [0.05, 0.2], keep: [0.9, 1] });
  expect(names).toEqual({ activation: ['erf', 'tanh'], technique: ['bernoulli'] });
});

import { expect, test } from 'vitest';
import statistics from '../fixtures/data-statistics.json' with { type: 'json' };
import { depthScales, type FittedRule, formScales, plainNetwork } from '../theory/index.ts';
import type { AtlasColumn } from './columns.ts';
import { formatUnseenTable } from './tables.ts';

const rule: FittedRule = {
  form: 'xi_2',
  parameters: { m: 6 },
  optimisers: { sgd: { normalised: false, rate: 1, rates: [0.003, 0.3], usual: [0.003, 0.03] } },
  spread: 0.1,
  spread_per_distance: 0,
  far: 1,
  measured: [],
  conditions: { width: 100 },
  ranges: {},
  names: {},
  factors: [],
};

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
  const scales = formScales(plainNetwork(input), statistics.mnist, depthScales(plainNetwork(input)));
  const depth = times === null ? null : times * 6 * (scales?.xi_2 ?? 0);
  return {
    settings: { activation: 'tanh', technique: 'bernoulli', optimiser: 'sgd', steps: 500, width: 100 },
    learning_rate: 0.03,
    keep: 0.95,
    keep_effective: 0.95,
    sigma_w2: 1.76,
    sigma_b2,
    scales,
    frontier: { depth, low: depth ?? 50, high: depth, censored: depth === null ? 'deeper' : null },
  } as AtlasColumn;
}

test('says how many frontiers are where the rule has them', () => {
  const [first, , ...lines] = formatUnseenTable([column(0, 1), column(0.2, 1.3), column(0.5, null)], rule);
  expect(first).toBe(
    "1 of 2 frontiers are within the rule's 95 % interval; measured / predicted 1.14, rms of ln L50 0.186 (6 xi_2, where it has a limit: measured / predicted 1.14, rms of ln L50 0.186).",
  );
  expect(lines).toHaveLength(5);
  expect(lines[2]).toMatch(/^\| tanh \| bernoulli \| 100 \| 0.95 \| 1.76 \| 0 \| .* \| 1.00 \|$/);
  expect(lines[4]).toMatch(/ \| deeper than 50 \| .* \| {2}\|$/);
});

test('says so where there are none', () => {
  expect(formatUnseenTable([], rule)).toEqual(['Not trained yet.']);
});

test('columns without scales, and those that the rule has no answer for, are left out', () => {
  const far = { ...rule, measured: [[1e3]] };
  expect(formatUnseenTable([column(0, 1)], far)).toEqual(['Not trained yet.']);
  const [first] = formatUnseenTable([column(0, 1), { ...column(0, 3), scales: null }], rule);
  expect(first).toContain('1 of 1 frontiers');
});

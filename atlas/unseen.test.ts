import { expect, test } from 'vitest';
import statistics from '../fixtures/data-statistics.json' with { type: 'json' };
import { depthScales, formScales } from '../theory/index.ts';
import type { AtlasColumn } from './columns.ts';
import { unseenTable } from './unseen.ts';

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
    settings: { activation: 'tanh', technique: 'bernoulli' },
    keep: 0.95,
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
  expect(lines[2]).toMatch(/^\| tanh \| bernoulli \| 0.95 \| 1.76 \| 0 \| .* \| 1.00 \|$/);
  expect(lines[4]).toMatch(/ \| deeper than 50 \| .* \| {2}\|$/);
});

test('says so where there are none', () => {
  expect(unseenTable([], rule)).toEqual(['Not trained yet.']);
});

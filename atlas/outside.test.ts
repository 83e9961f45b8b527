import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import statistics from '../fixtures/data-statistics.json' with { type: 'json' };
import { type FittedRule, fittedDepth, formDepth, formScales, plainNetwork } from '../theory/index.ts';
import { ROOT } from './grids.ts';
import {
  answerOutside,
  formatOutsideTable,
  type OutsideAnswer,
  type OutsideColumn,
  readOutsideColumns,
} from './outside.ts';

const rule: FittedRule = {
  form: 'xi_2',
  parameters: { m: 6 },
  optimisers: {
    sgd: { normalised: false, rate: 1, rates: [0.003, 0.3], usual: [0.003, 0.03] },
    rmsprop: { normalised: true, rate: 50, rates: [0.00003, 0.001], usual: [0.00003, 0.0003] },
  },
  ...{ spread: 0.1, spread_per_distance: 0, far: 1, measured: [] },
  ...{ conditions: { width: 100 }, ranges: {}, names: {} },
  factors: [{ setting: 'init', value: 'orthogonal', factor: 1.5, low: 1.4, high: 1.6 }],
};

const columns = readOutsideColumns();

test('the published planes are read with the conditions that they name', () => {
  expect(columns).toHaveLength(155);
  expect(new Set(columns.map(({ plane }) => plane)).size).toBe(5);
  for (const { keep, steps, width, batch, sigma_w2, sigma_b2, deepest_trained, first_untrained } of columns) {
    for (const number of [keep, steps, width, batch, sigma_w2, deepest_trained])
      expect(number).toBeGreaterThan(0);
    expect(sigma_b2).toBeGreaterThanOrEqual(0);
    // (noisy frontiers: the deepest may lie one hole beyond the first)
    if (first_untrained !== null) expect(first_untrained).toBeGreaterThan(0);
  }
  // (every one of the file crosses)
  const [header, line] = readFileSync(
    path.join(ROOT, 'fixtures/reference/huang_frontiers.csv'),
    'utf8',
  ).split(/\r?\n/);
  for (const end of ['\n', '\r\n']) {
    const text = [header, line, line?.replace(/0$/, '1'), line?.replace(/,50,0$/, ',,0')].join(end);
    expect(readOutsideColumns(text).map(({ first_untrained }) => first_untrained)).toEqual([50, null, null]);
  }
  expect(() => readOutsideColumns('plane,keep\na')).toThrow('No column: a');
});

test('a column is a bound where every depth trained; half-way between two depths otherwise', () => {
  const [column] = columns as [OutsideColumn];
  const answer = (first_untrained: number | null) =>
    answerOutside(rule, [{ ...column, deepest_trained: 20, first_untrained }])[0] as OutsideAnswer;
  expect([answer(45).measured, answer(45).censored]).toEqual([expect.closeTo(30, 12), false]);
  expect([answer(null).measured, answer(null).censored]).toEqual([20, true]);
});

test('answers are for the network and the training of the column', () => {
  const [column] = columns as [OutsideColumn];
  const { sigma_w2, sigma_b2 } = column;
  const network = { activation: 'tanh', sigma_w2, sigma_b2, mask: 'independent', q0: 1 } as const;
  for (const keep of [0.9, 1]) {
    const own = { technique: keep < 1 ? 'bernoulli' : 'none', ...(keep < 1 && { keep }) } as const;
    const scales = formScales(plainNetwork({ ...network, ...own }), statistics.mnist);
    if (!scales) throw new Error('no scales');
    for (const init of ['gaussian', 'orthogonal']) {
      const [answer] = answerOutside(rule, [{ ...column, keep, init }]);
      const factor = init === 'orthogonal' ? 1.5 : 1;
      expect(answer?.said.depth).toBeCloseTo(factor * formDepth('xi_2', { m: 6 }, scales), 10);
    }
    const kernel: FittedRule = {
      ...rule,
      form: 'kernel',
      parameters: {
        ...{ signal: 9, noise: 4, step: 11, aspect: 3 },
        ...{ signal_spread: 2, aspect_power: 4, blend: 1 },
      },
    };
    for (const [optimiser, learning_rate] of [
      ['sgd', 0.003],
      // (not known: the best of the usual ones)
      ['rmsprop', undefined],
    ] as const) {
      const training = { width: 300, steps: 200, batch: 32 };
      const [answer] = answerOutside(kernel, [{ ...column, ...training, keep, optimiser, init: 'gaussian' }]);
      const { depth } = fittedDepth(kernel, scales, { ...training, optimiser, learning_rate, keep }) ?? {};
      expect(answer?.said.depth).toBeCloseTo(depth as number, 10);
    }
  }
  expect(answerOutside({ ...rule, measured: [[1e3]] }, columns)).toEqual([]);
});

test('the table counts intervals that hold, bounds that are allowed, and errors', () => {
  const answer = (plane: string, measured: number, censored = false) =>
    ({
      column: { plane, keep: 0.9, optimiser: 'sgd', steps: 500, init: 'gaussian' },
      ...{ measured, censored, said: { depth: 20, low: 10, high: 40 } },
    }) as OutsideAnswer;
  const lines = formatOutsideTable([
    answer('a', 20 * Math.E),
    answer('a', 20 / Math.E),
    answer('a', 20),
    answer('b', 30, true),
    answer('b', 50, true),
  ]);
  expect(lines.slice(2)).toEqual([
    '| a | 0.9 | sgd | 500 | gaussian | 1 of 3 |  | 0.816 | 0.000 |',
    '| b | 0.9 | sgd | 500 | gaussian | 0 of 0 | 1 of 2 |  |  |',
    '| all |  |  |  |  | 1 of 3 | 1 of 2 | 0.816 | 0.000 |',
  ]);
});

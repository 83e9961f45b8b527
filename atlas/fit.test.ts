import { describe, expect, test } from 'vitest';
import type { GridRow } from '../schemas/grid.ts';
import { formDepth } from '../theory/index.ts';
import { type AtlasColumn, collectBestColumns, collectColumns } from './columns.ts';
import { measureFactors, measureRuleFactors } from './factors.ts';
import {
  CANDIDATES,
  computeLogLikelihood,
  type Effect,
  fitCandidate,
  fitOptimiser,
  PLAIN_OPTIMISERS,
  predictLog,
} from './fit.ts';
import { bootstrapClusters, holdOut, measureErrors, measureRuleErrors } from './hold-out.ts';
import { chooseRule } from './rule.ts';
import { SPREAD, simulated } from './testing/simulated.ts';

// Grids of networks that succeed by a rule that the test knows: what comes out must be that rule.

describe('a form made from depth scales', () => {
  const TRUE = { m: 9, b: 0.6, v: 0.6 };
  const depthOf = ({ scales, settings: { width } }: AtlasColumn) =>
    formDepth('chaos', TRUE, scales as NonNullable<typeof scales>, { width });
  const IDS = [
    'mnist-tanh-keep-090-rate-3e-2',
    'mnist-tanh-keep-095-rate-3e-2',
    'mnist-tanh-keep-098-rate-3e-2',
    'mnist-tanh-keep-099-rate-3e-2',
    'mnist-tanh-technique-gaussian',
    'mnist-tanh-technique-alpha',
  ];
  const columns = collectBestColumns(IDS.map((id) => simulated(id, depthOf)));

  test('is found among candidates, with its numbers', () => {
    const candidates = CANDIDATES.filter(({ form }) => ['constant', 'xi_2', 'xi_1', 'chaos'].includes(form));
    const { fits, held, chosen, usual } = chooseRule(columns, candidates);
    expect(fits.map(({ candidate }) => candidate)).toEqual(candidates);
    expect(usual).toHaveLength(columns.length);
    // (an exponent bends the curve as the width does, and networks of one width cannot tell the two apart)
    expect(chosen.form).toBe('chaos');
    expect(chosen.extension).toBeDefined();
    const best = held.find(({ fit }) => fit.candidate === chosen);
    expect(held.every(({ worst }) => worst >= (best?.worst as number))).toBe(true);
    const likely = held.map(({ fit }) => fit.log_likelihood);
    expect(Math.min(...likely)).toBeGreaterThanOrEqual(
      Math.max(...fits.map(({ log_likelihood }) => log_likelihood).filter((one) => !likely.includes(one))),
    );
    const same = fits.find(({ candidate: { form, extension } }) => form === 'chaos' && extension === 'width');
    const { m = 0, b = 0, v = 0 } = same?.parameters ?? {};
    // three standard errors of such fits, by simulation with other seeds
    expect(Math.abs(Math.log(m / TRUE.m))).toBeLessThan(0.3);
    expect(Math.abs(Math.log(b / TRUE.b))).toBeLessThan(0.6);
    expect(Math.abs(Math.log(v / TRUE.v))).toBeLessThan(0.6);
    expect(same?.spread).toBeGreaterThan(SPREAD / 2);
    expect(same?.spread).toBeLessThan(2 * SPREAD);
    expect(best?.all.rms).toBeLessThan(0.12);
    expect(measureRuleErrors('twelve_xi_1', columns).rms).toBeGreaterThan(5 * (best?.all.rms as number));
  });

  test('errors, hold-outs and intervals of the simplest candidate', () => {
    const fit = fitCandidate({ form: 'xi_2' }, columns);
    const { ratio } = measureErrors(columns, (column) => predictLog(fit, column) - Math.log(2));
    expect(ratio).toBeGreaterThan(1.8);
    expect(ratio).toBeLessThan(2.2);
    const { m } = bootstrapClusters(fit, columns, 20) as { m: [number, number] };
    expect(m[0]).toBeLessThan(fit.parameters.m as number);
    expect(m[1]).toBeGreaterThan(fit.parameters.m as number);
    expect(() => fitCandidate({ form: 'xi_2' }, [])).toThrow(RangeError);
    expect(() => holdOut({ form: 'xi_2' }, [])).toThrow(RangeError);
  });

  test('a setting that makes everything a fifth deeper has that factor', () => {
    const id = 'mnist-tanh-steps-1000';
    const all = collectBestColumns([
      ...IDS.map((one) => simulated(one, depthOf)),
      simulated(id, (one) => 1.2 * depthOf(one)),
    ]);
    const [factor] = measureFactors(all);
    expect(factor).toMatchObject({ setting: 'steps', value: 1000, columns: 3 });
    expect(factor?.low).toBeLessThan(1.2);
    expect(factor?.high).toBeGreaterThan(1.2);
    expect(factor).not.toHaveProperty('accuracy_threshold');
  });

  test('a setting that the rule does not know has a factor, with what counted as trained where that is its own', () => {
    const rule = {
      fit: {
        candidate: { form: 'chaos', extension: 'width' },
        parameters: TRUE,
        spread: 1,
        log_likelihood: 0,
      },
    } as const;
    const all = collectColumns([
      ...IDS.map((id) => simulated(id, depthOf)),
      simulated('cifar10-tanh-keep-095-rate-3e-2', (one) => 0.8 * depthOf(one)),
      simulated('mnist-tanh-orthogonal-keep-098-rate-3e-2', (one) => 1.5 * depthOf(one)),
    ]);
    const sgd = { normalised: false, rate: 1, rates: [0, 1], usual: [0, 1] } as const;
    const factors = measureRuleFactors({ ...rule, optimisers: { sgd } }, all);
    expect(
      factors.map(({ setting, value, accuracy_threshold }) => [setting, value, accuracy_threshold]),
    ).toEqual([
      ['data', 'cifar10', 0.25],
      ['init', 'orthogonal', undefined],
    ]);
    for (const [i, expected] of [0.8, 1.5].entries()) {
      const { factor = 0, low, high } = factors[i] ?? {};
      expect(Math.abs(Math.log(factor / expected))).toBeLessThan(0.1);
      expect(low).toBeLessThan(factor);
      expect(high).toBeGreaterThan(factor);
    }
  });

  test('networks of two grids count once, and the learning rate with the deepest frontier is taken', () => {
    const grid = simulated('mnist-tanh-keep-098-rate-3e-2', depthOf);
    const twice = collectBestColumns([grid, { ...grid, id: 'again' }]);
    expect(twice.map(({ networks }) => networks)).toEqual(
      collectBestColumns([grid]).map(({ networks }) => networks),
    );
    const slow = simulated('mnist-tanh-keep-098-rate-3e-3', (one) => 1.5 * depthOf(one));
    expect(collectBestColumns([grid, slow]).map(({ learning_rate }) => learning_rate)).toEqual(
      Array(9).fill(0.003),
    );
    expect(collectColumns([grid, slow])).toHaveLength(18);
  });
});

describe('the form kernel', () => {
  const candidate = { form: 'kernel' } as const;
  const TRUE = {
    ...{ signal: 9.5, noise: 4, step: 11, aspect: 3 },
    ...{ signal_spread: 2, aspect_power: 4, blend: 1.4 },
  };
  const OWN = { signal: 14, step: 11, aspect: 4 };
  const usual = [0.0001, 0.001] as const;
  const OPTIMISERS: Readonly<Record<string, Effect>> = {
    ...PLAIN_OPTIMISERS,
    adam: { normalised: true, rate: 30, usual, parameters: OWN },
    rmsprop: { normalised: true, rate: 30, usual, parameters: { ...OWN, signal: 12 } },
  };
  const truth = (column: AtlasColumn) => predictLog({ candidate, parameters: TRUE }, column, OPTIMISERS);
  const columnsOf = (...ids: string[]) =>
    collectColumns(ids.map((id) => simulated(id, (column) => Math.exp(truth(column)))));
  const columns = columnsOf(
    'mnist-tanh-keep-090-rate-3e-2',
    'mnist-tanh-keep-100-rate-3e-3',
    'mnist-unbiased-relu-keep-095',
    'mnist-unbiased-relu-keep-080',
    'mnist-unbiased-relu-keep-100',
    'mnist-unbiased-tanh-keep-100',
    'mnist-unbiased-tanh-keep-050',
    'mnist-budget-chaotic-sgd-500',
    'mnist-budget-critical-sgd-150',
    'mnist-tanh-width-400',
  );
  const fit = fitCandidate(candidate, columns);
  const missed = (own: readonly AtlasColumn[], expected: (column: AtlasColumn) => number) =>
    Math.sqrt(own.reduce((sum, column) => sum + (expected(column) - truth(column)) ** 2, 0) / own.length);

  test('is found again: its depths within a third of what single columns stray by, and its numbers', () => {
    expect(missed(columns, (column) => predictLog(fit, column))).toBeLessThan(0.04);
    expect(fit.spread).toBeGreaterThan(SPREAD / 2);
    expect(fit.spread).toBeLessThan(2 * SPREAD);
    // (three standard errors, by simulation with other seeds)
    const strays = { signal: 0.8, noise: 0.7, step: 1.7, aspect: 1.8 };
    const bends = { signal_spread: 1.1, aspect_power: 1.8, blend: 1 };
    for (const [name, most] of Object.entries({ ...strays, ...bends })) {
      const error = Math.abs((fit.parameters[name as 'signal'] ?? 0) - TRUE[name as 'signal']);
      expect([name, error, error < most]).toEqual([name, error, true]);
    }
  });

  test('predicts networks that it did not see, and fits better than any length', () => {
    const unseen = columnsOf(
      'mnist-unbiased-gelu-keep-095',
      'mnist-budget-collapsing-sgd-1500',
      'mnist-defaults-tanh-keep-095',
    );
    expect(missed(unseen, (column) => predictLog(fit, column))).toBeLessThan(0.1);
    for (const form of ['xi_2', 'chaos', 'sum_of_two'] as const)
      expect(fitCandidate({ form }, columns).log_likelihood).toBeLessThan(fit.log_likelihood - 50);
  });

  test('an optimiser is found by numbers of its own; the others are those that are given', () => {
    const known = { candidate, parameters: TRUE, spread: SPREAD, log_likelihood: 0 };
    const adam = columnsOf(
      'mnist-unbiased-relu-keep-095-adam-3e-4',
      'mnist-unbiased-relu-keep-095-adam-1e-3',
      'mnist-budget-collapsing-adam-500',
      'mnist-budget-collapsing-adam-150',
    );
    const start = { normalised: true, rate: 30, usual } as const;
    const found = fitOptimiser(known, adam, { ...start, own: ['signal', 'step', 'aspect'] });
    expect(found).toMatchObject({ ...start, rates: [1e-4, 1e-2] });
    expect(missed(adam, (column) => predictLog(known, column, { adam: found }))).toBeLessThan(0.05);
    // (three standard errors; step and aspect stand for each other in so few networks)
    expect(Math.abs((found.parameters?.signal ?? 0) - OWN.signal)).toBeLessThan(2.6);
    const rmsprop = columnsOf('mnist-tanh-keep-095-rmsprop', 'mnist-tanh-optimiser-rmsprop');
    const other = fitOptimiser(known, rmsprop, { ...start, own: ['signal'], parameters: OWN });
    expect(Math.abs((other.parameters?.signal ?? 0) - 12)).toBeLessThan(1);
    expect(other).toMatchObject({ ...start, parameters: { step: OWN.step, aspect: OWN.aspect } });
    expect(() => fitOptimiser(known, [], { ...start, own: ['signal'] })).toThrow(RangeError);
    // an optimiser that is not told of has no depth
    expect(predictLog(known, adam[0] as AtlasColumn)).toBeNaN();
  });
});

describe('columns that do not cross', () => {
  const grid = simulated('mnist-tanh-keep-095-rate-3e-2', () => 40);
  const usual = (rows: readonly GridRow[]) => {
    const [column] = collectBestColumns([{ ...grid, rows: [...rows] }]);
    if (!column) throw new Error('no column');
    return column;
  };
  const first = grid.rows.filter(({ sigma_w2 }) => sigma_w2 === grid.rows[0]?.sigma_w2);
  const all = (train_accuracy: number) => first.map((row) => ({ ...row, train_accuracy }));

  test('are bounds: deeper predictions are as good as any, shallower ones are not', () => {
    const column = usual(all(0.9));
    const { low, censored } = column.frontier;
    expect(censored).toBe('deeper');
    const at = (depth: number) => computeLogLikelihood(column, Math.log(depth), 0.1);
    expect(at(4 * (low as number))).toBeCloseTo(0, 2);
    expect(at(1e9)).toBeCloseTo(0, 6);
    expect(at(Number.POSITIVE_INFINITY)).toBeCloseTo(0, 6);
    expect(at((low as number) / 3)).toBeLessThan(-10);
    expect(at(0)).toBe(-50);
  });

  test('of which no network trained are bounds, too', () => {
    const column = usual(all(0.1));
    expect(column.frontier.censored).toBe('shallower');
    const at = (depth: number) => computeLogLikelihood(column, Math.log(depth), 0.1);
    expect(at((first[0]?.depth as number) / 4)).toBeCloseTo(0, 2);
    expect(at(0)).toBeCloseTo(0, 6);
    expect(at(400)).toBeLessThan(-10);
    expect(at(Number.POSITIVE_INFINITY)).toBe(-50);
  });

  test('a column that failed once is no bound: predictions far beyond what was tried go on losing', () => {
    const last = { ...(first.at(-1) as GridRow), train_accuracy: 0.1 };
    const column = usual([...all(0.9).slice(0, -1), last]);
    const at = (depth: number) => computeLogLikelihood(column, Math.log(depth), 0.1);
    const far = 100 * last.depth;
    expect(at(far)).toBeLessThan(0);
    // one network that failed at depth d has the probability d / L50 for the widest transition
    expect(at(10 * far) - at(far)).toBeCloseTo(-Math.log(10), 2);
    expect(at(Number.POSITIVE_INFINITY)).toBe(-50);
  });
});

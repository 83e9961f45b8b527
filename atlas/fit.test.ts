import { expect, test } from 'vitest';
import type { Grid, GridRow } from '../schemas/grid.ts';
import { planSchema } from '../schemas/plan.ts';
import { formDepth } from '../theory/index.ts';
import { stream, uniform } from '../trainer/random/stream.ts';
import { gaussianSource } from '../trainer/random/ziggurat.ts';
import { atlasColumns } from './columns.ts';
import { factorsOf } from './factors.ts';
import { CANDIDATES, columnLogLikelihood, expectedLog, fitCandidate } from './fit.ts';
import { clusterBootstrap, errorsOf, holdOut, ruleErrors } from './hold-out.ts';
import { PLANES } from './planes.ts';
import { chooseRule, ruleFile } from './rule.ts';

// Grids of networks that succeed by a rule that the test knows, with a logistic in ln L: what comes out must be that rule.

const TRUE = { m: 9, b: 0.6, v: 0.6 };
const SPREAD = 0.06;

/** A searched grid as the trainer would have written it, from the plan of a plane. */
function simulated(id: string, depthTimes = 1): Grid {
  const found = PLANES.find(({ plan }) => plan.id === id);
  if (!found) throw new Error(id);
  const plan = planSchema.parse({ ...found.plan, seeds: [1, 2, 3] });
  const random = stream(1, id);
  const fill = gaussianSource(stream(2, id), 0, 1);
  const gaussian = () => {
    const one = new Float32Array(1);
    fill(one);
    return one[0] as number;
  };
  const empty = { id, meta: { plan } } as unknown as Grid;
  const axis: 'sigma_w2' | 'keep' = plan.axes.keep ? 'keep' : 'sigma_w2';
  const rows = (plan.axes[axis] ?? []).flatMap((value) => {
    const point = { sigma_w2: 1.76, keep: plan.network.keep ?? 1, [axis]: value };
    const one = { ...empty, rows: [{ depth: 10, ...point, seed: 1, status: 'ok' } as unknown as GridRow] };
    const [column] = atlasColumns([one as Grid]);
    if (!column?.scales) throw new Error('no scales');
    const L50 =
      depthTimes *
      formDepth('chaos', TRUE, column.scales, column.settings.width) *
      Math.exp(SPREAD * gaussian());
    return (plan.axes.depth ?? [])
      .filter((depth) => depth > L50 / 2 && depth < 2 * L50)
      .flatMap((depth) =>
        plan.seeds.map((seed) => {
          const good = uniform(random) < 1 / (1 + (depth / L50) ** (1 / 0.07));
          return {
            depth,
            ...point,
            seed,
            status: 'ok',
            train_accuracy: good ? 0.9 : 0.2,
          } as unknown as GridRow;
        }),
      );
  });
  return { ...empty, rows };
}

const IDS = [
  'mnist-tanh-keep-090-rate-3e-2',
  'mnist-tanh-keep-095-rate-3e-2',
  'mnist-tanh-keep-098-rate-3e-2',
  'mnist-tanh-keep-099-rate-3e-2',
  'mnist-tanh-technique-gaussian',
  'mnist-tanh-technique-alpha',
];
const columns = atlasColumns(IDS.map((id) => simulated(id)));

test('the rule that the networks were made with is found, with its numbers', () => {
  const { held, rule, usual } = chooseRule(columns);
  expect(held).toHaveLength(CANDIDATES.length);
  // (an exponent bends the curve as the width does, and networks of one width cannot tell the two apart)
  expect(rule.fit.candidate.form).toBe('chaos');
  expect(rule.fit.candidate.extension).toBeDefined();
  const same = held.find(
    ({ fit: { candidate } }) => candidate.form === 'chaos' && candidate.extension === 'width',
  );
  const { m = 0, b = 0, v = 0 } = same?.fit.parameters ?? {};
  // three standard errors of such fits, by simulation with other seeds
  expect(Math.abs(Math.log(m / TRUE.m))).toBeLessThan(0.3);
  expect(Math.abs(Math.log(b / TRUE.b))).toBeLessThan(0.6);
  expect(Math.abs(Math.log(v / TRUE.v))).toBeLessThan(0.6);
  expect(rule.fit.spread).toBeGreaterThan(0.03);
  expect(rule.all.rms).toBeLessThan(0.12);
  expect(ruleErrors('twelve_xi_1', columns).rms).toBeGreaterThan(5 * rule.all.rms);

  const file = ruleFile({ rule, usual }, factorsOf(columns), 20);
  expect(file).toMatchObject({ form: 'chaos', columns: columns.length });
  const [low, high] = file.intervals.m as [number, number];
  expect(low).toBeLessThan(file.parameters.m);
  expect(high).toBeGreaterThan(file.parameters.m);
});

test('a setting that makes everything a fifth deeper has that factor', () => {
  const all = atlasColumns([...IDS.map((id) => simulated(id)), simulated('mnist-tanh-steps-1000', 1.2)]);
  const [factor] = factorsOf(all);
  expect(factor).toMatchObject({ setting: 'steps', value: 1000, columns: 3 });
  expect(factor?.low).toBeLessThan(1.2);
  expect(factor?.high).toBeGreaterThan(1.2);
  expect(factor).not.toHaveProperty('trained_at');
});

test('a factor of data says what counted as trained there', () => {
  const ids = [...IDS, 'cifar10-tanh-keep-095-rate-3e-2'];
  const factors = factorsOf(atlasColumns(ids.map((id) => simulated(id))));
  expect(factors).toEqual([expect.objectContaining({ setting: 'data', value: 'cifar10', trained_at: 0.25 })]);
});

test('a column that never crosses is a bound: deeper predictions are as good as any, shallower ones are not', () => {
  const grid = simulated('mnist-tanh-keep-095-rate-3e-2');
  const good = { ...grid, rows: grid.rows.map((row) => ({ ...row, train_accuracy: 0.9 })) };
  const [column] = atlasColumns([good]);
  if (!column) throw new Error('no column');
  const { low, censored } = column.frontier;
  expect(censored).toBe('deeper');
  const at = (depth: number) => columnLogLikelihood(column, Math.log(depth), 0.1);
  expect(at(4 * (low as number))).toBeCloseTo(0, 2);
  expect(at(1e9)).toBeCloseTo(0, 6);
  expect(columnLogLikelihood(column, Number.POSITIVE_INFINITY, 0.1)).toBeCloseTo(0, 6);
  expect(at((low as number) / 3)).toBeLessThan(-10);
});

test('networks of two grids count once, and the learning rate with the deepest frontier is taken', () => {
  const grid = simulated('mnist-tanh-keep-098-rate-3e-2');
  const twice = atlasColumns([grid, { ...grid, id: 'again' }]);
  expect(twice.map(({ networks }) => networks)).toEqual(atlasColumns([grid]).map(({ networks }) => networks));
  const slow = simulated('mnist-tanh-keep-098-rate-3e-3', 1.5);
  expect(atlasColumns([grid, slow]).map(({ learning_rate }) => learning_rate)).toEqual(Array(9).fill(0.003));
});

test('errors, hold-outs and intervals of the simplest candidate', () => {
  const fit = fitCandidate({ form: 'xi_2' }, columns);
  const { ratio } = errorsOf(columns, (column) => expectedLog(fit, column) - Math.log(2));
  expect(ratio).toBeGreaterThan(1.8);
  expect(ratio).toBeLessThan(2.2);
  const held = holdOut({ form: 'xi_2' }, columns);
  expect(held.all.columns).toBe(columns.length);
  expect(held.keeps.columns + held.techniques.columns).toBe(columns.length);
  const { m } = clusterBootstrap({ form: 'xi_2' }, columns, 50) as { m: [number, number] };
  expect(m[0]).toBeLessThan(fit.parameters.m);
  expect(m[1]).toBeGreaterThan(fit.parameters.m);
  expect(() => fitCandidate({ form: 'xi_2' }, [])).toThrow(RangeError);
});

test('a column that failed once is no bound: predictions far beyond what was tried go on losing', () => {
  const grid = simulated('mnist-tanh-keep-095-rate-3e-2');
  const [first] = grid.rows;
  const rows = grid.rows
    .filter(({ sigma_w2 }) => sigma_w2 === first?.sigma_w2)
    .map((row) => ({ ...row, train_accuracy: 0.9 }));
  const last = { ...(rows.at(-1) as GridRow), train_accuracy: 0.1 };
  const [column] = atlasColumns([{ ...grid, rows: [...rows.slice(0, -1), last] }]);
  if (!column) throw new Error('no column');
  const at = (depth: number) => columnLogLikelihood(column, Math.log(depth), 0.1);
  const far = 100 * last.depth;
  expect(at(far)).toBeLessThan(0);
  // one network that failed at depth d has the probability d / L50 for the widest transition
  expect(at(10 * far) - at(far)).toBeCloseTo(-Math.log(10), 2);
  expect(columnLogLikelihood(column, Number.POSITIVE_INFINITY, 0.1)).toBe(-50);
});

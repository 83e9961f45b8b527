import { describe, expect, test } from 'vitest';
import { type FormScales, fittedDepth, measureDistance, type OptimiserEffect } from '../theory/index.ts';
import { createStream, drawUniform } from '../trainer/random/stream.ts';
import { type AtlasColumn, collectColumns } from './columns.ts';
import { type Effect, type Fit, PLAIN_OPTIMISERS, predictLog } from './fit.ts';
import { groupsOf, type HeldOut, holdOut } from './hold-out.ts';
import {
  fitRule,
  fitUncertainty,
  locateColumn,
  measureCoverage,
  measureHeldDistances,
  ruleErrorsOn,
  toRuleFile,
} from './rule.ts';
import { simulated } from './testing/simulated.ts';

/** A column with the settings of the conditions, of which a rule made from xi_2 knows everything. */
function createColumn(
  scales: Partial<FormScales>,
  settings: Partial<AtlasColumn['settings']> = {},
  own: Partial<AtlasColumn> = {},
): AtlasColumn {
  return {
    settings: {
      ...{
        data: 'mnist',
        activation: 'tanh',
        technique: 'bernoulli',
        init: 'gaussian',
        schedule: 'constant',
      },
      ...{ optimiser: 'sgd', steps: 500, batch: 100, width: 100, accuracy_threshold: 0.5 },
      ...settings,
    },
    ...{ keep: 0.9, keep_effective: 0.9, learning_rate: 0.03, planes: [] },
    scales: {
      ...{ xi_1: 50, xi_2: 5, chi_1: 1, growth: 1, trajectory: 1, margin: () => 1 },
      kernel: { at: () => ({ signal: 0, size: 0, variance: 0 }) },
      ...scales,
    },
    ...own,
  } as AtlasColumn;
}

describe('groups that are held out', () => {
  const many = (n: number, ...of: Parameters<typeof createColumn>) =>
    Array.from({ length: n }, () => createColumn(...of));

  test('keep rates of Bernoulli dropout, families of activations, other techniques; those of three and more', () => {
    const columns = [
      ...many(3, {}, {}),
      ...many(2, {}, { activation: 'relu' }, { keep: 0.5 }),
      ...many(1, {}, { activation: 'leaky_relu' }, { keep: 0.5 }),
      ...many(3, {}, { technique: 'gaussian', activation: 'silu' }),
      ...many(2, {}, { technique: 'alpha', activation: 'selu' }),
    ];
    expect([...groupsOf(columns)].map(([name, own]) => [name, own.length])).toEqual([
      ['keep 0.9', 3],
      ['family tanh', 3],
      ['keep 0.5', 3],
      ['family relu', 3],
      ['technique gaussian', 3],
      ['family silu', 3],
    ]);
  });

  test('what the theory cannot tell from them is not fitted to, either', () => {
    const columns = collectColumns([
      simulated('mnist-tanh-technique-gaussian', () => 30),
      simulated('mnist-tanh-technique-bernoulli', () => 30),
      simulated('mnist-tanh-technique-alpha', () => 30),
      simulated('mnist-unbiased-relu-keep-080', () => 10),
    ]);
    const { groups } = holdOut({ form: 'constant' }, columns);
    const group = groups.find(({ name }) => name === 'technique gaussian');
    // (Gaussian and Bernoulli noise of one keep rate have the same moments)
    expect(group?.columns).toHaveLength(3);
    expect(group?.rest.map(({ settings }) => settings.technique)).not.toContain('gaussian');
    expect(group?.rest.filter(({ settings }) => settings.activation === 'tanh')).toHaveLength(3);
    for (const { columns: held, rest } of groups) {
      expect(held.length + rest.length).toBeLessThanOrEqual(columns.length);
      expect(rest.filter((column) => held.includes(column))).toEqual([]);
    }
  });

  test('the worst group, the mean over groups, and all of them', () => {
    const depths = {
      'mnist-unbiased-relu-keep-080': 10,
      'mnist-unbiased-tanh-keep-050': 10,
      'mnist-unbiased-silu-keep-095': 40,
    };
    const columns = collectColumns(Object.entries(depths).map(([id, depth]) => simulated(id, () => depth)));
    const { groups, worst, mean, all } = holdOut({ form: 'constant' }, columns);
    const rms = groups.map(({ errors }) => errors.rms);
    expect(rms).toHaveLength(6);
    // silu is four times as deep as what a constant of the others says
    expect(worst).toBe(Math.max(...rms));
    expect(worst).toBeGreaterThan(Math.log(4) - 0.15);
    expect(worst).toBeLessThan(Math.log(4) + 0.15);
    expect(mean).toBeCloseTo(rms.reduce((a, b) => a + b) / 6, 12);
    expect(all.columns).toBe(30);
  });
});

describe('how uncertain a rule is', () => {
  const fit: Fit = { candidate: { form: 'xi_2' }, parameters: { m: 6 }, spread: 0.1, log_likelihood: 0 };
  const random = createStream(1, 'uncertainty');
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - drawUniform(random))) * Math.cos(2 * Math.PI * drawUniform(random));

  /** Groups of held-out columns at distances up to 3 from the one that was fitted to, off by so much. */
  function heldOut(spread: number, per_distance: number, groups = 10, size = 100): HeldOut {
    return {
      fit,
      groups: Array.from({ length: groups }, (_, i) => {
        const columns = Array.from({ length: size }, () => {
          // (one coordinate of a place is ln chi_1)
          const distance = 3 * drawUniform(random);
          const depth = 30 * Math.exp(Math.hypot(spread, per_distance * distance) * normal());
          return createColumn(
            { chi_1: Math.exp(distance) },
            {},
            { frontier: { depth } as AtlasColumn['frontier'] },
          );
        });
        const errors = { rms: 1, median: 1, ratio: 1, columns: size };
        return { name: `group ${i}`, columns, rest: [createColumn({})], fit, errors };
      }),
      ...{ worst: 0, mean: 0, log_score: 0, all: { rms: 0, median: 0, ratio: 1, columns: 0 } },
    };
  }

  test.each([
    [0.15, 0.2],
    [0.1, 0.05],
    [0.2, 0],
  ])('spread %d and its growth with the distance %d are found from the errors', (spread, per_distance) => {
    const held = heldOut(spread, per_distance);
    const found = fitUncertainty(held);
    // four standard errors of 1000 columns
    expect(Math.abs(found.spread - spread)).toBeLessThan(0.15 * (spread + per_distance));
    expect(Math.abs(found.spread_per_distance - per_distance)).toBeLessThan(0.15 * per_distance + 0.03);
    expect(found.far).toBeCloseTo(0.95 * 3, 1);
  });

  test('its 95 % intervals hold 95 % of what was held out', () => {
    const held = heldOut(0.15, 0.2);
    const coverage = measureCoverage({ held, uncertainty: fitUncertainty(held) });
    expect(coverage.map(({ group }) => group)).toEqual(held.groups.map(({ name }) => name));
    const mean = coverage.reduce((sum, { inside }) => sum + inside, 0) / coverage.length;
    expect(Math.abs(mean - 0.95)).toBeLessThan(0.02);
    // half as much uncertainty holds P(|z| < .98) = 67 %
    const { spread, spread_per_distance, far } = fitUncertainty(held);
    const half = measureCoverage({
      held,
      uncertainty: { spread: spread / 2, spread_per_distance: spread_per_distance / 2, far },
    });
    expect(half.reduce((sum, { inside }) => sum + inside, 0) / half.length).toBeCloseTo(0.67, 1);
    for (const { side } of coverage)
      expect(Math.abs(side - 1.96 * Math.hypot(0.15, 0.2 * 1.5))).toBeLessThan(0.15);
  });

  test('columns that never cross have no error', () => {
    const held = heldOut(0.1, 0, 1, 3);
    const [group] = held.groups as [HeldOut['groups'][number]];
    const open = createColumn({}, {}, { frontier: { depth: null } as AtlasColumn['frontier'] });
    expect(
      measureHeldDistances({ ...held, groups: [{ ...group, columns: [...group.columns, open] }] }),
    ).toHaveLength(3);
  });
});

describe('a rule of all columns', () => {
  const candidate = { form: 'kernel' } as const;
  const parameters = {
    ...{ signal: 9.5, noise: 4, step: 11, aspect: 3 },
    ...{ signal_spread: 2, aspect_power: 4, blend: 1.4 },
  };
  const adam: Effect = {
    ...{ normalised: true, rate: 30, usual: [0.0001, 0.001] },
    parameters: { signal: 14, step: 11, aspect: 4 },
  };
  const truth = (column: AtlasColumn) =>
    predictLog({ candidate, parameters }, column, { ...PLAIN_OPTIMISERS, adam });
  const columns = collectColumns(
    [
      'mnist-tanh-keep-090-rate-3e-2',
      'mnist-unbiased-relu-keep-095',
      'mnist-unbiased-silu-keep-080',
      'mnist-budget-critical-sgd-150',
      'mnist-tanh-keep-090-rates-high',
      'mnist-unbiased-relu-keep-095-adam-1e-3',
      'mnist-budget-collapsing-adam-500',
      'mnist-tanh-technique-ic',
    ].map((id) => simulated(id, (column) => Math.exp(truth(column)))),
  );
  const rule = fitRule(candidate, columns);
  const factors = [
    {
      setting: 'data',
      value: 'cifar10',
      accuracy_threshold: 0.25,
      factor: 0.81234567,
      low: 0.7,
      high: 0.9,
      columns: 3,
    },
    { setting: 'schedule', value: 'step_late', factor: 2, low: 1, high: 3, columns: 3 },
  ];
  const file = toRuleFile(rule, factors, 2);

  test('is fitted to every optimiser that was measured, with the learning rates of each; IC layers apart', () => {
    expect(Object.keys(rule.optimisers)).toEqual(['sgd', 'adam']);
    expect(rule.optimisers.sgd).toEqual({ ...PLAIN_OPTIMISERS.sgd, rates: [0.003, 0.3] });
    const { adam: found } = rule.optimisers;
    expect(found).toMatchObject({ normalised: true, rate: 300, usual: adam.usual, rates: [0.0001, 0.01] });
    expect(Object.keys(found?.parameters ?? {})).toEqual(['signal', 'noise', 'step', 'aspect']);
    // how far its own columns are from what it says
    expect(found?.spread).toBeGreaterThan(0.02);
    expect(found?.spread).toBeLessThan(0.2);
    expect(rule.columns).toHaveLength(columns.filter(({ settings }) => settings.technique !== 'ic').length);
    const { rms, columns: measured } = ruleErrorsOn(rule, rule.columns);
    expect(rms).toBeLessThan(0.12);
    expect(measured).toBeGreaterThan(25);
    // errors of held-out groups are at least those of columns that were known
    expect(rule.held.all.rms).toBeGreaterThan(0.05);
    expect(rule.uncertainty.spread).toBeGreaterThan(0.02);
  });

  test('is written with what it was fitted to', () => {
    expect(file).toMatchObject({
      ...{ schema: 'dropline-depth-rule/2', form: 'kernel', columns: rule.columns.length },
      ...{ ranges: { width: [100, 100], steps: [150, 500] }, names: { technique: ['bernoulli'] } },
      factors: [{ setting: 'data', value: 'cifar10', accuracy_threshold: 0.25, factor: 0.8123 }],
    });
    expect(Object.keys(file.intervals)).toEqual(Object.keys(file.parameters));
    // places that are close are one, and every column is close to one
    file.measured.forEach((place, i) => {
      const others = file.measured.filter((_, k) => k < i);
      if (i > 0) expect(measureDistance(others, place)).toBeGreaterThan(0.1);
    });
    for (const column of rule.columns)
      expect(measureDistance(file.measured, locateColumn(rule.fit, column, rule.optimisers))).toBeLessThan(
        0.14,
      );
  });

  test('answers as it was fitted', () => {
    for (const column of rule.columns) {
      const { scales, settings, learning_rate, keep_effective: keep } = column;
      const { optimiser, width, steps, batch, technique } = settings;
      const said = fittedDepth(file, scales as FormScales, {
        ...{ optimiser, width, steps, batch, technique, learning_rate, keep },
      });
      const expected = predictLog(rule.fit, column, rule.optimisers as Record<string, OptimiserEffect>);
      expect(Math.abs(Math.log(said?.depth as number) - expected)).toBeLessThan(0.01);
      expect(said?.outside).toEqual([]);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { ruleNote } from '../answers/rule.ts';
import { OWN_INITS } from '../catalogue/inits.ts';
import { TECHNIQUE_NAMES } from '../catalogue/techniques.ts';
import { DATA_SET_NAMES, OPTIMISER_NAMES } from '../catalogue/training.ts';
import statistics from '../fixtures/data-statistics.json' with { type: 'json' };
import fixture from '../fixtures/depth-rule.json' with { type: 'json' };
import { depthRuleSchema } from '../schemas/depth-rule.ts';
import { ACTIVATIONS, describeNetwork, fittedDepth, formScales, plainNetwork } from '../theory/index.ts';
import { call } from './testing/api.ts';

const rule = depthRuleSchema.parse(fixture);
const { parameters, spread, conditions, factors, ranges, optimisers } = rule;

type Answer = {
  meta: { notes: string[]; columns: Record<string, { source?: string }> };
  rows: Record<string, unknown>[];
};
type Row = Record<string, number> & { fitted_extrapolates: string | null; fitted_verdict: string };

const answer = async (path: string) => {
  const response = await call(path);
  expect([path, response.status]).toEqual([path, 200]);
  return (await response.json()) as Answer;
};
const ask = async (path: string) => (await answer(path)).rows[0] as Row;

const NETWORK = 'activation=tanh&sigma_w2=1.8&sigma_b2=0.05&keep=0.95';
const at = (query = '') => ask(`/v1/trainable-depth?${NETWORK}${query}&field=all`);
const network = {
  activation: 'tanh',
  technique: 'bernoulli',
  keep: 0.95,
  mask: 'independent',
  q0: 1,
  sigma_w2: 1.8,
  sigma_b2: 0.05,
} as const;

describe('the trainable depth by the fitted rule', () => {
  it('is that of the file, under its conditions, with an interval as wide as its spread at least', async () => {
    const scales = formScales(plainNetwork(network), statistics[conditions.data]);
    const said = fittedDepth(
      rule,
      scales as NonNullable<typeof scales>,
      describeNetwork(plainNetwork(network)),
    );
    const found = await at();
    expect(found.fitted_depth).toBeCloseTo(said?.depth as number, 8);
    expect(found.fitted_low).toBeCloseTo(said?.low as number, 8);
    expect(found.fitted_high).toBeCloseTo(said?.high as number, 8);
    expect(found.fitted_learning_rate).toBe(said?.learning_rate);
    expect(found.fitted_extrapolates).toBeNull();
    const side = Math.log((found.fitted_high as number) / (found.fitted_depth as number));
    expect(side).toBeGreaterThanOrEqual(1.96 * spread);
    const { data, width, steps, batch, optimiser, init } = conditions;
    const same = `&data=${data}&width=${width}&steps=${steps}&batch=${batch}&optimiser=${optimiser}&init=${init}`;
    expect((await at(same)).fitted_depth).toBeCloseTo(said?.depth as number, 8);
  });

  it('goes with the data and the weights that were measured', async () => {
    const plain = await at();
    for (const { setting, value } of factors.filter(({ setting }) => setting !== 'technique')) {
      const there = await at(`&${setting}=${value}`);
      expect([setting, value, there.fitted_extrapolates]).toEqual([setting, value, null]);
      expect(there.fitted_depth).not.toBeCloseTo(plain.fitted_depth as number, 1);
    }
    expect(factors.map(({ setting }) => setting)).toContain('data');
  });

  it('goes with width, steps, learning rate and optimiser by the form itself', async () => {
    const rising = async (queries: readonly string[]) => {
      const depths = [];
      for (const query of queries) depths.push((await at(query)).fitted_depth as number);
      expect([queries, depths]).toEqual([queries, [...depths].sort((a, b) => a - b)]);
      expect(depths.at(-1)).toBeGreaterThan(1.01 * (depths[0] as number));
    };
    await rising(ranges.steps.map((steps) => `&learning_rate=0.003&steps=${steps}`));
    await rising(ranges.width.map((width) => `&width=${width}`));
    await rising([0.0003, 0.001, 0.003].map((rate) => `&learning_rate=${rate}`));
    for (const [name, { usual: rates }] of Object.entries(optimisers)) {
      const row = await at(`&optimiser=${name}`);
      expect([name, row.fitted_extrapolates]).toEqual([name, null]);
      expect(row.fitted_learning_rate).toBeGreaterThanOrEqual(rates[0]);
      expect(row.fitted_learning_rate).toBeLessThanOrEqual(rates[1]);
    }
  });

  it('is answered for lists of names, as of numbers', async () => {
    const lists = 'optimiser=sgd,adam&data=mnist,cifar10&init=gaussian,orthogonal';
    const { rows } = await answer(`/v1/trainable-depth?${NETWORK}&${lists}&field=all`);
    expect(rows.map(({ optimiser, data, init }) => [optimiser, data, init].join())).toEqual(
      ['sgd', 'adam'].flatMap((optimiser) =>
        ['mnist', 'cifar10'].flatMap((data) =>
          ['gaussian', 'orthogonal'].map((init) => [optimiser, data, init].join()),
        ),
      ),
    );
    const one = await at('&optimiser=adam&data=cifar10&init=orthogonal');
    expect(rows.at(-1)).toEqual(one);
  });

  it('names every setting that lies beyond what was measured', async () => {
    const { rates } = optimisers[conditions.optimiser] as { rates: [number, number] };
    const far: Record<string, readonly number[]> = {
      width: [Math.floor(ranges.width[0] / 2), ranges.width[1] * 2],
      steps: [Math.floor(ranges.steps[0] / 2), ranges.steps[1] * 2],
      batch: [conditions.batch / 2, conditions.batch * 2],
      learning_rate: [rates[0] / 2, rates[1] * 2],
    };
    for (const [setting, values] of Object.entries(far)) {
      const rows = [];
      for (const value of values) rows.push(await at(`&${setting}=${value}`));
      const answered = rows.filter(({ fitted_depth }) => fitted_depth !== null);
      expect([setting, answered.length]).not.toEqual([setting, 0]);
      for (const { fitted_extrapolates } of answered)
        expect([setting, fitted_extrapolates?.split(', ')]).toEqual([
          setting,
          expect.arrayContaining([setting]),
        ]);
    }
    for (const [setting, values] of [
      ['optimiser', OPTIMISER_NAMES],
      ['data', DATA_SET_NAMES],
      ['init', OWN_INITS],
    ] as const)
      for (const value of values) {
        const row = await at(`&${setting}=${value}`);
        const known =
          value === conditions[setting] ||
          (setting === 'optimiser' && value in optimisers) ||
          factors.some((one) => one.value === value);
        expect([value, row.fitted_extrapolates]).toEqual([value, known ? null : setting]);
        expect([value, row.fitted_depth, row.limit_low]).toEqual([
          ...[value, expect.any(Number), expect.any(Number)],
        ]);
        if (setting !== 'data') expect([value, row.measured_depth]).toEqual([value, expect.any(Number)]);
      }
    const response = await call(`/v1/trainable-depth?${NETWORK}&optimiser=sdg`);
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('sgd')]);
    const beta = 'activation=tanh&sigma_w2=1.8&sigma_b2=0.05&technique=beta&noise_a=18&noise_b=2';
    expect((await ask(`/v1/trainable-depth?${beta}`)).fitted_extrapolates).toBe('technique');
  });

  it('widens with the distance to what was measured, and says so where that is much', async () => {
    const width = async (query: string) => {
      const { fitted_low, fitted_high, fitted_extrapolates } = await ask(`/v1/trainable-depth?${query}`);
      return {
        side: Math.log((fitted_high ?? Number.NaN) / (fitted_low ?? Number.NaN)),
        outside: fitted_extrapolates,
      };
    };
    const near = await width(`${NETWORK}&learning_rate=0.03`);
    // (q diverges here, and each parameter alone was measured)
    for (const keep of [1, 0.95]) {
      const query = `activation=relu&sigma_w2=3.36&sigma_b2=0.39&keep=${keep}`;
      const { fitted_depth } = await ask(`/v1/trainable-depth?${query}`);
      const far = await width(query);
      if (fitted_depth !== null && far.outside === null) expect(far.side).toBeGreaterThan(1.1 * near.side);
    }
    const sides = [];
    for (const times of [1, 10, 100]) {
      const { side, outside } = await width(`${NETWORK}&learning_rate=0.03&steps=${times * ranges.steps[1]}`);
      // (null where it is too far)
      if (Number.isFinite(side)) sides.push(side);
      else expect(times).toBe(100);
      if (times > 1 && outside !== null) expect(outside).toContain('steps');
    }
    expect(sides).toEqual([...sides].sort((a, b) => a - b));
    expect(sides.at(-1)).toBeGreaterThan(1.2 * (sides[0] as number));
  });

  it('is null for networks of another kind', async () => {
    for (const other of ['schedule=step_early', 'carry=1', 'branch=0.5', 'mask=shared']) {
      const { fitted_depth, fitted_low, fitted_high } = await at(`&${other}`);
      expect([other, fitted_depth, fitted_low, fitted_high]).toEqual([other, null, null, null]);
    }
  });

  it('stands in meta with its form and numbers, and what stands for what is left out', async () => {
    const { meta } = await answer(`/v1/trainable-depth?${NETWORK}&meta=full`);
    const note = meta.notes.find((text) => text.includes('docs/atlas.md')) ?? '';
    // (the digits of the file, which are those of docs/atlas.md)
    for (const [name, value] of Object.entries(parameters)) expect(note).toContain(`${name} ${value} (`);
    for (const [name, range] of Object.entries(ranges))
      expect(note).toContain(`${name} ${range.join(' to ')},`);
    for (const [name, { rates, usual }] of Object.entries(optimisers))
      for (const range of [rates, usual]) expect(note).toContain(`${name} ${range.join(' to ')}`);
    for (const name of ['data', 'width', 'optimiser', 'steps', 'batch', 'init'] as const)
      expect(note).toContain(`${name} ${conditions[name]},`);
    expect(note).toContain('the learning rate at which networks train deepest');
    expect(meta.columns.fitted_depth?.source).toBe('docs/atlas.md');
  });

  it('names the factors that are applied', () => {
    const orthogonal = { factor: 1.5, low: 1.2, high: 1.8, setting: 'init', value: 'orthogonal', columns: 3 };
    expect(ruleNote({ ...rule, factors: [orthogonal] })).toContain(
      'Other settings multiply it: init orthogonal 1.5.',
    );
    expect(ruleNote({ ...rule, factors: [] })).not.toContain('Other settings');
  });

  it('counts as trained what goes with the data', async () => {
    const cifar10 = factors.find(({ value }) => value === 'cifar10');
    const { rows, meta } = await answer(`/v1/trainable-depth?${NETWORK}&data=cifar10&field=all`);
    expect(rows[0]).toMatchObject({ fitted_extrapolates: null });
    expect(rows[0]?.measured_with).toContain(`accuracy_threshold ${cifar10?.accuracy_threshold}`);
    expect(meta.notes.join(' ')).toContain(
      `data cifar10 ${cifar10?.factor} (trained with ${cifar10?.accuracy_threshold} of its images right)`,
    );
    const frontier = async (id: string) =>
      (await answer(`/v1/grids/${id}/frontier`)).rows.map((row) => row.fitted_extrapolates);
    expect(new Set(await frontier('cifar10-tanh-keep-095-rate-3e-2'))).toEqual(new Set([null]));
    expect(new Set(await frontier('cifar10-tanh-keep-095'))).toEqual(new Set(['accuracy_threshold']));
    const curve = async (id: string) =>
      (await (await call(`/v1/grids/${id}.svg`)).text()).includes('fitted rule');
    expect(await curve('cifar10-tanh-keep-095-rate-3e-2')).toBe(true);
    expect(await curve('cifar10-tanh-keep-095')).toBe(false);
  });
});

describe('the fitted rule elsewhere', () => {
  it('answers wherever there are depth scales: the explorer asks for both', {
    timeout: 120_000,
  }, async () => {
    // (those two have no keep)
    const techniques = TECHNIQUE_NAMES.filter((name) => !['beta', 'advanced'].includes(name));
    for (const activation of Object.keys(ACTIVATIONS))
      for (const technique of techniques)
        for (const place of ['sigma_w2=0.05&keep=0.5', 'sigma_w2=1.8&keep=0.95', 'sigma_w2=20']) {
          const query = `activation=${activation}&technique=${technique}&sigma_b2=0.05&${place}`;
          const given = technique === 'none' ? query.replace(/&keep=.*/, '') : query;
          const [scales, fitted] = await Promise.all([
            call(`/v1/depth-scales?${given}`),
            call(`/v1/trainable-depth?${given}&field=fitted_depth,fitted_extrapolates`),
          ]);
          expect([given, fitted.status]).toEqual([given, scales.status]);
        }
  });

  it('judges the depth of /v1/advice beside the limits of the theory', async () => {
    const advice = (depth: number) =>
      ask(`/v1/advice?activation=tanh&keep=0.95&depth=${depth}&fan_in=${conditions.width}`);
    const one = await advice(1);
    const here = `sigma_w2=${one.sigma_w2}&sigma_b2=${one.sigma_b2}&q0=${one.q_star}&width=${conditions.width}`;
    const same = await ask(`/v1/trainable-depth?activation=tanh&keep=0.95&${here}`);
    expect(one.fitted_depth).toBeCloseTo(same.fitted_depth as number, 8);
    const [low, high] = [one.fitted_low as number, one.fitted_high as number];
    const depths = [Math.floor(low), Math.ceil(low), Math.floor(high), Math.ceil(high)];
    const verdicts = await Promise.all(depths.map(async (depth) => (await advice(depth)).fitted_verdict));
    expect(verdicts).toEqual(['trainable', 'doubtful', 'doubtful', 'not_trainable']);
  });

  it('stands beside the measured frontier of a grid, for what the grid was trained with', async () => {
    const grid = '/v1/grids/mnist-tanh-keep-095/frontier';
    for (const { sigma_w2, width, fitted, fitted_extrapolates: outside } of (await answer(grid)).rows) {
      const query = `activation=tanh&sigma_w2=${sigma_w2}&sigma_b2=0.05&keep=0.95&width=${width}&steps=1000&learning_rate=0.03`;
      const { fitted_depth, fitted_extrapolates } = await ask(`/v1/trainable-depth?${query}`);
      expect(fitted).toBeCloseTo(fitted_depth as number, 8);
      expect(outside).toBe(fitted_extrapolates);
    }
    for (const { fitted_extrapolates } of (await answer(`${grid}?threshold=0.123`)).rows)
      expect(fitted_extrapolates).toContain('accuracy_threshold');
  });
});

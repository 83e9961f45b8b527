import { describe, expect, it } from 'vitest';
import statistics from '../fixtures/data-statistics.json' with { type: 'json' };
import fixture from '../fixtures/depth-rule.json' with { type: 'json' };
import { depthRuleSchema } from '../schemas/depth-rule.ts';
import { DATA_SETS, OPTIMISERS, OWN_INITS, TECHNIQUES } from '../schemas/names.ts';
import { ACTIVATIONS, formDepth, formScales } from '../theory/index.ts';
import { ruleNote } from './rule.ts';
import { call } from './testing/api.ts';

const rule = depthRuleSchema.parse(fixture);
const { form, parameters, spread, conditions, factors, ranges } = rule;

type Answer = {
  meta: { notes: string[]; columns: Record<string, { source?: string }> };
  rows: Record<string, unknown>[];
};
type Row = Record<string, number> & { fitted_outside: string | null; fitted_verdict: string };

const answer = async (path: string) => {
  const response = await call(path);
  expect([path, response.status]).toEqual([path, 200]);
  return (await response.json()) as Answer;
};
const ask = async (path: string) => (await answer(path)).rows[0] as Row;

const NETWORK = 'activation=tanh&sigma_w2=1.8&sigma_b2=0.05&keep=0.95';
const at = (query = '') => ask(`/v1/trainable-depth?${NETWORK}${query}`);
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
  it('is that of the file, under its conditions, with the interval of its spread', async () => {
    const scales = formScales(network, statistics[conditions.data]);
    const depth = formDepth(form, parameters, scales as NonNullable<typeof scales>, conditions.width);
    const found = await at();
    expect(found.fitted_depth).toBeCloseTo(depth, 8);
    expect(found.fitted_low).toBeCloseTo(depth / Math.exp(1.96 * spread), 8);
    expect(found.fitted_high).toBeCloseTo(depth * Math.exp(1.96 * spread), 8);
    expect(found.fitted_outside).toBeNull();
    const { data, width, steps, optimiser, init } = conditions;
    const same = `&data=${data}&width=${width}&steps=${steps}&optimiser=${optimiser}&init=${init}`;
    expect((await at(same)).fitted_depth).toBeCloseTo(depth, 8);
  });

  it('goes with the settings that were measured', async () => {
    const known = ['steps', 'optimiser', 'data', 'init', ...(parameters.v ? [] : ['width'])];
    const plain = await at();
    for (const { setting, value, factor } of factors.filter(({ setting }) => known.includes(setting))) {
      // (data may change what a form is made from, too)
      if (setting === 'data' && form === 'trajectory') continue;
      const { fitted_depth = 0, fitted_outside } = await at(`&${setting}=${value}`);
      expect([setting, value, fitted_outside]).toEqual([setting, value, null]);
      expect(fitted_depth / (plain.fitted_depth as number)).toBeCloseTo(factor, 8);
    }
  });

  it('is answered for lists of names, as of numbers', async () => {
    const lists = 'optimiser=sgd,adam&data=mnist,cifar10&init=gaussian,orthogonal';
    const { rows } = await answer(`/v1/trainable-depth?${NETWORK}&${lists}`);
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

  it('says where it does not reach, and what it says there all the same', async () => {
    const plain = await at();
    const width = (parameters.v ? ranges.width[1] : conditions.width) * 1000;
    expect((await at(`&steps=1000000&width=${width}`)).fitted_outside).toBe('width, steps');
    for (const [setting, values] of [
      ['optimiser', OPTIMISERS],
      ['data', DATA_SETS],
      ['init', OWN_INITS],
    ] as const)
      for (const value of values) {
        const row = await at(`&${setting}=${value}`);
        const known = value === conditions[setting] || factors.some((one) => one.value === value);
        expect([value, row.fitted_outside]).toEqual([value, known ? null : setting]);
        expect([value, row.estimate_low]).toEqual([value, expect.any(Number)]);
        if (setting !== 'data') expect([value, row.measured_depth]).toEqual([value, expect.any(Number)]);
        // (data may change what a form is made from, too)
        if (!known && !(setting === 'data' && form === 'trajectory'))
          expect([value, row.fitted_depth]).toEqual([value, plain.fitted_depth]);
      }
    const response = await call(`/v1/trainable-depth?${NETWORK}&optimiser=sdg`);
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('sgd')]);
  });

  it('says which networks it was not fitted to', async () => {
    const [lowest, highest] = [ranges.keep[0] * 0.95, ranges.sigma_w2[1] * 2];
    for (const [query, outside] of [
      [`activation=tanh&sigma_w2=${highest}&sigma_b2=0.05`, 'sigma_w2'],
      [`activation=tanh&sigma_w2=1.8&sigma_b2=${ranges.sigma_b2[1] * 2}`, 'sigma_b2'],
      [`activation=tanh&sigma_w2=1.8&sigma_b2=0.05&keep=${lowest}`, 'keep'],
      [`activation=tanh&sigma_w2=1.8&sigma_b2=0.05&keep=${ranges.keep[0]}`, null],
      ['activation=tanh&sigma_w2=1.4&sigma_b2=0.05&technique=none', null],
      // (deeper than any that was measured)
      ['activation=tanh&sigma_w2=1.77&sigma_b2=0.05&technique=none&width=400', 'depth'],
      ['activation=tanh&sigma_w2=1.8&sigma_b2=0.05&technique=beta&noise_a=18&noise_b=2', 'technique'],
      ['activation=tanh&sigma_w2=1.8&sigma_b2=0.05&input_scale=1.1&keep=0.95', 'activation'],
      ['activation=tanh&sigma_w2=1.8&sigma_b2=0.05&input_scale=1&keep=0.95', null],
      ['activation=scaled_erf&sigma_w2=1.8&sigma_b2=0.05&keep=0.95', 'activation'],
    ] as const) {
      const row = await ask(`/v1/trainable-depth?${query}`);
      expect([query, row.fitted_outside]).toEqual([query, outside]);
      expect([query, row.fitted_depth]).toEqual([query, expect.any(Number)]);
    }
  });

  it('is null for networks of another kind', async () => {
    for (const other of ['schedule=step_early', 'carry=1', 'branch=0.5', 'mask=shared']) {
      const { fitted_depth, fitted_low, fitted_high } = await at(`&${other}`);
      expect([other, fitted_depth, fitted_low, fitted_high]).toEqual([other, null, null, null]);
    }
  });

  it('stands in meta with its form and numbers', async () => {
    const { meta } = await answer(`/v1/trainable-depth?${NETWORK}`);
    const note = meta.notes.find((text) => text.includes('docs/atlas.md')) ?? '';
    // (the digits of the file, which are those of docs/atlas.md)
    for (const [name, value] of Object.entries(parameters)) expect(note).toContain(`${name} ${value} (`);
    expect(note).toContain('at the best of the learning rates that were tried');
    expect(note).toContain(`width ${ranges.width.join(' to ')},`);
    expect(note).toContain(conditions.optimiser);
    expect(meta.columns.fitted_depth?.source).toBe('docs/atlas.md');
  });

  it('names the factors that are applied: of the width none where the rule has its own term', () => {
    const wide = { factor: 1.5, low: 1.2, high: 1.8, setting: 'width', value: 400, columns: 3 };
    const note = (v?: number) => ruleNote({ ...rule, parameters: { m: 9, v }, factors: [wide] });
    expect(note()).toContain('Other settings multiply it: width 400 1.5.');
    expect(note(0.5)).not.toContain('Other settings');
    expect(ruleNote({ ...rule, ranges: { ...ranges, width: [100, 100] } })).toContain(' width 100,');
  });

  it('counts as trained what goes with the data', async () => {
    const cifar10 = factors.find(({ value }) => value === 'cifar10');
    const { rows, meta } = await answer(`/v1/trainable-depth?${NETWORK}&data=cifar10`);
    expect(rows[0]).toMatchObject({ fitted_outside: null });
    expect(rows[0]?.measured_with).toContain(`trained_at ${cifar10?.trained_at}`);
    expect(meta.notes.join(' ')).toContain(
      `data cifar10 ${cifar10?.factor} (trained is ${cifar10?.trained_at} of its images right)`,
    );
    const frontier = async (id: string) =>
      (await answer(`/v1/grids/${id}/frontier`)).rows.map((row) => row.fitted_outside);
    expect(new Set(await frontier('cifar10-tanh-keep-095-rate-3e-2'))).toEqual(new Set([null]));
    expect(new Set(await frontier('cifar10-tanh-keep-095'))).toEqual(new Set(['trained_at']));
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
    const techniques = TECHNIQUES.filter((name) => !['beta', 'advanced'].includes(name));
    for (const activation of Object.keys(ACTIVATIONS))
      for (const technique of techniques)
        for (const place of ['sigma_w2=0.05&keep=0.5', 'sigma_w2=1.8&keep=0.95', 'sigma_w2=20']) {
          const query = `activation=${activation}&technique=${technique}&sigma_b2=0.05&${place}`;
          const given = technique === 'none' ? query.replace(/&keep=.*/, '') : query;
          const [scales, fitted] = await Promise.all([
            call(`/v1/depth-scales?${given}`),
            call(`/v1/trainable-depth?${given}&field=fitted_depth,fitted_outside`),
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
    for (const { sigma_w2, width, fitted, fitted_outside: outside } of (await answer(grid)).rows) {
      const query = `activation=tanh&sigma_w2=${sigma_w2}&sigma_b2=0.05&keep=0.95&width=${width}&steps=1000`;
      const { fitted_depth, fitted_outside } = await ask(`/v1/trainable-depth?${query}`);
      expect(fitted).toBeCloseTo(fitted_depth as number, 8);
      expect(outside).toBe(fitted_outside);
    }
    for (const { fitted_outside } of (await answer(`${grid}?threshold=0.123`)).rows)
      expect(fitted_outside).toContain('trained_at');
  });
});

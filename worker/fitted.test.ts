import { describe, expect, it } from 'vitest';
import statistics from '../fixtures/data-statistics.json' with { type: 'json' };
import fixture from '../fixtures/depth-rule.json' with { type: 'json' };
import { depthRuleSchema } from '../schemas/depth-rule.ts';
import { OPTIMISERS } from '../schemas/names.ts';
import { formDepth, formScales } from '../theory/index.ts';
import { call } from './testing/api.ts';

const { form, parameters, spread, conditions, factors } = depthRuleSchema.parse(fixture);

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
const row = async (path: string) => (await answer(path)).rows[0] as Row;

const NETWORK = 'activation=tanh&sigma_w2=1.8&sigma_b2=0.05&keep=0.95';
const at = (query = '') => row(`/v1/trainable-depth?${NETWORK}${query}`);
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

  it('says where it does not reach', async () => {
    expect((await at('&steps=1000000')).fitted_outside).toBe('steps');
    expect((await at('&steps=1&width=1000000')).fitted_outside).toBe(parameters.v ? 'steps' : 'width, steps');
    const measured = factors.flatMap(({ setting, value }) => (setting === 'optimiser' ? [value] : []));
    for (const optimiser of OPTIMISERS) {
      const response = await call(`/v1/trainable-depth?${NETWORK}&optimiser=${optimiser}`);
      const known = [conditions.optimiser, ...measured].includes(optimiser);
      expect([optimiser, response.status]).toEqual([optimiser, known ? 200 : 400]);
      if (known) continue;
      const { errors } = (await response.json()) as { errors: { pointer: string; detail: string }[] };
      expect(errors[0]?.pointer).toBe('#/optimiser');
      expect(errors[0]?.detail).toContain(`Known: ${[conditions.optimiser, ...measured].join(', ')}.`);
    }
    expect((await call(`/v1/trainable-depth?${NETWORK}&optimiser=sdg`)).status).toBe(400);
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
    expect(note).toContain(`m ${Number(parameters.m.toPrecision(3))}`);
    expect(note).toContain(conditions.optimiser);
    expect(meta.columns.fitted_depth?.source).toBe('docs/atlas.md');
  });
});

describe('the fitted rule elsewhere', () => {
  it('judges the depth of /v1/advice beside the limits of the theory', async () => {
    const advice = (depth: number) =>
      row(`/v1/advice?activation=tanh&keep=0.95&depth=${depth}&fan_in=${conditions.width}`);
    const one = await advice(1);
    const here = `sigma_w2=${one.sigma_w2}&sigma_b2=${one.sigma_b2}&q0=${one.q_star}&width=${conditions.width}`;
    const same = await row(`/v1/trainable-depth?activation=tanh&keep=0.95&${here}`);
    expect(one.fitted_depth).toBeCloseTo(same.fitted_depth as number, 8);
    const [low, high] = [one.fitted_low as number, one.fitted_high as number];
    const depths = [Math.floor(low), Math.ceil(low), Math.floor(high), Math.ceil(high)];
    const verdicts = await Promise.all(depths.map(async (depth) => (await advice(depth)).fitted_verdict));
    expect(verdicts).toEqual(['trainable', 'doubtful', 'doubtful', 'not_trainable']);
  });

  it('stands beside the measured frontier of a grid, for what the grid was trained with', async () => {
    const { rows } = await answer('/v1/grids/mnist-tanh-keep-095/frontier');
    for (const { sigma_w2, width, fitted } of rows) {
      const query = `activation=tanh&sigma_w2=${sigma_w2}&sigma_b2=0.05&keep=0.95&width=${width}&steps=1000`;
      const { fitted_depth } = await row(`/v1/trainable-depth?${query}`);
      expect(fitted).toBeCloseTo(fitted_depth as number, 8);
    }
  });
});

import { describe, expect, test } from 'vitest';
import { ACTIVATIONS } from '../activations/index.ts';
import { layersOf } from '../testing/layers.ts';
import { solve } from '../testing/solve.ts';
import { NO_NOISE } from '../trajectory/layers.ts';
import { SCHEDULES } from '../trajectory/schedules.ts';
import { Meter } from '../work.ts';
import { EPSILON, followContrasts } from './contrast.ts';
import { estimateDepth, estimateScheduledDepth, measureContrast } from './estimate.ts';
import { applyRule, DEPTH_RULES } from './rules.ts';

const { linear, relu, tanh } = ACTIVATIONS;
const dropout = (keep: number) => ({ s1: 1, s2: 1 / keep, variance: (1 - keep) / keep });
const scales = (sigma_w2: number, keep: number) =>
  solve({ activation: 'tanh', sigma_b2: 0.05, sigma_w2, keep });

describe('published rules', () => {
  test('the multiples, and what is known of where they come from', () => {
    const table = Object.values(DEPTH_RULES).map((rule) => [rule.multiplier, rule.scale, rule.attribution]);
    expect(table).toEqual([
      [6, 'xi_2', 'quoted'],
      [12, 'xi_2', 'drawn'],
      [12, 'xi_1', 'drawn'],
      [4.5, 'xi_2', 'reproduction'],
    ]);
  });

  test.each([
    [0.99, 1.779, 87.0],
    [0.98, 1.797, 63.2],
    [0.94, 1.846, 37.2],
    [0.9, 1.849, 28.1],
    [0.5, 1.122, 7.4],
  ])('the peak of 6 xi_2 at keep %d', (keep, sigma_w2, depth) => {
    expect(applyRule('six_xi_2', scales(sigma_w2, keep)).depth).toBeCloseTo(depth, 0);
    expect(applyRule('twelve_xi_2', scales(sigma_w2, keep)).depth).toBeCloseTo(2 * depth, -0.5);
  });

  test('12 xi_1 has no bound near chi_1 = 1; the range of float32 caps every rule; multipliers calibrate', () => {
    expect(applyRule('twelve_xi_1', scales(1.6, 0.9)).depth).toBeGreaterThan(1000);
    expect(applyRule('six_xi_2', { xi_1: 3, xi_2: null })).toEqual({ depth: null, limited_by: null });
    expect(applyRule('six_xi_2', { xi_1: 3, xi_2: null }, { range: 128 })).toEqual({
      depth: 128,
      limited_by: 'float_range',
    });
    expect(applyRule('six_xi_2', { xi_1: 3, xi_2: 10 }, { range: 128, multiplier: 9 })).toEqual({
      depth: 90,
      limited_by: 'xi_2',
    });
    // @ts-expect-error an unknown rule
    expect(() => applyRule('six_xi_1', { xi_1: 1, xi_2: 1 })).toThrow('Known: six_xi_2');
    expect(() => applyRule('six_xi_2', { xi_1: 1, xi_2: 1 }, { multiplier: 0 })).toThrow('multiplier');
  });
});

describe('from the trajectory', () => {
  const layer = (sigma_w2: number, keep: number) => ({ sigma_w2, sigma_b2: 0.05, noise: dropout(keep) });

  test.each([
    [1.5848591756, 0.9, 4.57105685],
    [1.7257355468, 0.98, 10.44132454],
    [2.5, 0.9, 4.4431932],
  ])('near 6 xi_2, and another 6 xi_2 for the next e⁻⁶: tanh %d, keep %d', (sigma_w2, keep, xi_2) => {
    const low = estimateDepth(tanh, layer(sigma_w2, keep)).depth as number;
    const high = estimateDepth(tanh, layer(sigma_w2, keep), { epsilon: EPSILON.high }).depth as number;
    expect(low / (6 * xi_2)).toBeGreaterThan(0.85);
    expect(low / (6 * xi_2)).toBeLessThan(1.15);
    expect((high - low) / (6 * xi_2)).toBeCloseTo(1, 2);
    expect(estimateDepth(tanh, layer(sigma_w2, keep), { multiplier: 1.5 }).depth).toBeCloseTo(1.5 * low, 10);
  });

  test('linear without bias: exactly geometric', () => {
    const { depth } = estimateDepth(
      linear,
      { sigma_w2: 0.9, sigma_b2: 0, noise: dropout(0.9) },
      { epsilon: 0.01 },
    );
    expect(depth).toBeCloseTo(Math.log(0.01 / 0.73) / Math.log(0.9), 10);
  });

  test('critical networks without noise have no bound within reach, but end where c does', () => {
    const critical = { sigma_w2: 1.760954639607, sigma_b2: 0.05, noise: NO_NOISE };
    expect(estimateDepth(tanh, critical)).toEqual({ depth: null, limited_by: null });
    const { depth } = estimateDepth(tanh, critical, { epsilon: 0.01, q0: 0.570047881641 });
    expect(Math.abs((depth as number) / (6.17 / 0.01) - 1)).toBeLessThan(0.05);
  });

  test('chaotic networks without noise lose what a class has in common, not what is equal', () => {
    const chaotic = { sigma_w2: 4, sigma_b2: 0.05, noise: NO_NOISE };
    expect(estimateDepth(tanh, chaotic, { max_layers: 200 }).depth).toBeNull();
    const { depth } = estimateDepth(tanh, chaotic, { c_same: 0.44 });
    expect((depth as number) / 6.98).toBeGreaterThan(3);
    expect((depth as number) / 6.98).toBeLessThan(7);
  });

  test('no more layers are looked at than it takes to know', () => {
    const looked = (ask: () => unknown) => {
      const meter = new Meter();
      meter.run(ask);
      return meter.spent;
    };
    // (of relu a layer takes the same work wherever it is)
    const one = { sigma_w2: 1, sigma_b2: 0, noise: dropout(0.9) };
    const estimate = (max_layers: number, sigma_w2 = 1) =>
      looked(() => estimateDepth(relu, { ...one, sigma_w2 }, { max_layers, epsilon: 1e-15 }));
    const [first, second] = [estimate(1), estimate(2)];
    const layers = (work: number) => 1 + (work - first) / (second - first);
    const depth = estimateDepth(relu, one, { epsilon: 1e-15 }).depth as number;
    expect(layers(estimate(2000))).toBeCloseTo(Math.ceil(depth), 6);
    // chaotic: the correlation settles within some 35 xi_2, and stays
    const chaotic = (max_layers: number) =>
      looked(() => estimateDepth(tanh, { sigma_w2: 4, sigma_b2: 0.05, noise: NO_NOISE }, { max_layers }));
    expect(chaotic(2000)).toBe(chaotic(Math.ceil(45 * 6.98)));
    expect(chaotic(2000)).toBeGreaterThan(chaotic(Math.floor(25 * 6.98)));
  });

  test('float32 ends it where the variance leaves', () => {
    const growing = { sigma_w2: 4, sigma_b2: 0, noise: NO_NOISE };
    const found = estimateDepth(relu, growing, { epsilon: 1e-9 });
    expect(found).toEqual({ depth: 128, limited_by: 'float_range' });
  });

  test('a schedule that is constant gives the whole number below; others differ', () => {
    const at = (name: keyof typeof SCHEDULES) => (depth: number) => {
      const drops = SCHEDULES[name].drops(depth, 0.05);
      const noise = drops.map((drop) => dropout(1 - drop));
      return layersOf({ depth, sigma_w2: drops.map((drop) => 1.76 * (1 - drop)), sigma_b2: 0.05, noise });
    };
    const plain = estimateDepth(tanh, { sigma_w2: 1.76 * 0.95, sigma_b2: 0.05, noise: dropout(0.95) })
      .depth as number;
    expect(estimateScheduledDepth(tanh, at('constant'))).toEqual({
      depth: Math.floor(plain),
      limited_by: 'correlation',
    });
    const late = estimateScheduledDepth(tanh, at('step_late')).depth as number;
    expect(late).toBeGreaterThan(plain);
    expect(measureContrast(tanh, at('step_late')(late)).contrast).toBeGreaterThanOrEqual(EPSILON.low);
    expect(measureContrast(tanh, at('step_late')(late + 1)).contrast).toBeLessThan(EPSILON.low);
    expect(estimateScheduledDepth(tanh, at('constant'), { max_layers: 16 }).depth).toBeNull();
  });

  test('what is refused', () => {
    expect(() => estimateDepth(tanh, layer(1, 1), { epsilon: 0 })).toThrow('epsilon');
    expect(() => estimateDepth(tanh, layer(1, 1), { max_layers: 0.5 })).toThrow('max_layers');
    expect(() => [...followContrasts(tanh, [], { c_same: 0.2 })]).toThrow('c_diff');
    expect([...followContrasts(linear, [])][0]?.contrast).toBeCloseTo(0.73, 14);
  });
});

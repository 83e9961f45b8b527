import { expect, test } from 'vitest';
import { type FittedRule, fittedDepth, measuredSettings } from './fitted.ts';
import { formDepth } from './forms.ts';

const scales = { xi_1: 12, xi_2: 5, chi_1: Math.exp(1 / 12), trajectory: 30 };
const rule: FittedRule = {
  form: 'harmonic',
  parameters: { m: 7 },
  spread: 0.25,
  conditions: { width: 100, steps: 500, optimiser: 'sgd' },
  factors: [
    { setting: 'width', value: 400, factor: 1.6 },
    { setting: 'width', value: 200, factor: 1.2 },
    { setting: 'steps', value: 100, factor: 0.5 },
    { setting: 'optimiser', value: 'adam', factor: 0.8 },
    { setting: 'technique', value: 'ic', factor: 2 },
  ],
};
const plain = formDepth('harmonic', { m: 7 }, scales);
const factor = (settings: Parameters<typeof fittedDepth>[2]) =>
  fittedDepth(rule, scales, settings).depth / plain;

test('under its conditions a rule is its form, with the interval of its spread', () => {
  expect(fittedDepth(rule, scales)).toEqual({
    depth: plain,
    low: plain / Math.exp(0.49),
    high: plain * Math.exp(0.49),
    outside: [],
  });
  expect(factor({ width: 100, steps: 500, optimiser: 'sgd', technique: undefined })).toBe(1);
});

test('measured settings multiply it; between them numbers are linear in their logarithm', () => {
  expect(factor({ width: 200, optimiser: 'adam' })).toBeCloseTo(1.2 * 0.8, 12);
  expect(factor({ width: 100 * Math.SQRT2 })).toBeCloseTo(1.1, 12);
  expect(factor({ width: 200 * Math.SQRT2 })).toBeCloseTo(1.4, 12);
  expect(factor({ steps: Math.sqrt(100 * 500) })).toBeCloseTo(0.75, 12);
  // what was never varied has no factor, what was but has no condition has one by name only
  expect(factor({ technique: 'ic' })).toBeCloseTo(2, 12);
  expect(fittedDepth(rule, scales, { technique: 'alpha', batch: 7 })).toMatchObject({
    depth: plain,
    outside: [],
  });
});

test('beyond what was measured the nearest counts, and it is said', () => {
  const at = (settings: Parameters<typeof fittedDepth>[2]) => {
    const { depth, outside } = fittedDepth(rule, scales, settings);
    return [Number((depth / plain).toFixed(12)), ...outside];
  };
  expect(at({ width: 1000 })).toEqual([1.6, 'width']);
  expect(at({ width: 50, steps: 7 })).toEqual([0.5, 'width', 'steps']);
  expect(at({ steps: 2000, optimiser: 'novograd' })).toEqual([1, 'steps', 'optimiser']);
});

test('a rule with a v knows the width itself', () => {
  const own = { ...rule, parameters: { m: 7, v: 0.5 } };
  const at = (width?: number) => fittedDepth(own, scales, { width, steps: 100 });
  expect(at(1000)).toMatchObject({
    depth: 0.5 * formDepth('harmonic', { m: 7, v: 0.5 }, scales, 1000),
    outside: [],
  });
  expect(at().depth).toBe(at(100).depth);
});

test('what has no limit has none by the rule', () => {
  const free = { xi_1: Number.POSITIVE_INFINITY, xi_2: Number.POSITIVE_INFINITY, chi_1: 1, trajectory: 1 };
  expect(fittedDepth(rule, free)).toMatchObject({
    depth: Number.POSITIVE_INFINITY,
    low: Number.POSITIVE_INFINITY,
  });
});

test('the settings that it knows', () => {
  expect(measuredSettings(rule, 'optimiser')).toEqual(['sgd', 'adam']);
  expect(measuredSettings(rule, 'width')).toEqual([100, 400, 200]);
  expect(measuredSettings(rule, 'batch')).toEqual([]);
});

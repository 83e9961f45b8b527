import { expect, test } from 'vitest';
import { DEPTH_FORMS, type DepthFormName, formDepth } from './forms.ts';
import { ruledDepth } from './rules.ts';

const scales = { xi_1: 12, xi_2: 5, chi_1: Math.exp(1 / 12), trajectory: 30 };

test.each<[DepthFormName, number]>([
  ['constant', 2],
  ['xi_2', 10],
  ['xi_1', 24],
  ['min', 10],
  ['harmonic', 2 / (1 / 12 + 1 / 5)],
  ['chaos', 2 / (1 / 5 + 0.3 / 12)],
  ['trajectory', 60],
])('%s', (form, depth) => {
  const b = form === 'chaos' ? 0.3 : 0;
  expect(formDepth(form, { m: 2, b }, scales)).toBeCloseTo(depth, 12);
  // an exponent, and a width that takes as much again off the depth
  expect(formDepth(form, { m: 2, b, p: 0.5 }, scales)).toBeCloseTo(2 * Math.sqrt(depth / 2), 12);
  expect(formDepth(form, { m: 2, b, v: 1 }, scales, depth)).toBeCloseTo(depth / 2, 12);
  expect(DEPTH_FORMS[form].name).toBe(form);
});

test('published rules are forms with a given multiplier', () => {
  expect(formDepth('xi_2', { m: 6 }, scales)).toBeCloseTo(ruledDepth('six_xi_2', scales).depth as number, 12);
  expect(formDepth('xi_1', { m: 12 }, scales)).toBeCloseTo(
    ruledDepth('twelve_xi_1', scales).depth as number,
    12,
  );
});

test('what is not limited is Infinity, unless the width limits it; chaos does not count in the ordered phase', () => {
  const critical = {
    xi_1: Number.POSITIVE_INFINITY,
    xi_2: Number.POSITIVE_INFINITY,
    chi_1: 1,
    trajectory: Number.POSITIVE_INFINITY,
  };
  expect(formDepth('harmonic', { m: 6 }, critical)).toBe(Number.POSITIVE_INFINITY);
  expect(formDepth('harmonic', { m: 6, v: 0.5 }, critical, 100)).toBe(200);
  expect(formDepth('chaos', { m: 6, b: 9 }, { ...scales, chi_1: 0.5 })).toBe(30);
});

test('numbers that cannot be are refused', () => {
  expect(() => formDepth('xi_3' as DepthFormName, { m: 1 }, scales)).toThrow('Known: constant');
  for (const bad of [{ m: 0 }, { m: Number.NaN }, { m: 1, b: -1 }, { m: 1, p: 0 }, { m: 1, v: Infinity }])
    expect(() => formDepth('xi_2', bad, scales, 100)).toThrow(RangeError);
  expect(() => formDepth('xi_2', { m: 1, v: 1 }, scales)).toThrow('needs the width');
});

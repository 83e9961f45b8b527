import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { DEPTH_FORMS } from '../theory/index.ts';
import { depthRuleSchema } from './depth-rule.ts';

const file = path.join(import.meta.dirname, '..', 'fixtures', 'depth-rule.json');
const rule = JSON.parse(readFileSync(file, 'utf8'));

test('the fitted rule that ships is one, with an interval around each of its numbers', () => {
  const { parameters, intervals } = depthRuleSchema.parse(rule);
  expect(Object.keys(intervals).sort()).toEqual(Object.keys(parameters).sort());
  for (const [name, [low, high]] of Object.entries(intervals)) {
    const value = parameters[name as keyof typeof parameters] as number;
    expect([name, low <= value, value <= high]).toEqual([name, true, true]);
  }
});

test('names the forms of the theory', () => {
  expect([...depthRuleSchema.shape.form.options].sort()).toEqual(Object.keys(DEPTH_FORMS).sort());
  for (const wrong of [{ form: 'xi_3' }, { parameters: { m: -1 } }, { intervals: { c: [0, 1] } }])
    expect(depthRuleSchema.safeParse({ ...rule, ...wrong }).success).toBe(false);
});

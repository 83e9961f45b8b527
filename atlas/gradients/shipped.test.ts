import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { measurementOptions } from '../../schemas/plan-options.ts';
import { backends } from '../../trainer/backends/index.ts';
import { measure } from '../../trainer/measure/measure.ts';
import { readPlan } from '../../trainer/run/plan.ts';
import { type ActivationPair, computeFindings, type Findings, type Fit } from './findings.ts';
import { type GradientRecord, readRecord, reduceMeasurement } from './record.ts';
import { drawPictures, pairRecords, withTables } from './report.ts';

const ROOT = path.dirname(path.dirname(import.meta.dirname));
const PLANS = path.join(ROOT, 'fixtures', 'plans', 'gradients');
const RECORDS = path.join(ROOT, 'fixtures', 'measurements');
const DOCS = path.join(ROOT, 'docs');

let records: GradientRecord[];
let pairs: ActivationPair[];
let findings: Findings[];
beforeAll(() => {
  records = readdirSync(PLANS).map((name) => readRecord(RECORDS, path.parse(name).name) as GradientRecord);
  pairs = pairRecords(records);
  findings = pairs.flatMap(computeFindings);
}, 120_000);

/**
 * Eight seeds give a standard error that is itself uncertain by a quarter: nothing may be farther off than five of them, and a
 * tenth at most farther than three. `own` is what finite width adds, which the theory leaves out.
 */
function expectAgreement(fits: readonly (Fit | null)[], own: number): void {
  const off = fits.flatMap((fit) =>
    fit ? [Math.max(0, Math.abs(fit.value - fit.theory) - own * Math.abs(fit.theory)) / fit.error] : [],
  );
  expect(off.length).toBeGreaterThan(3);
  expect(Math.max(...off)).toBeLessThan(5);
  expect(off.filter((one) => one > 3).length).toBeLessThanOrEqual(off.length / 10);
}

test('each plan has its record', async () => {
  const plans = await Promise.all(readdirSync(PLANS).map((name) => readPlan(path.join(PLANS, name))));
  for (const plan of plans) {
    const record = readRecord(RECORDS, plan.id);
    expect(record?.meta.plan).toEqual({ ...plan, measurement: measurementOptions.parse(plan.measurement) });
  }
  expect(findings).toHaveLength(20);
});

test('an activation with one read-out only is refused', () => {
  expect(() => pairRecords(records.slice(1))).toThrow('needs a fixed and a quadratic one');
});

test('docs/gradients.md and its pictures are those of the records (npm run gradients -- --draw writes them)', () => {
  const page = readFileSync(path.join(DOCS, 'gradients.md'), 'utf8');
  expect(page).toBe(withTables(page, pairs));
  for (const [name, svg] of Object.entries(drawPictures(pairs))) {
    expect(page).toContain(`atlas/${name}.svg`);
    expect(readFileSync(path.join(DOCS, 'atlas', `${name}.svg`), 'utf8'), name).toBe(svg);
  }
});

test.skipIf(backends['ort-node'].unavailable() !== undefined)(
  'a seed measured again has what is recorded',
  async () => {
    const record = records.find(({ id }) => id === 'gradients-relu-quadratic') as GradientRecord;
    const { plan } = record.meta;
    const again = reduceMeasurement(
      await measure(
        { ...plan, axes: { ...plan.axes, keep: [0.9] }, seeds: [2], backend: record.meta.backend },
        { workers: 1, signal: new AbortController().signal },
      ),
    );
    const recorded = record.rows.filter(([keep, , seed]) => keep === 0.9 && seed === 2);
    expect(again.rows).toHaveLength(recorded.length);
    again.rows.forEach((row, i) => {
      row.forEach((value, at) => {
        const before = recorded[i]?.[at] as number;
        // signed means are small differences
        expect(Math.abs(value - before), `${record.columns[at]}`).toBeLessThan(
          2e-3 * Math.abs(before) + 1e-18,
        );
      });
    });
  },
  120_000,
);

test('fixed read-out: one input and the signed mean of two follow their recursions, the rms ends up with chi_1', () => {
  expectAgreement(
    findings.map(({ fixed }) => fixed.single),
    0.002,
  );
  expectAgreement(
    findings.map(({ fixed }) => fixed.signed),
    0,
  );
  expectAgreement(
    findings.map(({ fixed }) => fixed.rms),
    0.005,
  );
  for (const { fixed, chi_1, keep } of findings)
    if (keep < 1) {
      expect(fixed.rms?.value).toBeGreaterThan(0.98 * chi_1);
      expect(fixed.rms?.value).toBeLessThan(1.02 * chi_1);
      expect(fixed.absolute?.value).toBeGreaterThan(0.98 * chi_1);
      expect(fixed.absolute?.value).toBeLessThan(1.02 * chi_1);
    }
});

test('the signed mean is not governed by the depth scale of one input', () => {
  for (const { fixed, chi_1, keep, activation } of findings)
    if (keep < 1) {
      const { value, error } = fixed.signed as Fit;
      expect((chi_1 - value) / error, `${activation} ${keep}`).toBeGreaterThan(10);
    }
});

test('it sinks below its fluctuations where the theory says', () => {
  for (const { crossover, keep, activation } of findings) {
    const { predicted, seen } = crossover;
    if (predicted === null || seen === null) {
      expect(keep).toBe(1);
      continue;
    }
    // to leading order in 1/N, without the spread of one input's gradient
    expect(seen.value / predicted, `${activation} ${keep}`).toBeGreaterThan(0.8);
    expect(seen.value / predicted, `${activation} ${keep}`).toBeLessThan(1.05);
  }
});

test('quadratic read-out: linear networks follow what the same weights both ways give, and not independent ones', () => {
  const linear = findings.filter(({ activation }) => activation === 'linear');
  expectAgreement(
    linear.map(({ quadratic }) => quadratic.single),
    0.002,
  );
  expectAgreement(
    linear.map(({ quadratic }) => quadratic.signed),
    0.002,
  );
  const { value, error } = linear[0]?.quadratic.signed as Fit;
  expect((value - (linear[0]?.chi_c as number)) / error).toBeGreaterThan(10);
});

test('variance against mean: the log-normal law, with the power 2 only where chi_1^K is far from 1', () => {
  expectAgreement(
    findings.map(({ power }) => power.single),
    0.01,
  );
  // the recursion of two inputs' fluctuations is to leading order in 1/N: a tenth of a power
  for (const { power, activation, keep } of findings)
    if (power.pair) {
      const { value, theory, error } = power.pair;
      expect(Math.abs(value - theory), `${activation} ${keep}`).toBeLessThan(0.1 + 3 * error);
    }
  for (const { power, activation, keep } of findings) {
    if (!power.single) continue;
    // on the side of 2 that the theory says
    const side = Math.sign(power.formula - 2);
    expect(side * (power.single.value - 2), `${activation} ${keep}`).toBeGreaterThan(2 * power.single.error);
  }
});

import { describe, expect, test } from 'vitest';
import { createMaskSource } from '../random/mask.ts';
import { createStream, drawGaussians, shuffle } from '../random/stream.ts';
import { compareUnits, labelUnit, type Unit, type UnitFindings } from './unit-statistics.ts';

const [IMAGES, NETWORKS] = [20_000, 12];
const CORRELATION = 0.6;

type Shape = (z: number) => number;

/** Two units of gaussian numbers of a known correlation behind a function, with dropout of their own. */
function drawUnits(seed: number, keep: number, shape: Shape): Map<number, Unit> {
  const draw = (name: string) => drawGaussians(createStream(seed, name), IMAGES, 1);
  const [x, own] = [draw('x'), draw('y')];
  const y = x.map((one, i) => CORRELATION * one + Math.sqrt(1 - CORRELATION ** 2) * (own[i] as number));
  const drop = createMaskSource(createStream(seed, 'mask'), keep, Math.fround(1 / keep));
  return new Map(
    [x, y].map((z, number) => {
      const mask = new Float32Array(IMAGES);
      drop(mask);
      const before = z.map(shape);
      return [number, { before, after: before.map((one, i) => one * (mask[i] as number)) }];
    }),
  );
}

function compare(keep: number, shape: Shape): UnitFindings[] {
  return Array.from({ length: NETWORKS }, (_, seed) => {
    const stream = createStream(seed, 'shuffles');
    return compareUnits(drawUnits(seed, keep, shape), [[0, 1]], {
      noise: { s1: 1, s2: 1 / keep },
      dropsOrKeeps: true,
      orders: [shuffle(stream, IMAGES), shuffle(stream, IMAGES)],
    });
  });
}

/** Mean over networks, and its standard error. */
function average(found: readonly UnitFindings[], name: keyof UnitFindings) {
  const values = found.map((one) => one[name]);
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  const squares = values.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (values.length - 1) / values.length) };
}

function expectWithin({ mean, error }: { mean: number; error: number }, value: number): void {
  expect(Math.abs(mean - value), `${mean} ± ${error} beside ${value}`).toBeLessThan(4 * error);
  // or else it would say little
  expect(error).toBeLessThan(0.02 * Math.abs(value));
}

describe('dropout of two gaussian units', () => {
  test.each([
    0.5, 0.8, 0.95,
  ])('of mean 0, keep %s: the correlation falls to keep, the information to keep²', (keep) => {
    const found = compare(keep, (z) => z);
    expectWithin(average(found, 'correlation_before'), CORRELATION);
    expectWithin(average(found, 'correlation_ratio'), keep);
    expect(average(found, 'correlation_ratio_theory').mean).toBeCloseTo(keep, 3);
    expectWithin(average(found, 'information_ratio'), keep ** 2);
    expect(average(found, 'units_with_zeros').mean).toBe(0);
    // −½ ln(1 − ρ²) is what 8 bins come near to, from below
    const whole = -Math.log(1 - CORRELATION ** 2) / 2;
    expect(average(found, 'information_before').mean).toBeGreaterThan(0.85 * whole);
    expect(average(found, 'information_before').mean).toBeLessThan(whole);
  });

  test('with a mean: each variance grows by (1 − keep)/keep of the mean square', () => {
    const [keep, mean] = [0.7, 1.5];
    const found = compare(keep, (z) => z + mean);
    // E x² is 1 + mean²
    const expected = 1 / (1 + ((1 - keep) / keep) * (1 + mean ** 2));
    expectWithin(average(found, 'correlation_ratio'), expected);
    expect(average(found, 'correlation_ratio_theory').mean).toBeCloseTo(expected, 2);
    // information does not ask for the mean
    expectWithin(average(found, 'information_ratio'), keep ** 2);
  });

  test('with an atom at 0 a dropped unit looks as if it had been 0: less is left than keep²', () => {
    const keep = 0.7;
    const found = compare(keep, (z) => Math.max(0, z));
    const { mean, error } = average(found, 'information_ratio');
    expect(mean + 10 * error).toBeLessThan(keep ** 2);
    expect(average(found, 'units_with_zeros').mean).toBe(2);
    const moments = average(found, 'correlation_ratio_theory').mean;
    expectWithin(average(found, 'correlation_ratio'), moments);
  });

  test('with the atom moved away from 0, as a batch norm moves it, keep² holds again', () => {
    const keep = 0.7;
    expectWithin(
      average(
        compare(keep, (z) => Math.max(0, z) - 0.4),
        'information_ratio',
      ),
      keep ** 2,
    );
  });
});

test('a noise that never gives 0 is cut into the bins from before it, and loses information', () => {
  const found = Array.from({ length: NETWORKS }, (_, seed) => {
    const units = drawUnits(seed, 1, (z) => z);
    const noisy = [...units].map(([number, { before }]): [number, Unit] => {
      const factors = drawGaussians(createStream(seed, 'factors', number), IMAGES, 0.25);
      return [number, { before, after: before.map((one, i) => one * (1 + (factors[i] as number))) }];
    });
    return compareUnits(new Map(noisy), [[0, 1]], {
      noise: { s1: 1, s2: 1.25 },
      dropsOrKeeps: false,
      orders: [shuffle(createStream(seed, 'shuffles'), IMAGES)],
    });
  });
  expectWithin(average(found, 'correlation_ratio'), 0.8);
  expect(average(found, 'information_ratio').mean).toBeGreaterThan(0.3);
  expect(average(found, 'information_ratio').mean).toBeLessThan(0.95);
});

test('the labels of a unit: bins of what is not 0, the same after the noise, and 0', () => {
  const before = Float32Array.from({ length: 16 }, (_, i) => i - 8);
  const after = before.map((one, i) => (i % 3 === 0 ? 0 : 2 * one));
  const kept = labelUnit({ before, after }, true);
  expect(kept.before[8]).toBe(0);
  expect(Math.max(...kept.before)).toBe(8);
  expect([...kept.after]).toEqual([...kept.before].map((one, i) => (i % 3 === 0 ? 0 : one)));
  // in its own bin, twice the value is further out
  const own = labelUnit({ before, after }, false);
  expect(own.after[5]).toBeLessThan(kept.after[5] as number);
  expect(own.before).toEqual(kept.before);
});

test('units that do not vary are left out; without any other there is nothing to say', () => {
  const varied = drawUnits(1, 0.5, (z) => z);
  const dead: Unit = { before: new Float32Array(IMAGES), after: new Float32Array(IMAGES) };
  const options = { noise: undefined, dropsOrKeeps: true, orders: [shuffle(createStream(1), IMAGES)] };
  const units = new Map([...varied, [2, dead]] as const);
  const alone = compareUnits(varied, [[0, 1]], options);
  expect(
    compareUnits(
      units,
      [
        [0, 1],
        [1, 2],
      ],
      options,
    ),
  ).toEqual({ ...alone, units_with_zeros: 1 });
  expect(alone.correlation_ratio_theory).toBeNaN();
  expect(compareUnits(units, [[0, 2]], options).correlation_ratio).toBeNaN();
});

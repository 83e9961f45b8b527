import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import { describe, expect, test } from 'vitest';
import { createMaskSource, WordPool } from './mask.ts';
import { createStream } from './stream.ts';

test('the words are those of pure-rand from the same state, pool after pool', () => {
  const source = createStream(1, 'state');
  const reference = xoroshiro128plusFromState(Array.from({ length: 4 }, () => source.next()));
  const pool = new WordPool(createStream(1, 'state'));
  for (let round = 0; round < 3; round++) {
    pool.refill();
    expect([...pool.words]).toEqual(Array.from(pool.words, () => reference.next()));
  }
  expect(pool.bytes[1]).toBe(((pool.words[0] as number) >>> 8) & 255);
});

const UNITS = 500;
const STEPS = 400;

/** Masks of many steps, one row a step. */
function masks(keep: number): Uint8Array[] {
  const fill = createMaskSource(createStream(5, 'masks', keep), keep);
  return Array.from({ length: STEPS }, () => {
    const bits = new Uint8Array(UNITS);
    fill(bits);
    return bits;
  });
}

describe.each([0.05, 0.3, 0.5, 0.7, 0.95, 0.999])('masks with keep %d', (keep) => {
  const rows = masks(keep);
  const n = UNITS * STEPS;
  const variance = keep * (1 - keep);

  test('keep the share asked for, within four standard errors', () => {
    const kept = rows.reduce((sum, row) => sum + row.reduce((a, b) => a + b, 0), 0);
    expect(Math.abs(kept / n - keep)).toBeLessThan(4 * Math.sqrt(variance / n));
  });

  test('keep as many units a step as a binomial variable varies', () => {
    const counts = rows.map((row) => row.reduce((a, b) => a + b, 0) - UNITS * keep);
    const found = counts.reduce((sum, count) => sum + count * count, 0) / STEPS;
    const expected = UNITS * variance;
    // fourth central moment of a binomial variable: 3 V² + V (1 − 6 keep drop)
    const error = Math.sqrt((2 * expected ** 2 + expected * (1 - 6 * variance)) / STEPS);
    expect(Math.abs(found - expected)).toBeLessThan(4 * error);
  });

  test('are independent over neighbouring units and over steps', () => {
    const covariance = (dStep: number, dUnit: number) => {
      let sum = 0;
      let count = 0;
      for (let s = 0; s + dStep < STEPS; s++)
        for (let u = 0; u + dUnit < UNITS; u++, count++)
          sum += ((rows[s]?.[u] ?? 0) - keep) * ((rows[s + dStep]?.[u + dUnit] ?? 0) - keep);
      return sum / count / (variance / Math.sqrt(count));
    };
    const lags: [number, number][] = [
      [0, 1],
      [0, 2],
      [0, 7],
      [1, 0],
      [2, 0],
      [1, 1],
    ];
    for (const [step, unit] of lags)
      expect(Math.abs(covariance(step, unit)), `${step}, ${unit}`).toBeLessThan(4);
  });

  test('have runs of geometric length: the share of runs longer than 1 is the common probability', () => {
    const common = Math.max(keep, 1 - keep);
    const rare = keep >= 0.5 ? 0 : 1;
    const flat = rows.flatMap((row) => [...row]);
    const starts = flat.flatMap((bit, i) => (bit === rare && i + 1 < flat.length ? [flat[i + 1]] : []));
    const longer = starts.filter((bit) => bit !== rare).length / starts.length;
    expect(Math.abs(longer - common)).toBeLessThan(4 * Math.sqrt((common * (1 - common)) / starts.length));
  });
});

test('how the sequence is cut into arrays does not change it', () => {
  const whole = new Uint8Array(1000);
  createMaskSource(createStream(1, 'cut'), 0.8)(whole);
  const fill = createMaskSource(createStream(1, 'cut'), 0.8);
  const pieces = [1, 99, 0, 400, 500].flatMap((length) => {
    const piece = new Uint8Array(length);
    fill(piece);
    return [...piece];
  });
  expect(pieces).toEqual([...whole]);
});

test('keep = 1 keeps all; keep out of (0, 1] is refused', () => {
  const bits = new Uint8Array(1000);
  createMaskSource(createStream(1, 'all'), 1)(bits);
  expect(bits.every((bit) => bit === 1)).toBe(true);
  for (const keep of [0, -0.1, 1.1, Number.NaN])
    expect(() => createMaskSource(createStream(1), keep)).toThrow('not in (0, 1]');
});

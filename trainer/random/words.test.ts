import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import { expect, test } from 'vitest';
import { WordPool } from './mask.ts';
import { stream } from './stream.ts';

test('the words are those of pure-rand from the same state, pool after pool', () => {
  const source = stream(1, 'state');
  const reference = xoroshiro128plusFromState(Array.from({ length: 4 }, () => source.next()));
  const pool = new WordPool(stream(1, 'state'));
  for (let round = 0; round < 3; round++) {
    pool.refill();
    expect([...pool.words]).toEqual(Array.from(pool.words, () => reference.next()));
  }
  expect(pool.bytes[1]).toBe(((pool.words[0] as number) >>> 8) & 255);
});

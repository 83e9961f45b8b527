import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createStream, drawGaussians, drawUniform, shuffle } from './stream.ts';

const first = (...labels: (string | number)[]) => createStream(1, ...labels).next();

test('a stream depends on its seed and labels alone', () => {
  expect(first('weights', 3)).toBe(first('weights', 3));
  const others = [
    first('weights', 3),
    first('weights', 4),
    first('weights3'),
    first('weights', '3'),
    first(3, 'weights'),
  ];
  expect(new Set([...others, createStream(2, 'weights', 3).next()]).size).toBe(6);
});

test('a stream is xoroshiro128+ from the SHA-256 of its labels', () => {
  const digest = createHash('sha256').update('[1,"weights",3]').digest();
  const word = (at: number) => BigInt(digest.readUInt32LE(at));
  let s0 = (word(0) << 32n) | word(4);
  let s1 = (word(8) << 32n) | word(12);
  const left = (x: bigint, by: bigint) => BigInt.asUintN(64, (x << by) | (x >> (64n - by)));
  const source = createStream(1, 'weights', 3);
  // Blackman and Vigna, 2018, with the constants of 2018: 24, 16, 37; pure-rand gives the lower half of each sum
  for (let i = 0; i < 100; i++) {
    expect(source.next()).toBe(Number(BigInt.asIntN(32, s0 + s1)));
    s1 ^= s0;
    s0 = left(s0, 24n) ^ s1 ^ BigInt.asUintN(64, s1 << 16n);
    s1 = left(s1, 37n);
  }
});

test('a label that is no finite number is refused', () => {
  expect(() => createStream(Number.NaN, 'x')).toThrow('a random stream cannot be labelled NaN');
  expect(() => createStream(1, Number.POSITIVE_INFINITY)).toThrow('cannot be labelled Infinity');
});

test('streams with neighbouring labels are uncorrelated', () => {
  const n = 20_000;
  const [a, b] = [createStream(1, 'layer', 1), createStream(1, 'layer', 2)];
  let sum = 0;
  for (let i = 0; i < n; i++) sum += (drawUniform(a) - 0.5) * (drawUniform(b) - 0.5);
  // each product has variance 1/144
  expect(Math.abs(sum / n)).toBeLessThan(4 / (12 * Math.sqrt(n)));
});

test('gaussians have mean 0, the variance asked for, and a gaussian fourth moment', () => {
  const n = 100_000;
  const values = drawGaussians(createStream(3, 'gaussians'), n, 0.25);
  const moment = (k: number) => values.reduce((sum, x) => sum + (x / 0.5) ** k, 0) / n;
  expect(Math.abs(moment(1))).toBeLessThan(4 / Math.sqrt(n));
  expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
  expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / n));
  expect(drawGaussians(createStream(3, 'none'), 3, 0)).toEqual(Float32Array.of(0, 0, 0));
});

test('a shuffle holds each number once, and each place is as likely', () => {
  expect([...shuffle(createStream(1, 'shuffle'), 1000)].sort((a, b) => a - b)).toEqual([
    ...Array(1000).keys(),
  ]);
  const rounds = 6000;
  const places = new Float64Array(9);
  for (let i = 0; i < rounds; i++)
    for (const [place, value] of shuffle(createStream(1, 'round', i), 3).entries())
      places[3 * place + value] = (places[3 * place + value] as number) + 1;
  const error = Math.sqrt((rounds * 2) / 9);
  for (const count of places) expect(Math.abs(count - rounds / 3)).toBeLessThan(4 * error);
});

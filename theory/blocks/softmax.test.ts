import { describe, expect, test } from 'vitest';
import { random } from '../random.ts';
import { normalMean } from '../testing/averages.ts';
import { drawOverlap } from '../testing/softmax-draws.ts';
import { causalTokens, softmaxMoments, softmaxTable } from './softmax.ts';

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

describe('moments of softmax weights', () => {
  test.each([
    0.01, 0.5, 2, 9, 40,
  ])('of two tokens: logistic functions of one normal variable, variance %d', (nu) => {
    // a = σ(x) and 1 − a, with x of variance 2 nu. Σ a² − 2 Σ a³ + (Σ a²)² is then (2 a (1 − a))²
    const mean = (f: (a: number) => number) => normalMean((x) => f(sigmoid(x)), 0, Math.sqrt(2 * nu), [0]);
    const { square, jacobian } = softmaxMoments(2, nu);
    expect(Math.abs(square / mean((a) => a ** 2 + (1 - a) ** 2) - 1)).toBeLessThan(1e-10);
    expect(Math.abs(jacobian / mean((a) => 4 * (a * (1 - a)) ** 2) - 1)).toBeLessThan(1e-9);
  });

  test.each([0.3, 2])('of three tokens: two normal variables, variance %d', (nu) => {
    // scores against the third token, of variance 2 nu and covariance nu
    const mean = (f: (a: readonly number[]) => number) =>
      normalMean(
        (x) =>
          normalMean(
            (y) => {
              const [p, q] = [Math.exp(x), Math.exp(x / 2 + y)];
              const all = 1 + p + q;
              return f([p / all, q / all, 1 / all]);
            },
            0,
            Math.sqrt(1.5 * nu),
            [],
          ),
        0,
        Math.sqrt(2 * nu),
        [],
      );
    const power = (a: readonly number[], j: number) => a.reduce((all, x) => all + x ** j, 0);
    const { square, jacobian } = softmaxMoments(3, nu);
    expect(square).toBeCloseTo(
      mean((a) => power(a, 2)),
      9,
    );
    expect(jacobian).toBeCloseTo(
      mean((a) => power(a, 2) - 2 * power(a, 3) + power(a, 2) ** 2),
      9,
    );
  });

  test.each([
    [2, 1],
    [16, 0.25],
    [512, 1],
    [1e6, 2],
  ])('%d tokens: scores without variance give uniform weights, and the next term in it is right', (tokens) => {
    expect(softmaxMoments(tokens, 0).square * tokens).toBeCloseTo(1, 10);
    expect((softmaxMoments(tokens, 0).jacobian * tokens) / (1 - 1 / tokens)).toBeCloseTo(1, 10);
    // a = 1/T + (z − mean z)/T + …: T S = 1 + nu (1 − 1/T) + …
    const nu = 1e-6;
    const growth = (softmaxMoments(tokens, nu).square * tokens - 1) / nu;
    expect(Math.abs(growth / (1 - 1 / tokens) - 1)).toBeLessThan(1e-4);
  });

  test.each([
    [64, 9],
    [512, 4],
    [16, 30],
  ])('%d tokens at variance %d, where few of them take most of the weight: those of draws', (tokens, nu) => {
    const { mean, error } = drawOverlap(tokens, nu, nu, 3e6 / tokens, 11);
    expect(error / mean).toBeLessThan(0.02);
    expect(Math.abs(softmaxMoments(tokens, nu).square - mean)).toBeLessThan(3 * error);
  });

  test('a large variance gives all the weight to one token, which nothing moves', () => {
    const { square, jacobian } = softmaxMoments(4, 40);
    expect(square).toBeGreaterThan(0.8);
    expect(jacobian).toBeLessThan(0.06);
  });

  test('numbers of tokens that are not whole lie between those that are', () => {
    for (const nu of [0.2, 1, 5]) {
      const at = (tokens: number) => softmaxMoments(tokens, nu).square;
      const found = [1, 1.2, 1.5, 2, 2.5, 3, 3.7, 4].map(at);
      for (let i = 1; i < found.length; i++) expect(found[i]).toBeLessThan(found[i - 1] as number);
      // (ln S as a cubic of ln T, through four whole numbers)
      const nodes = [2, 3, 4, 5];
      const cubic = nodes.reduce((sum, t) => {
        const others = nodes.filter((other) => other !== t);
        return sum + others.reduce((p, o) => (p * Math.log(2.5 / o)) / Math.log(t / o), Math.log(at(t)));
      }, 0);
      expect(Math.log(at(2.5))).toBeCloseTo(cubic, 3);
    }
  });
});

test('tables are the moments within 1e-9, at random numbers of tokens and variances', () => {
  const next = random(5);
  for (let i = 0; i < 30; i++) {
    const tokens = 2 * 10 ** (6 * next());
    const whole = i % 2 === 0 ? Math.round(tokens) : tokens;
    const table = softmaxTable(whole);
    for (let k = 0; k < 3; k++) {
      const nu = 16 * next() ** 2;
      const { square, jacobian } = softmaxMoments(whole, nu);
      expect(Math.abs(Math.exp(nu * table.growth(nu)) / whole / square - 1)).toBeLessThan(1e-9);
      expect(Math.abs(table.jacobian(nu) / jacobian - 1)).toBeLessThan(1e-9);
    }
  }
});

test('causal masks: numbers of tokens as sums over rows, and no fewer than one', () => {
  const sums = (tokens: number) => {
    let [diagonal, off] = [0, 0];
    for (let t = 1; t <= tokens; t++)
      for (let s = 1; s <= tokens; s++)
        if (s === t) diagonal += 1 / t / tokens;
        else off += 1 / Math.max(s, t) / (tokens * (tokens - 1));
    return { diagonal: 1 / diagonal, off: 1 / off };
  };
  for (const tokens of [2, 3, 17]) {
    const { diagonal, off } = causalTokens(tokens);
    expect(diagonal).toBeCloseTo(sums(tokens).diagonal, 12);
    expect(off).toBeCloseTo(sums(tokens).off, 12);
  }
  expect(causalTokens(1)).toEqual({ diagonal: 1, off: 1 });
});

test('what is out of range is refused', () => {
  expect(() => softmaxMoments(0.5, 1)).toThrow('tokens must be from 1');
  expect(() => softmaxMoments(4, -1)).toThrow('variance');
  expect(() => softmaxMoments(4, 41)).toThrow('up to 40');
});

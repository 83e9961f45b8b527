import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { studentTCdf, studentTQuantile, studentTUpperTail } from './student-t.ts';

const relative = (found: number, wanted: number) => Math.abs(found / wanted - 1);

/** Upper tails of 1 to 4 degrees of freedom, in forms without cancellation for t > 0. */
const CLOSED: Record<number, (t: number) => number> = {
  1: (t) => Math.atan(1 / t) / Math.PI,
  2: (t) => 1 / (2 + t * t + t * Math.sqrt(2 + t * t)),
  3: (t) => {
    // θ − sin θ cos θ with tan θ = √3/t: a series where both are small
    const angle = Math.atan(Math.sqrt(3) / t);
    return (angle > 0.1 ? angle - Math.sin(2 * angle) / 2 : sineRest(2 * angle) / 2) / Math.PI;
  },
  4: (t) => {
    const s = t / Math.sqrt(4 + t * t);
    const rest = 4 / (4 + t * t) / (1 + s);
    return (rest * rest * (2 + s)) / 4;
  },
};

/** x − sin x for small x. */
const sineRest = (x: number) =>
  (x ** 3 / 6) * (1 - (x ** 2 / 20) * (1 - (x ** 2 / 42) * (1 - (x ** 2 / 72) * (1 - x ** 2 / 110))));

describe('the upper tail', () => {
  test.each(Object.entries(CLOSED))('has the closed form of %s degrees', (degrees, tail) => {
    for (let exponent = -8; exponent <= 9; exponent += 0.25) {
      const t = 10 ** exponent;
      expect(relative(studentTUpperTail(t, Number(degrees)), tail(t)), `t ${t}`).toBeLessThan(1e-12);
      expect(relative(studentTCdf(t, Number(degrees)), 1 - tail(t)), `t ${t}`).toBeLessThan(1e-13);
    }
  });

  // tails down to 1e-30 and below, and degrees that are not whole
  test.each([
    [0.7, 50],
    [5, 1e5],
    [9.5, 300],
    [30, 50],
    [199, 14],
    [200, 1.74],
    [5000, 11.8],
    [1e6, 11.5],
    [1e6, 1.7],
  ])('is the integral of the density, %s degrees above t = %s', (degrees, t) => {
    expect(relative(studentTUpperTail(t, degrees), integrateTail(t, degrees))).toBeLessThan(1e-11);
  });

  test('is what tables of many digits say', () => {
    // (mpmath 1.3, 40 digits)
    for (const [degrees, t, tail] of [
      [2.5, 1000, 2.2747463948307453e-8],
      [30, 30, 3.125895815304444e-24],
      [200, 8, 4.9396004546653196e-14],
      [10_000, 8, 6.910604364532691e-16],
      [1e6, 30, 6.010047116831719e-198],
    ] as const)
      expect(relative(studentTUpperTail(t, degrees), tail)).toBeLessThan(1e-12);
  });

  test('and that on the other side add up to 1; at 0 it is a half, at infinity 0', () => {
    for (const t of [0.1, 1.7, 1.8, 5])
      expect(studentTUpperTail(t, 7) + studentTUpperTail(-t, 7)).toBeCloseTo(1, 15);
    expect(studentTUpperTail(0, 7)).toBe(0.5);
    expect(studentTUpperTail(Number.POSITIVE_INFINITY, 7)).toBe(0);
    expect(studentTUpperTail(Number.NEGATIVE_INFINITY, 7)).toBe(1);
  });
});

/**
 * The tail by the trapezoid rule over ln s, with the substitution x = t + s. The constant comes from the same rule over the whole of the
 * right half, so that no gamma function is used.
 */
function integrateTail(t: number, degrees: number): number {
  const density = (x: number) => Math.exp((-(degrees + 1) / 2) * Math.log1p((x * x) / degrees));
  const integral = (from: number) => {
    const step = 0.01;
    let sum = 0;
    for (let k = -6000; k <= 12_000; k++) {
      // s = exp(k step − e^(−k step)) dies off doubly exponentially at its lower end
      const u = k * step;
      const s = Math.exp(u - Math.exp(-u));
      sum += s * (1 + Math.exp(-u)) * density(from + s) || 0;
    }
    return sum * step;
  };
  return integral(t) / (2 * integral(0));
}

describe('the quantile', () => {
  test('is the inverse of the distribution function', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -300, max: Math.log10(0.5), noNaN: true }),
        fc.double({ min: 0, max: 5, noNaN: true }),
        (exponent, logDegrees) => {
          const [p, degrees] = [10 ** exponent, 10 ** logDegrees];
          const t = studentTQuantile(p, degrees);
          expect(relative(studentTCdf(t, degrees), p)).toBeLessThan(2e-12);
          expect(studentTUpperTail(-t, degrees)).toBe(studentTCdf(t, degrees));
        },
      ),
      { seed: 1, numRuns: 2000 },
    );
  });

  test('of the distribution function is t', () => {
    for (const degrees of [1, 3.5, 20, 1000])
      for (const t of [-30, -5, -1.8, -1.7, -0.3, -1e-3, 0.5, 1.5])
        expect(relative(studentTQuantile(studentTCdf(t, degrees), degrees), t)).toBeLessThan(1e-12);
  });

  test('has the closed forms of 1 and 2 degrees', () => {
    for (const p of [1e-30, 1e-10, 0.001, 0.2, 0.3, 0.4999, 0.7, 0.975]) {
      expect(relative(studentTQuantile(p, 1), -1 / Math.tan(Math.PI * p))).toBeLessThan(1e-11);
      const two = (2 * p - 1) / Math.sqrt(2 * p * (1 - p));
      expect(relative(studentTQuantile(p, 2), two)).toBeLessThan(1e-12);
    }
  });

  test('is what printed tables say', () => {
    for (const [degrees, t] of [
      [1, 12.706],
      [5, 2.571],
      [30, 2.042],
      [120, 1.98],
    ] as const)
      expect(studentTQuantile(0.975, degrees)).toBeCloseTo(t, 3);
  });

  test('is infinite at 0 and 1 and beyond what numbers hold, and 0 in the middle', () => {
    expect(studentTQuantile(0, 3)).toBe(Number.NEGATIVE_INFINITY);
    expect(studentTQuantile(1, 3)).toBe(Number.POSITIVE_INFINITY);
    expect(studentTQuantile(1e-300, 0.1)).toBe(Number.NEGATIVE_INFINITY);
    expect(studentTQuantile(0.5, 3)).toBe(0);
  });
});

test('what is no probability, no number of degrees, or no t is refused', () => {
  expect(() => studentTQuantile(1.1, 3)).toThrow('1.1 is no probability');
  expect(() => studentTQuantile(Number.NaN, 3)).toThrow('no probability');
  expect(() => studentTQuantile(0.1, 0)).toThrow('0 degrees of freedom');
  expect(() => studentTCdf(1, Number.POSITIVE_INFINITY)).toThrow('Infinity degrees of freedom');
  expect(() => studentTCdf(Number.NaN, 1)).toThrow('t is no number');
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { holm } from './holm.ts';

const P_VALUES = fc.array(
  fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.01, 0.02, 1)),
  { minLength: 1, maxLength: 8 },
);

/** Which hypotheses the step-down method rejects, step by step as Holm 1979 says it. */
function rejectStepDown(pValues: readonly number[], alpha: number): boolean[] {
  const left = new Set(pValues.keys());
  while (left.size > 0) {
    const [next] = [...left].sort((a, b) => (pValues[a] as number) - (pValues[b] as number));
    if ((pValues[next as number] as number) * left.size > alpha) break;
    left.delete(next as number);
  }
  return pValues.map((_, i) => !left.has(i));
}

describe("Holm's adjusted p-values", () => {
  test('are those computed by hand', () => {
    expect(holm([0.01, 0.02, 0.03, 0.04])).toEqual([0.04, 0.06, 0.06, 0.06]);
    expect(holm([0.5, 0.005, 0.9])).toEqual([1, 0.015, 1]);
    expect(holm([])).toEqual([]);
  });

  test('reject what the method rejects step by step', () => {
    fc.assert(
      fc.property(P_VALUES, fc.constantFrom(0.01, 0.05, 0.3), (pValues, alpha) => {
        expect(holm(pValues).map((p) => p <= alpha)).toEqual(rejectStepDown(pValues, alpha));
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  test('lie between the raw ones and those of Bonferroni, in the order of the raw ones, ties among themselves', () => {
    fc.assert(
      fc.property(P_VALUES, (pValues) => {
        const adjusted = holm(pValues);
        pValues.forEach((p, i) => {
          expect(adjusted[i]).toBeGreaterThanOrEqual(p);
          expect(adjusted[i]).toBeLessThanOrEqual(Math.min(1, p * pValues.length));
          pValues.forEach((other, j) => {
            if (p <= other) expect(adjusted[i] as number).toBeLessThanOrEqual(adjusted[j] as number);
          });
        });
      }),
      { seed: 1 },
    );
  });

  test('refuse what is no p-value', () => {
    expect(() => holm([0.1, Number.NaN])).toThrow('NaN is no p-value');
    expect(() => holm([1.01])).toThrow('1.01 is no p-value');
  });
});

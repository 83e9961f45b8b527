/**
 * p-values adjusted by Holm's step-down method: a hypothesis is rejected at the family-wise level α where its adjusted
 * p-value is at most α, whatever the dependence between the tests.
 *
 * @param pValues one a hypothesis, in any order
 * @returns the adjusted p-values in the same order: in ascending order of p, the largest so far of (m − rank + 1) p, at
 * most 1. Equal p-values have equal adjusted ones.
 * @throws where one is no probability
 * @see Holm 1979, "A simple sequentially rejective multiple test procedure"; Wright 1992, "Adjusted p-values for
 * simultaneous inference"
 * @example holm([0.01, 0.04, 0.03]) // [0.03, 0.06, 0.06]
 */
export function holm(pValues: readonly number[]): number[] {
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  rankAscending(pValues).forEach((index, k) => {
    largest = Math.max(largest, Math.min(1, (pValues.length - k) * (pValues[index] as number)));
    adjusted[index] = largest;
  });
  return adjusted;
}

/**
 * The level of each hypothesis in Holm's method: α/(m − rank + 1), with rank 1 for the smallest p-value. Equal p-values
 * all have the level of the first among them, so that levels do not depend on the order in which hypotheses are listed.
 *
 * An interval of confidence 1 − level excludes the null value exactly where the p-value is below the level. Two things
 * it does not say: Holm's method stops at the first hypothesis that it does not reject, and a later p-value may be below
 * its own level and still not be rejected ({@link holm} decides); and such intervals do not all cover the truth at once
 * with probability 1 − α, which those of α/m do.
 *
 * @param pValues one a hypothesis, in any order
 * @param alpha the family-wise level, between 0 and 1
 * @returns the levels in the same order
 * @throws where a p-value is no probability, or alpha is not between 0 and 1
 * @see Holm 1979, "A simple sequentially rejective multiple test procedure"; Strassburger and Bretz 2008, "Compatible
 * simultaneous lower confidence bounds for the Holm procedure", for what such intervals promise
 * @example holmLevels([0.01, 0.04, 0.03], 0.06) // [0.02, 0.06, 0.03]
 */
export function holmLevels(pValues: readonly number[], alpha: number): number[] {
  if (!(alpha > 0 && alpha < 1)) throw new Error(`a level lies between 0 and 1, and ${alpha} does not`);
  const sorted = pValues.toSorted((a, b) => a - b);
  checkProbabilities(sorted);
  return pValues.map((p) => alpha / (pValues.length - sorted.indexOf(p)));
}

/** Indices in ascending order of p; equal ones in the order in which they are listed. */
function rankAscending(pValues: readonly number[]): number[] {
  checkProbabilities(pValues);
  return pValues.map((_, i) => i).sort((a, b) => (pValues[a] as number) - (pValues[b] as number));
}

function checkProbabilities(pValues: readonly number[]): void {
  for (const p of pValues) if (!(p >= 0 && p <= 1)) throw new Error(`${p} is no p-value`);
}

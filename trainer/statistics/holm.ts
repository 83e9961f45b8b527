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

/** Indices in ascending order of p; equal ones in the order in which they are listed. */
function rankAscending(pValues: readonly number[]): number[] {
  checkProbabilities(pValues);
  return pValues.map((_, i) => i).sort((a, b) => (pValues[a] as number) - (pValues[b] as number));
}

function checkProbabilities(pValues: readonly number[]): void {
  for (const p of pValues) if (!(p >= 0 && p <= 1)) throw new Error(`${p} is no p-value`);
}

import type { ComparedRow, ComparisonResult } from '../schemas/comparison.ts';
import { checkComparison, readJson } from '../trainer/compare/comparison.ts';

const PLANS = new URL('../fixtures/plans/claims/', import.meta.url).pathname;

/** A result of a plan, with made-up networks whose numbers are known. */
export async function makeResult(
  plan: string,
  numbers: (arm: string, seed: number, trial: number) => Partial<ComparedRow>,
): Promise<ComparisonResult> {
  const comparison = checkComparison(await readJson(`${PLANS}${plan}.json`), plan);
  const rows = comparison.arms.flatMap(({ name: arm, trials = comparison.trials ?? [{}] }) =>
    trials.flatMap((_, trial) =>
      comparison.seeds.map(
        (seed): ComparedRow => ({
          ...{
            arm,
            trial,
            seed,
            depth: 3,
            sigma_w2: 2,
            keep: 1,
            learning_rate: 0.001,
            steps: 1,
            status: 'ok',
          },
          ...{ train_accuracy: 1, train_accuracy_noisy: 1, test_accuracy: 0.9, loss: 0.1 },
          ...{ gradient_norm_first: 1, gradient_norm_last: 1 },
          ...numbers(arm, seed, trial),
        }),
      ),
    ),
  );
  const data = { name: 'mnist', source: '', integrity: '', train_images: 1, test_images: 1 };
  return {
    ...{ id: plan, sha256: '', rows },
    meta: {
      ...{ schema: 'dropline-comparison-result/1', comparison, software: {} },
      data: { ...data, mean: 0, standard_deviation: 1 },
    },
    chosen: Object.fromEntries(comparison.arms.map(({ name }) => [name, 0])),
  };
}

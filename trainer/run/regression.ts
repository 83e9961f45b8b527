import { setImmediate } from 'node:timers/promises';
import type { GridRow } from '../../schemas/grid.ts';
import type { Trainer } from '../backends/backend.ts';
import { createRowReader, type RowData } from '../data/row-set.ts';
import { LOG_VARIANCE } from '../networks/likelihood.ts';
import { inputNames, type NoiseFeeds } from '../networks/model.ts';
import { scorePasses } from '../statistics/gaussian.ts';
import { toFinite } from './evaluate.ts';

/** What the predictions of a regression are measured of. */
export type RegressionSetup = {
  readonly trainer: Trainer;
  readonly data: RowData;
  /** Rows a step. */
  readonly batch: number;
  /** Test rows: the first so many. */
  readonly rows: number;
  /** Noisy passes; 0 where the network has no noise, so that all passes are the same. */
  readonly passes: number;
  /** The noise of the next batch. */
  readonly noise: NoiseFeeds;
};

/** What {@link measureRegression} finds. */
export type RegressionColumns = Pick<GridRow, 'test_nll' | 'average_nll' | 'average_rmse'>;

/**
 * The likelihood of the test targets with the noise off, and of the average of noisy passes' densities; the error of the average of their
 * means. Null where a number is not finite.
 *
 * @example await measureRegression({ trainer, data, batch: 28, rows: 84, passes: 20, noise })
 */
export async function measureRegression(setup: RegressionSetup): Promise<RegressionColumns> {
  const { data, trainer, rows, passes } = setup;
  const values = await trainer.values();
  const [logVariance] = values.find(({ name }) => name === LOG_VARIANCE.name)?.data ?? [];
  if (logVariance === undefined) throw new Error(`the network has no parameter "${LOG_VARIANCE.name}"`);
  const variance = data.target.standardDeviation ** 2 * Math.exp(logVariance);
  const targets = data.test.targets.subarray(0, rows);
  const off = scorePasses([await predict(setup, false)], targets, variance);
  const noisy: Float64Array[] = [];
  for (let pass = 0; pass < passes; pass++) noisy.push(await predict(setup, true));
  const average = passes === 0 ? off : scorePasses(noisy, targets, variance);
  return {
    test_nll: toFinite(off.nll),
    average_nll: toFinite(average.nll),
    average_rmse: toFinite(average.rmse),
  };
}

/** The means of the first test rows in one pass. */
async function predict(
  { trainer, data, batch, rows, noise }: RegressionSetup,
  noisy: boolean,
): Promise<Float64Array> {
  const read = createRowReader(data, data.test, batch);
  const means = new Float64Array(rows);
  for (let at = 0; at < rows; at += batch) {
    const { images, labels } = read((i) => at + i);
    const feeds = { [inputNames.images]: images, [inputNames.labels]: labels };
    const { logits } = noisy
      ? await trainer.evaluateNoisy({ ...feeds, ...noise() })
      : await trainer.evaluate(feeds);
    means.set(logits, at);
    await setImmediate();
  }
  return means;
}

import { setImmediate } from 'node:timers/promises';
import type { GridRow } from '../../schemas/grid.ts';
import type { Trainer } from '../backends/backend.ts';
import { createBatchReader, type DataSet, type ImageSet } from '../data/data-set.ts';
import { inputNames, type NoiseFeeds } from '../networks/model.ts';
import { brierScore, expectedCalibrationError, negativeLogLikelihood } from '../statistics/calibration.ts';
import { areaUnderRoc, falsePositiveRateAt95 } from '../statistics/detection.ts';
import { PredictiveAverage } from '../statistics/uncertainty.ts';
import { countCorrect, toFinite } from './evaluate.ts';

/** What uncertainty is measured of. */
export type UncertaintySetup = {
  readonly trainer: Trainer;
  readonly data: DataSet;
  /** The set whose test images are out of distribution, if one is asked for. */
  readonly other: DataSet | undefined;
  /** Images a step. */
  readonly batch: number;
  /** Test images of each set: the first so many. */
  readonly images: number;
  /** Noisy passes; 0 where the network has no noise, so that all passes are the same. */
  readonly passes: number;
  /** The noise of the next batch. */
  readonly noise: NoiseFeeds;
};

type Columns = Partial<
  Record<
    | `${'test' | 'average'}_${'nll' | 'brier' | 'ece'}`
    | `${'auroc' | 'fpr95'}_${'off' | 'entropy' | 'information'}`
    | 'average_accuracy',
    number | null
  >
> &
  Partial<GridRow>;

/**
 * Scores of a trained network's probabilities on test images, with the noise off and averaged over noisy passes, and how well their
 * entropies tell test images from those of another set.
 *
 * @see Gal and Ghahramani 2016, "Dropout as a Bayesian approximation"; Hendrycks and Gimpel 2017, "A baseline for detecting
 * misclassified and out-of-distribution examples"
 */
export async function measureUncertainty(setup: UncertaintySetup): Promise<Columns> {
  const { data, other, images, passes } = setup;
  const off = await averagePasses(setup, data.test, 0);
  const average = passes === 0 ? off : await averagePasses(setup, data.test, passes);
  if (!off || !average) return NOT_FINITE;
  const labels = data.test.labels.subarray(0, images);
  const scores = {
    ...scorePredictions('test', off, labels),
    average_accuracy: countCorrect(average.meanProbabilities(), labels) / images,
    ...scorePredictions('average', average, labels),
  };
  if (!other) return scores;
  const otherOff = await averagePasses(setup, other.test, 0);
  const otherAverage = passes === 0 ? otherOff : await averagePasses(setup, other.test, passes);
  if (!otherOff || !otherAverage) return NOT_FINITE;
  return {
    ...scores,
    ...compareScores('off', off.predictiveEntropy(), otherOff.predictiveEntropy()),
    ...compareScores('entropy', average.predictiveEntropy(), otherAverage.predictiveEntropy()),
    // without noise there is no information of label and noise to compare
    ...(passes > 0
      ? compareScores('information', average.mutualInformation(), otherAverage.mutualInformation())
      : { auroc_information: null, fpr95_information: null }),
  };
}

/** What there is where a network gives numbers that are not finite. */
const NOT_FINITE: Columns = {
  ...{ test_nll: null, test_brier: null, test_ece: null },
  ...{ average_accuracy: null, average_nll: null, average_brier: null, average_ece: null },
};

/**
 * The average of noisy passes over the first images of a set; of one pass with the noise off for 0 passes. Undefined where a logit is not
 * finite.
 */
async function averagePasses(
  { trainer, data, batch, images, noise }: UncertaintySetup,
  set: ImageSet,
  passes: number,
): Promise<PredictiveAverage | undefined> {
  const read = createBatchReader(data, set, batch);
  const average = new PredictiveAverage(images, data.classes);
  for (let pass = 0; pass < Math.max(1, passes); pass++)
    for (let at = 0; at < images; at += batch) {
      const shown = read((i) => at + i);
      const feeds = { [inputNames.images]: shown.images, [inputNames.labels]: shown.labels };
      const { logits } =
        passes === 0 ? await trainer.evaluate(feeds) : await trainer.evaluateNoisy({ ...feeds, ...noise() });
      if (!logits.every(Number.isFinite)) return undefined;
      average.addLogits(logits, at);
      await setImmediate();
    }
  return average;
}

function scorePredictions(
  prefix: 'test' | 'average',
  average: PredictiveAverage,
  labels: Uint8Array,
): Columns {
  const probabilities = average.meanProbabilities();
  return {
    [`${prefix}_nll`]: toFinite(negativeLogLikelihood(probabilities, labels)),
    [`${prefix}_brier`]: toFinite(brierScore(probabilities, labels)),
    [`${prefix}_ece`]: toFinite(expectedCalibrationError(probabilities, labels)),
  };
}

function compareScores(
  name: 'off' | 'entropy' | 'information',
  own: Float64Array,
  others: Float64Array,
): Columns {
  return {
    [`auroc_${name}`]: toFinite(areaUnderRoc(own, others)),
    [`fpr95_${name}`]: toFinite(falsePositiveRateAt95(own, others)),
  };
}

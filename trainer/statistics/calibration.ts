import { countClasses, type Table, topClass } from './table.ts';

/** The mean over images of what is computed for one, from its row and its label. */
function averageImages(
  table: Table,
  labels: ArrayLike<number>,
  compute: (image: number, label: number, classes: number) => number,
): number {
  const classes = countClasses(table, labels);
  let sum = 0;
  for (let i = 0; i < labels.length; i++) sum += compute(i, labels[i] as number, classes);
  return sum / labels.length;
}

/**
 * The mean negative log-likelihood of the labels.
 *
 * @param probabilities [images, classes], row by row
 * @param labels the right class of each image, from 0
 * @returns nats an image; ∞ where the probability of a label is 0
 * @throws where the shapes do not fit, a probability is no number, or a label is none of the classes
 * @see Good 1952, "Rational decisions" (the logarithmic score)
 * @example negativeLogLikelihood(new Float64Array([0.5, 0.5, 0.25, 0.75]), [0, 0]) // 1.5 · ln(2)
 */
export const negativeLogLikelihood = (probabilities: Table, labels: ArrayLike<number>): number =>
  averageImages(
    probabilities,
    labels,
    (image, label, classes) => -Math.log(probabilities[image * classes + label] as number),
  );

/**
 * The Brier score in its first form: the sum over classes of (p − y)², with y = 1 for the right class and 0 for the
 * others; the mean over images.
 *
 * @param probabilities [images, classes], row by row
 * @param labels the right class of each image, from 0
 * @returns from 0 to 2; twice what the form for one of two classes gives
 * @throws where the shapes do not fit, a probability is no number, or a label is none of the classes
 * @see Brier 1950, "Verification of forecasts expressed in terms of probability"
 * @example brierScore(new Float64Array([0.7, 0.2, 0.1]), [1]) // 1.14
 */
export const brierScore = (probabilities: Table, labels: ArrayLike<number>): number =>
  averageImages(probabilities, labels, (image, label, classes) => {
    let sum = 0;
    for (let c = 0; c < classes; c++)
      sum += ((probabilities[image * classes + c] as number) - (c === label ? 1 : 0)) ** 2;
    return sum;
  });

/**
 * The share of images whose most probable class is the right one. Of equally probable classes the first counts.
 *
 * @param probabilities [images, classes], row by row; logits do as well
 * @param labels the right class of each image, from 0
 * @returns from 0 to 1
 * @throws where the shapes do not fit, a probability is no number, or a label is none of the classes
 * @example accuracy(new Float64Array([0.5, 0.5, 0.9, 0.1]), [0, 1]) // 0.5
 */
export const accuracy = (probabilities: Table, labels: ArrayLike<number>): number =>
  averageImages(probabilities, labels, (image, label, classes) =>
    Number(topClass(probabilities, image, classes) === label),
  );

/**
 * The expected calibration error, by the estimator of Guo et al.: images are binned by the probability of their most
 * probable class, into bins of equal width (0, 1/bins], (1/bins, 2/bins], …; the differences |accuracy − mean
 * probability| of the bins, each weighted with its share of the images, are added.
 *
 * The estimator is biased upwards where bins hold few images: the absolute value turns the noise of each bin's accuracy
 * into error, also of a network that is perfectly calibrated (Nixon et al. 2019). It depends on the number of bins, so
 * that only values of the same number of bins and images compare.
 *
 * @param probabilities [images, classes], row by row
 * @param labels the right class of each image, from 0
 * @param bins how many
 * @returns from 0 to 1
 * @throws where the shapes do not fit, a probability is not between 0 and 1, a label is none of the classes, or there is
 * no bin
 * @see Guo et al. 2017, "On calibration of modern neural networks", equation 3; Nixon et al. 2019, "Measuring
 * calibration in deep learning"
 * @example expectedCalibrationError(new Float64Array([0.9, 0.1, 0.9, 0.1]), [0, 1]) // 0.4
 */
export function expectedCalibrationError(probabilities: Table, labels: ArrayLike<number>, bins = 15): number {
  if (!Number.isInteger(bins) || bins < 1) throw new Error(`${bins} bins`);
  const classes = countClasses(probabilities, labels);
  // a bin's images times (accuracy − mean probability)
  const differences = new Float64Array(bins);
  for (let i = 0; i < labels.length; i++) {
    const top = topClass(probabilities, i, classes);
    const confidence = probabilities[i * classes + top] as number;
    if (!(confidence >= 0 && confidence <= 1 + 1e-6))
      throw new Error(`image ${i} has the probability ${confidence}`);
    const bin = findBin(confidence, bins);
    differences[bin] = (differences[bin] as number) + Number(top === labels[i]) - confidence;
  }
  return differences.reduce((sum, one) => sum + Math.abs(one), 0) / labels.length;
}

/** The k whose bin (k/bins, (k + 1)/bins] holds a number, with the edges as they are rounded; 0 is in the first. */
function findBin(value: number, bins: number): number {
  let bin = Math.min(Math.max(Math.ceil(value * bins) - 1, 0), bins - 1);
  if (bin > 0 && value <= bin / bins) bin--;
  if (bin < bins - 1 && value > (bin + 1) / bins) bin++;
  return bin;
}

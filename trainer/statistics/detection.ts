/**
 * The area under the ROC curve of a score that tells out-of-distribution inputs from in-distribution ones: the
 * probability that the score of an out-of-distribution input, drawn at random, is greater than that of an
 * in-distribution one. Equal scores count half.
 *
 * @param scoresIn scores of in-distribution inputs
 * @param scoresOut scores of out-of-distribution inputs, which should be greater
 * @returns from 0 to 1; 1/2 where the score tells nothing
 * @throws where one of them is empty or a score is no number
 * @see Mann and Whitney 1947, "On a test of whether one of two random variables is stochastically larger than the
 * other"; Hanley and McNeil 1982, "The meaning and use of the area under a ROC curve"
 * @example areaUnderRoc([1, 2, 3], [2, 4]) // 0.75
 */
export function areaUnderRoc(scoresIn: ArrayLike<number>, scoresOut: ArrayLike<number>): number {
  const below = sortScores(scoresIn);
  const above = sortScores(scoresOut);
  let [less, atMost, halves] = [0, 0, 0];
  for (const score of above) {
    while (less < below.length && (below[less] as number) < score) less++;
    while (atMost < below.length && (below[atMost] as number) <= score) atMost++;
    halves += less + atMost;
  }
  return halves / (2 * below.length * above.length);
}

/**
 * The false positive rate at a true positive rate of 95 %. Out-of-distribution is the positive class, and inputs are
 * flagged where their score is at least a threshold. The threshold is the largest that flags at least 95 % of the
 * out-of-distribution inputs; the rate is the share of in-distribution inputs that it flags. (Papers that take
 * in-distribution as the positive class report another number under the same name.)
 *
 * @param scoresIn scores of in-distribution inputs
 * @param scoresOut scores of out-of-distribution inputs, which should be greater
 * @returns from 0, the best, to 1
 * @throws where one of them is empty or a score is no number
 * @see Hendrycks, Mazeika and Dietterich 2019, "Deep anomaly detection with outlier exposure", section 4.1 (FPR95)
 * @example falsePositiveRateAt95([1, 2, 3, 4], [3, 5]) // 0.5
 */
export function falsePositiveRateAt95(scoresIn: ArrayLike<number>, scoresOut: ArrayLike<number>): number {
  const inside = sortScores(scoresIn);
  const outside = sortScores(scoresOut);
  // (19/20 in whole numbers: 0.95 times a count may be rounded up)
  const flagged = Math.ceil((19 * outside.length) / 20);
  const threshold = outside[outside.length - flagged] as number;
  return inside.filter((score) => score >= threshold).length / inside.length;
}

function sortScores(scores: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(scores).sort();
  if (sorted.length === 0) throw new Error('there are no scores');
  if (sorted.some(Number.isNaN)) throw new Error('a score is no number');
  return sorted;
}

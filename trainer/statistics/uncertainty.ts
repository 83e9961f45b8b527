import { countImages, type Table } from './table.ts';

/**
 * The entropy of each image's predicted distribution, −Σ p ln p. With the mean over noisy passes it is the total
 * uncertainty of the prediction.
 *
 * @param meanProbabilities [images, classes], row by row
 * @param classes how many
 * @returns nats, one an image
 * @throws where the shape does not fit or a probability is no number
 * @see Gal 2016, Uncertainty in Deep Learning, section 3.3.1
 * @example predictiveEntropy(new Float64Array([0.5, 0.5, 1, 0]), 2) // [ln(2), 0]
 */
export function predictiveEntropy(meanProbabilities: Table, classes: number): Float64Array {
  const images = countImages(meanProbabilities, classes);
  return Float64Array.from({ length: images }, (_, i) =>
    entropy(meanProbabilities.subarray(i * classes, (i + 1) * classes)),
  );
}

/**
 * The mutual information between the prediction of each image and the noise: the entropy of the mean over passes less
 * the mean of the passes' entropies. It is the part of the uncertainty that comes from passes that disagree.
 *
 * @param passes the probabilities of each noisy pass: [images, classes], row by row
 * @param classes how many
 * @returns nats, one an image, never below 0. From few passes it is biased downwards.
 * @throws where there is no pass, the passes are of different shapes, or a probability is no number
 * @see Houlsby et al. 2011, "Bayesian active learning for classification and preference learning" (BALD), equation 2
 * @example mutualInformation([new Float64Array([1, 0]), new Float64Array([0, 1])], 2) // [ln(2)]
 */
export function mutualInformation(passes: readonly Table[], classes: number): Float64Array {
  const images = countImages(passes[0] ?? new Float64Array(), classes);
  const average = new PredictiveAverage(images, classes);
  for (const pass of passes) {
    if (pass.length !== images * classes) throw new Error('the passes are of different shapes');
    countImages(pass, classes);
    average.addProbabilities(pass);
  }
  return average.mutualInformation();
}

/**
 * The average prediction over noisy passes, which are added one after another; only sums are kept, so that memory does
 * not grow with the passes. All arithmetic is in double precision.
 *
 * @example
 * const average = new PredictiveAverage(1, 2);
 * average.addLogits(new Float32Array([0, 0]));
 * average.meanProbabilities() // [0.5, 0.5]
 */
export class PredictiveAverage {
  readonly images: number;
  readonly classes: number;
  readonly #probabilities: Float64Array;
  readonly #entropies: Float64Array;
  readonly #passes: Uint32Array;

  /**
   * @param images how many
   * @param classes how many
   * @throws where one of them is not a whole number above 0
   */
  constructor(images: number, classes: number) {
    if (!Number.isInteger(images) || images < 1) throw new Error(`${images} images`);
    if (!Number.isInteger(classes) || classes < 1) throw new Error(`${classes} classes`);
    this.images = images;
    this.classes = classes;
    this.#probabilities = new Float64Array(images * classes);
    this.#entropies = new Float64Array(images);
    this.#passes = new Uint32Array(images);
  }

  /**
   * Adds a pass over some of the images.
   *
   * @param logits [some images, classes], row by row
   * @param offset the first of these images
   * @throws where they are no rows, reach beyond the last image, or a logit is not finite; nothing is added then
   */
  addLogits(logits: Table, offset = 0): void {
    this.#check(logits, offset);
    if (!logits.every(Number.isFinite)) throw new Error('a logit is not finite');
    for (let from = 0; from < logits.length; from += this.classes)
      this.#addRow(softmax(logits.subarray(from, from + this.classes)), offset + from / this.classes);
  }

  /**
   * Adds a pass over some of the images that is given as probabilities.
   *
   * @param probabilities [some images, classes], row by row
   * @param offset the first of these images
   * @throws where they are no rows, reach beyond the last image, or one is no number; nothing is added then
   */
  addProbabilities(probabilities: Table, offset = 0): void {
    this.#check(probabilities, offset);
    for (let from = 0; from < probabilities.length; from += this.classes)
      this.#addRow(probabilities.subarray(from, from + this.classes), offset + from / this.classes);
  }

  /**
   * The number of passes.
   *
   * @throws where images have been in different numbers of passes
   */
  get passes(): number {
    const passes = this.#passes[0] as number;
    if (this.#passes.some((other) => other !== passes))
      throw new Error('images have been in different numbers of passes');
    return passes;
  }

  /**
   * The mean over passes of the probabilities: [images, classes], row by row.
   *
   * @throws where there is no pass, or images have been in different numbers of passes
   */
  meanProbabilities(): Float64Array {
    const passes = this.#countPasses();
    return this.#probabilities.map((sum) => sum / passes);
  }

  /**
   * The entropy of each image's mean prediction, in nats.
   *
   * @throws as {@link meanProbabilities}
   * @see {@link predictiveEntropy}
   */
  predictiveEntropy(): Float64Array {
    return predictiveEntropy(this.meanProbabilities(), this.classes);
  }

  /**
   * The mutual information between each image's prediction and the noise, in nats.
   *
   * @throws as {@link meanProbabilities}
   * @see {@link mutualInformation}
   */
  mutualInformation(): Float64Array {
    const passes = this.#countPasses();
    return this.predictiveEntropy().map((whole, i) =>
      Math.max(0, whole - (this.#entropies[i] as number) / passes),
    );
  }

  #countPasses(): number {
    if (this.passes === 0) throw new Error('there is no pass');
    return this.passes;
  }

  #check(rows: Table, offset: number): void {
    const count = countImages(rows, this.classes);
    if (!Number.isInteger(offset) || offset < 0 || offset + count > this.images)
      throw new Error(`images ${offset} to ${offset + count - 1} are not among ${this.images}`);
  }

  #addRow(probabilities: Table, image: number): void {
    for (let c = 0; c < this.classes; c++) {
      const at = image * this.classes + c;
      this.#probabilities[at] = (this.#probabilities[at] as number) + (probabilities[c] as number);
    }
    this.#entropies[image] = (this.#entropies[image] as number) + entropy(probabilities);
    this.#passes[image] = (this.#passes[image] as number) + 1;
  }
}

/** −Σ p ln p, where 0 ln 0 is 0; not below 0 where a probability was rounded to more than 1. */
function entropy(probabilities: Table): number {
  let sum = 0;
  for (const p of probabilities) if (p > 0) sum -= p * Math.log(p);
  return Math.max(0, sum);
}

/** The probabilities of logits, less the largest of them first so that no exponential overflows. */
function softmax(logits: Table): Float64Array {
  let largest = Number.NEGATIVE_INFINITY;
  for (const logit of logits) largest = Math.max(largest, logit);
  const weights = Float64Array.from(logits, (logit) => Math.exp(logit - largest));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

import { type Stream, shuffle } from '../random/stream.ts';

/** What {@link pairInformation} finds, in nats. */
export type PairInformation = {
  /** the plug-in estimate less the mean over shuffles; below 0 by chance where the variables tell little of each other */
  readonly corrected: number;
  /** the mutual information of the table of counts */
  readonly plugIn: number;
  /** the mean over shuffles of the plug-in estimate: what it gives for independent variables with these counts */
  readonly shuffled: number;
  /** the standard deviation of that over shuffles: the scale on which a corrected estimate differs from 0; NaN of one shuffle */
  readonly shuffledDeviation: number;
};

/**
 * The mutual information of two variables, from pairs of their values. Each variable is cut into bins of nearly equal
 * numbers of values; the plug-in estimate is that of the table of counts, Σ p ln(p / (p_x p_y)). It is biased upwards,
 * by about (bins − 1)²/(2 n) where the variables are independent, and what it gives after y was shuffled is taken off.
 *
 * Equal values always fall into one bin, so that an atom (a relu's zeros, dropped units) is never split; bins that an
 * atom leaves no room for are missing, and a variable with no more values than bins has a bin for each. What bins cannot
 * see is lost: the estimate of continuous variables approaches their mutual information from below as bins become
 * narrow.
 *
 * @param x values of one variable, any numbers but NaN
 * @param y as many of the other: yᵢ belongs to xᵢ
 * @param options the number of bins of each variable at most, the number of shuffles, and the stream that shuffles
 * @returns nats, see {@link PairInformation}
 * @throws where there are no pairs, not as many x as y, a value is NaN, or there is no bin or no shuffle
 * @see Cover and Thomas 2006, Elements of Information Theory, section 2.3; Treves and Panzeri 1995, "The upward bias in
 * measures of information derived from limited data samples", for the bias
 * @example pairInformation([0, 0, 1, 2], [5, 5, 7, 7], { bins: 8, shuffles: 20, stream: createStream(1, 'information') }).plugIn
 */
export function pairInformation(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: { readonly bins: number; readonly shuffles: number; readonly stream: Stream },
): PairInformation {
  const { bins, shuffles, stream } = options;
  if (x.length !== y.length) throw new Error(`${x.length} values and ${y.length} are no pairs`);
  if (!Number.isInteger(shuffles) || shuffles < 1) throw new Error(`${shuffles} shuffles`);
  const [a, b] = [assignBins(x, bins), assignBins(y, bins)];
  const orders = Array.from({ length: shuffles }, () => shuffle(stream, b.length));
  return labelInformation(a, b, { labels: bins, orders });
}

/**
 * The mutual information of two variables that are cut into labels already, from pairs of them, with the bias taken off as in
 * {@link pairInformation}. For labels that must not follow from the values alone: those of a noisy value that are the labels of
 * the value before the noise.
 *
 * @param a labels of one variable, whole numbers from 0
 * @param b as many of the other: bᵢ belongs to aᵢ
 * @param options the number of labels of each variable, those that do not occur included; and the shuffles: orders of the pairs,
 * as `shuffle` draws them. Pairs of variables may share them.
 * @returns nats, see {@link PairInformation}
 * @throws where there are no pairs, not as many a as b, a label is no whole number from 0 to below the number of labels, or there is no order
 * @example labelInformation([0, 0, 1, 1], [0, 0, 1, 1], { labels: 2, orders: [[0, 2, 1, 3]] }).plugIn // 0.693…
 */
export function labelInformation(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  { labels, orders }: { readonly labels: number; readonly orders: readonly ArrayLike<number>[] },
): PairInformation {
  if (a.length !== b.length) throw new Error(`${a.length} labels and ${b.length} are no pairs`);
  if (a.length === 0) throw new Error('there are no labels');
  if (orders.length === 0) throw new Error('there is no order of the pairs');
  for (const own of [a, b]) checkLabels(own, labels);
  const plugIn = tableInformation(a, b, labels);
  const values = orders.map((order) => tableInformation(a, b, labels, order));
  const shuffled = values.reduce((sum, one) => sum + one, 0) / values.length;
  const squares = values.reduce((sum, one) => sum + (one - shuffled) ** 2, 0);
  return {
    corrected: plugIn - shuffled,
    plugIn,
    shuffled,
    shuffledDeviation: Math.sqrt(squares / (values.length - 1)),
  };
}

/**
 * Cuts a variable into bins of nearly equal numbers of values, from below. Equal values fall into one bin: each bin ends
 * where its number is closest to an equal share of what is left. Where no more distinct values than bins are left, each
 * has a bin.
 *
 * @param values any numbers but NaN
 * @param bins how many at most
 * @returns the bin of each value, from 0 for the smallest
 * @throws where there are no values, one is NaN, or there is no bin
 * @example assignBins([3, 0, 0, 0, 0, 1, 2, 4], 3) // [2, 0, 0, 0, 0, 1, 1, 2]
 */
export function assignBins(values: ArrayLike<number>, bins: number): Uint32Array {
  if (!Number.isInteger(bins) || bins < 1) throw new Error(`${bins} bins`);
  const distinct = countDistinct(values);
  const binOf = new Map<number, number>();
  let [bin, inBin, left, binsLeft] = [0, 0, values.length, bins];
  distinct.forEach(([value, count], k) => {
    const share = left / binsLeft;
    const isFuller = inBin + count - share > share - inBin;
    if (inBin > 0 && binsLeft > 1 && (isFuller || distinct.length - k < binsLeft)) {
      bin++;
      left -= inBin;
      binsLeft--;
      inBin = 0;
    }
    binOf.set(value, bin);
    inBin += count;
  });
  return Uint32Array.from(values, (value) => binOf.get(value) as number);
}

/** The distinct values in ascending order, and how often each is there. */
function countDistinct(values: ArrayLike<number>): [number, number][] {
  const counts = new Map<number, number>();
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isNaN(value)) throw new Error('a value is no number');
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  if (counts.size === 0) throw new Error('there are no values');
  return [...counts].sort(([a], [b]) => a - b);
}

function checkLabels(own: ArrayLike<number>, labels: number): void {
  for (let i = 0; i < own.length; i++) {
    const label = own[i] as number;
    if (!(Number.isInteger(label) && label >= 0 && label < labels))
      throw new Error(`${label} is no label below ${labels}`);
  }
}

/** The mutual information of the table of counts of two variables that are cut into labels, those of b in another order if one is given. */
function tableInformation(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  labels: number,
  order?: ArrayLike<number>,
): number {
  const n = a.length;
  const cells = new Float64Array(labels * labels);
  for (let i = 0; i < n; i++) {
    const [row, column] = [a[i] as number, b[order ? (order[i] as number) : i] as number];
    const at = row * labels + column;
    cells[at] = (cells[at] as number) + 1;
  }
  const [rows, columns] = [new Float64Array(labels), new Float64Array(labels)];
  cells.forEach((count, at) => {
    const [row, column] = [Math.floor(at / labels), at % labels];
    rows[row] = (rows[row] as number) + count;
    columns[column] = (columns[column] as number) + count;
  });
  return cells.reduce((sum, count, at) => {
    if (count === 0) return sum;
    const expected = ((rows[Math.floor(at / labels)] as number) * (columns[at % labels] as number)) / n;
    return sum + (count / n) * Math.log(count / expected);
  }, 0);
}

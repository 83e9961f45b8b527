/**
 * Measures where the trajectories of a data set start: mean square, and the mean cosine of two images of the same and of
 * different classes, over all pairs of the first training images after the usual normalisation; writes
 * fixtures/data-statistics.json.
 *
 *   npm run data-statistics
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createBatchReader, type DataSet } from '../trainer/data/data-set.ts';
import { loadData } from '../trainer/data/load.ts';
import { IMAGE_SETS } from '../trainer/data/sources.ts';

/** Images whose pairs are looked at: 2 million pairs. */
const IMAGES = 2000;

/** What is measured of a data set. */
export type DataStatistics = {
  readonly images: number;
  readonly mean_square: number;
  readonly cosine_same_class: number;
  readonly cosine_different_class: number;
  /** standard deviation over the pairs of different classes */
  readonly cosine_different_class_deviation: number;
};

/**
 * The statistics of a data set's training images.
 *
 * @param data the data set
 * @param count images to look at
 * @example statisticsOf(data, 2000).cosine_different_class
 */
export function statisticsOf(data: DataSet, count: number): DataStatistics {
  const { images, labels } = createBatchReader(data, data.train, count)((i) => i);
  const pixels = data.pixelsPerImage;
  const image = (i: number) => images.subarray(i * pixels, (i + 1) * pixels);
  const inner = (a: Float32Array, b: Float32Array) => {
    let sum = 0;
    for (let p = 0; p < pixels; p++) sum += (a[p] as number) * (b[p] as number);
    return sum;
  };
  const norms = Array.from({ length: count }, (_, i) => inner(image(i), image(i)));
  const same = { pairs: 0, sum: 0, squares: 0 };
  const different = { pairs: 0, sum: 0, squares: 0 };
  for (let i = 0; i < count; i++)
    for (let j = 0; j < i; j++) {
      const cosine = inner(image(i), image(j)) / Math.sqrt((norms[i] as number) * (norms[j] as number));
      const of = labels[i] === labels[j] ? same : different;
      of.pairs++;
      of.sum += cosine;
      of.squares += cosine * cosine;
    }
  const mean = different.sum / different.pairs;
  // four digits: other images of the set differ in the third
  const rounded = (x: number) => Number(x.toFixed(4));
  return {
    images: count,
    mean_square: rounded(norms.reduce((sum, norm) => sum + norm, 0) / (count * pixels)),
    cosine_same_class: rounded(same.sum / same.pairs),
    cosine_different_class: rounded(mean),
    cosine_different_class_deviation: rounded(Math.sqrt(different.squares / different.pairs - mean * mean)),
  };
}

if (import.meta.main) {
  const statistics: Record<string, DataStatistics> = {};
  for (const [name, source] of Object.entries(IMAGE_SETS))
    statistics[name] = statisticsOf(await loadData(source, console.error), IMAGES);
  const file = path.join(import.meta.dirname, '..', 'fixtures', 'data-statistics.json');
  writeFileSync(file, `${JSON.stringify(statistics, null, 2)}\n`);
  console.log(JSON.stringify(statistics, null, 2));
}

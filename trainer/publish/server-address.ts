import { EXIT, Failure } from '../errors.ts';

/**
 * The address of a server, as the command line gives it.
 *
 * @param url its address
 * @throws Failure (exit status 2) where that is no http or https address
 * @example serverAddress('http://localhost:8787').hostname // 'localhost'
 */
export function serverAddress(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed && /^https?:$/.test(parsed.protocol)) return parsed;
  throw new Failure(`"${url}" is no address of a server; give one like http://localhost:8787.`, EXIT.usage);
}

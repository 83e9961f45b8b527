import { createHash } from 'node:crypto';
import { DroplineError, parseJson, type RequestOptions, readText, request } from '../../client/request.ts';
import { type Published, publishedAnswer } from '../../schemas/grid.ts';
import { EXIT, Failure } from '../errors.ts';
import { escapeControls } from '../terminal-text.ts';

/** The token that a Worker on this machine accepts; only ever sent to this machine. */
const LOCAL_TOKEN = 'dropline-local';
const LOCAL_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Tries, the first included, and milliseconds that one may take. */
const [TRIES, TIMEOUT] = [5, 60_000];
/** The longest answer that is read, in bytes; Dropline's own are much shorter. */
const MAX_ANSWER = 64 * 1024;
/** What is shown of a server's words: characters of a sentence, and entries of a list of errors. */
const [MAX_SENTENCE, MAX_ERRORS] = [500, 20];

/** The address of a server, as the command line gives it. */
export function parseServerAddress(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed && /^https?:$/.test(parsed.protocol)) return parsed;
  throw new Failure(`"${url}" is no address of a server; give one like http://localhost:8787.`, EXIT.usage);
}

/**
 * The token to publish with: the one given, the environment variable DROPLINE_TOKEN, or the local one for an address on
 * this machine.
 */
export function chooseToken(url: string, given: string | undefined): string {
  const token = given ?? process.env.DROPLINE_TOKEN;
  if (token) return token;
  if (LOCAL_HOSTS.has(parseServerAddress(url).hostname)) return LOCAL_TOKEN;
  throw new Failure(`Publishing to ${url} needs a token: give --token or set DROPLINE_TOKEN.`, EXIT.usage);
}

/** What can be replaced in tests, and where messages about retries go. */
type PublishOptions = Pick<RequestOptions, 'wait'> & { readonly say?: (line: string) => void };

/**
 * Publishes a grid: puts the exact bytes of its file to `{url}/v1/grids/{id}`. The version that the server names must be
 * the SHA-256 of the bytes. Gives the address where exactly these bytes stay.
 */
export async function publish(
  bytes: Uint8Array,
  id: string,
  url: string,
  token: string,
  { say = () => {}, ...options }: PublishOptions = {},
): Promise<string> {
  const base = parseServerAddress(url);
  const target = `${base.href.replace(/\/+$/, '')}/v1/grids/${id}`;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  // a redirected PUT would carry the token to another server
  const init = {
    method: 'PUT',
    headers,
    body: bytes as Uint8Array<ArrayBuffer>,
    redirect: 'manual',
  } as const;
  const published = await request(
    target,
    init,
    {
      tries: TRIES,
      timeout: TIMEOUT,
      onRetry: (error, delay) => say(`${describeError(error)} Trying again in ${Math.ceil(delay / 1000)} s.`),
      ...options,
    },
    readPublished,
  ).catch((error) => {
    if (!(error instanceof DroplineError)) throw error;
    const { status } = error;
    const advice =
      status === 0 || status === 429 || status >= 500
        ? '\nThe grid is safe; publish it later with "dropline publish".'
        : '';
    throw new Failure(`${target} did not take the grid: ${describeError(error)}${advice}`);
  });
  return verifyPublished(published, { bytes, id, base });
}

async function readPublished(response: Response): Promise<Published> {
  const { status } = response;
  const refuse = (what: string) => new DroplineError(status, `it answered ${status}${what}`);
  const body = await readText(response, MAX_ANSWER);
  if (body === undefined)
    throw refuse(` with more than ${MAX_ANSWER / 1024} KiB, which no Dropline server does.`);
  const answer = publishedAnswer.safeParse(parseJson(body));
  if (answer.success) return answer.data;
  throw refuse(', but not as a Dropline server does.');
}

/** Where exactly these bytes stay, if the server has kept them. */
function verifyPublished(
  { id, version, url }: Published,
  own: { readonly bytes: Uint8Array; readonly id: string; readonly base: URL },
): string {
  const expected = createHash('sha256').update(own.bytes).digest('hex');
  if (version !== expected || id !== own.id)
    throw new Failure(
      `${own.base.href} says that it published other bytes: the version "${escapeControls(version, 80)}" of the grid "${escapeControls(id, 80)}", ` +
        `where the file is the version ${expected} of "${own.id}". Something on the way, or the server, changed them. The grid's file is as it was.`,
    );
  const address = URL.canParse(url, own.base.href) ? new URL(url, own.base) : undefined;
  if (!address || !/^https?:$/.test(address.protocol))
    throw new Failure(`The grid is published, but "${escapeControls(url, 200)}" is no address of it.`);
  return escapeControls(address.href, MAX_SENTENCE);
}

/** What a server said, or why there was no answer, for a terminal. */
function describeError({ status, message, detail, entries, cause }: DroplineError): string {
  if (status === 0) return `no connection (${describeCause(cause)}).`;
  if (status < 300) return message;
  const lines = entries
    .slice(0, MAX_ERRORS)
    .map((entry) => `  ${quote(entry?.pointer)}  ${quote(entry?.detail)}`);
  return [`${status}${detail === undefined ? '.' : ` ${quote(detail)}`}`, ...lines].join('\n');
}

const quote = (words: unknown) => escapeControls(String(words), MAX_SENTENCE);

function describeCause(error: unknown): string {
  const { cause, message, name } = error as Error & { cause?: NodeJS.ErrnoException };
  if (name === 'TimeoutError') return `nothing within ${TIMEOUT / 1000} s`;
  return quote(cause?.code ?? cause?.message ?? message);
}

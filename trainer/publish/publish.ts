import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { readAnswer } from '../../client/read-answer.ts';
import { retryDelay } from '../../client/retry-delay.ts';
import { type Published, publishedAnswer } from '../../schemas/grid.ts';
import { EXIT, Failure } from '../errors.ts';
import { visible } from '../terminal-text.ts';
import { serverAddress } from './server-address.ts';

/** The token that a Worker on this machine accepts; only ever sent to this machine. */
const LOCAL_TOKEN = 'dropline-local';
const LOCAL_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Tries, the first included. */
const TRIES = 5;
/** Milliseconds that one try may take. */
const TIMEOUT = 60_000;
/** The longest answer that is read, in bytes; Dropline's own are much shorter. */
const MAX_ANSWER = 64 * 1024;
/** What is shown of a server's words: characters of a sentence, and entries of a list of errors. */
const [MAX_SENTENCE, MAX_ERRORS] = [500, 20];

/** What can be replaced in tests. */
export type PublishOptions = {
  /** Waits so many milliseconds. */
  wait?: (milliseconds: number) => Promise<unknown>;
  /** Where messages about retries go. */
  say?: (line: string) => void;
};

/**
 * The token to publish with: the one given, the environment variable DROPLINE_TOKEN, or the local one for an address on
 * this machine.
 *
 * @param url the server's address
 * @param given the token of the command line
 * @throws Failure (exit status 2) when there is no token, or the address is none
 * @example tokenFor('http://localhost:8787', undefined) // 'dropline-local'
 */
export function tokenFor(url: string, given: string | undefined): string {
  const token = given ?? process.env.DROPLINE_TOKEN;
  if (token) return token;
  if (LOCAL_HOSTS.has(serverAddress(url).hostname)) return LOCAL_TOKEN;
  throw new Failure(`Publishing to ${url} needs a token: give --token or set DROPLINE_TOKEN.`, EXIT.usage);
}

/**
 * Publishes a grid: puts the exact bytes of its file to `{url}/v1/grids/{id}`. What may pass (no connection, 429, 5xx)
 * is tried again with growing pauses, or when the server's Retry-After says. The version that the server names must be the SHA-256 of
 * the bytes.
 *
 * @param bytes the grid's file
 * @param id its id
 * @param url the server's address
 * @param token the bearer token
 * @returns the address where exactly these bytes stay
 * @throws Failure with what the server said when it refuses, with how to try again when it cannot be reached, or when the server has
 *   kept something else
 * @example await publish(bytes, 'tiny', 'http://localhost:8787', 'dropline-local');
 */
export async function publish(
  bytes: Uint8Array,
  id: string,
  url: string,
  token: string,
  { wait = sleep, say = () => {} }: PublishOptions = {},
): Promise<string> {
  const base = serverAddress(url);
  const target = `${base.href.replace(/\/+$/, '')}/v1/grids/${id}`;
  for (let attempt = 1; ; attempt++) {
    const outcome = await put(target, bytes, token);
    if ('published' in outcome) return addressOf(outcome.published, { bytes, id, base });
    if (!outcome.passing || attempt === TRIES)
      throw new Failure(
        `${target} did not take the grid: ${outcome.reason}` +
          (outcome.passing ? '\nThe grid is safe; publish it later with "dropline publish".' : ''),
      );
    const delay = retryDelay(attempt, outcome.retryAfter ?? null, Date.now());
    say(`${outcome.reason} Trying again in ${Math.ceil(delay / 1000)} s.`);
    await wait(delay);
  }
}

type Outcome =
  | { published: Published }
  /** `passing`: whether the same request may succeed later. */
  | { reason: string; passing: boolean; retryAfter?: string | null };

async function put(target: string, bytes: Uint8Array, token: string): Promise<Outcome> {
  let response: Response;
  let body: string | undefined;
  try {
    response = await fetch(target, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: bytes as Uint8Array<ArrayBuffer>,
      signal: AbortSignal.timeout(TIMEOUT),
      // a redirected PUT would carry the token to another server
      redirect: 'manual',
    });
    body = await readAnswer(response, MAX_ANSWER);
  } catch (error) {
    return { reason: `no connection (${networkReason(error)}).`, passing: true };
  }
  const { status } = response;
  if (body === undefined)
    return {
      reason: `it answered ${status} with more than ${MAX_ANSWER / 1024} KiB, which no Dropline server does.`,
      passing: false,
    };
  if (response.ok) {
    const answer = publishedAnswer.safeParse(parseJson(body));
    if (answer.success) return { published: answer.data };
    return { reason: `it answered ${status}, but not as a Dropline server does.`, passing: false };
  }
  return {
    reason: `${status}${describeProblem(body)}`,
    passing: status === 429 || status >= 500,
    retryAfter: response.headers.get('retry-after'),
  };
}

/** Where exactly these bytes stay, if the server has kept them. */
function addressOf(
  { id, version, url }: Published,
  own: { readonly bytes: Uint8Array; readonly id: string; readonly base: URL },
): string {
  const expected = createHash('sha256').update(own.bytes).digest('hex');
  if (version !== expected || id !== own.id)
    throw new Failure(
      `${own.base.href} says that it published other bytes: the version "${visible(version, 80)}" of the grid "${visible(id, 80)}", ` +
        `where the file is the version ${expected} of "${own.id}". Something on the way, or the server, changed them. The grid's file is as it was.`,
    );
  const address = URL.canParse(url, own.base.href) ? new URL(url, own.base) : undefined;
  if (!address || !/^https?:$/.test(address.protocol))
    throw new Failure(`The grid is published, but "${visible(url, 200)}" is no address of it.`);
  return visible(address.href, MAX_SENTENCE);
}

/** What a problem document (RFC 9457) says. */
function describeProblem(body: string): string {
  const problem = parseJson(body) as
    | { detail?: unknown; errors?: ({ pointer?: unknown; detail?: unknown } | null)[] }
    | undefined;
  if (typeof problem?.detail !== 'string') return '.';
  const errors = Array.isArray(problem.errors) ? problem.errors.slice(0, MAX_ERRORS) : [];
  const lines = errors.map((one) => `  ${shown(one?.pointer)}  ${shown(one?.detail)}`);
  return [` ${shown(problem.detail)}`, ...lines].join('\n');
}

/** Words of a server, for a terminal. */
const shown = (words: unknown) => visible(String(words), MAX_SENTENCE);

function networkReason(error: unknown): string {
  const { cause, message, name } = error as Error & { cause?: NodeJS.ErrnoException };
  if (name === 'TimeoutError') return `nothing within ${TIMEOUT / 1000} s`;
  return shown(cause?.code ?? cause?.message ?? message);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

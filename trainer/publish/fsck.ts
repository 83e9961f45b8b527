import { nextPage, parseJson, type RequestOptions, readText, request } from '../../client/request.ts';
import { CHECKED, checkAnswer, collectAnswer, FAULTS, type Finding } from '../../schemas/store-check.ts';
import { EXIT, Failure } from '../errors.ts';
import { escapeControls } from '../terminal-text.ts';
import { parseServerAddress } from './publish.ts';

/** The longest page that is read, in bytes, and the time for a page, in milliseconds: the server hashes up to 40 MiB for one. */
const PAGE = { bytes: 1024 * 1024, milliseconds: 120_000 } as const;
/** The most pages that a check has: those of five million entries. */
const MAX_PAGES = 10_000;

/** What a check of a server's store came to. */
export type StoreReport = {
  /** how many of each part were looked at */
  readonly checked: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
  /** whether nothing is missing, damaged or inconsistent */
  readonly whole: boolean;
  /** how many objects that failed uploads left behind were deleted; 0 unless that was asked for */
  readonly deleted: number;
};

/** Compares the history of a server's grids with their stored bytes; the server does it, page by page. */
export async function checkServer(
  url: string,
  token: string,
  collect: boolean,
  options: RequestOptions = {},
): Promise<StoreReport> {
  const checked: Record<string, number> = {};
  const findings: Finding[] = [];
  let deleted = 0;
  const headers = { authorization: `Bearer ${token}` };
  const base = parseServerAddress(url).href.replace(/\/+$/, '');
  const ask = (path: string, method: string) =>
    readPages(new URL(`${base}${path}`), { method, headers }, options);
  for await (const body of ask('/v1/store/check', 'GET')) {
    const { meta, rows } = requireValid(checkAnswer.safeParse(body), url);
    checked[meta.part] = (checked[meta.part] ?? 0) + meta.checked;
    // (a server may send anything, for a terminal to show)
    findings.push(...rows.map((row) => ({ ...row, place: escapeControls(row.place, 200) })));
  }
  if (CHECKED.some((part) => checked[part] === undefined)) throw notDropline(url);
  if (collect)
    for await (const body of ask('/v1/store/collect?delete=true', 'POST'))
      deleted += requireValid(collectAnswer.safeParse(body), url).meta.deleted;
  const whole = findings.every(({ state }) => !FAULTS.includes(state));
  return { checked, findings, whole, deleted };
}

/** The bodies of an answer's pages. */
async function* readPages(first: URL, init: RequestInit, options: RequestOptions): AsyncGenerator<unknown> {
  let pagesLeft = MAX_PAGES;
  for (let next: URL | undefined = first; next; ) {
    if (pagesLeft-- === 0) throw notDropline(first.origin);
    const address: URL = next;
    const { body, following } = await readPage(address, init, options);
    yield body;
    if (following && (following.origin !== first.origin || following.href === address.href))
      throw notDropline(first.origin);
    next = following;
  }
}

/** A page of a server that may send without end, or never. */
async function readPage(
  url: URL,
  init: RequestInit,
  options: RequestOptions,
): Promise<{ body: unknown; following: URL | undefined }> {
  const signal = AbortSignal.timeout(PAGE.milliseconds);
  try {
    // a redirect would carry the token to another server
    return await request(
      url.href,
      { ...init, redirect: 'error' },
      { signal, ...options },
      async (response) => ({
        body: parseJson((await readText(response, PAGE.bytes)) ?? ''),
        following: nextPage(response, url),
      }),
    );
  } catch (error) {
    if (!(options.signal ?? signal).aborted) throw error;
    throw new Failure(`${url.origin}: no answer in time.`, EXIT.failed, { cause: error });
  }
}

function requireValid<Body>(parsed: { success: true; data: Body } | { success: false }, url: string): Body {
  if (parsed.success) return parsed.data;
  throw notDropline(url);
}

const notDropline = (url: string) => new Failure(`${url} does not answer as a Dropline server does.`);

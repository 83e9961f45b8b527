import type { MiddlewareHandler } from 'hono';
import { formatNumber } from '../figures/scale.ts';
import { escapeXml } from '../figures/svg/xml.ts';
import type { Format } from '../schemas/endpoint.ts';
import type { Problem } from '../schemas/problem.ts';
import { CACHING, tagged } from './caching.ts';
import { POSSIBLE_FORMATS, prefersPage } from './encode.ts';
import { ENDPOINTS } from './endpoints/index.ts';
import type { Environment } from './environment.ts';

/** So many rows stand on a page; all are in the other formats. */
const MAX_ROWS = 200;

/** Significant digits of a number on a page. */
const DIGITS = 6;

/** What an answer in JSON has, whether it is a table, a grid or a problem. */
type Body = Partial<Problem> & {
  readonly meta?: {
    readonly units?: Readonly<Record<string, string>>;
    readonly notes?: readonly string[];
    /** of a grid */
    readonly plan?: { readonly title?: string };
  };
  readonly rows?: readonly Readonly<Record<string, unknown>>[];
};

/**
 * Answers a browser with a page about what a program gets as JSON: the query as a form, the table or what is wrong, links to the other formats and to
 * the next page. Its frame is an asset (`scripts/table-frame.ts`), so that it has a policy that allows its own style and nothing else; where that
 * cannot be read the answer stays JSON.
 *
 * @example app.use('/v1/*', tablePages)
 */
export const tablePages: MiddlewareHandler<Environment> = async (c, next) => {
  const { raw } = c.req;
  if (!prefersPage(raw)) return next();
  const headers = new Headers(raw.headers);
  headers.set('accept', 'application/json');
  c.req.raw = new Request(raw, { headers });
  await next();
  if (!/^application\/(problem\+)?json/.test(c.res.headers.get('content-type') ?? '')) return;
  const frame = await c.env.ASSETS.fetch('https://assets.local/table').catch(() => undefined);
  // (no cache is to keep it for browsers)
  if (!frame?.ok) return c.res.headers.set('cache-control', CACHING.incomplete);
  const { status, headers: own } = c.res;
  const body: Body = await c.res.json();
  const url = new URL(raw.url);
  const text = (await frame.text())
    .replace('{{title}}', () => escapeXml(titleOf(url.pathname, body)))
    .replace('{{body}}', () => bodyOf(url, body, POSSIBLE_FORMATS.get(c.req.raw) ?? [], own.get('link')));
  const page = await tagged(text, { 'content-type': 'text/html; charset=utf-8', vary: 'Accept' });
  for (const [name, value] of own) if (!/^(content-.*|etag|vary)$/.test(name)) page.headers.set(name, value);
  // (a setter: it adds the headers of the answer before)
  c.res = undefined;
  c.res = new Response(page.body, { status, headers: page.headers });
};

const contractAt = (path: string) =>
  ENDPOINTS.find(({ contract }) => path === `/v1/${contract.name}`)?.contract;

const titleOf = (path: string, { title, meta }: Body): string =>
  title ?? contractAt(path)?.summary ?? meta?.plan?.title ?? path;

function bodyOf(url: URL, body: Body, formats: readonly Format[], link: string | null): string {
  const { pathname: path, searchParams: query } = url;
  const { detail, errors = [], rows = [], meta } = body;
  const { examples: [example] = [] } = contractAt(path) ?? {};
  const next = /<([^>]+)>; rel="next"/.exec(link ?? '')?.[1];
  // (in the documentation a grid is any grid)
  const section = path
    .replace(/^\/v1\//, '')
    .replace(/^grids\/[^/]+/, 'grids-id')
    .replace(/[0-9a-f]{64}$/, 'sha256')
    .replaceAll(/[^\w]+/g, '-');
  const links = [
    ...formats.map((format) => anchor(addressOf(url, format), format)),
    ...(next ? [anchor(next, 'next page')] : []),
    ...(example ? [anchor(`${path}?${new URLSearchParams(example)}`, 'an example')] : []),
    anchor(`/docs#${section}`, 'documentation'),
    anchor('/', 'home'),
  ];
  const wrong = errors.map(({ pointer, detail: why }) => `${pointer.slice(2)}: ${why}`);
  return [
    element('h1', escapeXml(titleOf(path, body))),
    formOf(path, query, errors),
    element('p', links.join(' · ')),
    ...(detail === undefined ? [tableOf(rows, meta?.units ?? {})] : [element('p', escapeXml(detail))]),
    listOf(wrong.length > 1 ? wrong : (meta?.notes ?? [])),
  ].join('\n');
}

/** The same answer in a format, without what that format refuses. */
function addressOf(url: URL, format: Format): string {
  const query = new URLSearchParams(url.search);
  const refused = { json: [], csv: ['meta'] }[format as 'json'] ?? ['meta', 'layout', 'digits', 'field'];
  for (const name of ['format', ...refused]) query.delete(name);
  return `${url.pathname}.${format}${query.size > 0 ? `?${query}` : ''}`;
}

/** The parameters of a query as a form, with those that it lacks. */
function formOf(path: string, query: URLSearchParams, errors: NonNullable<Body['errors']>): string {
  const lacking = errors.map(({ pointer }) => pointer.slice(2)).filter((name) => /^\w+$/.test(name));
  const names = [...new Set([...query.keys(), ...lacking])];
  if (names.length === 0) return '';
  const fields = names.map((name) => {
    const [shown, value] = [name, query.get(name) ?? ''].map(escapeXml);
    return `<label>${shown} <input name="${shown}" value="${value}"></label>`;
  });
  return `<form action="${escapeXml(path)}">${fields.join(' ')} <button>Ask</button></form>`;
}

/** A table; of one row a line for each of its columns. */
function tableOf(rows: NonNullable<Body['rows']>, units: Readonly<Record<string, string>>): string {
  const [first = {}] = rows;
  const names = Object.keys(first);
  const heads = names.map((name) =>
    element('th', escapeXml(units[name] ? `${name} (${units[name]})` : name)),
  );
  const cells = (row: Readonly<Record<string, unknown>>) =>
    names.map((name) => element('td', cellOf(row[name])));
  const lines =
    rows.length === 1
      ? cells(first).map((cell, i) => `${heads[i]}${cell}`)
      : [heads.join(''), ...rows.slice(0, MAX_ROWS).map((row) => cells(row).join(''))];
  const rest = rows.length > MAX_ROWS ? `The first ${MAX_ROWS} of ${rows.length} rows. ` : '';
  return (
    element('table', lines.map((line) => element('tr', line)).join('\n')) +
    element('p', `${rest}Numbers have ${DIGITS} digits here, and all of them in the other formats.`)
  );
}

function cellOf(value: unknown): string {
  if (typeof value === 'number') return formatNumber(value, DIGITS);
  const text =
    typeof value === 'object' ? (value === null ? '' : JSON.stringify(value)) : String(value ?? '');
  return /^\/v1\/[\w./-]+$/.test(text) ? anchor(text, text) : escapeXml(text);
}

const listOf = (items: readonly string[]): string =>
  items.length > 0 ? element('ul', items.map((item) => element('li', escapeXml(item))).join('\n')) : '';

const anchor = (address: string, text: string): string =>
  `<a href="${escapeXml(address)}">${escapeXml(text)}</a>`;

/** An element around markup. */
const element = (name: string, markup: string): string => `<${name}>${markup}</${name}>`;

import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { parseXml } from '../figures/testing/xml.ts';
import { CONTRACTS } from '../schemas/endpoints/index.ts';
import { queryString } from '../schemas/query-string.ts';
import type { Bindings } from './environment.ts';
import app from './index.ts';
import { call } from './testing/api.ts';
import { sampleGrid } from './testing/sample-grid.ts';

/** What Firefox sends, which accepts pictures as gladly as pages. */
const BROWSER = {
  accept:
    'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/png,image/svg+xml,*/*;q=0.8',
};
const GRID = '/v1/grids/mnist-tanh-keep-095';
const QUERY = 'activation=tanh&sigma_w2=1.8&sigma_b2=0.05&keep=0.95';

const browse = (path: string, init: RequestInit = {}) => call(path, { headers: BROWSER, ...init });
const read = async (path: string) => (await browse(path)).text();

const ADDRESSES = [
  ...CONTRACTS.map(({ name, examples }) => `/v1/${name}?${queryString(examples[0] ?? {})}`),
  ...['/v1/grids', GRID, `${GRID}/frontier`, `${GRID}/versions`],
  `${GRID}/versions/32f0c0270f55fb0d38908dc0b4241f394a6031731b2ccc210088c4115471cf67`,
];

describe('a browser', () => {
  it.each(ADDRESSES)('gets a page at %s, and a program what it got before', async (path) => {
    const page = await browse(path);
    const text = await page.text();
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.headers.get('vary')).toContain('Accept');
    for (const accept of [undefined, '*/*', 'application/json', 'application/json, text/html']) {
      const json = await call(path, accept === undefined ? {} : { headers: { accept } });
      expect([accept, json.headers.get('content-type')]).toEqual([accept, 'application/json']);
      expect(json.headers.get('vary')).toContain('Accept');
      expect(json.headers.get('etag')).not.toBe(page.headers.get('etag'));
      expect(json.headers.get('cache-control')).toBe(page.headers.get('cache-control'));
      const { rows } = (await json.json()) as { rows: Record<string, unknown>[] };
      for (const name of Object.keys(rows[0] ?? {})) expect(text).toContain(`<th>${name}`);
    }
    // well-formed but for what HTML leaves open
    const main = /<main>.*<\/main>/s.exec(text)?.[0] ?? '';
    const closed = main.replaceAll(/<input [^>]*/g, '$&/');
    expect(parseXml(`<?xml version="1.0" encoding="UTF-8"?>\n${closed}`).name).toBe('main');
    expect(text).not.toMatch(/<script|\son\w+=|javascript:/i);
    expect(text).toMatch(
      /<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[\w+/=]{44}'; base-uri 'none'; form-action 'self'">/,
    );
    const style = /<style>(.*)<\/style>/s.exec(text)?.[1] ?? '';
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(style));
    expect(text).toContain(btoa(String.fromCharCode(...new Uint8Array(digest))));
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  it.each(ADDRESSES)('finds no link at %s that leads nowhere', async (path) => {
    const links = [...(await read(path)).matchAll(/href="([^"]+)"/g)].map(([, link]) =>
      (link as string).replaceAll('&amp;', '&'),
    );
    const docs = await (await call('/docs')).text();
    for (const link of new Set(links)) {
      const [address = '', section] = link.split('#');
      if (section !== undefined) expect(docs).toContain(`<h2 id="${section}">`);
      // (a list is for the other formats)
      if (!address.includes('.txt')) expect([link, (await call(address)).status]).toEqual([link, 200]);
    }
    expect(links).toContain('/');
  });

  it('gets the query as a form, the numbers with their units, and what they rest on', async () => {
    const text = await read(`/v1/trainable-depth?${QUERY}&digits=3`);
    expect(text).toContain('<form action="/v1/trainable-depth">');
    for (const [name, value] of [...new URLSearchParams(QUERY)])
      expect(text).toContain(`<input name="${name}" value="${value}">`);
    expect(text).toContain('<tr><th>fitted_depth (layers)</th><td>43.2</td></tr>');
    expect(text).toContain('The fitted rule is');
    expect(text).toContain(`href="/v1/trainable-depth.csv?${QUERY.replaceAll('&', '&amp;')}&amp;digits=3"`);
    expect(text).toContain(`href="/v1/trainable-depth.svg?${QUERY.replaceAll('&', '&amp;')}"`);
    const many = await read(`/v1/kernel?activation=relu&q=1..2/300`);
    expect(many.match(/<tr>/g)).toHaveLength(201);
    expect(many).toContain('The first 200 of 300 rows.');
  });

  it('gets the pages of a list, and links to the grids', async () => {
    const first = await read('/v1/grids?limit=2');
    const next = /href="([^"]+)">next page/.exec(first)?.[1]?.replaceAll('&amp;', '&') as string;
    expect(next).toMatch(/^\/v1\/grids\?limit=2&after=/);
    expect(await read(next)).not.toBe(first);
    expect(await read('/v1/grids')).toContain(`<a href="${GRID}">${GRID}</a>`);
    expect(await read(`/v1/trainable-depth?${QUERY}`)).toMatch(/<a href="\/v1\/grids\/[\w-]+\/frontier">/);
  });

  it('gets what is wrong as a page with the same status, and the form to mend it', async () => {
    for (const [path, status, said] of [
      ['/v1/trainable-depth', 400, 'activation: This parameter is required.'],
      [`/v1/trainable-depth?${QUERY}&colour=red`, 400, 'colour'],
      ['/v1/grids/none', 404, 'There is no grid &quot;none&quot;.'],
      ['/v1/nothing', 404, 'There is nothing at this address.'],
      ['/v1/batch', 405, 'GET is not possible here.'],
      ['/v1/store/check', 401, 'token'],
    ] as const) {
      const response = await browse(path);
      const text = await response.text();
      expect([path, response.status, response.headers.get('content-type')]).toEqual([
        path,
        status,
        'text/html; charset=utf-8',
      ]);
      expect(text).toContain(said);
      // (405 is made before all else, with no word about caches)
      if (status !== 405) expect(response.headers.get('cache-control')).toBe('no-store');
    }
    expect(await read('/v1/trainable-depth')).toContain('<input name="activation" value="">');
    expect((await browse('/v1/nothing')).headers.get('content-security-policy')).toBeTruthy();
    expect((await call('/v1/nothing')).headers.get('content-type')).toBe('application/problem+json');
  });

  it('gets no markup of others: queries, names and titles are text', async () => {
    const evil = '</td><script>alert(1)</script>"\'$&{{body}}';
    const encoded = encodeURIComponent(evil);
    for (const path of [
      `/v1/trainable-depth?activation=${encoded}&${encoded}=1`,
      `/v1/grids/${encoded}`,
      `/v1/depth-scales?activation=custom&formula=${encoded}&sigma_w2=1`,
    ]) {
      const text = await read(path);
      expect([path, text.includes('<script')]).toEqual([path, false]);
      expect(text.match(/<\/td>/g) ?? []).toEqual([]);
    }
    const grid = sampleGrid('evil');
    const body = JSON.stringify({
      ...grid,
      meta: { ...grid.meta, plan: { ...grid.meta.plan, title: evil } },
    });
    expect(
      (
        await call('/v1/grids/evil', {
          method: 'PUT',
          body,
          headers: { authorization: 'Bearer dropline-local' },
        })
      ).status,
    ).toBe(201);
    for (const path of ['/v1/grids?limit=999', '/v1/grids/evil']) {
      const text = await read(path);
      expect(text).toContain('&lt;script&gt;alert(1)');
      expect([path, text.includes('<script')]).toEqual([path, false]);
    }
  });

  it('gets what it asks for by extension or format, and HEAD and 304 as everywhere', async () => {
    for (const [path, type] of [
      [`/v1/trainable-depth.json?${QUERY}`, 'application/json'],
      [`/v1/trainable-depth?${QUERY}&format=json`, 'application/json'],
      [`/v1/trainable-depth.svg?${QUERY}`, 'image/svg+xml'],
      [`${GRID}.csv`, 'text/csv; charset=utf-8'],
    ] as const)
      expect([path, (await browse(path)).headers.get('content-type')]).toEqual([path, type]);
    const path = `/v1/depth-scales?${QUERY}`;
    const head = await browse(path, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-type'), await head.text()]).toEqual([
      ...[200, 'text/html; charset=utf-8', ''],
    ]);
    const etag = (await browse(path)).headers.get('etag') as string;
    const headers = { ...BROWSER, 'if-none-match': etag };
    expect((await call(path, { headers })).status).toBe(304);
    expect((await call(path, { headers: { 'if-none-match': etag } })).status).toBe(200);
    const picture = await call(path, { headers: { accept: 'image/svg+xml, text/html;q=0.9' } });
    expect(picture.headers.get('content-type')).toBe('image/svg+xml');
  });

  it('gets JSON where the frame of the page cannot be read', async () => {
    const assets = { fetch: () => Promise.reject(new Error('down')) } as unknown as Fetcher;
    const broken = { ...(env as Bindings), ASSETS: assets };
    const response = await app.request(`/v1/depth-scales?${QUERY}`, { headers: BROWSER }, broken);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(((await response.json()) as { rows: object[] }).rows).toHaveLength(1);
  });
});

describe('programs that read', () => {
  it('find what this is in /llms.txt, the headline first, with examples that work', async () => {
    const response = await call('/llms.txt');
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    const text = await response.text();
    expect(text).toMatch(/^# Dropline\n\n> How deep can a dropout network be trained\?/);
    const links = [...text.matchAll(/\]\((\/[^)]*)\)/g)].map(([, link]) => link as string);
    expect(links[0]).toMatch(/^\/v1\/trainable-depth\?/);
    for (const { name, summary } of CONTRACTS) {
      expect(links.some((link) => link.startsWith(`/v1/${name}`))).toBe(true);
      expect(text).toContain(summary);
    }
    for (const link of links) expect([link, (await call(link)).status]).toEqual([link, 200]);
    expect(text.length).toBeLessThan(6000);
  });

  it('find the glossary, and which queries crawlers leave alone', async () => {
    const glossary = await call('/glossary.md');
    expect(glossary.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
    const text = await glossary.text();
    expect(text).toContain('| `keep` |');
    expect(text).not.toContain('](');
    const robots = await call('/robots.txt');
    expect([robots.headers.get('content-type'), await robots.text()]).toEqual([
      'text/plain; charset=utf-8',
      'User-agent: *\nDisallow: /v1/*?\nAllow: /v1/grids\nAllow: /\n',
    ]);
  });
});

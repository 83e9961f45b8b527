import { expect, test } from 'vitest';
import { CHECKED } from '../../schemas/store-check.ts';
import { checkServer } from './fsck.ts';

const URL_OF = 'https://dropline.example.org';
const damaged = { state: 'damaged', place: 'tiny/ab', current: true };
const torn = { state: 'torn', place: 'grids/tiny/x.json', current: false };

type Page = { path: string; meta: object; rows: object[]; next?: string };

/** A server that has these pages, and notes what it is asked. */
function server(...pages: Page[]) {
  const asked: string[] = [];
  const fetch = (async (url: string, { method, headers }: RequestInit) => {
    asked.push(`${method} ${url} ${new Headers(headers).get('authorization')}`);
    const page = pages.find(({ path }) => url === `${URL_OF}${path}`);
    if (!page) return new Response(null, { status: 404 });
    const { meta, rows, next } = page;
    return Response.json({ meta, rows }, next ? { headers: { link: `<${next}>; rel="next"` } } : {});
  }) as typeof globalThis.fetch;
  return { asked, options: { fetch, tries: 1 } };
}

/** The pages of a check, one a part, with rows on that of the versions. */
const checked = (rows: object[]): Page[] =>
  CHECKED.map((part, i) => ({
    path: i === 0 ? '/v1/store/check' : `/v1/store/check?after=${part}%3A`,
    meta: { part, checked: i },
    rows: part === 'versions' ? rows : [],
    ...(CHECKED[i + 1] && { next: `/v1/store/check?after=${CHECKED[i + 1]}%3A` }),
  }));

test('follows the pages, counts, and says what is damaged', async () => {
  const { options, asked } = server(...checked([damaged]));
  expect(await checkServer(`${URL_OF}/`, 'secret', false, options)).toEqual({
    checked: { history: 0, versions: 1, objects: 2, assets: 3 },
    findings: [damaged],
    whole: false,
    deleted: 0,
  });
  expect(asked).toHaveLength(4);
  expect(asked[3]).toBe(`GET ${URL_OF}/v1/store/check?after=assets%3A Bearer secret`);
});

test('torn uploads are no damage, and are deleted only on request', async () => {
  const collect = {
    path: '/v1/store/collect?delete=true',
    meta: { checked: 5, deleted: 1 },
    rows: [torn],
  };
  const { options } = server(...checked([torn]), collect);
  expect(await checkServer(URL_OF, 'secret', true, options)).toMatchObject({ whole: true, deleted: 1 });
});

test('carries the token to no other server', async () => {
  const [first] = checked([]) as [Page];
  const { options, asked } = server({ ...first, next: 'https://elsewhere.example.org/v1/store/check' });
  await expect(checkServer(URL_OF, 'secret', false, options)).rejects.toThrow('does not answer');
  expect(asked).toHaveLength(1);
});

test.each([
  ['an answer of another kind', [{ path: '/v1/store/check', meta: {}, rows: [] }]],
  [
    'a check that leaves out a part',
    checked([])
      .slice(0, 1)
      .map(({ next: _, ...page }) => page),
  ],
  ['a page that leads to itself', checked([]).map((page) => ({ ...page, next: page.path }))],
])('%s is noticed', async (_, pages) => {
  const { options } = server(...pages);
  await expect(checkServer(URL_OF, 'secret', false, options)).rejects.toThrow(
    'does not answer as a Dropline',
  );
});

test('what a server sends moves no cursor and turns round no text', async () => {
  const { options } = server(...checked([{ ...damaged, place: 'a\u001b[2J\u009b1A\u202e\n\u007fb' }]));
  const { findings } = await checkServer(URL_OF, 'secret', false, options);
  expect(findings[0]?.place).toBe('a\\u{1b}[2J\\u{9b}1A\\u{202e}\\u{a}\\u{7f}b');
});

test.each([200, 404])('a server that sends without end is left: %i', async (status) => {
  let sent = 0;
  const endless = new ReadableStream({
    pull: (controller) => {
      sent += 65_536;
      controller.enqueue(new Uint8Array(65_536).fill(32));
    },
  });
  const fetch = (async () => new Response(endless, { status })) as typeof globalThis.fetch;
  await expect(checkServer(URL_OF, 'secret', false, { fetch, tries: 1 })).rejects.toThrow();
  expect(sent).toBeLessThan(2 * 1024 * 1024);
});

test('a server that does not answer is left', async () => {
  const fetch = ((_: string, { signal }: RequestInit) =>
    new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))) as never;
  const options = { fetch, tries: 1, signal: AbortSignal.timeout(20) };
  await expect(checkServer(URL_OF, 'secret', false, options)).rejects.toThrow('no answer in time');
});

test('a server whose pages have no end is left', async () => {
  let asked = 0;
  const fetch = (async () =>
    Response.json(
      { meta: { part: 'history', checked: 1 }, rows: [] },
      { headers: { link: `</v1/store/check?after=${asked++}>; rel="next"` } },
    )) as typeof globalThis.fetch;
  await expect(checkServer(URL_OF, 'secret', false, { fetch, tries: 1 })).rejects.toThrow(
    'does not answer as a Dropline',
  );
});

test('an address that is none is told', async () => {
  await expect(checkServer('localhost', 'secret', false)).rejects.toThrow('is no address of a server');
});

import { expect, it, vi } from 'vitest';
import { FAULTS, type Finding } from '../../schemas/store-check.ts';
import { call } from '../testing/api.ts';
import { ask, bindings, objectsOf, putGrid, text, version } from '../testing/store.ts';
import { checkStore } from './check.ts';
import { GridStore, type StoredGrid } from './store.ts';

/** Takes away, or changes one byte of, what is stored of a version. */
async function spoil(id: string, sha256: string, how: 'missing' | 'damaged'): Promise<void> {
  for (const key of await objectsOf(id, sha256)) {
    const bytes = await (await bindings.GRIDS.get(key))?.arrayBuffer();
    if (how === 'missing' || !bytes) await bindings.GRIDS.delete(key);
    else {
      const spoilt = new Uint8Array(bytes);
      spoilt[100] = (spoilt[100] ?? 0) ^ 1;
      await bindings.GRIDS.put(key, spoilt);
    }
  }
}

/** All findings of the check, page after page. */
async function check(): Promise<Finding[]> {
  const found: Finding[] = [];
  for (let next: string | undefined = '/v1/store/check'; next; ) {
    const response: Response = await ask(next, 'GET');
    found.push(...((await response.json()) as { rows: Finding[] }).rows);
    next = /<(.*)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
  }
  return found;
}

it.each(['missing', 'damaged'] as const)('notices bytes that are %s, and PUT mends them', async (how) => {
  const error = vi.spyOn(console, 'error').mockImplementation(() => {});
  const id = `healed-${how}`;
  const sha256 = await version(id, 0.5);
  expect(await check()).toEqual([]);
  await spoil(id, sha256, how);
  for (const path of [`/v1/grids/${id}`, `/v1/grids/${id}.csv`, `/v1/grids/${id}/versions/${sha256}`]) {
    const response = await call(path);
    expect(response.status).toBe(500);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(((await response.json()) as { detail: string }).detail).toContain(
      `are ${how}. Publishing the same`,
    );
  }
  expect(error.mock.calls.flat().join()).toContain(sha256);
  expect(await check()).toEqual([{ state: how, place: `${id}/${sha256}`, current: true }]);
  expect((await putGrid(id, 0.5)).status).toBe(200);
  expect(await (await call(`/v1/grids/${id}/versions/${sha256}`)).text()).toBe(text(id, 0.5));
  expect(await check()).toEqual([]);
});

it('mends an older version, too, which stays an older one', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const [first] = [await version('older', 0.5), await version('older', 0.25)];
  await spoil('older', first, 'damaged');
  expect((await call(`/v1/grids/older/versions/${first}`)).status).toBe(500);
  expect((await putGrid('older', 0.5)).status).toBe(409);
  expect(await (await call(`/v1/grids/older/versions/${first}`)).text()).toBe(text('older', 0.5));
  expect(await (await call('/v1/grids/older')).text()).toBe(text('older', 0.25));
});

it('serves a version that ships where the stored bytes of it are damaged', async () => {
  const { rows } = (await (await call('/v1/grids/mnist-cases-tanh/versions')).json()) as {
    rows: { version: string; url: string }[];
  };
  const { version: sha256, url } = rows[0] as { version: string; url: string };
  const shipped = await (await call(url)).text();
  expect((await ask('/v1/grids/mnist-cases-tanh', 'PUT', {}, shipped)).status).toBe(200);
  await spoil('mnist-cases-tanh', sha256, 'damaged');
  expect(await (await call('/v1/grids/mnist-cases-tanh')).text()).toBe(shipped);
});

it('collects what failed uploads left behind after a day, and nothing else', async () => {
  const sha256 = await version('kept', 0.5);
  const [kept] = await objectsOf('kept', sha256);
  const name = (id: string) => `grids/${id}/${'0'.repeat(64)}-${crypto.randomUUID()}.json`;
  const [young, early] = [name('young'), `grids/early/${'0'.repeat(64)}.json`];
  for (const key of [young, early]) await bindings.GRIDS.put(key, 'x');
  expect(await check()).toEqual(
    expect.arrayContaining([
      { state: 'young', place: young, current: false },
      { state: 'early', place: early, current: false },
    ]),
  );
  const collect = async (query: string) => (await ask(`/v1/store/collect${query}`, 'POST')).json();
  expect(await collect('?delete=true')).toMatchObject({ meta: { deleted: 0 } });

  const days = Date.now() + 2 * 24 * 60 * 60 * 1000;
  vi.spyOn(Date, 'now').mockReturnValue(days);
  expect(await collect('')).toMatchObject({
    meta: { deleted: 0 },
    rows: expect.arrayContaining([{ state: 'torn', place: young, current: false }]),
  });
  expect(await bindings.GRIDS.head(young)).not.toBeNull();
  expect(await collect('?delete=true')).toMatchObject({ meta: { deleted: 1 } });
  vi.restoreAllMocks();
  expect(await bindings.GRIDS.head(young)).toBeNull();
  for (const key of [kept as string, early]) expect(await bindings.GRIDS.head(key)).not.toBeNull();
});

it('serves what ships while R2 is down, and says so of the rest', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const { version: sha256 } = (await new GridStore(bindings).current('mnist-cases-relu')) as StoredGrid;
  const stored = await version('not-shipped', 0.5);
  const get = () => Promise.reject(new Error('R2 is down'));
  const store = new GridStore({ ...bindings, GRIDS: { get } as unknown as R2Bucket });
  expect((await store.current('mnist-cases-relu'))?.version).toBe(sha256);
  expect(await store.version('mnist-cases-relu', sha256)).toBeInstanceOf(ArrayBuffer);
  const down = await store.version('not-shipped', stored).catch((error) => error);
  expect(down).toMatchObject({ part: 'objects', status: 503, headers: { 'retry-after': '5' } });
});

it('keeps its history', async () => {
  await version('history', 0.5);
  for (const sql of ["UPDATE history SET version = 'x'", 'DELETE FROM history'])
    await expect(bindings.DB.prepare(sql).run()).rejects.toThrow('append-only');
});

it.each([
  ['GET', '/v1/store/check'],
  ['POST', '/v1/store/collect'],
])('%s %s needs the token', async (method, path) => {
  expect((await call(path, { method })).status).toBe(401);
});

it('refuses a cursor that is none, and a parameter that it does not know', async () => {
  expect((await ask('/v1/store/check?after=nowhere', 'GET')).status).toBe(400);
  expect((await ask('/v1/store/collect?delete=1', 'POST')).status).toBe(400);
  expect(FAULTS).toHaveLength(3);
});

it('names an object that cannot be read, and checks the others', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const [one, other] = [await version('torn-disk', 0.5), await version('torn-disk-2', 0.25)];
  const [key] = await objectsOf('torn-disk', one);
  await spoil('torn-disk-2', other, 'missing');
  const GRIDS = new Proxy(bindings.GRIDS, {
    get: (bucket, name) =>
      name === 'get'
        ? (wanted: string) => (wanted === key ? Promise.reject(new Error('disk')) : bucket.get(wanted))
        : Reflect.get(bucket, name).bind(bucket),
  });
  const found: Finding[] = [];
  for (let cursor: string | undefined = 'versions:'; cursor?.startsWith('versions'); ) {
    const page = await checkStore({ ...bindings, GRIDS }, cursor, Date.now());
    found.push(...(page?.findings ?? []));
    cursor = page?.next;
  }
  const states = Object.fromEntries(found.map(({ place, state }) => [place, state]));
  expect(states).toMatchObject({ [`torn-disk/${one}`]: 'damaged', [`torn-disk-2/${other}`]: 'missing' });
});

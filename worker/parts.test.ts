import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import type { Bindings } from './environment.ts';
import { callWithin, type Part, PartDown, watchParts } from './parts.ts';
import { broken } from './testing/broken.ts';

const bindings = env as unknown as Bindings;

it('changes nothing of bindings that work', async () => {
  const failed: Part[] = [];
  const { DB, GRIDS, ASSETS } = watchParts(bindings, (part) => failed.push(part));
  const select = DB.prepare('SELECT ?1 AS one');
  expect(await select.bind(1).first('one')).toBe(1);
  const rows = await DB.batch([select.bind(2), select.bind(3)]);
  expect(rows.map(({ results }) => results)).toEqual([[{ one: 2 }], [{ one: 3 }]]);
  expect(await DB.withSession().prepare('SELECT 4 AS one').first('one')).toBe(4);
  await GRIDS.put('watched', 'bytes');
  expect(await (await GRIDS.get('watched'))?.text()).toBe('bytes');
  expect(await GRIDS.get('none')).toBeNull();
  expect((await ASSETS.fetch('https://assets.local/grids/index.json')).status).toBe(200);
  expect(failed).toEqual([]);
});

it('says which part failed, however it did', async () => {
  for (const fault of ['throws', 'rejects'] as const) {
    const failed: Part[] = [];
    const { DB } = watchParts({ ...bindings, DB: broken(bindings.DB, fault) }, (part) => failed.push(part));
    const failure = await (async () => DB.prepare('SELECT 1').first())().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PartDown);
    expect([failed, (failure as PartDown).status]).toEqual([['database'], 503]);
  }
});

it('takes a statement that breaks a constraint for an answer', async () => {
  const failed: Part[] = [];
  const { DB } = watchParts(bindings, (part) => failed.push(part));
  await DB.prepare('CREATE TABLE single (id TEXT PRIMARY KEY)').run();
  const insert = DB.prepare("INSERT INTO single VALUES ('a')");
  await insert.run();
  await expect(insert.run()).rejects.not.toBeInstanceOf(PartDown);
  await expect(DB.batch([insert])).rejects.toThrow('UNIQUE');
  expect(failed).toEqual([]);
});

it('waits for no call longer than it may take', async () => {
  await expect(callWithin(20, () => new Promise(() => {}))).rejects.toThrow('no answer within 20 ms');
  expect(await callWithin(20, () => 1)).toBe(1);
});

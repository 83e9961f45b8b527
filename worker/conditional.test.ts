import { expect, it } from 'vitest';
import { versionsAnswer } from '../schemas/grid.ts';
import { problemSchema } from '../schemas/problem.ts';
import { call } from './testing/api.ts';
import { ask, putGrid, text, version } from './testing/store.ts';

const ABSENT = '0'.repeat(64);

it('creates only where there is none, with If-None-Match: *', async () => {
  expect((await putGrid('new', 0.5, { 'if-none-match': '*' })).status).toBe(201);
  const refused = await putGrid('new', 0.25, { 'if-none-match': '*' });
  expect(refused.status).toBe(412);
  expect(problemSchema.parse(await refused.json()).detail).toContain('nothing was changed');
  expect(await (await call('/v1/grids/new')).text()).toBe(text('new', 0.5));
  // a shipped grid is one, too
  expect((await putGrid('mnist-tanh-keep-095', 0.5, { 'if-none-match': '*' })).status).toBe(412);
});

it.each([
  ['the current one', (one: string) => `"${one}"`, 201],
  ['a list with the current one', (one: string) => `"${ABSENT}" , "${one}"`, 201],
  ['*', () => '*', 201],
  ['another one', () => `"${ABSENT}"`, 412],
  ['a weak tag', (one: string) => `W/"${one}"`, 412],
  ['no tag', (one: string) => one, 412],
])('replaces only what If-Match names: %s', async (name, tag, status) => {
  const id = `match-${name.replaceAll(/[^a-z]/g, '-')}`.slice(0, 40);
  const first = await version(id, 0.5);
  expect((await putGrid(id, 0.25, { 'if-match': tag(first) })).status).toBe(status);
  const tagOf = (await call(`/v1/grids/${id}`)).headers.get('etag');
  expect(tagOf === `"${first}"`).toBe(status === 412);
});

it('answers with the tag to send next', async () => {
  const response = await putGrid('tags', 0.5);
  expect(response.headers.get('etag')).toBe(`"${await version('tags', 0.5)}"`);
  // a repeated request finds its own effect
  expect((await putGrid('tags', 0.25, { 'if-match': response.headers.get('etag') as string })).status).toBe(
    201,
  );
  expect((await putGrid('tags', 0.25, { 'if-match': response.headers.get('etag') as string })).status).toBe(
    200,
  );
});

it('withdraws only what If-Match names', async () => {
  const first = await version('gone', 0.5);
  const remove = (tag: string) => ask('/v1/grids/gone', 'DELETE', { 'if-match': tag });
  expect((await remove(`"${ABSENT}"`)).status).toBe(412);
  expect((await remove(`"${first}"`)).status).toBe(204);
  expect((await remove(`"${first}"`)).status).toBe(404);
});

it('restores a withdrawn grid, and an older version only for who knows what is current', async () => {
  const first = await version('back', 0.5);
  const second = await version('back', 0.25);
  const refused = await putGrid('back', 0.5);
  expect(refused.status).toBe(409);
  expect(problemSchema.parse(await refused.json()).detail).toContain(`If-Match: "${second}"`);
  expect((await putGrid('back', 0.5, { 'if-match': '*' })).status).toBe(409);
  expect((await putGrid('back', 0.5, { 'if-match': `"${second}"` })).status).toBe(200);
  expect(await (await call('/v1/grids/back')).text()).toBe(text('back', 0.5));

  await ask('/v1/grids/back', 'DELETE');
  expect((await call('/v1/grids/back')).status).toBe(404);
  expect((await call(`/v1/grids/back/versions/${first}`)).status).toBe(200);
  expect((await putGrid('back', 0.25)).status).toBe(409);
  expect((await putGrid('back', 0.5)).status).toBe(200);
  expect((await call('/v1/grids/back')).status).toBe(200);

  const { rows } = versionsAnswer.parse(await (await call('/v1/grids/back/versions')).json());
  expect(rows.map(({ number, action, version, current }) => [number, action, version, current])).toEqual([
    [1, 'published', first, false],
    [2, 'published', second, false],
    [3, 'restored', first, false],
    [4, 'withdrawn', first, false],
    [5, 'restored', first, true],
  ]);
  await ask('/v1/grids/back', 'DELETE');
  expect((await putGrid('back', 0.25, { 'if-none-match': '*' })).status).toBe(200);
  expect(rows[1]).toMatchObject({
    bytes: text('back', 0.25).length,
    url: `/v1/grids/back/versions/${second}`,
  });
  expect(Math.abs(Date.parse(rows[4]?.at ?? '') - Date.now())).toBeLessThan(60_000);
});

it('pages the history, and has it as CSV and txt', async () => {
  const versions = [await version('pages', 0.5), await version('pages', 0.25), await version('pages', 0.75)];
  const seen: string[] = [];
  let next: string | undefined = '/v1/grids/pages/versions.csv?limit=1&field=number,version';
  while (next) {
    const response: Response = await call(next);
    const [head, row] = (await response.text()).trimEnd().split('\n');
    expect(head).toBe('number,version');
    seen.push(row as string);
    next = /<(.*)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
  }
  expect(seen).toEqual(versions.map((one, i) => `${i + 1},${one}`));
  expect(await (await call('/v1/grids/pages/versions.txt')).text()).toBe(versions.join('\n'));
});

it('has the version that ships as number 0', async () => {
  const path = '/v1/grids/mnist-relu-keep-090/versions';
  const of = async () => versionsAnswer.parse(await (await call(path)).json()).rows;
  expect(await of()).toMatchObject([{ number: 0, action: 'shipped', at: null, bytes: null, current: true }]);
  await version('mnist-relu-keep-090', 0.5);
  expect(await of()).toMatchObject([
    { number: 0, current: false },
    { number: 1, action: 'published', current: true },
  ]);
  await ask('/v1/grids/mnist-relu-keep-090', 'DELETE');
  expect((await of()).map(({ current }) => current)).toEqual([true, false, false]);
});

it.each(['/v1/grids/nothing/versions', '/v1/grids/No/versions.csv'])('has no %s', async (path) => {
  expect((await call(path)).status).toBe(404);
});

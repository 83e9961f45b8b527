import { beforeEach, describe, expect, it } from 'vitest';
import type { Grid } from '../schemas/grid.ts';
import { call, put } from './testing/api.ts';
import { CachingProxy } from './testing/caching-proxy.ts';
import { wideGrid } from './testing/wide-grid.ts';

/** The age that answers which rest on today's grids state, and that of the others, in seconds. */
const [SHORT, LONG] = [60, 3600];

const SIN = { activation: 'sin' };
const LOOK_UP = '/v1/trainable-depth?activation=sin&sigma_w2=1.5&sigma_b2=0.05&keep=0.95';

let proxy = new CachingProxy();
beforeEach(() => {
  proxy = new CachingProxy();
});

async function publish(id: string, grid: Grid): Promise<string> {
  const response = await put(id, JSON.stringify(grid));
  expect([200, 201]).toContain(response.status);
  return new URL(((await response.json()) as { url: string }).url).pathname;
}

const withdraw = async (id: string) => {
  const headers = { authorization: 'Bearer dropline-local' };
  expect((await call(`/v1/grids/${id}`, { method: 'DELETE', headers })).status).toBe(204);
};

/** What a change does to an answer behind the proxy: it may be old within the age that was stated, and is not after it. */
async function changes(path: string, change: () => Promise<unknown>): Promise<void> {
  const before = await proxy.get(path);
  await change();
  const truth = await (await call(path)).text();
  expect([path, truth === before.text]).toEqual([path, false]);
  proxy.clock += SHORT - 1;
  const within = await proxy.get(path);
  expect([path, within.from, within.text === before.text]).toEqual([path, 'hit', true]);
  proxy.clock += 2;
  expect([path, (await proxy.get(path)).text === truth]).toEqual([path, true]);
}

describe('behind a cache that does what it is told', () => {
  it('a look-up is at most as old as it says, after a grid is published, replaced and withdrawn', async () => {
    await publish('sin-far', wideGrid('sin-far', 2, { ...SIN, sigma_b2: 0.5 }));
    await changes(LOOK_UP, () => publish('sin-near', wideGrid('sin-near', 4, SIN)));
    await changes(LOOK_UP, () => publish('sin-near', wideGrid('sin-near', 5, SIN)));
    await changes(LOOK_UP, () => withdraw('sin-near'));
  });

  it('so are the list, a grid, its frontier, its picture and its history', async () => {
    const paths = [
      '',
      '/aged',
      '/aged.csv',
      '/aged.svg',
      '/aged/frontier',
      '/aged/frontier?threshold=0.4',
      '/aged/versions',
    ];
    let columns = 3;
    await publish('aged', wideGrid('aged', columns));
    for (const path of paths)
      await changes(`/v1/grids${path}`, () => {
        columns++;
        return publish('aged', wideGrid('aged', columns));
      });
    await changes('/v1/grids', () => withdraw('aged'));
  });

  it('what did not change is validated, not sent again', async () => {
    for (const path of [LOOK_UP, '/v1/grids', '/v1/grids/mnist-tanh-keep-095/frontier']) {
      expect([path, (await proxy.get(path)).from]).toEqual([path, 'miss']);
      proxy.clock += SHORT + 1;
      expect([path, (await proxy.get(path)).from]).toEqual([path, 'validated']);
      expect([path, (await proxy.get(path)).from]).toEqual([path, 'hit']);
    }
  });

  it('answers that rest on no grid are kept for an hour', async () => {
    for (const path of [
      `${LOOK_UP}&field=fitted_depth`,
      LOOK_UP.replace('trainable-depth', 'trainable-depth.txt'),
      `${LOOK_UP}&mask=shared`,
      '/v1/advice?activation=relu&keep=0.9&depth=50&fan_in=200',
      '/v1/depth-scales?activation=tanh&sigma_w2=1.5',
    ]) {
      const before = await proxy.get(path);
      await publish('sin-other', wideGrid('sin-other', 3, SIN));
      proxy.clock += LONG - 1;
      expect([path, await proxy.get(path)]).toEqual([path, { text: before.text, from: 'hit' }]);
      expect([path, await (await call(path)).text()]).toEqual([path, before.text]);
      await withdraw('sin-other');
    }
  });

  it('a version of a grid never changes', async () => {
    const first = await publish('pinned', wideGrid('pinned', 3));
    const { text } = await proxy.get(first);
    await publish('pinned', wideGrid('pinned', 4));
    await withdraw('pinned');
    proxy.clock += 30 * 86_400;
    expect(await proxy.get(first)).toEqual({ text, from: 'hit' });
    expect(await (await call(first)).text()).toBe(text);
  });
});

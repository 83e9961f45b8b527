import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { entryOf } from '../../figures/measured/entry.ts';
import { duplicateKey } from '../../schemas/duplicate-keys.ts';
import { type Grid, gridSchema, type Published } from '../../schemas/grid.ts';
import { otherType, problemEntries } from '../../schemas/problem.ts';
import { sha256 } from '../caching.ts';
import { parseJson } from '../encode.ts';
import type { Environment } from '../environment.ts';
import { HttpProblem } from '../problem.ts';
import { parseNoQuery } from '../query.ts';
import { checksumHolds } from '../store/checksum.ts';
import { preconditionsOf } from '../store/preconditions.ts';
import { GridStore } from '../store/store.ts';
import { requireToken } from '../token.ts';
import { isGridId, versionUrl } from './addresses.ts';

/** The largest grid that can be published, in bytes. */
const MAX_BODY = 4 * 1024 * 1024;

/** `PUT` and `DELETE /v1/grids/{id}`: publishing a version, and withdrawing a grid. */
export const publishRoute = new Hono<Environment>();

publishRoute.on(['PUT', 'DELETE'], '/grids/:id', requireToken, async (c, next) => {
  parseNoQuery(new URL(c.req.url));
  await next();
});

publishRoute.put(
  '/grids/:id',
  bodyLimit({
    maxSize: MAX_BODY,
    onError: () => new HttpProblem(413, `A grid has at most ${MAX_BODY} bytes (4 MiB).`).response(),
  }),
  async (c) => {
    const id = c.req.param('id');
    const bytes = await c.req.arrayBuffer();
    const grid = await parseGrid(bytes);
    if (!isGridId(id))
      throw refuseInvalid('#/id', `"${id.slice(0, 80)}" is no id: 1 to 63 characters a-z, 0-9 and "-".`);
    if (grid.id !== id)
      throw refuseInvalid(
        '#/id',
        `The body is the grid "${grid.id}", the address says "${id}". They must be equal.`,
      );
    const version = await sha256(bytes);
    const preconditions = preconditionsOf(c.req.raw.headers);
    const outcome = await new GridStore(c.env).publish(entryOf(grid, version), bytes, preconditions);
    const { decision, current, isNew } = outcome;
    if (decision === 'failed') throw refusePrecondition(id, current);
    if (decision === 'older') throw refuseOlder(id, version, current);
    const body: Published = { id, version, url: new URL(versionUrl(id, version), c.req.url).href };
    const headers = { location: body.url, etag: `"${version}"`, 'cache-control': 'no-store' };
    return c.json(body, isNew ? 201 : 200, headers);
  },
);

publishRoute.delete('/grids/:id', async (c) => {
  const id = c.req.param('id');
  const preconditions = preconditionsOf(c.req.raw.headers);
  const outcome = isGridId(id) ? await new GridStore(c.env).withdraw(id, preconditions) : 'missing';
  if (outcome === 'missing')
    throw new HttpProblem(404, `There is no grid "${id.slice(0, 80)}". GET /v1/grids lists them.`);
  if (outcome === 'shipped')
    throw new HttpProblem(
      409,
      `The grid "${id}" ships with the software and cannot be withdrawn. Publish one under its id to take its place.`,
    );
  if (outcome === 'failed') throw refusePrecondition(id);
  return c.body(null, 204, { 'cache-control': 'no-store' });
});

async function parseGrid(bytes: ArrayBuffer): Promise<Grid> {
  const value = parseJson(bytes);
  const twice = duplicateKey(new TextDecoder().decode(bytes));
  if (twice !== undefined)
    throw refuseInvalid(
      '#',
      `The key "${twice.slice(0, 80)}" stands twice in one object; nothing was stored.`,
    );
  const parsed = gridSchema.safeParse(value, { error: otherType });
  if (parsed.success) {
    // (what the schema puts in is not what the checksum was taken of)
    if (await checksumHolds(value as object)) return parsed.data;
    throw refuseInvalid(
      '#/sha256',
      'The grid was altered after it was written: its checksum is not that of what it says; nothing was stored.',
    );
  }
  const entries = problemEntries(parsed.error, Object.keys(gridSchema.shape));
  throw new HttpProblem(
    422,
    `The body is not a grid; nothing was stored. ${entries[0]?.detail ?? ''}`.trim(),
    entries,
  );
}

const readNow = (current: string | undefined) =>
  current === undefined ? 'There is no current version.' : `The current version is "${current}".`;

/** The state of the grid is not the one that the request is about. */
const refusePrecondition = (id: string, current?: string) =>
  new HttpProblem(
    412,
    `The grid "${id}" is not as If-Match or If-None-Match says; nothing was changed. ${current ? readNow(current) : `GET /v1/grids/${id}/versions lists what happened to it.`}`,
  );

const refuseOlder = (id: string, version: string, current: string | undefined) =>
  new HttpProblem(
    409,
    `Version ${version} of the grid "${id}" was published before, and is not current any more. ${readNow(current)} ` +
      `To restore the older one, send it with ${current === undefined ? 'If-None-Match: *' : `If-Match: "${current}"`}.`,
  );

const refuseInvalid = (pointer: string, detail: string) =>
  new HttpProblem(422, detail, [{ pointer, detail }]);

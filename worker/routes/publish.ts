import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { entryOf } from '../../figures/measured/entry.ts';
import { type Grid, gridSchema, type Published } from '../../schemas/grid.ts';
import { gridId } from '../../schemas/plan.ts';
import { otherType, problemEntries } from '../../schemas/problem.ts';
import type { Environment } from '../environment.ts';
import { HttpProblem } from '../problem.ts';
import { parseNoQuery } from '../query.ts';
import { GridStore } from '../store/store.ts';
import { requireToken } from '../token.ts';
import { versionUrl } from './grids.ts';

/** The largest grid that can be published, in bytes. */
const MAX_BODY = 4 * 1024 * 1024;

/** `PUT` and `DELETE /v1/grids/{id}`: publishing a version, and withdrawing a grid. */
export const publishRoute = new Hono<Environment>();

publishRoute.on(['PUT', 'DELETE'], '/grids/:id', async (c, next) => {
  await requireToken(c.req.raw, c.env.DROPLINE_TOKEN);
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
    const grid = parseGrid(bytes);
    if (!isId(id))
      throw invalid('#/id', `"${id.slice(0, 80)}" is no id: 1 to 63 characters a-z, 0-9 and "-".`);
    if (grid.id !== id)
      throw invalid(
        '#/id',
        `The body is the grid "${grid.id}", the address says "${id}". They must be equal.`,
      );
    const version = hex(await crypto.subtle.digest('SHA-256', bytes));
    const isNew = await new GridStore(c.env).publish(entryOf(grid, version), bytes);
    const body: Published = { id, version, url: new URL(versionUrl(id, version), c.req.url).href };
    return c.json(body, isNew ? 201 : 200, { location: body.url, 'cache-control': 'no-store' });
  },
);

publishRoute.delete('/grids/:id', async (c) => {
  const id = c.req.param('id');
  const outcome = isId(id) ? await new GridStore(c.env).withdraw(id) : 'missing';
  if (outcome === 'missing')
    throw new HttpProblem(404, `There is no grid "${id.slice(0, 80)}". GET /v1/grids lists them.`);
  if (outcome === 'shipped')
    throw new HttpProblem(
      409,
      `The grid "${id}" ships with the software and cannot be withdrawn. Publish one under its id to take its place.`,
    );
  return c.body(null, 204, { 'cache-control': 'no-store' });
});

function parseGrid(bytes: ArrayBuffer): Grid {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    throw invalid(
      '#',
      `The body is not JSON in UTF-8: ${error instanceof Error ? error.message : 'unreadable'}`,
    );
  }
  const parsed = gridSchema.safeParse(value, { error: otherType });
  if (parsed.success) return parsed.data;
  const entries = problemEntries(parsed.error, Object.keys(gridSchema.shape));
  throw new HttpProblem(
    422,
    `The body is not a grid; nothing was stored. ${entries[0]?.detail ?? ''}`.trim(),
    entries,
  );
}

const isId = (id: string) => gridId.safeParse(id).success;

const hex = (buffer: ArrayBuffer) =>
  Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');

const invalid = (pointer: string, detail: string) => new HttpProblem(422, detail, [{ pointer, detail }]);

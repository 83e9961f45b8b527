import { env } from 'cloudflare:workers';
import { publishedAnswer } from '../../schemas/grid.ts';
import type { Bindings } from '../environment.ts';
import { call } from './api.ts';
import { sampleGrid } from './sample-grid.ts';

/** The Worker's own bindings: real R2 and D1, as Miniflare has them. */
export const bindings = env as unknown as Bindings;

const AUTHORISED = { authorization: 'Bearer dropline-local' };

/** The text of a version of a grid. */
export const text = (id: string, loss?: number) => JSON.stringify(sampleGrid(id, loss));

/** Asks with the token. */
export const ask = (path: string, method: string, headers: Record<string, string> = {}, body?: string) =>
  call(path, { method, headers: { ...AUTHORISED, ...headers }, ...(body !== undefined && { body }) });

/** Puts a version of a grid, with headers. */
export const putGrid = (id: string, loss: number, headers: Record<string, string> = {}) =>
  ask(`/v1/grids/${id}`, 'PUT', headers, text(id, loss));

/** Publishes a version of a grid, and says which it is. */
export async function version(id: string, loss: number): Promise<string> {
  return publishedAnswer.parse(await (await putGrid(id, loss)).json()).version;
}

/** The keys of all objects of a version. */
export async function objectsOf(id: string, version: string): Promise<string[]> {
  const { objects } = await bindings.GRIDS.list({ prefix: `grids/${id}/${version}` });
  return objects.map(({ key }) => key);
}

import type { Format } from '../../schemas/endpoint.ts';
import { gridId } from '../../schemas/plan.ts';

/** Whether a text is the id that a grid may have. */
export const isGridId = (id: string): boolean => gridId.safeParse(id).success;

/** Where a version of a grid is. */
export function versionUrl(id: string, version: string, format?: Format): string {
  return `/v1/grids/${id}/versions/${version}${format ? `.${format}` : ''}`;
}

/** The header Link to the next page of a list (RFC 8288). It names no host. */
export function nextPageLink(url: URL, after: string): string {
  const next = new URL(url);
  next.searchParams.set('after', after);
  return `<${next.pathname}${next.search}>; rel="next"`;
}

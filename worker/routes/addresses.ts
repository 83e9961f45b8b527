import type { Format } from '../../schemas/endpoint.ts';
import { gridId } from '../../schemas/plan.ts';

/**
 * Whether a text is the id that a grid may have.
 *
 * @param id as it stands in an address
 * @example isGridId('mnist-tanh') // true
 */
export const isGridId = (id: string): boolean => gridId.safeParse(id).success;

/**
 * Where a version of a grid is.
 *
 * @param id of the grid
 * @param version SHA-256
 * @param format as an extension
 * @example versionUrl('mnist', 'ab…', 'csv') // '/v1/grids/mnist/versions/ab….csv'
 */
export function versionUrl(id: string, version: string, format?: Format): string {
  return `/v1/grids/${id}/versions/${version}${format ? `.${format}` : ''}`;
}

/**
 * The header Link to the next page of a list (RFC 8288). It names no host.
 *
 * @param url of this page
 * @param after where the next one begins
 * @example nextPageLink(new URL('http://x/v1/grids?limit=1'), 'a') // '</v1/grids?limit=1&after=a>; rel="next"'
 */
export function nextPageLink(url: URL, after: string): string {
  const next = new URL(url);
  next.searchParams.set('after', after);
  return `<${next.pathname}${next.search}>; rel="next"`;
}

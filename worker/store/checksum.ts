import { checksummedText } from '../../schemas/checksum.ts';
import { sha256 } from '../caching.ts';

/**
 * Whether the checksum of a grid is that of its content. A grid without one (made by an older version) passes.
 *
 * @param grid what JSON.parse made of its bytes, before a schema puts in defaults
 * @example await checksumHolds(JSON.parse(text))
 */
export async function checksumHolds(grid: { readonly sha256?: unknown }): Promise<boolean> {
  if (grid.sha256 === undefined) return true;
  return grid.sha256 === (await sha256(new TextEncoder().encode(checksummedText(grid))));
}

import { checksummedText } from '../../schemas/checksum.ts';

/**
 * Whether a grid says what its checksum was taken of. One without a checksum (those of older versions) holds.
 *
 * @param grid what JSON.parse made of its bytes, before a schema puts in defaults
 * @example await checksumHolds(JSON.parse(text))
 */
export async function checksumHolds(grid: { readonly sha256?: unknown }): Promise<boolean> {
  if (grid.sha256 === undefined) return true;
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(checksummedText(grid)));
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return grid.sha256 === hex;
}

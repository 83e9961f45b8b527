import * as z from 'zod';

/** The checksum that a file carries of the rest of itself, see {@link checksummedText}. */
export const checksum = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'A SHA-256 has 64 digits 0-9 and a-f.')
  .describe(
    'SHA-256 of everything else in the file, in the canonical form of RFC 8785; files of older versions have none',
  );

/**
 * What the checksum of a file is the SHA-256 of, in UTF-8: the JSON object in the file without its member `sha256`, in the canonical
 * form of RFC 8785 (members sorted, no white space). White space and the order of members in the file do not matter.
 * `file` is what JSON.parse made of it, before a schema puts in defaults.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8785
 */
export function checksummedText(file: object): string {
  const { sha256: _, ...rest } = file as { sha256?: unknown };
  return canonical(rest);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`).join()}}`;
}

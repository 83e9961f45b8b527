import { createHash } from 'node:crypto';
import { checksummedText } from '../../schemas/checksum.ts';
import { Failure } from '../errors.ts';

/**
 * The checksum that a file carries of the rest of itself.
 *
 * @param file what JSON.parse made of it; a checksum in it does not count
 * @returns SHA-256 as 64 hexadecimal digits, see {@link checksummedText}
 * @example checksumOf({ id: 'tiny', meta, rows })
 */
export function checksumOf(file: object): string {
  return createHash('sha256').update(checksummedText(file)).digest('hex');
}

/**
 * Checks a file against the checksum that it carries.
 *
 * @param name of the file, for messages
 * @param file what JSON.parse made of it
 * @param say is told where it carries none
 * @throws Failure where the file is not what was written
 * @example verifyChecksum('runs/tiny.json', JSON.parse(text), console.error);
 */
export function verifyChecksum(
  name: string,
  file: { readonly sha256?: unknown },
  say: (line: string) => void,
): void {
  if (file.sha256 === undefined)
    say(
      `Note: ${name} carries no checksum (it was made by an older version), so nobody can tell whether it was altered.`,
    );
  else if (file.sha256 !== checksumOf(file))
    throw new Failure(
      `${name} was altered after it was written: what it says does not have the SHA-256 that it carries. Do not use its numbers. ` +
        'Take another copy of it; or delete it and run the "train" or "merge" again that made it: its journal has the rows, so nothing is trained anew.',
    );
}

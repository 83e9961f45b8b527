/** The longest answer that is read, in bytes; Dropline's own are much shorter. */
export const MAX_ANSWER = 64 * 1024;

/**
 * The text of an answer. No more than {@link MAX_ANSWER} is read of it: a server may send without end.
 *
 * @param response of a server
 * @returns undefined where it is longer
 * @throws what the connection throws
 * @example await readAnswer(await fetch(url))
 */
export async function readAnswer({ body }: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // leaving the loop closes the connection
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > MAX_ANSWER) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

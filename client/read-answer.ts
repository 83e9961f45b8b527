/**
 * The text of an answer, of a server that may send without end.
 *
 * @param response of a server
 * @param most bytes that are read of it
 * @returns undefined where it is longer
 * @throws what the connection throws
 * @example await readAnswer(await fetch(url), 64 * 1024)
 */
export async function readAnswer({ body }: Response, most: number): Promise<string | undefined> {
  if (!body) return '';
  const [reader, decoder] = [body.getReader(), new TextDecoder()];
  let [text, length] = ['', 0];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    length += value.length;
    if (length > most) {
      await reader.cancel();
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
}

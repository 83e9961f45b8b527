/** A string, or a sign that opens, closes or separates; all else in valid JSON is of no interest here. */
const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],]/g;

/**
 * The first key that stands twice in one object of a JSON text. `JSON.parse` takes the last of them without a word, so that two
 * readers of the text may see different values.
 *
 * @param text that JSON.parse accepts
 * @returns the key; undefined where each stands once
 * @see RFC 8259, section 4, "The names within an object SHOULD be unique"
 * @example duplicateKey('{"loss": 1, "l\\u006fss": 2}') // 'loss'
 */
export function duplicateKey(text: string): string | undefined {
  // for each open object the keys so far; undefined for an open list
  const open: (Set<string> | undefined)[] = [];
  let keyNext = false;
  for (const [token] of text.matchAll(TOKENS)) {
    if (token === '{' || token === '[') {
      open.push(token === '{' ? new Set() : undefined);
      keyNext = token === '{';
    } else if (token === '}' || token === ']') {
      open.pop();
      keyNext = false;
    } else if (token === ',') keyNext = open.at(-1) !== undefined;
    else if (keyNext) {
      const key: string = JSON.parse(token);
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
      keyNext = false;
    }
  }
  return undefined;
}

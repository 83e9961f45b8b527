/** A string, or a sign that opens, closes or separates; all else in valid JSON is of no interest here. */
const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],]/g;

/**
 * The first key that stands twice in one object of a JSON text. `JSON.parse` takes the last of them without a word, so that two
 * readers of the text may see different values.
 *
 * @see RFC 8259, section 4, "The names within an object SHOULD be unique"
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

/** What a JSON text says in which every key stands once in its object; else a SyntaxError. */
export function parseUnique(text: string): unknown {
  const value: unknown = JSON.parse(text);
  const twice = duplicateKey(text);
  if (twice !== undefined)
    throw new SyntaxError(`the key ${JSON.stringify(twice.slice(0, 80))} stands twice in one object`);
  return value;
}

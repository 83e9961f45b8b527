/** A list of entity tags as they stand in a header, or `*`. */
type Tags = '*' | readonly string[];

/** The preconditions of a request (RFC 9110, section 13.1): what must be current for a write to happen. */
export type Preconditions = { readonly ifMatch?: Tags; readonly ifNoneMatch?: Tags };

/**
 * Reads the headers If-Match and If-None-Match. The tag of a grid is its version in quotes; anything else matches nothing.
 *
 * @param headers of a request
 * @example preconditionsOf(new Headers({ 'if-match': '"ab", W/"cd"' })) // { ifMatch: ['"ab"', 'W/"cd"'] }
 */
export function preconditionsOf(headers: Headers): Preconditions {
  const [ifMatch, ifNoneMatch] = ['if-match', 'if-none-match'].map((name) => readTags(headers.get(name)));
  return { ...(ifMatch && { ifMatch }), ...(ifNoneMatch && { ifNoneMatch }) };
}

const readTags = (header: string | null): Tags | undefined =>
  header === null ? undefined : header.trim() === '*' ? '*' : (header.match(/(?:W\/)?"[^"]*"/g) ?? []);

/**
 * Whether the preconditions hold. If-Match compares strongly, so that a weak tag never matches; If-None-Match weakly.
 *
 * @param preconditions of the request
 * @param current the current version, if there is one
 * @example holds({ ifNoneMatch: '*' }, undefined) // true
 */
export function holds({ ifMatch, ifNoneMatch }: Preconditions, current: string | undefined): boolean {
  return (
    (ifMatch === undefined || isMatch(ifMatch, current, [`"${current}"`])) &&
    (ifNoneMatch === undefined || !isMatch(ifNoneMatch, current, [`"${current}"`, `W/"${current}"`]))
  );
}

const isMatch = (tags: Tags, current: string | undefined, names: readonly string[]) =>
  current !== undefined && (tags === '*' || tags.some((tag) => names.includes(tag)));

/**
 * Whether the preconditions say which version is current, or that there is none: only then is an older version made current again.
 *
 * @param preconditions of the request
 * @example namesCurrent({ ifMatch: '*' }) // false
 */
export function namesCurrent({ ifMatch, ifNoneMatch }: Preconditions): boolean {
  return (ifMatch !== undefined && ifMatch !== '*') || ifNoneMatch === '*';
}

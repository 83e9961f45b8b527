/**
 * The address of the page that follows an answer, by its header Link.
 *
 * @param response a page
 * @param base its address, which the next one may be relative to
 * @returns undefined for the last page
 * @see RFC 8288
 * @example nextPage(await fetch(url), url)?.href
 */
export function nextPage({ headers }: Pick<Response, 'headers'>, base: string | URL): URL | undefined {
  const link = /<([^>]+)>;\s*rel="next"/.exec(headers.get('link') ?? '')?.[1];
  return link === undefined ? undefined : new URL(link, base);
}

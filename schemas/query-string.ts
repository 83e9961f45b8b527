/** A query as it stands in an address; the characters of names, lists and ranges stay readable. */
export function queryString(query: Readonly<Record<string, string>>): string {
  return Object.entries(query)
    .map(
      ([name, value]) => `${name}=${encodeURIComponent(value).replaceAll('%2C', ',').replaceAll('%2F', '/')}`,
    )
    .join('&');
}

/** The columns that a query asks for, each once: a name that stands twice is no second column, nor a second line of a chart. Undefined where it names none. */
export function fieldsIn(search: URLSearchParams): string[] | undefined {
  const given = search.get('field');
  return given === null ? undefined : [...new Set(given.split(','))];
}

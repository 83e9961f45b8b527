/**
 * The product of several lists of values, as one object a combination; the last name varies fastest.
 *
 * @param lists the values of each name
 * @param order all names, slowest first
 * @example [...expand({ a: [1, 2], b: ['x', 'y'] }, ['a', 'b'])]
 * // [{ a: 1, b: 'x' }, { a: 1, b: 'y' }, { a: 2, b: 'x' }, { a: 2, b: 'y' }]
 */
export function* expand<Value>(
  lists: Readonly<Record<string, readonly Value[] | undefined>>,
  order: readonly string[],
): Generator<Record<string, Value>> {
  const [name, ...rest] = order;
  if (name === undefined) {
    yield {};
    return;
  }
  for (const value of lists[name] ?? [])
    for (const others of expand(lists, rest)) yield { [name]: value, ...others };
}

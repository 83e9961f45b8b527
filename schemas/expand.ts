/**
 * The product of several lists of values, as one object a combination; the last name varies fastest.
 *
 * @param lists the values of each name
 * @param order all names, slowest first
 * @example [...expand({ a: [1, 2], b: ['x', 'y'] }, ['a', 'b'])]
 * // [{ a: 1, b: 'x' }, { a: 1, b: 'y' }, { a: 2, b: 'x' }, { a: 2, b: 'y' }]
 */
export function* expand<Lists extends Record<string, readonly unknown[]>>(
  lists: Lists,
  order: readonly (keyof Lists & string)[],
): Generator<{ [Name in keyof Lists]: Lists[Name][number] }> {
  const [name, ...rest] = order;
  if (name === undefined) {
    yield {} as { [Name in keyof Lists]: Lists[Name][number] };
    return;
  }
  for (const value of lists[name] as readonly unknown[])
    for (const others of expand(lists, rest)) yield { [name]: value, ...others };
}

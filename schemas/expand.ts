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
  const columns = order.map((name) => lists[name] ?? []);
  const total = columns.reduce((product, column) => product * column.length, 1);
  for (let index = 0; index < total; index++) {
    const one: Record<string, Value> = {};
    // the digits of index, in the mixed base of the lengths
    let [left, base] = [index, total];
    for (let i = 0; i < order.length; i++) {
      const column = columns[i] as readonly Value[];
      base /= column.length;
      const digit = Math.floor(left / base);
      left -= digit * base;
      one[order[i] as string] = column[digit] as Value;
    }
    yield one;
  }
}

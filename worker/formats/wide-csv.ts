import type { Plane } from '../../figures/table.ts';
import { encodeCsv } from './csv.ts';

/**
 * A plane as a wide CSV: a row for each value along y, a column for each along x. The first header names both, `y \ x`;
 * what has no value is empty.
 *
 * @param plane what to show
 * @example wideCsv({ meta: {}, x: { name: 'a', values: [1, 2] }, y: { name: 'b', values: [5] }, measure: 'm', values: new Float64Array([3, 4]) })
 * // 'b \\ a,1,2\n5,3,4\n'
 */
export function wideCsv({ x, y, values }: Plane): string {
  const corner = `${y.name} \\ ${x.name}`;
  const names = x.values.map(String);
  const rows = y.values.map((at, i) => ({
    [corner]: at,
    ...Object.fromEntries(
      names.map((name, j) => {
        const value = values[i * names.length + j] as number;
        return [name, Number.isNaN(value) ? null : value];
      }),
    ),
  }));
  return encodeCsv([corner, ...names], rows);
}

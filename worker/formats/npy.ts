import type { Table } from '../../figures/table.ts';
import { ParameterError } from '../../theory/index.ts';

/** The header ends, and the numbers begin, on a multiple of this: then the file can be mapped into memory. */
const ALIGNMENT = 64;

/** What stands before the header's text: a magic string, the version 1.0 and the length of the text in two bytes. */
const PREFIX = [0x93, ...new TextEncoder().encode('NUMPY'), 1, 0];
const PREFIX_LENGTH = PREFIX.length + 2;

/**
 * Numbers as a NumPy array file: version 1.0, 64-bit little-endian floats, C order.
 *
 * @param values row-major; NaN stands for null
 * @param shape the lengths of the axes, the first varying slowest; their product is the number of values
 * @throws RangeError if there are more or fewer values than the shape says
 * @see NumPy, "NPY format", https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 * @example encodeNpy(new Float64Array([1, 2, 3, 4, 5, 6]), [2, 3]).length // 176
 */
export function encodeNpy(values: Float64Array, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const expected = shape.reduce((product, length) => product * length, 1);
  if (expected !== values.length)
    throw new RangeError(`The shape (${shape.join(', ')}) has ${expected} values, not ${values.length}.`);
  return npyFile("'<f8'", shape, values);
}

/**
 * Columns of numbers as a NumPy structured array, one field a column, so that `numpy.load(file)['xi_2']` is a column. A null is
 * NaN, a truth value 1 or 0.
 *
 * @param table its columns hold numbers, truth values and nulls; their names must be plain: letters, digits and `_`
 * @throws ParameterError if there is no column; RangeError if one has another name, or there are too many for the header (65535 bytes)
 * @example encodeNpyTable({ columns: ['a'], rows: [{ a: 1, b: 'x' }] }).length // 136
 */
export function encodeNpyTable({ columns, rows }: Pick<Table, 'columns' | 'rows'>): Uint8Array<ArrayBuffer> {
  if (columns.length === 0)
    throw new ParameterError('field', 'not_applicable', 'There is no column with numbers.');
  const odd = columns.find((name) => !/^\w+$/.test(name));
  if (odd !== undefined) throw new RangeError(`"${odd}" cannot be the name of a field.`);
  const values = new Float64Array(rows.length * columns.length);
  rows.forEach((row, i) => {
    columns.forEach((name, j) => {
      values[i * columns.length + j] = Number(row[name] ?? Number.NaN);
    });
  });
  const fields = columns.map((name) => `('${name}', '<f8')`).join(', ');
  return npyFile(`[${fields}]`, [rows.length], values);
}

/** An array file whose elements are of a type, as NumPy writes it, that is made of float64s. */
function npyFile(descr: string, shape: readonly number[], values: Float64Array): Uint8Array<ArrayBuffer> {
  // a Python tuple of one has a comma of its own
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': ${descr}, 'fortran_order': False, 'shape': ${tuple}, }`;
  const start = Math.ceil((PREFIX_LENGTH + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const length = start - PREFIX_LENGTH;
  if (length > 0xffff) throw new RangeError('There are too many columns for the header of an npy file.');
  const file = new Uint8Array(start + values.length * 8);
  file.set([...PREFIX, length & 0xff, length >> 8]);
  file.set(new TextEncoder().encode(`${text.padEnd(length - 1)}\n`), PREFIX_LENGTH);
  const view = new DataView(file.buffer, start);
  values.forEach((value, i) => {
    view.setFloat64(i * 8, value, true);
  });
  return file;
}

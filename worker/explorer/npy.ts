/**
 * Reads the numbers of a NumPy file as the API writes them: version 1.0, two axes, 64-bit little-endian floats.
 *
 * @param file its bytes
 * @returns the lengths of the axes, and the numbers, row-major
 * @throws Error if it is another kind of file
 * @see NumPy, "NPY format", https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 * @example readNpy(await response.arrayBuffer()).values[0]
 */
export function readNpy(file: ArrayBuffer): { rows: number; columns: number; values: Float64Array } {
  const start = file.byteLength >= 10 ? 10 + new DataView(file).getUint16(8, true) : 0;
  const header = new TextDecoder('latin1').decode(file.slice(0, start));
  const shape = /^.NUMPY[\s\S]*'<f8'[\s\S]*False[\s\S]*\((\d+), (\d+)\)/.exec(header);
  if (!shape) throw new Error('The answer is not a table of numbers that this page can read.');
  const [rows, columns] = [Number(shape[1]), Number(shape[2])];
  return { rows, columns, values: new Float64Array(file.slice(start, start + rows * columns * 8)) };
}

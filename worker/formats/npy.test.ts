import { describe, expect, it } from 'vitest';
import { encodeNpy, encodeNpyTable } from './npy.ts';

/** Reads a file as the format's specification says, apart from the encoder. */
function parse(file: Uint8Array): { header: string; start: number; numbers: number[] } {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  expect([...file.slice(0, 8)]).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  const start = 10 + view.getUint16(8, true);
  const header = new TextDecoder('latin1').decode(file.slice(10, start));
  expect(header.endsWith('\n')).toBe(true);
  const numbers: number[] = [];
  for (let at = start; at < file.length; at += 8) numbers.push(view.getFloat64(at, true));
  return { header: header.trimEnd(), start, numbers };
}

describe('encodeNpy', () => {
  it('writes a plane, row-major, NaN for null', () => {
    const { header, start, numbers } = parse(
      encodeNpy(new Float64Array([1, 2, Number.NaN, 4, 5, 6]), [2, 3]),
    );
    expect(header).toBe("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }");
    expect(start % 64).toBe(0);
    expect(numbers).toEqual([1, 2, Number.NaN, 4, 5, 6]);
  });

  it('writes one axis as a Python tuple, and no values at all', () => {
    expect(parse(encodeNpy(new Float64Array(3), [3])).header).toContain("'shape': (3,), }");
    expect(parse(encodeNpy(new Float64Array(0), [0, 5])).numbers).toEqual([]);
  });

  it('refuses a shape that is not that of the values', () => {
    expect(() => encodeNpy(new Float64Array(5), [2, 3])).toThrow('The shape (2, 3) has 6 values, not 5.');
  });
});

describe('encodeNpyTable', () => {
  it('has a field for each column', () => {
    const rows = [
      { name: 'a', xi_2: 1.5, ok: true, xi_q: null },
      { name: null, xi_2: null, ok: false },
    ];
    const { header, start, numbers } = parse(encodeNpyTable({ columns: ['xi_2', 'ok', 'xi_q'], rows }));
    expect(header).toBe(
      "{'descr': [('xi_2', '<f8'), ('ok', '<f8'), ('xi_q', '<f8')], 'fortran_order': False, 'shape': (2,), }",
    );
    expect(start).toBe(128);
    expect(numbers).toEqual([1.5, 1, Number.NaN, Number.NaN, 0, Number.NaN]);
  });

  it('aligns a header of any length', () => {
    for (let count = 1; count < 40; count++) {
      const columns = Array.from({ length: count }, (_, i) => `column_${i}`);
      expect(parse(encodeNpyTable({ columns, rows: [{}] })).start % 64).toBe(0);
    }
  });

  it('refuses names that Python would read as something else, too many columns, and none', () => {
    const table = (columns: string[]) => ({ columns, rows: [{}] });
    expect(() => encodeNpyTable(table(["a'), ('b"]))).toThrow('cannot be the name of a field');
    expect(() => encodeNpyTable(table(Array.from({ length: 5000 }, (_, i) => `c${i}`)))).toThrow(
      'too many columns',
    );
    expect(() => encodeNpyTable(table([]))).toThrow('no column with numbers');
  });
});

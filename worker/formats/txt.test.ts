import { describe, expect, it } from 'vitest';
import type { Table } from '../../figures/table.ts';
import { ParameterError } from '../../theory/index.ts';
import { encodeTxt } from './txt.ts';

const TABLE: Table = {
  meta: {},
  columns: ['xi_1', 'xi_2', 'phase', 'fixed_points'],
  rows: [
    { xi_1: 1, xi_2: 10.09046444980786, phase: 'noisy', fixed_points: [{ q: 1 }] },
    { xi_1: 2, xi_2: null, phase: '=1\n+1', fixed_points: [] },
    { xi_1: -3, phase: 'a\r\nb' },
  ],
};

describe('encodeTxt', () => {
  it('is one value a line, empty for null', () => {
    expect(encodeTxt(TABLE, 'xi_1')).toBe('1\n2\n-3');
    expect(encodeTxt(TABLE, 'xi_2')).toBe('10.09046444980786\n\n');
  });

  it('is the bare value where there is one row', () => {
    expect(encodeTxt({ ...TABLE, rows: TABLE.rows.slice(0, 1) }, 'xi_2')).toBe('10.09046444980786');
  });

  it('says why where a value is null', () => {
    const several = (...rows: object[]) =>
      encodeTxt({ meta: {}, columns: ['x'], rows: rows.map((row) => ({ x: null, ...row })) }, 'x');
    const only = (row: object) => several(row);
    expect(several({ x: 1, status: 'ok' }, { status: 'diverges' }, {})).toBe('1\ndiverges\n');
    expect(only({ reason: 'unbounded', status: 'ok' })).toBe('unbounded');
    expect(only({ reason: null, status: 'collapses' })).toBe('collapses');
    expect(only({ x: 0, reason: 'unbounded' })).toBe('0');
    expect(only({})).toBe('');
  });

  it('keeps text on its line, and no formula', () => {
    expect(encodeTxt(TABLE, 'phase')).toBe("noisy\n'=1 '+1\na b");
    expect(encodeTxt(TABLE, 'fixed_points')).toBe('[{"q":1}]\n[]\n');
  });

  it('keeps the lines of an only text, so that code can be run', () => {
    const code = (phase: string) => encodeTxt({ ...TABLE, rows: [{ phase }] }, 'phase');
    expect(code('import x\n\ndef f():\n    return x\n')).toBe('import x\n\ndef f():\n    return x\n');
    expect(code('a\n+1')).toBe("a '+1");
  });

  it('names the columns there are', () => {
    expect(() => encodeTxt(TABLE, 'xi_3')).toThrow(
      new ParameterError(
        'field',
        'unknown_name',
        'There is no column "xi_3". Did you mean "xi_1"? Columns: xi_1, xi_2, phase, fixed_points.',
      ),
    );
    expect(() => encodeTxt(TABLE, 'x'.repeat(1000))).toThrow(/^There is no column "x{40}"\. Columns: xi_1/);
  });
});

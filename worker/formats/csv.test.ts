import { csvParse } from 'd3-dsv';
import { describe, expect, it } from 'vitest';
import { cellText, encodeCsv } from './csv.ts';

describe('encodeCsv', () => {
  it('writes a header, quotes what needs it, leaves null and missing cells empty', () => {
    const rows = [{ name: 'a, "b"\nc', value: 1.5 }, { name: null, value: -1e-9 }, { value: false }];
    expect(encodeCsv(['name', 'value'], rows)).toBe('name,value\n"a, ""b""\nc",1.5\n,-1e-9\n,false\n');
  });

  it('keeps every digit of a number', () => {
    const values = [0.1 + 0.2, 1 / 3, Number.MAX_VALUE, 5e-324];
    const text = encodeCsv(
      ['v'],
      values.map((v) => ({ v })),
    );
    expect(csvParse(text).map((row) => Number(row.v))).toEqual(values);
  });

  it('has a header row where there are no rows', () => {
    expect(encodeCsv(['a', 'b'], [])).toBe('a,b\n');
  });
});

describe('cellText', () => {
  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    ' =1',
    '\t=1',
    '\r=1',
    '＝1',
    'x;=1',
    'x\ty\t=1',
    'two lines\n=1',
  ])('takes the formula out of %j', (text) => {
    // what a spreadsheet may take for the start of a cell, whatever separates cells there
    for (const cell of cellText(text).split(/[;\t\r\n]/)) expect(cell.trim()).not.toMatch(/^[=+\-@＝]/);
    expect(cellText(text).replaceAll("'", '')).toBe(text);
  });

  it('leaves numbers and other text alone', () => {
    expect([-1.5, 1e21, 'a-b', 'x = 1', "it's", true].map(cellText)).toEqual([
      '-1.5',
      '1e+21',
      'a-b',
      'x = 1',
      "it's",
      'true',
    ]);
  });

  it('writes lists and objects as JSON', () => {
    expect(cellText([1, { q: null }])).toBe('[1,{"q":null}]');
  });
});

import { csvParse } from 'd3-dsv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellText, encodeCsv } from './csv.ts';

/** How many random texts are tried. */
const INPUTS = 5000;

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

  const characters = (pattern: RegExp) =>
    Array.from({ length: 0x110000 }, (_, code) => String.fromCodePoint(code)).filter((one) =>
      pattern.test(one),
    );
  // written down anew, from what spreadsheets and terminals do not show: not the classes of csv.ts
  const invisible = [
    ...characters(/^[\p{White_Space}\p{Cc}\p{Cf}\p{Cs}\p{Co}]$/u),
    ...['\u034f', '\u115f', '\u17b4', '\u180b', '\u3164', '\ufe0f', '\uffa0'],
    ...['\u{e0001}', '\u{e0100}', '\ufdd0'],
  ];
  const signs = ['-', '−', ...characters(/./u).filter((one) => '=+-@'.includes(one.normalize('NFKC')))];

  it('sees through every character that nobody sees, and knows a sign by any of its forms', () => {
    expect(invisible).toEqual(expect.arrayContaining(['\u200b', '\0', '\u0085', '\ufeff', '\u00ad']));
    for (const one of invisible) expect(cellText(`${one}=1`), escape(one)).toBe(`${one}'=1`);
    expect(signs).toEqual(expect.arrayContaining(['=', '＝', '﹦', '⁼', '₊', '＠']));
    for (const sign of signs) expect(cellText(`\u200b${sign}1`), sign).toBe(`\u200b'${sign}1`);
  });

  it('leaves no cell that begins like a formula, and drops nothing', ({ task }) => {
    task.meta.inputs = INPUTS;
    const unit = fc.oneof(
      fc.constantFrom(...signs),
      fc.constantFrom(';', '\t', '\n', '\r', '\u0085', '\u2028', 'a', '1', "'", ','),
      fc.nat(invisible.length - 1).map((index) => invisible[index] as string),
    );
    const text = fc.array(unit, { maxLength: 12 }).map((parts) => parts.join(''));
    const sign = new Set(signs);
    const unseen = new Set(invisible);
    fc.assert(
      fc.property(text, (given) => {
        const guarded = cellText(given);
        for (const cell of guarded.split(/[;\t\n\v\f\r\u0085\u2028\u2029]/)) {
          const first = [...cell].find((one) => !unseen.has(one));
          expect(first !== undefined && sign.has(first), JSON.stringify([given, cell])).toBe(false);
        }
        expect(guarded.replaceAll("'", '')).toBe(given.replaceAll("'", ''));
      }),
      { seed: 20_261_130, numRuns: INPUTS },
    );
  });

  it('takes time in proportion to the text', () => {
    const started = performance.now();
    for (const one of ['\t', ' ', ';', '\u200b', '\u0085']) cellText(`${one.repeat(200_000)}x`);
    expect(performance.now() - started).toBeLessThan(5000);
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

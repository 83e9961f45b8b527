import { expect, it } from 'vitest';
import { formatTable, readTable, replaceTable, replaceTables } from './tables.ts';

const PAGE =
  'Text\n<!-- a: begin -->\nold\n<!-- a: end -->\n<!-- b: begin -->\n1\n2\n<!-- b: end -->\nmore\n';

it('reads a table and replaces it, and nothing else of the page', () => {
  expect(readTable(PAGE, 'b')).toEqual(['1', '2']);
  expect(replaceTable(PAGE, 'b', readTable(PAGE, 'b'))).toBe(PAGE);
  expect(replaceTables(PAGE, { a: ['x', 'y'], b: [] })).toBe(
    'Text\n<!-- a: begin -->\nx\ny\n<!-- a: end -->\n<!-- b: begin -->\n\n<!-- b: end -->\nmore\n',
  );
});

it('refuses a page without the marks, or with them in the wrong order', () => {
  expect(() => replaceTable(PAGE, 'c', [])).toThrow('no place for the table "c"');
  expect(() => replaceTable('<!-- a: end --><!-- a: begin -->', 'a', [])).toThrow('no place');
});

it('keeps a bar inside its cell', () => {
  expect(formatTable(['n', 'x|y'], [['1', '2']])).toEqual(['| n | x\\|y |', '| --- | --- |', '| 1 | 2 |']);
});

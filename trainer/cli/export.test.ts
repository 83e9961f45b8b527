import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { gridSchema } from '../../schemas/grid.ts';
import { formatGrid } from '../run/grid-file.ts';
import { run, temporaryFolder } from '../testing/command.ts';
import { makeSheets } from './export.ts';

const place = (id: string) => new URL(`../../fixtures/grids/${id}.json`, import.meta.url).pathname;
const readShipped = async (id: string) => gridSchema.parse(JSON.parse(await readFile(place(id), 'utf8')));

/** The files of a ZIP archive, by its directory at the end. */
function unzip(bytes: Buffer): Map<string, string> {
  const end = bytes.lastIndexOf(Buffer.from('PK\u0005\u0006'));
  const files = new Map<string, string>();
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const [method, size] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20)];
    const [name, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const local = bytes.readUInt32LE(at + 42);
    const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const content = bytes.subarray(from, from + size);
    files.set(
      bytes.toString('utf8', at + 46, at + 46 + name),
      (method === 8 ? inflateRawSync(content) : content).toString('utf8'),
    );
    at += 46 + name + extra + comment;
  }
  return files;
}

test('a grid has sheets of its rows, its frontier and what was trained, with every digit', async () => {
  const grid = await readShipped('mnist-tanh-keep-095');
  const [rows, frontier, about] = makeSheets(grid);
  expect([rows?.name, frontier?.name, about?.name]).toEqual(['rows', 'frontier', 'about']);
  expect(rows?.rows.length).toBe(grid.rows.length);
  const loss = rows?.columns.indexOf('loss') as number;
  expect(rows?.rows.map((row) => row[loss])).toEqual(grid.rows.map((row) => row.loss));
  expect(frontier?.columns).toEqual(['sigma_w2', 'L50', 'low', 'high', 'censored', 'networks', 'xi_2']);
  expect(frontier?.rows.map(([sigma_w2]) => sigma_w2)).toEqual([1, 1.5, 2, 2.5, 3, 3.5, 4]);
  expect(about?.rows).toContainEqual(['plan.network.activation', 'tanh']);
  expect(about?.rows).toContainEqual(['id', grid.id]);
});

test('lists are JSON in a cell, and what is too long for one is left out', async () => {
  const grid = await readShipped('mnist-cases-tanh');
  const [first, ...others] = grid.rows as [(typeof grid.rows)[number], ...typeof grid.rows];
  const course = { steps: Array.from({ length: 20_000 }, (_, i) => i) };
  const rows = [{ ...first, layers: { mu: [1, 2] }, course } as never, ...others];
  const [sheet] = makeSheets({ ...grid, rows });
  const cell = (name: string) => sheet?.rows[0]?.[sheet.columns.indexOf(name)];
  expect(cell('layers')).toBe('{"mu":[1,2]}');
  expect(cell('course')).toBeNull();
});

test('the command writes a workbook with numbers as numbers, and text that is no formula', async () => {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'grid.json');
  const shipped = await readShipped('mnist-cases-tanh');
  const title = '=HYPERLINK("https://example.org")&<b>';
  const meta = { ...shipped.meta, plan: { ...shipped.meta.plan, title } };
  await writeFile(file, formatGrid({ ...shipped, meta }));
  const { code, stdout, stderr } = await run('export', file, '--json');
  expect([code, stderr]).toEqual([0, '']);
  const out = path.join(folder, 'grid.xlsx');
  expect(JSON.parse(stdout)).toEqual({
    ...{ ok: true, id: shipped.id, spreadsheet: out, rows: shipped.rows.length },
    sheets: ['rows', 'frontier', 'about'],
  });
  const files = unzip(await readFile(out));
  expect(files.get('xl/workbook.xml')).toMatch(/name="rows".*name="frontier".*name="about"/s);
  const [rows, , about] = [1, 2, 3].map((i) => files.get(`xl/worksheets/sheet${i}.xml`) as string);
  expect(rows).toContain(`<v>${shipped.rows[0]?.loss}</v>`);
  expect(rows?.match(/<row /g)?.length).toBe(shipped.rows.length + 1);
  const texts = (files.get('xl/sharedStrings.xml') ?? '') + about;
  expect(texts).toContain('=HYPERLINK(');
  expect(texts).not.toContain('<b>');
  for (const text of files.values()) expect(text).not.toContain('<f>');

  const [picture, plan, altered] = await Promise.all([
    run('export', file, '--out', path.join(folder, 'grid.csv')),
    run('export', new URL('../../examples/plans/tiny.json', import.meta.url).pathname),
    writeFile(path.join(folder, 'altered.json'), formatGrid(shipped).replace('"steps":', '"steps":1')).then(
      () => run('export', path.join(folder, 'altered.json')),
    ),
  ]);
  expect([picture.code, picture.stderr]).toEqual([2, expect.stringContaining('ends in .xlsx')]);
  expect([plan.code, plan.stderr]).toEqual([
    2,
    expect.stringContaining('is no grid, comparison or measurement'),
  ]);
  expect(altered.code).toBeGreaterThan(0);
});

import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { GridRow } from '../../schemas/grid.ts';
import { temporaryFolder } from '../testing/command.ts';
import { smallPlan } from '../testing/plan.ts';
import { cellKey, planCells } from './cells.ts';
import { Journal } from './journal.ts';

const rows = planCells(smallPlan).map(
  (cell, i): GridRow => ({
    ...cell,
    train_accuracy: i / 10,
    train_accuracy_noisy: 0.1,
    test_accuracy: 0.2,
    loss: 2.3 + i / 7,
    steps: 40,
    status: 'ok',
    gradient_norm_first: 1e-7 / 3,
    gradient_norm_last: null,
  }),
);

/** A journal with the first so many rows. */
async function written(count: number): Promise<string> {
  const file = path.join(await temporaryFolder(), 'small.journal.jsonl');
  const journal = await Journal.open(file, smallPlan);
  for (const row of rows.slice(0, count)) await journal.append(row);
  await journal.close();
  return file;
}

async function reopened(file: string, plan = smallPlan) {
  const journal = await Journal.open(file, plan);
  await journal.close();
  return journal;
}

test('what was appended is there when the journal is opened again', async () => {
  const journal = await reopened(await written(3));
  expect([...journal.rows.values()]).toEqual(rows.slice(0, 3));
  expect(journal.damaged).toBe(0);
});

test('appended at the same time, lines do not mix', async () => {
  const file = path.join(await temporaryFolder(), 'deeper', 'small.journal.jsonl');
  const journal = await Journal.open(file, smallPlan);
  await Promise.all(rows.map((row) => journal.append(row)));
  await journal.close();
  expect([...(await reopened(file)).rows.values()]).toEqual(rows);
});

test('a last line that is cut at any byte is dropped and cut off, and the journal goes on', async () => {
  const file = await written(2);
  const whole = await readFile(file);
  const start = whole.lastIndexOf('\n', whole.length - 2) + 1;
  for (let length = start; length < whole.length; length++) {
    await writeFile(file, whole);
    await truncate(file, length);
    const journal = await Journal.open(file, smallPlan);
    expect([...journal.rows.values()], `cut at ${length}`).toEqual([rows[0]]);
    expect(journal.damaged).toBe(0);
    await journal.append(rows[1] as GridRow);
    await journal.close();
    expect(await readFile(file)).toEqual(whole);
  }
});

test('a header that is cut at any byte is written again', async () => {
  const file = await written(0);
  const whole = await readFile(file);
  for (let length = 0; length < whole.length; length++) {
    await truncate(file, length);
    await reopened(file);
    expect(await readFile(file)).toEqual(whole);
  }
});

test('a line changed at any byte is left aside, and only that cell is missing', async () => {
  const file = await written(3);
  const whole = await readFile(file);
  const start = whole.indexOf('\n', whole.indexOf('\n') + 1) + 1;
  const end = whole.indexOf('\n', start);
  for (let at = start; at < end; at++) {
    const damaged = Buffer.from(whole);
    damaged[at] = (damaged[at] as number) ^ 1;
    await writeFile(file, damaged);
    const journal = await reopened(file);
    // a line feed made by the damage cuts the line in two
    expect(journal.damaged, `changed at ${at}`).toBeGreaterThanOrEqual(1);
    expect([...journal.rows.values()]).toEqual([rows[0], rows[2]]);
  }
});

test('a line of bytes that are no text is left aside', async () => {
  const file = await written(1);
  await appendFile(
    file,
    Buffer.concat([Buffer.from([0, 255, 254, 195]), Buffer.from('\n'), Buffer.from([195, 40])]),
  );
  const journal = await Journal.open(file, smallPlan);
  await journal.append(rows[1] as GridRow);
  await journal.close();
  const again = await reopened(file);
  expect([...again.rows.values()]).toEqual(rows.slice(0, 2));
  expect(again.damaged).toBe(1);
});

test("a whole line of a cell that is not the plan's is left aside", async () => {
  const file = await written(1);
  const text = await readFile(file, 'utf8');
  const other = path.join(path.dirname(file), 'other.jsonl');
  const journal = await Journal.open(other, smallPlan);
  await journal.append({ ...(rows[0] as GridRow), seed: 99 });
  await journal.close();
  const foreign = (await readFile(other, 'utf8')).split('\n')[1];
  await writeFile(file, `${text}${foreign}\n`);
  const again = await reopened(file);
  expect([again.rows.size, again.damaged]).toEqual([1, 1]);
  expect(again.rows.has(cellKey(rows[0] as GridRow))).toBe(true);
});

test("another plan's journal, and what is no journal, are refused and left as they are", async () => {
  const file = await written(1);
  const before = await readFile(file);
  const other = { ...smallPlan, training: { ...smallPlan.training, steps: 41 } };
  await expect(reopened(file, other)).rejects.toThrow(
    /belongs to another plan with the id "small".*Delete it.*--out/,
  );
  expect(await readFile(file)).toEqual(before);
  await writeFile(file, 'my notes');
  await expect(reopened(file)).rejects.toThrow('is no journal of Dropline');
  expect(await readFile(file, 'utf8')).toBe('my notes');
});

test('a journal of other software is refused', async () => {
  const file = await written(1);
  const { encodeLine, journalHeader } = await import('./journal-lines.ts');
  const header = journalHeader(smallPlan);
  header.software['onnxruntime-web'] = '1.18.0';
  await writeFile(file, encodeLine(header));
  await expect(reopened(file)).rejects.toThrow(
    /begun with other software .*onnxruntime-web 1\.18\.0.*now.*1\.19\.2/,
  );
});

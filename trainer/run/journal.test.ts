import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import type { GridRow } from '../../schemas/grid.ts';
import type { Plan } from '../../schemas/plan.ts';
import { Failure } from '../errors.ts';
import { temporaryFolder } from '../testing/command.ts';
import { smallPlan } from '../testing/plan.ts';
import { listCells, toCellKey } from './cells.ts';
import { createHeader, Journal, parseJournal, planJournal } from './journal.ts';
import { parsePlan } from './plan.ts';

const rows = listCells(smallPlan).map(
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
  const journal = await Journal.open(file, planJournal(smallPlan));
  for (const row of rows.slice(0, count)) await journal.append(row);
  await journal.close();
  return file;
}

async function reopened(file: string, plan = smallPlan) {
  const journal = await Journal.open(file, planJournal(plan));
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
  const journal = await Journal.open(file, planJournal(smallPlan));
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
    const journal = await Journal.open(file, planJournal(smallPlan));
    expect([...journal.rows.values()], `cut at ${length}`).toEqual([rows[0]]);
    expect([journal.damaged, journal.cut]).toEqual([0, length > start]);
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

test('a journal with any bit flipped loses at most the row that it hits, and says so', async () => {
  const whole = await readFile(await written(3), 'latin1');
  const starts = [...whole.matchAll(/\{"checksum"/g)].map(({ index }) => index);
  expect(starts, 'two headers, three rows').toHaveLength(5);
  for (let at = 0; at < whole.length; at++)
    for (let bit = 0; bit < 8; bit++) {
      const changed = String.fromCharCode(whole.charCodeAt(at) ^ (1 << bit));
      const text = whole.slice(0, at) + changed + whole.slice(at + 1);
      const { rows: found, damaged, end } = parseJournal('x', text, planJournal(smallPlan));
      const hit = starts.findLastIndex((start) => start <= at) - 2;
      const left = rows.slice(0, 3).filter((_, i) => i !== hit);
      const told = damaged > 0 || end < text.length;
      // expect for each of them would take most of the time
      if (!told || !isDeepStrictEqual([...found.values()], left))
        expect([told, ...found.values()], `bit ${bit} of byte ${at}`).toEqual([true, ...left]);
    }
});

test('a damaged header is followed by a new copy, and the journal goes on', async () => {
  const file = await written(2);
  const whole = await readFile(file, 'latin1');
  const length = whole.indexOf('\n') + 1;
  for (const at of [0, 5, 60, length - 1, length, 2 * length - 1]) {
    await writeFile(file, `${whole.slice(0, at)}~${whole.slice(at + 1)}`, 'latin1');
    const journal = await Journal.open(file, planJournal(smallPlan));
    expect([journal.rows.size, journal.damaged]).toEqual([2, 1]);
    await journal.append(rows[2] as GridRow);
    await journal.close();
    // the other copy too, afterwards
    const text = await readFile(file, 'latin1');
    const other = at < length ? length : 0;
    await writeFile(file, `${text.slice(0, other)}~${text.slice(other + 1)}`, 'latin1');
    expect((await reopened(file)).rows.size).toBe(3);
  }
});

test('a journal of an older version, with one header, goes on with two', async () => {
  const file = await written(2);
  const whole = await readFile(file, 'latin1');
  const header = whole.slice(0, whole.indexOf('\n') + 1);
  await writeFile(file, whole.slice(header.length), 'latin1');
  const journal = await reopened(file);
  expect([journal.rows.size, journal.damaged]).toEqual([2, 0]);
  expect(await readFile(file, 'latin1')).toBe(whole.slice(header.length) + header);
});

test('a line of bytes that are no text is left aside', async () => {
  const file = await written(1);
  await appendFile(
    file,
    Buffer.concat([Buffer.from([0, 255, 254, 195]), Buffer.from('\n'), Buffer.from([195, 40])]),
  );
  const journal = await Journal.open(file, planJournal(smallPlan));
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
  const journal = await Journal.open(other, planJournal(smallPlan));
  await journal.append({ ...(rows[0] as GridRow), seed: 99 });
  await journal.close();
  const foreign = (await readFile(other, 'utf8')).split('\n')[2];
  await writeFile(file, `${text}${foreign}\n`);
  const again = await reopened(file);
  expect([again.rows.size, again.damaged]).toEqual([1, 1]);
  expect(again.rows.has(toCellKey(rows[0] as GridRow))).toBe(true);
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

test('a plan with any bit flipped is refused, says the same, or is told from the one that the journal is of', async () => {
  const journal = await readFile(await written(1), 'latin1');
  const bytes = Buffer.from(JSON.stringify(smallPlan));
  let others = 0;
  for (let at = 0; at < bytes.length; at++)
    for (let bit = 0; bit < 8; bit++) {
      const altered = Buffer.from(bytes);
      altered[at] = (altered[at] as number) ^ (1 << bit);
      let plan: Plan;
      try {
        plan = parsePlan(altered.toString(), 'plan');
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        continue;
      }
      if (isDeepStrictEqual(plan, smallPlan)) continue;
      others++;
      expect(() => parseJournal('x', journal, planJournal(plan)), altered.toString()).toThrow(
        'belongs to another plan',
      );
    }
  // titles, ids and numbers that can be read as others
  expect(others).toBeGreaterThan(10);
});

test('a journal of other software is refused', async () => {
  const file = await written(1);
  const { encodeLine } = await import('./journal.ts');
  const header = createHeader(smallPlan);
  header.software['onnxruntime-web'] = '1.18.0';
  await writeFile(file, encodeLine(header));
  await expect(reopened(file)).rejects.toThrow(
    /begun with other software .*onnxruntime-web 1\.18\.0.*now.*1\.19\.2/,
  );
});

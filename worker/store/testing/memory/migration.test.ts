import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';

const sql = (file: string) =>
  readFileSync(path.join(import.meta.dirname, '..', '..', '..', 'migrations', file), 'utf8');

it('carries the grids of a deployment over into the history', () => {
  const database = new DatabaseSync(':memory:');
  database.exec(sql('0001_grids.sql'));
  const grids = [
    { id: 'a', version: '0a', summary: '{"id": "a", "version": "0a"}' },
    { id: 'b', version: '0b', summary: '{"id": "b", "version": "0b"}' },
  ];
  const insert = database.prepare('INSERT INTO grids (id, version, summary) VALUES (?, ?, ?)');
  for (const { id, version, summary } of grids) insert.run(id, version, summary);
  database.exec(sql('0002_history.sql'));
  expect(database.prepare('SELECT id, version, summary FROM grids ORDER BY id').all()).toEqual(grids);
  expect(database.prepare("SELECT * FROM history WHERE id = 'a'").all()).toEqual([
    {
      id: 'a',
      version: '0a',
      number: 1,
      action: 'published',
      at: null,
      bytes: null,
      object: 'grids/a/0a.json',
      attempt: null,
    },
  ]);
  // the software of before cannot publish past the history
  expect(() => insert.run('c', '0c', '{}')).toThrow('the history has another current version');
  for (const wrong of ["UPDATE grids SET version = 'x'", "DELETE FROM grids WHERE id = 'a'"])
    expect(() => database.exec(wrong)).toThrow('the history has a');
  database.exec("UPDATE grids SET summary = '{}' WHERE id = 'a'");
});

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

const MIGRATIONS = path.join(import.meta.dirname, '..', '..', '..', 'migrations');
const SCHEMA = readdirSync(MIGRATIONS)
  .sort()
  .map((file) => readFileSync(path.join(MIGRATIONS, file), 'utf8'))
  .join('\n');

/**
 * A D1 database in memory: the SQLite of Node, with the migrations of the Worker. It has what the grid store uses.
 *
 * @example await memoryDatabase().prepare('SELECT 1 AS one').bind().first() // { one: 1 }
 */
export function memoryDatabase(): D1Database {
  const sqlite = new DatabaseSync(':memory:');
  sqlite.exec(SCHEMA);
  const prepared = new Map<string, StatementSync>();
  const run = ({ sql, values }: Pick<Statement, 'sql' | 'values'>) => {
    const one = prepared.get(sql) ?? sqlite.prepare(sql);
    prepared.set(sql, one);
    return { success: true, results: one.all(...values) };
  };
  const statement = (sql: string, values: SQLInputValue[]): Statement => ({
    sql,
    values,
    bind: (...given: SQLInputValue[]) => statement(sql, given),
    first: async () => run({ sql, values }).results[0] ?? null,
    all: async () => run({ sql, values }),
    run: async () => run({ sql, values }),
  });
  const database = {
    prepare: (sql: string) => statement(sql, []),
    batch: async (statements: Statement[]) => {
      sqlite.exec('BEGIN');
      try {
        const results = statements.map((one) => run(one));
        sqlite.exec('COMMIT');
        return results;
      } catch (error) {
        sqlite.exec('ROLLBACK');
        throw error;
      }
    },
  };
  return database as unknown as D1Database;
}

type Statement = {
  readonly sql: string;
  readonly values: SQLInputValue[];
  readonly bind: (...values: SQLInputValue[]) => Statement;
  readonly first: () => Promise<unknown>;
  readonly all: () => Promise<unknown>;
  readonly run: () => Promise<unknown>;
};

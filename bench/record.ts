import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ReliabilityRecord } from '../scripts/reliability-record.ts';

const FOLDER = path.join(import.meta.dirname, '..', 'fixtures', 'reliability');

/**
 * Keeps what a run of a test came to, for docs/reliability.md.
 *
 * @param name of the file, without its ending
 * @param record what was promised, tested and counted
 * @param folder where to keep it
 * @example writeRecord('load', { promise, test: 'bench/load.ts', command: 'npm run load', counts: { requests: 1000 } })
 */
export function writeRecord(name: string, record: Omit<ReliabilityRecord, 'date'>, folder = FOLDER): void {
  const date = new Date().toISOString().slice(0, 10);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${name}.json`), `${JSON.stringify({ ...record, date }, null, 2)}\n`);
}

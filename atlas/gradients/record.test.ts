import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { type Measurement, measurementRow } from '../../schemas/measurement.ts';
import {
  encodeRecord,
  findReadOut,
  joinRecords,
  listKeptDistances,
  readRecord,
  reduceMeasurement,
} from './record.ts';
import { exactRecord, smallGradients } from './testing.ts';

it('keeps all distances up to ten, then fewer, none beyond the second layer', () => {
  expect(listKeptDistances(15)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12]);
  expect(listKeptDistances(3)).toEqual([0, 1]);
  expect(listKeptDistances(60).at(-1)).toBe(52);
});

it('reduces a measurement to its metrics, with four digits, and refuses what is missing', () => {
  const names = Object.keys(measurementRow.shape);
  const row = { ...Object.fromEntries(names.map((name) => [name, 1 / 3])), depth: 20, keep: 0.8 };
  const measurement = {
    id: 'small-fixed',
    meta: {
      schema: 'dropline-measurement/1',
      plan: { ...smallGradients, seeds: [5] },
      software: {},
      backend: 'ort-node',
      notes: [],
    },
    rows: [20, 9, 8].map((layer) => ({ ...row, layer })),
  } as unknown as Measurement;
  const { columns, rows } = reduceMeasurement(measurement);
  expect(columns.slice(0, 4)).toEqual(['keep', 'layer', 'seed', 'gradient_1']);
  // K 0 and 12 are kept, 11 is not
  expect(rows).toEqual([20, 8].map((layer) => [0.8, layer, 5, ...Array(6).fill(0.3333)]));
  const broken = { ...measurement, rows: [{ ...measurement.rows[0], gradient_2: null }] } as Measurement;
  expect(() => reduceMeasurement(broken)).toThrow('gradient_2 of layer 20 is missing');
});

it('reads what it has written, joined from its seeds', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'dropline-record-'));
  try {
    const [first, second] = [1, 2].map((seed) =>
      exactRecord({ ...smallGradients, seeds: [seed] }, (_, K) => 0.9 ** K),
    ) as [ReturnType<typeof exactRecord>, ReturnType<typeof exactRecord>];
    const record = joinRecords(smallGradients, [first, second]);
    expect(record.rows).toEqual([...first.rows, ...second.rows]);
    expect(record.meta.plan.seeds).toEqual([1, 2]);
    writeFileSync(path.join(folder, 'small-fixed.json'), encodeRecord(record));
    expect(readRecord(folder, 'small-fixed')).toEqual(record);
    expect(readRecord(folder, 'other')).toBeUndefined();
    writeFileSync(path.join(folder, 'other.json'), '{}');
    expect(() => readRecord(folder, 'other')).toThrow();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('has no place for the loss of the network itself', () => {
  const measurement = { ...smallGradients.measurement, read_out: 'cross_entropy' as const };
  expect(() => findReadOut({ measurement } as never)).toThrow('cross_entropy');
});

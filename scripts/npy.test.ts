import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(path.join(os.tmpdir(), 'dropline-npy-'));
afterAll(() => rmSync(folder, { recursive: true }));

const python = ['python3', 'python'].find(
  (name) => spawnSync(name, ['-c', 'import numpy'], { encoding: 'utf8' }).status === 0,
);
if (!python) console.warn('No Python with NumPy here: npy files are not read back by NumPy in this run.');

/** The encoder is the Worker's, whose types are those of another platform than Node's: so it is imported by its address. */
const { encodeNpy, encodeNpyTable } = (await import(
  new URL('../worker/formats/npy.ts', import.meta.url).href
)) as {
  encodeNpy: (values: Float64Array, shape: readonly number[]) => Uint8Array;
  encodeNpyTable: (table: {
    columns: readonly string[];
    rows: readonly Record<string, unknown>[];
  }) => Uint8Array;
};

/** What a Python expression says of `a`, the loaded file, as JSON. */
function numpy(file: Uint8Array, expression: string): unknown {
  const name = path.join(folder, 'file.npy');
  writeFileSync(name, file);
  const { stdout, stderr } = spawnSync(
    python as string,
    ['-c', `import json, sys, numpy; a = numpy.load(sys.argv[1]); print(json.dumps(${expression}))`, name],
    { encoding: 'utf8' },
  );
  if (stderr) throw new Error(stderr);
  return JSON.parse(stdout);
}

describe.skipIf(!python)('NumPy', () => {
  it('reads a plane', () => {
    const file = encodeNpy(new Float64Array([1, 0.1, -1e-300, 4, Number.NaN, 6]), [2, 3]);
    expect(
      numpy(file, '[a.shape, a.dtype.str, a[0].tolist(), bool(numpy.isnan(a[1, 1])), a.flags.c_contiguous]'),
    ).toEqual([[2, 3], '<f8', [1, 0.1, -1e-300], true, true]);
  });

  it('reads the columns of a table by name', () => {
    const rows = [
      { activation: 'tanh', sigma_w2: 1, xi_2: 3.25 },
      { activation: 'relu', sigma_w2: 2, xi_2: null },
    ];
    const file = encodeNpyTable({ columns: ['sigma_w2', 'xi_2'], rows });
    expect(numpy(file, "[a.dtype.names, a['sigma_w2'].tolist(), str(a['xi_2'])]")).toEqual([
      ['sigma_w2', 'xi_2'],
      [1, 2],
      '[3.25  nan]',
    ]);
  });

  it('reads a table without rows', () => {
    expect(numpy(encodeNpyTable({ columns: ['xi_2'], rows: [] }), "a['xi_2'].shape")).toEqual([0]);
  });
});

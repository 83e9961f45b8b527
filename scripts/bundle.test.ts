import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = path.dirname(import.meta.dirname);
const folder = mkdtempSync(path.join(os.tmpdir(), 'dropline-bundle-'));
let bundle = '';

beforeAll(() => {
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    [path.join(ROOT, 'scripts', 'launch.mjs'), 'wrangler', 'deploy', '--dry-run', '--outdir', folder],
    {
      cwd: ROOT,
      encoding: 'utf8',
      env: { ...process.env, CI: '1', WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false' },
    },
  );
  if (status !== 0) throw new Error(`the bundle could not be made:\n${stdout}${stderr}`);
  const files = readdirSync(folder).filter((file) => /\.(js|mjs|wasm)$/.test(file));
  expect(files).toEqual(['index.js']);
  bundle = readFileSync(path.join(folder, 'index.js'), 'utf8');
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true }));

it('is small: under 250 KB gzip', () => {
  const bytes = gzipSync(bundle).length;
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThan(250_000);
});

it('holds the API and no ONNX Runtime, nor anything else of the trainer', () => {
  expect(bundle).toContain('/depth-scales');
  for (const word of ['onnxruntime', 'TrainingSession', 'pacote', 'flatbuffers', 'xoroshiro'])
    expect(bundle).not.toContain(word);
});

it('holds no secret', () => {
  expect(bundle).not.toContain('dropline-local');
});

import { expect, it } from 'vitest';
import { checksumHolds } from './checksum.ts';

it('knows a grid that was altered, whatever its layout', async () => {
  // echo -n '{"id":"tiny","rows":[{"loss":1e-7}]}' | sha256sum
  const sha256 = 'f038bad182ee65396038147f602d880453e0afe8ccc189f43c4fd41663b22907';
  expect(await checksumHolds({ id: 'tiny', rows: [{ loss: 1e-7 }], sha256 } as object)).toBe(true);
  expect(await checksumHolds({ sha256, rows: [{ loss: 0.0000001 }], id: 'tiny' } as object)).toBe(true);
  expect(await checksumHolds({ id: 'tiny', rows: [{ loss: 2e-7 }], sha256 } as object)).toBe(false);
  expect(await checksumHolds({ id: 'tiny', sha256: sha256.toUpperCase() } as object)).toBe(false);
  expect(await checksumHolds({ id: 'tiny' } as object)).toBe(true);
});

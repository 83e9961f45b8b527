import { expect, it } from 'vitest';
import { call } from './testing/api.ts';

it.each([
  'svg',
  'csv',
  'npy',
  'json',
])('takes a column that stands many times for one: %s', async (format) => {
  const address = `/v1/kernel.${format}?activation=relu&q=1..2/50&field=`;
  const [once, often] = await Promise.all(
    ['mean,kernel', `mean${',kernel'.repeat(1000)}${',mean'.repeat(1000)}`].map((fields) =>
      call(address + fields),
    ),
  );
  const [a, b] = [await once?.arrayBuffer(), await often?.arrayBuffer()];
  // (json repeats the query)
  expect(b?.byteLength).toBeLessThan((a?.byteLength ?? 0) + 20_000);
  if (format !== 'json') expect(a && new Uint8Array(a)).toEqual(b && new Uint8Array(b));
});

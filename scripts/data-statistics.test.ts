import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { loadData } from '../trainer/data/load.ts';
import { mnist } from '../trainer/data/sources.ts';
import { statisticsOf } from './data-statistics.ts';

it('is what the fixture says of MNIST', async () => {
  const fixture = JSON.parse(
    await readFile(new URL('../fixtures/data-statistics.json', import.meta.url), 'utf8'),
  );
  expect(statisticsOf(await loadData(mnist, () => {}), fixture.mnist.images)).toEqual(fixture.mnist);
  // what is known of normalised MNIST: cosine .27 ± .13 between classes
  expect(fixture.mnist.cosine_different_class).toBeCloseTo(0.27, 1);
  expect(fixture.mnist.mean_square).toBeCloseTo(1, 1);
}, 120_000);

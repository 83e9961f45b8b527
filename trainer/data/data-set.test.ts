import { expect, test } from 'vitest';
import { createStream } from '../random/stream.ts';
import { createBatchOrder, createBatchReader } from './data-set.ts';

const set = { count: 3, pixels: Uint8Array.of(0, 255, 51, 102, 0, 0), labels: Uint8Array.of(7, 8, 9) };
const data = { pixelsPerImage: 2, classes: 10, train: set, test: set, mean: [0.2], standardDeviation: [0.5] };

test('a batch has its images normalised and their labels', () => {
  const read = createBatchReader(data, set, 2);
  const { images, labels } = read((i) => 1 - i);
  expect([...images].map((value) => Number(value.toFixed(6)))).toEqual([0, 0.4, -0.4, 1.6]);
  expect([...labels]).toEqual([8n, 7n]);
  expect(() => read(() => 3)).toThrow('there is no image 3 of 3');
});

test('each epoch shows every image once, in an order of its own', () => {
  const at = createBatchOrder(50, (epoch) => createStream(1, 'batch order', epoch));
  const shown = Array.from({ length: 100 }, (_, position) => at(position));
  const [first, second] = [shown.slice(0, 50), shown.slice(50)];
  for (const epoch of [first, second])
    expect([...epoch].sort((a, b) => a - b)).toEqual([...Array(50).keys()]);
  expect(second).not.toEqual(first);
});

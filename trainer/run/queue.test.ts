import { expect, test } from 'vitest';
import { Queue, queueOf } from './queue.ts';

test('who waits gets what comes, in order, and nothing when the queue is closed', async () => {
  const queue = new Queue<number>();
  const waiting = [queue.take(), queue.take(), queue.take()];
  queue.add([1, 2]);
  queue.close();
  expect(await Promise.all(waiting)).toEqual([1, 2, undefined]);
  expect(await queue.take()).toBeUndefined();
});

test('what is left when the queue is closed is still given out', async () => {
  const queue = queueOf(['a', 'b']);
  expect([await queue.take(), await queue.take(), await queue.take()]).toEqual(['a', 'b', undefined]);
});

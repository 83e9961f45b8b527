import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { loadData } from '../data/load.ts';
import { mnist } from '../data/sources.ts';
import { childrenOf } from '../testing/children.ts';
import { smallPlan } from '../testing/plan.ts';
import { listCells } from './cells.ts';
import { createQueue, type PoolEvents, Queue, RETRIES, runPool } from './pool.ts';
import { createTrainTask, type TrainTask } from './run-plan.ts';

beforeAll(async () => {
  await loadData(mnist, () => {});
}, 120_000);

const [first, second] = listCells(smallPlan).map((cell) => createTrainTask(smallPlan, cell)) as [
  TrainTask,
  TrainTask,
];
const killWorkers = () => {
  for (const pid of childrenOf(process.pid)) process.kill(pid, 'SIGKILL');
};

/** Notes what a pool tells. */
function notes(on: Partial<PoolEvents<TrainTask>> = {}) {
  const told: string[] = [];
  const depth = ({ cell }: TrainTask) => cell.sigma_w2;
  const events: PoolEvents<TrainTask> = {
    progress: (...args) => on.progress?.(...args),
    async result(task, ...rest) {
      told.push(`result ${depth(task)}`);
      await on.result?.(task, ...rest);
    },
    again(task, message, worker) {
      told.push(`again ${depth(task)}: ${message}`);
      on.again?.(task, message, worker);
    },
    error: (task, message) => told.push(`error ${depth(task)}: ${message}`),
  };
  return { told, events };
}

const KILLED = 'its process ended with SIGKILL';

test('a task whose process is killed is tried again, three times at the most, and the others go on', async () => {
  // killed as soon as it is there, whatever it does
  let over = false;
  const { told, events } = notes();
  const killing = (async () => {
    while (!over) {
      if (told.length > RETRIES) return;
      killWorkers();
      await sleep(50);
    }
  })();
  await runPool(createQueue([first, second]), 1, events, new AbortController().signal);
  over = true;
  await killing;
  expect(told).toEqual([
    ...Array.from({ length: RETRIES }, () => `again 1: ${KILLED}`),
    `error 1: ${KILLED}`,
    'result 2',
  ]);
});

test('a process that is killed while it waits for a task is replaced', async () => {
  const queue = new Queue<TrainTask>();
  queue.add([first]);
  const { told, events } = notes({
    result: async (task) => {
      if (task !== first) return;
      // there is no other task yet
      setTimeout(async () => {
        killWorkers();
        await sleep(300);
        queue.add([second]);
        queue.close();
      }, 100);
    },
  });
  await runPool(queue, 1, events, new AbortController().signal);
  // where the system is slow to tell of its end, the task is given to it and tried again
  expect(told.filter((line) => line !== `again 2: ${KILLED}`)).toEqual(['result 1', 'result 2']);
});

test('an exception is told at once: it would come again', async () => {
  const wrong = createTrainTask(smallPlan, { ...first.cell, depth: -1 });
  const { told, events } = notes();
  await runPool(createQueue([wrong, second]), 1, events, new AbortController().signal);
  expect(told).toEqual([expect.stringMatching(/^error 1: /), 'result 2']);
});

test('who waits gets what comes, in order, and nothing when the queue is closed', async () => {
  const queue = new Queue<number>();
  const waiting = [queue.take(), queue.take(), queue.take()];
  queue.add([1, 2]);
  queue.close();
  expect(await Promise.all(waiting)).toEqual([1, 2, undefined]);
  expect(await queue.take()).toBeUndefined();
});

test('what is left when the queue is closed is still given out', async () => {
  const queue = createQueue(['a', 'b']);
  expect([await queue.take(), await queue.take(), await queue.take()]).toEqual(['a', 'b', undefined]);
});

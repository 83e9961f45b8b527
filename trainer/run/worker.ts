import { parentPort, workerData } from 'node:worker_threads';
import type { FromWorker, ToWorker, WorkerSetup } from './messages.ts';
import { trainCell } from './train-cell.ts';

// The entry of a worker thread: trains one cell after the other, as it is told.

/** Milliseconds between two messages about progress. */
const PROGRESS_INTERVAL = 250;

const port = parentPort;
if (!port) throw new Error('worker.ts runs in a worker thread only');
const { plan, data } = workerData as WorkerSetup;
const tell = (message: FromWorker) => port.postMessage(message);

port.on('message', async ({ cell }: ToWorker) => {
  let told = performance.now();
  try {
    const row = await trainCell(plan, cell, data, (state) => {
      if (performance.now() - told < PROGRESS_INTERVAL) return;
      told = performance.now();
      tell({ kind: 'progress', state });
    });
    tell({ kind: 'row', row });
  } catch (error) {
    tell({ kind: 'error', message: error instanceof Error ? error.message : String(error) });
  }
});

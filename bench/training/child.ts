/**
 * One network of bench/training.ts, trained as a cell is: batches read, noise drawn, steps taken. It prints "ready" when it
 * has taken a few steps, then for each line with a number of seconds that it reads: trains for that long and prints how many
 * steps it took, in how many seconds, how many of them were not spent in the runtime, and the seconds of processor time.
 *
 *   node bench/training/child.ts BACKEND DEPTH WIDTH BATCH
 */
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { BackendName } from '../../catalogue/training.ts';
import { backends } from '../../trainer/backends/index.ts';
import { createBatchReader } from '../../trainer/data/data-set.ts';
import { loadData } from '../../trainer/data/load.ts';
import { DATA_SETS } from '../../trainer/data/sources.ts';
import { findInit } from '../../trainer/inits.ts';
import { drawNoise } from '../../trainer/networks/model.ts';
import { buildModel, drawInitialValues } from '../../trainer/networks/network-graph.ts';
import { trainedNetwork } from '../../trainer/networks/trained-network.ts';
import { optimisers } from '../../trainer/optimisers.ts';
import { createStream } from '../../trainer/random/stream.ts';
import { smallPlan } from '../../trainer/testing/plan.ts';

const [name, ...sizes] = (isMainThread ? process.argv.slice(2) : workerData) as string[];
const [depth, width, batch] = sizes.map(Number) as [number, number, number];
const backend = backends[name as BackendName];
const plan = {
  ...smallPlan,
  network: { ...smallPlan.network, width },
  training: { optimiser: 'sgd' as const, learning_rate: 0.01, batch, steps: 1 },
};
const data = await loadData(DATA_SETS.mnist, console.error);
const shape = trainedNetwork(plan, { depth, sigma_w2: 1.5, keep: 0.95, seed: 1 }, data, backend.dialect);
const trainer = await backend.create(
  {
    name: `${depth} × ${width}`,
    network: buildModel(shape),
    optimiser: optimisers.sgd,
    options: plan.training,
    norms: ['W1', `W${depth + 1}`],
  },
  drawInitialValues(shape, findInit('gaussian', { sigma_w2: 1.5, sigma_b2: 0.05 }), (of) =>
    createStream(1, of),
  ),
);
const read = createBatchReader(data, data.train, batch);
const noise = drawNoise(shape.noise, createStream(1, 'noise'));
let at = 0;
let aside = 0;

async function step(): Promise<void> {
  const start = performance.now();
  at = (at + batch) % (data.train.count - batch);
  const { images, labels } = read((i) => at + i);
  const feeds = { images, labels, ...noise() };
  aside += performance.now() - start;
  await trainer.step(feeds);
  await setImmediate();
}

const say = (line: string) => (parentPort ? parentPort.postMessage(line) : console.log(line));

async function train(seconds: number): Promise<void> {
  aside = 0;
  const before = process.cpuUsage();
  const start = performance.now();
  let steps = 0;
  while (performance.now() - start < seconds * 1000) {
    await step();
    steps++;
  }
  const spent = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  // of a thread it is not known: the process has several
  const processor = isMainThread ? (user + system) / 1e6 : 0;
  say(`${steps} ${spent / 1000} ${aside / 1000} ${processor}`);
}

for (let i = 0; i < 5; i++) await step();
say('ready');
if (parentPort) parentPort.on('message', (line: string) => train(Number(line)));
else for await (const line of createInterface({ input: process.stdin })) await train(Number(line));

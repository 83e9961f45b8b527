import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { loadData } from '../trainer/data/load.ts';
import { mnist } from '../trainer/data/sources.ts';
import { temporaryFolder } from '../trainer/testing/command.ts';
import { smallPlan } from '../trainer/testing/plan.ts';
import { readTimes, shipPlanes, trainPlane } from './grids.ts';

beforeAll(async () => {
  await loadData(mnist, () => {});
}, 120_000);

const never = new AbortController().signal;
const say = () => {};

test('a plane is trained once, its time kept, and shipped with its bytes', async () => {
  const [out, to] = [await temporaryFolder(), await temporaryFolder()];
  const plane = {
    subject: 'steps' as const,
    plan: { ...smallPlan, axes: { depth: [1], sigma_w2: [1, 2] }, seeds: [1] },
  };
  const { id } = plane.plan;
  expect((await trainPlane(plane, { out, workers: 1, signal: never, say })).rows).toHaveLength(2);
  const seconds = readTimes(out)[id] as number;
  expect(seconds).toBeGreaterThan(0);
  // a second time it is there already, and costs nothing
  await trainPlane(plane, { out, workers: 1, signal: never, say });
  expect(readTimes(out)[id]).toBe(seconds);

  const missing = { subject: 'steps' as const, plan: { ...plane.plan, id: 'missing' } };
  expect(await shipPlanes([plane, missing], out, { grids: to, records: to })).toEqual([id]);
  expect(await readFile(path.join(to, `${id}.json`))).toEqual(await readFile(path.join(out, `${id}.json`)));
  expect(readTimes(to)).toEqual({ [id]: seconds });
});

test('an interrupted plane keeps its time and goes on', async () => {
  const out = await temporaryFolder();
  const plane = {
    subject: 'steps' as const,
    plan: { ...smallPlan, axes: { depth: [1], sigma_w2: [1, 2] }, seeds: [1] },
  };
  const stopped = AbortSignal.abort();
  await expect(trainPlane(plane, { out, workers: 1, signal: stopped, say })).rejects.toThrow('Interrupted');
  expect(Object.keys(readTimes(out))).toEqual([plane.plan.id]);
  expect((await trainPlane(plane, { out, workers: 1, signal: never, say })).rows).toHaveLength(2);
});

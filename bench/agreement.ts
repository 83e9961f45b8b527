/**
 * How far the losses of the two back ends are apart from the same plan, seed and masks, over depths and weight variances;
 * writes its table of docs/trainer.md.
 *
 *   npm run bench:agreement
 */

import { writeTable } from '../scripts/tables.ts';
import { backends } from '../trainer/backends/index.ts';
import { loadData } from '../trainer/data/load.ts';
import { mnist } from '../trainer/data/sources.ts';
import { losses } from '../trainer/testing/losses.ts';
import { smallPlan } from '../trainer/testing/plan.ts';

const AFTER = [1, 10, 50];
const plan = {
  ...smallPlan,
  network: { ...smallPlan.network, width: 100 },
  training: { optimiser: 'sgd' as const, learning_rate: 0.01, batch: 100, steps: 50 },
};
const data = await loadData(mnist, console.error);
const lines = [
  `| hidden layers | sigma_w2 | ${AFTER.map((steps) => `after ${steps} step${steps === 1 ? '' : 's'}`).join(' | ')} |`,
  '| ---: | ---: | ---: | ---: | ---: |',
];
for (const [depth, sigma_w2] of [
  [10, 1.5],
  [50, 1.5],
  [100, 1.5],
  [200, 1.5],
  [20, 3],
  [50, 3],
] as const) {
  const cell = { depth, sigma_w2, keep: 0.95, seed: 1 };
  const [a, b] = (await Promise.all(
    [backends['ort-node'], backends['ort-web-training']].map((backend) => losses(backend, plan, cell, data)),
  )) as [number[], number[]];
  const apart = AFTER.map((steps) =>
    Math.max(...a.slice(0, steps).map((loss, i) => Math.abs(loss - (b[i] as number)))),
  );
  lines.push(`| ${depth} | ${sigma_w2} | ${apart.map((one) => one.toExponential(1)).join(' | ')} |`);
  console.log(lines.at(-1));
}
writeTable('agreement', lines, 'trainer.md');

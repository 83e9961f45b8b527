/**
 * The typed client: outside this repository, `import { Dropline } from '@dropline/client'`.
 *
 *   node examples/client.ts
 */
import process from 'node:process';
import { Dropline, DroplineError } from '../client/index.ts';

const dropline = new Dropline(process.env.DROPLINE ?? 'http://localhost:8787');

const { rows } = await dropline.ask('depth-scales', {
  activation: 'tanh',
  sigma_w2: '1..4/4',
  sigma_b2: 0.05,
  keep: [0.95, 1],
});
for (const { keep, sigma_w2, xi_2, phase } of rows) console.log(keep, sigma_w2, xi_2?.toFixed(2), phase);

for await (const { id, title } of dropline.grids()) console.log(id, '-', title);

try {
  await dropline.ask('depth-scales', { activation: 'tanh', sigma_w2: 1, keep: 2 });
} catch (error) {
  if (!(error instanceof DroplineError)) throw error;
  for (const { pointer, detail } of error.entries) console.log(pointer, detail);
}

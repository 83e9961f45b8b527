import { median } from './median.ts';
/**
 * How long a plane of 100 × 100 depth scales takes, against the exact answers one by one in the same run, alternating;
 * writes its table of docs/performance.md.
 *
 *   npm run bench:plane
 */

import { writeTable } from '../scripts/tables.ts';
import { type ActivationName, depthScales, plainNetwork, plane } from '../theory/index.ts';

const SIDE = 100;
const line = (from: number, to: number) =>
  Array.from({ length: SIDE }, (_, i) => from + ((to - from) * i) / (SIDE - 1));
const x = { name: 'sigma_w2', values: line(1, 4) } as const;
const y = { name: 'sigma_b2', values: line(0.01, 0.5) } as const;

function milliseconds(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

function measure(activation: ActivationName) {
  const base = { activation, technique: 'bernoulli', mask: 'independent', keep: 0.95, q0: 1 } as const;
  let values: Float64Array = new Float64Array();
  let exact: Float64Array = new Float64Array();
  const tables: number[] = [];
  const ratios: number[] = [];
  for (let round = 0; round < 9; round++) {
    const ours = milliseconds(() => {
      values = plane(plainNetwork({ ...base, sigma_w2: 1, sigma_b2: 0 }), x, y, 'xi_2');
    });
    const oneByOne = milliseconds(() => {
      exact = Float64Array.from({ length: SIDE * SIDE }, (_, k) => {
        const [sigma_w2, sigma_b2] = [x.values[k % SIDE] as number, y.values[Math.floor(k / SIDE)] as number];
        return depthScales(plainNetwork({ ...base, sigma_w2, sigma_b2 })).xi_2 ?? Number.NaN;
      });
    });
    tables.push(ours);
    ratios.push(oneByOne / ours);
  }
  const error = values.reduce(
    (worst, value, k) => Math.max(worst, Math.abs(value / (exact[k] as number) - 1)),
    0,
  );
  return { time: median(tables), ratio: median(ratios), error };
}

const lines = [
  '| activation | plane, ms | exact one by one / plane | largest relative error |',
  '| --- | ---: | ---: | ---: |',
];
for (const name of ['tanh', 'erf', 'sin', 'hard_tanh'] as const) {
  const { time, ratio, error } = measure(name);
  lines.push(`| ${name} | ${time.toFixed(1)} | ${ratio.toFixed(1)} | ${error.toExponential(1)} |`);
  console.log(lines.at(-1));
}
writeTable('plane', lines);

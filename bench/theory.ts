/**
 * How long one full answer of `depthScales` takes, against the way of published notebooks in the same run, alternating;
 * writes the table of docs/performance.md.
 *
 *   npm run bench
 */
import { Bench } from 'tinybench';
import { writeTable } from '../scripts/tables.ts';
import { ACTIVATIONS, type ActivationName, depthScales, plainNetwork } from '../theory/index.ts';
import { median } from './median.ts';
import { published } from './published.ts';

const POINT = { sigma_w2: 1.8, sigma_b2: 0.05, keep: 0.95 } as const;

const answer = (activation: ActivationName) =>
  depthScales(plainNetwork({ activation, ...POINT, technique: 'bernoulli', mask: 'independent', q0: 1 }));

/** Median microseconds of both ways over rounds that alternate between them, and the median of the rounds' ratios. */
async function measure(name: ActivationName) {
  const { phi, derivative } = ACTIVATIONS[name];
  const start = performance.now();
  answer(name);
  const first = performance.now() - start;
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < 7; round++) {
    const bench = new Bench({ time: 150, warmupTime: 50 });
    bench.add('ours', () => answer(name));
    bench.add('published', () => {
      published({ phi, derivative }, POINT.sigma_w2, POINT.sigma_b2, POINT.keep);
    });
    await bench.run();
    const [a, b] = bench.tasks.map(({ result }) => {
      if (result.state !== 'completed') throw new Error(`${name}: the benchmark did not complete`);
      return result.latency.p50 * 1000;
    });
    ours.push(a as number);
    theirs.push(b as number);
  }
  const ratio = median(ours.map((time, i) => (theirs[i] as number) / time));
  return { first, ours: median(ours), theirs: median(theirs), ratio };
}

const lines = [
  '| activation | one answer, µs | published way, µs | ratio | the first answer, ms |',
  '| --- | ---: | ---: | ---: | ---: |',
];
for (const name of Object.keys(ACTIVATIONS) as ActivationName[]) {
  const { first, ours, theirs, ratio } = await measure(name);
  lines.push(
    `| ${name} | ${ours.toFixed(1)} | ${theirs.toFixed(0)} | ${ratio.toFixed(0)} | ${first.toFixed(1)} |`,
  );
  console.log(lines.at(-1));
}
writeTable('theory', lines);

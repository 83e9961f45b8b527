/**
 * How many training steps a machine takes with all its cores, several networks at a time as the trainer really runs, against
 * PyTorch on the CPU in the same run, alternating; writes its table of docs/performance.md.
 *
 *   npm run bench:training
 *   npm run bench:training -- --shapes 20x100 --seconds 2 --rounds 3 --no-write
 *
 * PyTorch is left out, with a message, where python3 has no torch (Debian: apt-get install python3-torch).
 */
import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { writeTable } from '../scripts/tables.ts';
import { median } from './median.ts';
import { type Child, type Round, type Shape, type Side, sidesFor } from './training/sides.ts';

const { values: options } = parseArgs({
  options: {
    shapes: { type: 'string', default: '20x100,100x100,100x300,200x300' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '5' },
    'no-write': { type: 'boolean', default: false },
  },
});
const [SECONDS, ROUNDS] = [Number(options.seconds), Number(options.rounds)];
const CORES = availableParallelism();
const BATCH = 128;

/** The first python3 that has torch. */
function pythonWithTorch(): string | undefined {
  for (const python of ['python3', '/usr/bin/python3'])
    try {
      execFileSync(python, ['-c', 'import torch'], { stdio: 'ignore' });
      return python;
    } catch {
      // the next one
    }
  console.log('PyTorch is left out: no python3 here has torch (Debian: apt-get install python3-torch).');
  return undefined;
}

/** The peak of the matrix product while all cores are at it, GFLOP/s of all of them together. */
function peak(): number {
  const file = path.join(import.meta.dirname, 'training', 'peak.ts');
  const all = `for i in $(seq ${CORES}); do "${process.execPath}" "${file}" 6 & done; wait`;
  const found = execFileSync('sh', ['-c', all], { encoding: 'utf8' }).trim().split('\n').map(Number);
  return found.reduce((sum, one) => sum + one, 0);
}

/** Floating-point operations of a step's matrix products: forward, and twice backward but for the images. */
function operations({ depth, width, batch }: Shape): number {
  const products = 2 * 784 * width + 3 * (depth - 1) * width * width + 3 * width * 10;
  return 2 * batch * products;
}

type Measured = { side: Side; rates: number[]; processor: number[]; aside: number[] };

/** Steps a second of the whole machine, round by round, the sides taking turns. */
async function measure(shape: Shape, sides: readonly Side[]): Promise<Measured[]> {
  const found = sides.map((side) => ({
    side,
    rates: [] as number[],
    processor: [] as number[],
    aside: [] as number[],
  }));
  for (let round = 0; round < ROUNDS; round++)
    for (const one of found) {
      // built anew each time, so that no side's memory stands in the way of another's
      const children = await Promise.all(
        Array.from({ length: one.side.networks }, () => one.side.start(shape)),
      );
      if (children.includes(undefined)) throw new Error(`${one.side.name} cannot be started`);
      const results = await Promise.all((children as Child[]).map((child) => child.train(SECONDS)));
      for (const child of children) child?.stop();
      const sum = (of: (result: Round) => number) => results.reduce((total, one) => total + of(one), 0);
      one.rates.push(sum(({ steps, seconds }) => steps / seconds));
      one.processor.push((1000 * sum(({ processor }) => processor)) / sum(({ steps }) => steps));
      one.aside.push(sum(({ aside }) => aside) / sum(({ seconds }) => seconds));
    }
  return found;
}

const sides = sidesFor(CORES, pythonWithTorch());
const gflops = peak();
const lines = [
  `${CORES} cores, batch ${BATCH}, tanh, dropout 0.05, SGD; matrix-product peak of all cores ${gflops.toFixed(0)} GFLOP/s; medians of ${ROUNDS} rounds of ${SECONDS} s.`,
  '',
  "| layers × width | how | steps a second, machine | against PyTorch's best | processor ms a step | share of the matrix-product peak | noise and batches, share of a step |",
  '| --- | --- | ---: | ---: | ---: | ---: | ---: |',
];
for (const line of lines) console.log(line);
for (const text of (options.shapes as string).split(',')) {
  const [depth, width] = text.split('x').map(Number) as [number, number];
  const shape = { depth, width, batch: BATCH };
  const found = await measure(shape, sides);
  const torch = found.filter(({ side }) => side.name.startsWith('PyTorch'));
  // the best setting of the peer in each round
  const best = Array.from({ length: ROUNDS }, (_, i) =>
    Math.max(...torch.map(({ rates }) => rates[i] as number)),
  );
  for (const { side, rates, processor, aside } of found) {
    const rate = median(rates);
    const ratio =
      torch.length > 0 ? median(rates.map((one, i) => one / (best[i] as number))).toFixed(2) : '–';
    const share = ((rate * operations(shape)) / 1e9 / gflops) * 100;
    const shown = (value: number, digits: number, unit = '') =>
      value > 0 ? `${value.toFixed(digits)}${unit}` : '–';
    const cells = [
      `${depth} × ${width}`,
      side.name,
      rate.toFixed(1),
      ratio,
      shown(median(processor), 1),
      `${share.toFixed(0)} %`,
      shown(median(aside) * 100, 1, ' %'),
    ];
    lines.push(`| ${cells.join(' | ')} |`);
    console.log(lines.at(-1));
  }
}
if (!options['no-write']) writeTable('training', lines);

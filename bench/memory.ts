/**
 * The memory of a worker process: trains a few steps of networks of several shapes, each in a process of its own, and sets
 * its largest resident set beside what `dropline` reckons with; writes the table in docs/cli.md.
 *
 *   npm run bench:memory
 */
import { execFileSync } from 'node:child_process';
import { OPTIMISER_NAMES, type OptimiserName } from '../catalogue/training.ts';
import type { Plan } from '../schemas/plan.ts';
import { writeTable } from '../scripts/tables.ts';
import { backends } from '../trainer/backends/index.ts';
import { loadData } from '../trainer/data/load.ts';
import { DATA_SETS } from '../trainer/data/sources.ts';
import { listCells } from '../trainer/run/cells.ts';
import { estimateMemory } from '../trainer/run/estimate.ts';
import { trainCell } from '../trainer/run/train-cell.ts';

type Shape = {
  readonly depth: number;
  readonly width: number;
  readonly batch: number;
  readonly optimiser: OptimiserName;
};

const SHAPES: readonly Shape[] = [
  { depth: 1, width: 10, batch: 100, optimiser: 'sgd' },
  { depth: 20, width: 100, batch: 100, optimiser: 'sgd' },
  { depth: 100, width: 100, batch: 100, optimiser: 'sgd' },
  ...OPTIMISER_NAMES.map((optimiser) => ({ depth: 50, width: 400, batch: 100, optimiser })),
  { depth: 20, width: 100, batch: 1000, optimiser: 'sgd' },
  { depth: 200, width: 300, batch: 100, optimiser: 'sgd' },
];

const planOf = ({ depth, width, batch, optimiser }: Shape, backend: Plan['backend']): Plan => ({
  schema: 'dropline-plan/1',
  id: 'memory',
  title: 'memory',
  data: { name: 'mnist', normalisation: 'standard' },
  axes: { depth: [depth], sigma_w2: [1.5] },
  network: {
    activation: 'tanh',
    width,
    sigma_b2: 0.05,
    init: 'gaussian',
    technique: 'bernoulli',
    keep: 0.95,
  },
  training: { optimiser, learning_rate: 0.01, batch, steps: 8 },
  evaluation: { train_images: batch, test_images: batch },
  seeds: [1],
  backend,
});

const [, file, shape, backend] = process.argv;
if (shape && backend) {
  const plan = planOf(JSON.parse(shape), backend as Plan['backend']);
  await trainCell(plan, listCells(plan)[0] as never, await loadData(DATA_SETS.mnist, console.error));
  console.log(process.resourceUsage().maxRSS * 1024);
} else {
  await loadData(DATA_SETS.mnist, console.error);
  const mega = (bytes: number) => Math.round(bytes / 1e6);
  const rows = Object.entries(backends)
    .filter(([, one]) => !one.unavailable())
    .flatMap(([name]) =>
      SHAPES.map((one) => {
        const args = ['--disable-warning=ExperimentalWarning', file as string, JSON.stringify(one), name];
        const measured = Number(execFileSync(process.execPath, args, { encoding: 'utf8' }));
        const { worker } = estimateMemory(planOf(one, name as Plan['backend']));
        return `| ${name} | ${one.depth} × ${one.width} | ${one.batch} | ${one.optimiser} | ${mega(measured)} | ${mega(worker)} |`;
      }),
    );
  const table = [
    '| back end | hidden layers × units | batch | optimiser | MB, measured | MB, reckoned |',
    '| --- | ---: | ---: | --- | ---: | ---: |',
    ...rows,
  ];
  writeTable('memory', table, 'cli.md');
  console.log(table.join('\n'));
}

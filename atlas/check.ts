import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { deviation, mean } from 'd3-array';
import { trainedBy, trialsOf } from '../figures/measured/columns.ts';
import type { Grid, GridRow } from '../schemas/grid.ts';
import type { Plan } from '../schemas/plan.ts';
import { loadData } from '../trainer/data/load.ts';
import { DATA_SETS } from '../trainer/data/sources.ts';
import { EXIT, Failure } from '../trainer/errors.ts';
import { createStream, shuffle } from '../trainer/random/stream.ts';
import { describeCell, estimateCost, pickCell } from '../trainer/run/cells.ts';
import { writeAtomically } from '../trainer/run/files.ts';
import { describeWork, Pace, Stopwatch } from '../trainer/run/pace.ts';
import { showProgress } from '../trainer/run/progress.ts';
import { trainCell } from '../trainer/run/train-cell.ts';
import { describeState } from '../trainer/run/training-history.ts';

/** A cell that was trained again. */
export type Checked = {
  readonly id: string;
  readonly backend: Plan['backend'];
  readonly shipped: GridRow;
  readonly again: GridRow;
  readonly verdict: Verdict;
  /** whether one of the two counts as trained and the other does not */
  readonly changed: boolean;
};

/**
 * `same`: in every number; `inside`: in training accuracy within the range of the seeds of its cell, or 0.02 beside it; `near`: from the
 * shipped one no farther than 0.02 and twice that range, as another seed might be; `off`: none of these.
 */
export type Verdict = 'same' | 'inside' | 'near' | 'off';

/** How cells are drawn and trained again. */
export type CheckOptions = {
  /** share of the cells */
  readonly share: number;
  /** of the draw */
  readonly seed: number;
  /** a back end instead of the one that a grid was trained with */
  readonly backend?: Plan['backend'] | undefined;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
};

/** Accuracies that are so near are near whatever the seeds: 20 of 1000 images. */
const ACCURACY_TOLERANCE = 0.02;

/** So many times the range of three seeds a fourth may be from one of them: of normal ones one in eleven is farther. */
const RANGES = 2;

/** Trains a random part of the cells of grids again, with the same seeds and noise, and compares. */
export async function checkGrids(grids: readonly Grid[], options: CheckOptions): Promise<Checked[]> {
  const { share, seed, backend, signal, say } = options;
  const every = grids.flatMap((grid) => grid.rows.map((row) => ({ grid, row })));
  const order = shuffle(createStream(seed, 'atlas', 'check'), every.length);
  const drawn = [...order.slice(0, Math.max(1, Math.round(share * every.length)))].map((i) => {
    const one = every[i] as (typeof every)[number];
    return { ...one, key: String(i), work: describeWork(one.grid.meta.plan, one.row) };
  });
  const cost = ({ grid, row }: (typeof every)[number]) => estimateCost(grid.meta.plan, row);
  const whole = drawn.reduce((sum, one) => sum + cost(one), 0);
  const progress = showProgress({ cells: drawn.length, workers: 1 });
  const pace = new Pace();
  const checked: Checked[] = [];
  let done = 0;
  try {
    for (const one of drawn) {
      if (signal.aborted) throw new Failure('Interrupted.', EXIT.interrupted);
      const { grid, row, key, work } = one;
      const plan = { ...grid.meta.plan, ...(backend && { backend }) };
      const data = await loadData(DATA_SETS[plan.data.name], say);
      const watch = new Stopwatch(checked.length === 0);
      const again = await trainCell(plan, row, data, (state) => {
        watch.step();
        progress.worker(
          0,
          state.steps / plan.training.steps,
          `${grid.id}, ${describeCell(row)}: ${describeState(state)}`,
        );
      });
      pace.finish(key, work, watch.read(), again.steps);
      // (WebAssembly has the same numbers on every machine)
      const exact = plan.backend === 'ort-web-training' && plan.backend === grid.meta.plan.backend;
      checked.push({
        id: grid.id,
        backend: plan.backend,
        shipped: row,
        again,
        verdict: judgeCell(grid, row, again, exact),
        changed: isTrained(plan, row) !== isTrained(plan, again),
      });
      done += cost(one);
      progress.update(() => ({
        share: done / whole,
        left: pace.left(drawn.slice(checked.length), 1),
        cells: checked.length,
      }));
    }
  } finally {
    progress.stop();
  }
  return checked;
}

/** How a cell that was trained again compares with the one that ships. */
export function judgeCell(grid: Grid, shipped: GridRow, again: GridRow, exact = false): Verdict {
  if (isDeepStrictEqual(shipped, again)) return 'same';
  if (exact) return 'off';
  const { seed: _, ...cell } = pickCell(shipped);
  const seeds = grid.rows
    .filter((row) => Object.entries(cell).every(([name, value]) => row[name as keyof GridRow] === value))
    .map(readAccuracy);
  const [least, most] = [Math.min(...seeds), Math.max(...seeds)];
  const accuracy = readAccuracy(again);
  if (accuracy >= least - ACCURACY_TOLERANCE && accuracy <= most + ACCURACY_TOLERANCE) return 'inside';
  return Math.abs(readAccuracy(shipped) - accuracy) <= ACCURACY_TOLERANCE + RANGES * (most - least)
    ? 'near'
    : 'off';
}

/** Whether a network counts as trained: see `evaluation.accuracy_threshold` of its plan. */
function isTrained(plan: Plan, row: GridRow): boolean {
  return trialsOf([row], trainedBy(plan)).some(({ succeeded }) => succeeded > 0);
}

/** A diverged network knows nothing. */
const readAccuracy = ({ train_accuracy }: GridRow) => train_accuracy ?? 0;

/** The cells that were trained again, one a line. */
export function formatChecked(checked: readonly Checked[]): string[] {
  const percent = (row: GridRow) =>
    row.train_accuracy === null ? 'diverged' : (100 * row.train_accuracy).toFixed(1);
  return checked.map(
    ({ id, shipped, again, verdict }) =>
      `${verdict.padEnd(6)}  ${percent(shipped).padStart(8)} ${percent(again).padStart(8)}  ${id}, ${describeCell(shipped)}`,
  );
}

/** So many cells tell whether they differ in one direction; fewer do not. */
const ENOUGH = 10;

/**
 * Whether the accuracies of the new networks lie above or below the shipped ones as a whole: by more than four standard errors and
 * half a per cent. (Single cells near the frontier may be anything.)
 */
export function isShifted(checked: readonly Checked[]): boolean {
  const apart = checked.map(({ shipped, again }) => readAccuracy(again) - readAccuracy(shipped));
  const n = apart.length;
  if (n < ENOUGH) return false;
  const error = (deviation(apart) as number) / Math.sqrt(n);
  return Math.abs(mean(apart) as number) > 0.005 + 4 * error;
}

/** How many cells have which verdict, and how far the accuracies are apart. */
export function summarise(checked: readonly Checked[]): string {
  const count = (verdict: Verdict) => checked.filter((one) => one.verdict === verdict).length;
  const apart = checked.map(({ shipped, again }) => readAccuracy(again) - readAccuracy(shipped));
  const rms = Math.sqrt(mean(apart, (one) => one ** 2) as number);
  return (
    `${checked.length} cells: ${count('same')} the same in every number, ${count('inside')} within the range of the seeds of their cell ` +
    `or 0.02 beside it, ${count('near')} within twice that range, ${count('off')} off; ${checked.filter(({ changed }) => changed).length} ` +
    `on another side of what counts as trained; training accuracy differs by ${mean(apart)?.toFixed(4)} on the average, ${rms.toFixed(4)} root mean square.`
  );
}

/** Keeps what was found, for the report. */
export async function saveChecked(checked: readonly Checked[], file: string): Promise<void> {
  const cells = checked.map(({ id, shipped, again, verdict, changed }) => ({
    id,
    cell: describeCell(shipped),
    shipped: shipped.train_accuracy,
    again: again.train_accuracy,
    verdict,
    changed,
  }));
  const lines = cells.map((cell) => `    ${JSON.stringify(cell)}`).join(',\n');
  await mkdir(path.dirname(file), { recursive: true });
  await writeAtomically(
    file,
    `{\n  "summary": ${JSON.stringify(summarise(checked))},\n  "cells": [\n${lines}\n  ]\n}\n`,
  );
}

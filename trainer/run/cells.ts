import { AXIS_NAMES, fixedValue, type Plan, type Point, ROW_AXES, valueAt } from '../../schemas/plan.ts';
import { sizesOf } from '../data/any-data.ts';
import { DATA_SETS } from '../data/sources.ts';

/** One network to train: a point of the axes and a seed. Axes beside {@link ROW_AXES} stand in it where they are axes. */
export type Cell = Point & { readonly seed: number };

/**
 * The cells of a plan, in the order of the grid's rows: by the axes in the order of the schema (depth first), each in
 * the order of the plan, then by seed.
 * @example listCells(plan).length // 210
 */
export function listCells(plan: Plan): Cell[] {
  let points: Partial<Point>[] = [{}];
  for (const name of AXIS_NAMES) {
    const always = (ROW_AXES as readonly string[]).includes(name);
    // a technique without keep keeps every unit
    const values = plan.axes[name] ?? (always ? [fixedValue(plan, name) ?? 1] : []);
    if (values.length > 0)
      points = points.flatMap((point) => values.map((value) => ({ ...point, [name]: value })));
  }
  return points.flatMap((point) => plan.seeds.map((seed) => ({ ...(point as Point), seed })));
}

/**
 * How many cells a plan has, without making them.
 * @example countCells(plan) // 210
 */
export function countCells({ axes, seeds }: Plan): number {
  return Object.values(axes).reduce((product, values = [0]) => product * values.length, seeds.length);
}

/** The coordinates of a cell alone, out of a cell or a row of the grid. */
export function pickCell(row: Cell): Cell {
  const { depth, sigma_w2, keep, seed } = row;
  return { depth, sigma_w2, keep, ...Object.fromEntries(listOthers(row)), seed };
}

/**
 * A text that is the same for the same cell, and different for different ones.
 * @example toCellKey({ depth: 5, sigma_w2: 1, keep: 0.95, seed: 1 }) // '{"depth":5,"sigma_w2":1,"keep":0.95,"seed":1}'
 */
export function toCellKey(cell: Cell): string {
  return JSON.stringify(pickCell(cell));
}

/** A cell in words, for messages. */
export function describeCell(cell: Cell): string {
  return Object.entries(pickCell(cell))
    .map((entry) => entry.join(' '))
    .join(', ');
}

/** The axes of a cell beside those that stand in every one, as far as it has them. */
function listOthers(cell: Cell): [string, number][] {
  return AXIS_NAMES.flatMap((name): [string, number][] => {
    const value = cell[name];
    return value === undefined || (ROW_AXES as readonly string[]).includes(name) ? [] : [[name, value]];
  });
}

/** What a cell costs beside others of the same plan: the multiplications of a step for one image, times the steps. */
export function estimateCost(plan: Plan, cell: Cell): number {
  return countMultiplications(plan, cell) * plan.training.steps;
}

/**
 * Weights of a cell's network: the multiplications of one image's forward pass.
 * @example countMultiplications(plan, { depth: 2, sigma_w2: 1, keep: 1, seed: 1 }) // 784 · 100 + 100 · 100 + 100 · 10
 */
export function countMultiplications(plan: Plan, cell: Cell): number {
  const { inputs, classes } = sizesOf(DATA_SETS[plan.data.name]);
  const width = valueAt(plan, cell, 'width');
  return inputs * width + (cell.depth - 1) * countLinears(plan) * width * width + width * classes;
}

/**
 * Layers of weights in a block.
 * @example countLinears(plan) // 1
 */
export function countLinears({ network }: Plan): number {
  return network.ops?.filter((op) => op === 'linear').length ?? 1;
}

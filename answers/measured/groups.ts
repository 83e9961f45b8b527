import { OWN_INITS } from '../../catalogue/inits.ts';
import { pickNoise, type TrainedTechnique } from '../../catalogue/techniques.ts';
import type { MeasuredColumn } from '../../figures/measured/columns.ts';
import { keepEffective, readNoise } from '../../theory/index.ts';
import type { MeasuredGrid } from './grid.ts';
import { coordinates, type Place } from './place.ts';
import type { Settings } from './settings.ts';

/** A measured column and where it comes from. */
export type Measured = {
  readonly grid: MeasuredGrid;
  readonly column: MeasuredColumn;
  readonly place: Place;
  /** its coordinates, see `coordinates` */
  readonly at: readonly [number, number, number];
  /** its number among the columns of all grids */
  readonly index: number;
};

/** Columns that differ in their place only: one technique, data set and training, all with a frontier or all without. */
export type Group = {
  readonly technique: string;
  readonly data: string;
  /** what all its networks were made and trained with */
  readonly settings: Settings;
  /** whether its networks have no noise */
  readonly noiseless: boolean;
  /** whether the frontier lies beyond what was tried */
  readonly censored: boolean;
  readonly columns: Measured[];
  /** the least and the largest of each coordinate */
  readonly low: [number, number, number];
  readonly high: [number, number, number];
};

/**
 * The columns of grids in groups that are compared with a network as one. Of the initialisers only those whose variances are the
 * plan's: a framework's has its own. Not dropconnect: the images of a step share its mask, and questions are about masks of their own.
 *
 * @param grids of one activation, in the order of their ids
 * @example groupsOf([{ id: 'a', activation: 'tanh', technique: 'bernoulli', data: 'mnist', settings, columns }]).length
 */
export function groupsOf(grids: readonly MeasuredGrid[]): Group[] {
  const groups = new Map<string, Group>();
  let index = 0;
  for (const grid of grids) {
    const { technique, data, columns = [], settings: shared = {} } = grid;
    if (!(OWN_INITS as readonly unknown[]).includes(shared.init) || technique === 'dropconnect') continue;
    const name = technique as TrainedTechnique;
    const effective = new Map<number, number>();
    const own = JSON.stringify([technique, data, pickCompared(shared)]);
    for (const column of columns) {
      const { sigma_w2, sigma_b2, width, learning_rate, depth } = column;
      const keep =
        effective.get(column.keep) ??
        keepEffective(readNoise({ technique: name, ...pickNoise(shared, name, column.keep) }).noise);
      effective.set(column.keep, keep);
      const [noiseless, censored] = [keep === 1, depth === null];
      const key = `${own} ${width} ${learning_rate} ${noiseless} ${censored}`;
      let group = groups.get(key);
      if (!group) {
        const settings = { ...shared, width, learning_rate };
        group = {
          technique,
          data,
          settings,
          noiseless,
          censored,
          columns: [],
          low: [...HIGHEST],
          high: [...LOWEST],
        };
        groups.set(key, group);
      }
      const place = { sigma_w2, sigma_b2, keep };
      const at = coordinates(place);
      group.columns.push({ grid, column, place, at, index: index++ });
      for (const i of [0, 1, 2] as const) {
        group.low[i] = Math.min(group.low[i], at[i]);
        group.high[i] = Math.max(group.high[i], at[i]);
      }
    }
  }
  return [...groups.values()];
}

const HIGHEST = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
const LOWEST = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY] as const;

/** What of a grid's settings a look-up compares; where its networks lie is compared column by column. */
const pickCompared = ({ sigma_w2: _, sigma_b2: __, keep: ___, ...rest }: Settings) =>
  Object.entries(rest).sort();

import { count, normalises, readConditions, type TechniqueName } from '../../theory/index.ts';
import { FITTING } from '../rule.ts';
import type { MeasuredGrid } from './grid.ts';
import { type Group, groupsOf, type Measured } from './groups.ts';
import { coordinates, distanceBetween, type Place } from './place.ts';
import { differenceBetween, KIND, kindOf, type Settings, UNSAID } from './settings.ts';

/** A network that measurements are looked up for; its keep is the effective one, E[s]² / E[s²]. */
export type Sought = Place & {
  /** with its parameters, where they are not the defaults: see `describeNetwork` */
  readonly activation: string;
  readonly technique: TechniqueName;
  /** where it must have been measured; anywhere if left out */
  readonly data?: string | undefined;
  /** what else it should be made and trained with, by the names of `settingsOf`; not where it lies */
  readonly settings: Settings;
};

/** A measured column. */
export type Nearest = Pick<Measured, 'grid' | 'column'> & {
  /** what its networks were made and trained with */
  readonly settings: Settings;
  /** how far it is from the network sought, see `distanceBetween` */
  readonly distance: number;
};

/** A setting that differs weighs more than most distances; a frontier that was not reached more than any setting. */
const WEIGHTS = { difference: 10, censored: 1000 } as const;

/** What rounding may do to a bound on an order. */
const ROUNDING = 1e-9;

/**
 * Work in evaluations: of reading a column, of comparing one, of comparing the settings of a group, and of checking whether a group
 * may have the nearest column.
 */
const WORK = { read: 30, column: 0.2, group: 15, bound: 0.2 } as const;

/** A group that may be compared with a network, and what its settings add to every distance. */
type Candidate = { readonly group: Group; readonly difference: number; readonly least: number };

/** The measured columns of one activation. */
export class Family {
  readonly #groups: readonly Group[];
  readonly #candidates = new Map<string, readonly Candidate[]>();

  /**
   * @param grids of one activation, in the order of their ids
   * @throws OutOfWork
   */
  constructor(grids: readonly MeasuredGrid[]) {
    count(WORK.read * grids.reduce((sum, { columns = [] }) => sum + columns.length, 0));
    this.#groups = groupsOf(grids);
  }

  /**
   * The measured column nearest to a network, among those of its technique (or without noise), schedule, skip
   * connection and operations: first one with a frontier within what was tried, then one with the settings sought, or where no grid has them
   * with those of the fitted rule, then the least distance, then (of several learning rates) the deepest.
   *
   * @param sought the network; settings that it does not say are those of the rule
   * @returns undefined where nothing like it was measured
   * @throws OutOfWork
   */
  nearest(sought: Sought): Nearest | undefined {
    const at = coordinates(sought);
    let best: (Measured & { readonly order: number; readonly group: Group }) | undefined;
    const candidates = this.#candidatesFor(sought);
    count(WORK.bound * candidates.length);
    for (const { group, difference, least } of candidates) {
      if (best && least > best.order) break;
      if (best && least + measureOutside(at, group) > best.order + ROUNDING) continue;
      count(WORK.column * group.columns.length);
      for (const one of group.columns) {
        if (best && least + measureDistance(at, one.at) > best.order + ROUNDING) continue;
        const order =
          distanceBetween(sought, one.place) + difference + (group.censored ? WEIGHTS.censored : 0);
        if (!best || order < best.order || (order === best.order && isBefore(one, best)))
          best = { ...one, order, group };
      }
    }
    if (!best) return undefined;
    const { grid, column, place } = best;
    const { sigma_w2, sigma_b2, width, learning_rate } = column;
    const settings = { ...grid.settings, sigma_w2, sigma_b2, width, learning_rate };
    return { grid, column, settings, distance: distanceBetween(sought, place) };
  }

  /** The groups of the kind sought, those first that settings alone put nearest. */
  #candidatesFor(sought: Sought): readonly Candidate[] {
    // (nobody asks for what counts as trained: it goes with the data)
    const usual = { ...UNSAID, ...readConditions(FITTING.rule, sought.data ?? sought.settings.data) };
    const wanted = { ...usual, ...sought.settings, accuracy_threshold: usual.accuracy_threshold };
    const key = JSON.stringify([sought.technique, sought.keep === 1, sought.data, Object.entries(wanted)]);
    const known = this.#candidates.get(key);
    if (known) return known;
    count(WORK.group * this.#groups.length);
    const candidates = this.#groups
      .filter((group) => isOfKind(group, sought))
      .map((group): Candidate => {
        const difference = WEIGHTS.difference * differenceBetween(group.settings, wanted, usual);
        return { group, difference, least: difference + (group.censored ? WEIGHTS.censored : 0) };
      })
      .sort((a, b) => a.least - b.least);
    this.#candidates.set(key, candidates);
    return candidates;
  }
}

/** Of two columns that are equally near, the deeper one; of those the first. */
function isBefore(one: Measured, other: Measured): boolean {
  const [depth, least] = [one.column.depth ?? 0, other.column.depth ?? 0];
  return depth > least || (depth === least && one.index < other.index);
}

const measureDistance = (a: Measured['at'], b: Measured['at']): number =>
  Math.sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2);

/** How far a place is from the box of a group; 0 within. */
function measureOutside(at: Measured['at'], { low, high }: Group): number {
  const beyond = (i: 0 | 1 | 2) => Math.max(low[i] - at[i], at[i] - high[i], 0);
  return Math.sqrt(beyond(0) ** 2 + beyond(1) ** 2 + beyond(2) ** 2);
}

/**
 * Whether a group has networks of the kind sought. Where there is no noise on one of the sides, the technique does not tell
 * them apart; a network without noise has no schedule either.
 */
function isOfKind({ technique, data, settings, noiseless }: Group, sought: Sought): boolean {
  const plain = !normalises(sought.technique);
  const alike =
    plain && (sought.keep === 1 || noiseless) ? ['none', 'bernoulli', sought.technique] : [sought.technique];
  const kind = plain && sought.keep === 1 ? { ...sought.settings, schedule: 'constant' } : sought.settings;
  return (
    alike.includes(technique) &&
    (sought.data === undefined || sought.data === data) &&
    Object.keys(KIND).every((name) => kindOf(settings, name) === kindOf(kind, name))
  );
}

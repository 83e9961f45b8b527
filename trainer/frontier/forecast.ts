import { fittedAt } from '../../figures/measured/predicted.ts';
import type { GridRow } from '../../schemas/grid.ts';
import { valueAt } from '../../schemas/plan.ts';
import { FITTING } from '../fitting.ts';
import { createStream, drawGaussians, drawUniform } from '../random/stream.ts';
import { type Cell, toCellKey } from '../run/cells.ts';
import { MARGIN } from './choose.ts';
import { ColumnSearch, groupColumns, type SearchPlan } from './column-search.ts';

/** The networks that a search of one column trains, round by round. */
type Rounds = readonly (readonly Cell[])[];

/** What searches of a plan may train. */
export type Forecast = {
  /** Some possible searches; each column with its rounds. */
  readonly searches: readonly (readonly Rounds[])[];
  /** How many columns of the plan each of these columns stands for. */
  readonly weight: number;
};

/** Columns that are played in all, and at most of one search. */
const COLUMNS = { all: 200, search: 24 } as const;

/** Searches that are played, at least and at most. */
const SEARCHES = { least: 8, most: 20 } as const;

/**
 * Widths of transitions in ln L: of the grids that ship, six of seven columns have one in the first range. The second is all that a search
 * thinks possible.
 */
const WIDTHS = { usual: [0.02, 0.12], any: [0.02, 1] } as const;

/**
 * Plays searches of a plan without training anything: the search chooses networks as it does, and whether they succeed is drawn. Where a
 * column's frontier is comes from the fitted rule with its interval. Where the rule says nothing it may be anywhere that the search
 * thinks possible, and where no networks like these were measured it is so in every fourth search.
 *
 * @param plan with how it searches
 * @example forecastSearch(toSearchPlan(plan)).searches.length
 */
export function forecastSearch(plan: SearchPlan): Forecast {
  const all = groupColumns(plan);
  const every = Math.ceil(all.length / COLUMNS.search);
  const columns = all.filter((_, i) => i % every === Math.floor(every / 2) % all.length);
  const count = Math.round(COLUMNS.all / columns.length);
  const searches = Math.min(SEARCHES.most, Math.max(SEARCHES.least, count));
  const fitted = columns.map(({ cells }) => predictFrontier(plan, cells));
  return {
    weight: all.length / columns.length,
    searches: Array.from({ length: searches }, (_, search) => {
      const source = createStream(search, 'forecast');
      // (the rule errs alike on columns that are alike)
      const shift = drawGaussians(source, 1, 1)[0] as number;
      const [place, spread] = [drawUniform(source), drawUniform(source)];
      return columns.map(({ cells }, i) => {
        const { rule: known, low, high } = fitted[i] as FrontierRange;
        const byRule = known && (known.measured || search % 4 > 0);
        const log = byRule
          ? known.mean + known.deviation * shift
          : low + (high - low) * ((place + i * GOLDEN) % 1);
        const [narrow, wide] = WIDTHS[byRule ? 'usual' : 'any'];
        const width = narrow * (wide / narrow) ** spread;
        const succeeds = (depth: number) =>
          drawUniform(source) < 1 / (1 + Math.exp((Math.log(depth) - log) / width));
        return playColumn(plan, cells, succeeds);
      });
    }),
  };
}

/** Multiples of it lie evenly between 0 and 1. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Where ln L50 of a column may be. */
type FrontierRange = {
  /** what a search thinks possible */
  readonly low: number;
  readonly high: number;
  /** what the fitted rule says, and whether networks like these were measured */
  readonly rule?: { readonly mean: number; readonly deviation: number; readonly measured: boolean };
};

function predictFrontier(plan: SearchPlan, cells: readonly Cell[]): FrontierRange {
  const depths = cells.map(({ depth }) => depth);
  const range = { low: Math.log(Math.min(...depths) / MARGIN), high: Math.log(Math.max(...depths) * MARGIN) };
  const first = cells[0] as Cell;
  const at = (name: 'sigma_b2' | 'width' | 'learning_rate') => valueAt(plan, first, name);
  const { sigma_w2, keep } = first;
  const place = {
    sigma_w2,
    keep,
    sigma_b2: at('sigma_b2'),
    width: at('width'),
    learning_rate: at('learning_rate'),
  };
  const found = fittedAt({ meta: { plan } }, place, FITTING);
  if (!found) return range;
  // a frontier far outside of the depths is as good as one just outside
  const clamp = (log: number) => Math.min(range.high, Math.max(range.low, log));
  const [low, high] = [clamp(Math.log(found.low)), clamp(Math.log(found.high))];
  return {
    ...range,
    rule: {
      mean: clamp(Math.log(found.depth)),
      deviation: (high - low) / (2 * 1.96),
      measured: found.outside.length === 0,
    },
  };
}

function playColumn(plan: SearchPlan, cells: readonly Cell[], succeeds: (depth: number) => boolean): Rounds {
  const search = new ColumnSearch(plan, cells);
  const rounds: Cell[][] = [];
  while (!search.over) {
    const round = search.wanted;
    rounds.push(round);
    search.resume(new Map(round.map((cell) => [toCellKey(cell), playRow(cell, succeeds(cell.depth))])));
  }
  return rounds;
}

/** All that a search reads of a row. */
const playRow = (cell: Cell, success: boolean): GridRow =>
  ({ ...cell, status: 'ok', train_accuracy: success ? 1 : 0 }) as GridRow;

import type { GridSummary } from '../../schemas/grid.ts';
import type { Settings } from '../../schemas/grid-settings.ts';
import { OWN_INITS, type TRAINED_TECHNIQUES } from '../../schemas/names.ts';
import { noiseGiven } from '../../schemas/noise-given.ts';
import { keepEffective, type Setting } from '../../theory/index.ts';
import { noiseIn } from '../endpoints/network.ts';

/** A network that measurements are looked up for. */
export type Sought = {
  readonly activation: string;
  readonly technique: string;
  readonly sigma_w2: number;
  readonly sigma_b2: number;
  /** the effective one: E[s]² / E[s²] */
  readonly keep: number;
  /** where it must have been measured; anywhere if left out */
  readonly data?: string | undefined;
  /** what else it should be made and trained with, by the names of `settingsOf` */
  readonly settings: Readonly<Record<string, Setting | undefined>>;
};

/** A measured column of which only the settings have been looked at. */
export type Candidate = {
  readonly grid: GridSummary;
  /** the axis other than depth, and its value there */
  readonly axis: string;
  readonly value: number;
  /** the settings of its networks */
  readonly settings: Readonly<Record<string, Setting>>;
  /** see {@link distanceBetween} */
  readonly distance: number;
  /** how far its other settings are from those sought: 1 for each that differs, less for numbers that are near */
  readonly difference: number;
};

/** What makes networks of another kind; what a plan does not say is so. */
const KIND: Readonly<Record<string, Setting>> = { schedule: 'constant', carry: 0, branch: 1 };

const UNSAID: Readonly<Record<string, Setting>> = { ...KIND, rate_schedule: 'constant' };

type Place = { readonly sigma_w2: number; readonly sigma_b2: number; readonly keep: number };

/**
 * A distance between networks of one activation and technique: Euclidean over ln sigma_w2, √sigma_b2 and ln(drop + 0.01), of
 * the effective keep rates. That is a choice: a factor in the weight variance counts as a factor in the drop probability.
 *
 * @example distanceBetween({ sigma_w2: 1, sigma_b2: 0, keep: 1 }, { sigma_w2: Math.E, sigma_b2: 0, keep: 1 }) // 1
 */
export function distanceBetween(a: Place, b: Place): number {
  const place = ({ sigma_w2, sigma_b2, keep }: Place) => [
    Math.log(Math.max(sigma_w2, 1e-6)),
    Math.sqrt(sigma_b2),
    Math.log(1.01 - keep),
  ];
  const [from, to] = [place(a), place(b)];
  return Math.hypot(...from.map((x, i) => x - (to[i] as number)));
}

/**
 * The columns of a grid that measure a network like the one sought, with how far they are from it.
 *
 * @param grid its entry in the list of grids, and its settings
 * @param sought the network
 * @returns none where the grid is of other data, activations, techniques or kinds of layers, or has no frontier
 * @example candidatesIn(summary, settings, sought)[0].distance // 0.02
 */
export function candidatesIn(grid: GridSummary, settings: Settings, sought: Sought): Candidate[] {
  const techniques = sought.keep === 1 ? ['none', 'bernoulli', sought.technique] : [sought.technique];
  const fits = grid.activation === sought.activation && techniques.includes(grid.technique);
  const wanted = { ...UNSAID, ...sought.settings };
  const other = Object.entries(KIND).some(([name, plain]) => {
    const own = settings[name] ?? plain;
    return own !== plain && own !== wanted[name];
  });
  const measured = sought.data === undefined || sought.data === grid.data;
  // (a framework's own initialiser has variances of its own)
  const own = (OWN_INITS as readonly unknown[]).includes(settings.init);
  const axes = Object.entries(settings).filter((entry): entry is [string, number[]] =>
    Array.isArray(entry[1]),
  );
  const [axis, values] = axes[0] ?? [];
  if (!fits || other || !measured || !own || axes.length !== 1 || !axis || !values) return [];
  return values.map((value) => {
    const column = { ...settings, [axis]: value } as Record<string, Setting>;
    return {
      ...{ grid, axis, value, settings: column },
      distance: distanceBetween(sought, placeOf(column, grid.technique)),
      difference: Object.entries(wanted)
        .map(([name, wish]) => (wish === undefined ? 0 : differenceOf(wish, column[name] ?? UNSAID[name])))
        .reduce((sum, one) => sum + one, 0),
    };
  });
}

/** Where a column is, in the terms of {@link distanceBetween}. */
function placeOf(
  { sigma_w2, sigma_b2, keep = 1, ...settings }: Record<string, Setting>,
  technique: string,
): Place {
  const name = technique as (typeof TRAINED_TECHNIQUES)[number];
  const noise = noiseIn({ technique: name, ...noiseGiven(settings, name, Number(keep)) });
  return { sigma_w2: Number(sigma_w2), sigma_b2: Number(sigma_b2), keep: keepEffective(noise) };
}

function differenceOf(wish: Setting, own: Setting | undefined): number {
  if (wish === own) return 0;
  const far = typeof wish === 'number' && typeof own === 'number' ? Math.abs(Math.log(own / wish)) : 1;
  return Math.min(Number.isNaN(far) ? 1 : far, 1);
}

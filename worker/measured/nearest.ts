import type { MeasuredColumn } from '../../figures/measured/columns.ts';
import { entryOf, type GridEntry } from '../../figures/measured/entry.ts';
import { OWN_INITS, oneSchedule, type SCHEDULES, type TRAINED_TECHNIQUES } from '../../schemas/names.ts';
import { noiseGiven } from '../../schemas/noise-given.ts';
import { conditionsOf, count, keepEffective, type Setting, type TechniqueName } from '../../theory/index.ts';
import { mapsOf, noiseIn } from '../endpoints/network.ts';
import type { Bindings } from '../environment.ts';
import { FITTING } from '../rule.ts';
import { GridStore } from '../store/store.ts';

type Place = { readonly sigma_w2: number; readonly sigma_b2: number; readonly keep: number };

type Settings = Readonly<Record<string, Setting | undefined>>;

/** A network that measurements are looked up for; its keep is the effective one, E[s]² / E[s²]. */
export type Sought = Place & {
  /** with its parameters, where they are not the defaults: see `networkSettings` */
  readonly activation: string;
  readonly technique: TechniqueName;
  /** where it must have been measured; anywhere if left out */
  readonly data?: string | undefined;
  /** what else it should be made and trained with, by the names of `settingsOf` */
  readonly settings: Settings;
};

/** A measured column. */
export type Nearest = {
  readonly column: MeasuredColumn;
  /** its grid */
  readonly grid: GridEntry;
  /** what its networks were made and trained with */
  readonly settings: Settings;
  /** how far it is from the network sought, see {@link distanceBetween} */
  readonly distance: number;
};

/** A measured column, before anything is compared with it. */
type Measured = Omit<Nearest, 'distance'> & { readonly place: Place };

/**
 * A distance between networks of one activation and technique: Euclidean over ln sigma_w2, √sigma_b2 and ln(1.01 − keep), of
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

/** What makes networks of another kind, and what a plan or a question that does not say it means. */
const KIND: Settings = { schedule: 'constant', carry: 0, branch: 1 };

const UNSAID: Settings = { ...KIND, rate_schedule: 'constant' };

/** A setting that differs weighs more than most distances; a frontier that was not reached more than any setting. */
const WEIGHTS = { difference: 10, censored: 1000 } as const;

/** So many columns are compared in the time of one evaluation. */
const COMPARED = 0.1;

/** No number is farther than this from another one, in ln: 0 would be, from all. */
const FARTHEST = 20;

/** The measured columns of all grids, looked up at most once a request. */
export class Measurements {
  readonly #store: GridStore;
  #measured: readonly Measured[] | undefined;

  /** @param env the Worker's bindings */
  constructor(env: Bindings) {
    this.#store = new GridStore(env);
  }

  /** Reads the columns, unless that was done. {@link nearest} knows no others. */
  async read(): Promise<void> {
    this.#measured ??= await this.#all();
  }

  /**
   * The measured column nearest to a network, among those of its activation and technique (or without noise), schedule and skip
   * connection: first one with a frontier within what was tried, then one with the settings sought, or where no grid has them
   * with those of the fitted rule, then the least distance, then (of several learning rates) the deepest.
   *
   * @param sought the network; settings that it does not say are those of the rule
   * @returns undefined where nothing like it was measured
   */
  nearest(sought: Sought): Nearest | undefined {
    // (nobody asks for what counts as trained: it goes with the data)
    const usual = { ...UNSAID, ...conditionsOf(FITTING.rule, sought.data ?? sought.settings.data) };
    const wanted = { ...usual, ...sought.settings, trained_at: usual.trained_at };
    let best: (Nearest & { readonly order: number }) | undefined;
    const all = this.#measured ?? [];
    count(all.length / COMPARED);
    for (const measured of all) {
      if (!measures(measured, sought)) continue;
      const { depth } = measured.column;
      const distance = distanceBetween(sought, measured.place);
      const order =
        distance +
        WEIGHTS.difference * differenceBetween(measured.settings, wanted, usual) +
        (depth === null ? WEIGHTS.censored : 0);
      const deeper = order === best?.order && (depth ?? 0) > (best.column.depth ?? 0);
      if (!best || order < best.order || deeper) best = { ...measured, distance, order };
    }
    return best;
  }

  async #all(): Promise<Measured[]> {
    const entries = (await this.#store.list()).map((entry) => (entry.columns ? entry : this.#anew(entry)));
    return (await Promise.all(entries)).flatMap(columnsOf);
  }

  /** The entry of a grid that was published before entries had columns. */
  async #anew(entry: GridEntry): Promise<GridEntry> {
    const bytes = await this.#store.version(entry.id, entry.version);
    return bytes ? entryOf(JSON.parse(new TextDecoder().decode(bytes)), entry.version) : entry;
  }
}

/** Of the initialisers only those whose variances are the plan's: a framework's has its own. */
function columnsOf(grid: GridEntry): Measured[] {
  const { technique, columns = [], settings: shared = {} } = grid;
  if (!(OWN_INITS as readonly unknown[]).includes(shared.init)) return [];
  const name = technique as (typeof TRAINED_TECHNIQUES)[number];
  return columns.map((column) => {
    const { sigma_w2, sigma_b2, keep, width, learning_rate } = column;
    const noise = noiseIn({ technique: name, ...noiseGiven(shared, name, keep) });
    return {
      ...{ grid, column, settings: { ...shared, sigma_w2, sigma_b2, width, learning_rate } },
      place: { sigma_w2, sigma_b2, keep: keepEffective(noise) },
    };
  });
}

/**
 * Whether a column has networks of the kind sought. Where there is no noise on one of the sides, the technique does not tell
 * them apart; a network without noise has no schedule either.
 */
function measures({ grid, settings, place }: Measured, sought: Sought): boolean {
  const plain = !mapsOf(sought.technique);
  const silent = plain && (sought.keep === 1 || place.keep === 1);
  const techniques = silent ? ['none', 'bernoulli', sought.technique] : [sought.technique];
  const kind = plain && sought.keep === 1 ? { ...sought.settings, schedule: 'constant' } : sought.settings;
  return (
    grid.activation === sought.activation &&
    techniques.includes(grid.technique) &&
    (sought.data === undefined || sought.data === grid.data) &&
    Object.keys(KIND).every((name) => kindOf(settings, name) === kindOf(kind, name))
  );
}

/** What makes networks of another kind, under its one name. */
function kindOf(settings: Settings, name: string): Setting | undefined {
  const said = settings[name] ?? KIND[name];
  return name === 'schedule' ? oneSchedule(said as (typeof SCHEDULES)[number]) : said;
}

/**
 * How far settings are from those wanted. Numbers: by their ln. Names: 1 for another one that is the usual one, 2 for any
 * other: networks with what nobody measured are compared with the usual ones rather than with any.
 */
function differenceBetween(settings: Settings, wanted: Settings, usual: Settings): number {
  const differences = Object.entries(wanted).map(([name, wish]) => {
    const own = settings[name] ?? UNSAID[name];
    if (wish === undefined || wish === own || name in KIND) return 0;
    if (typeof wish === 'string' || typeof own !== 'number') return own === usual[name] ? 1 : 2;
    return Math.min(Math.abs(Math.log(own / wish)), FARTHEST);
  });
  return differences.reduce((sum, one) => sum + one, 0);
}

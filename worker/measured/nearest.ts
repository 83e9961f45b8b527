import type { MeasuredColumn } from '../../figures/measured/columns.ts';
import { entryOf, type GridEntry } from '../../figures/measured/entry.ts';
import { OWN_INITS, type TRAINED_TECHNIQUES } from '../../schemas/names.ts';
import { noiseGiven } from '../../schemas/noise-given.ts';
import { keepEffective, type Setting, type TechniqueName } from '../../theory/index.ts';
import { mapsOf, noiseIn } from '../endpoints/network.ts';
import type { Bindings } from '../environment.ts';
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

/** What makes networks of another kind, and what a plan that does not say it means. */
const KIND: Settings = { schedule: 'constant', carry: 0, branch: 1 };

const UNSAID: Settings = { ...KIND, rate_schedule: 'constant' };

/** A setting that differs weighs more than any distance; a frontier that was not reached more than any setting. */
const WEIGHTS = { difference: 10, censored: 1000 } as const;

/** The measured columns of all grids, looked up at most once a request. */
export class Measurements {
  readonly #store: GridStore;
  #measured: Promise<readonly Measured[]> | undefined;

  /** @param env the Worker's bindings */
  constructor(env: Bindings) {
    this.#store = new GridStore(env);
  }

  /**
   * The measured column nearest to a network, among grids of its activation and technique: first one with a frontier within what
   * was tried, then one with the settings sought, then the least distance, then (of several learning rates) the deepest.
   *
   * @param sought the network
   * @returns undefined where nothing like it was measured
   */
  async nearest(sought: Sought): Promise<Nearest | undefined> {
    this.#measured ??= this.#all();
    const wanted = { ...UNSAID, ...sought.settings };
    let best: (Nearest & { readonly order: number }) | undefined;
    for (const measured of await this.#measured) {
      if (!measures(measured.grid, sought, wanted)) continue;
      const { depth } = measured.column;
      const distance = distanceBetween(sought, measured.place);
      const order =
        distance +
        WEIGHTS.difference * differenceBetween(wanted, measured.settings) +
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

/** Whether a grid has networks of the kind sought. */
function measures(
  { activation, technique, data, settings = {} }: GridEntry,
  sought: Sought,
  wanted: Settings,
) {
  const silent = sought.keep === 1 && !mapsOf(sought.technique);
  const techniques = silent ? ['none', 'bernoulli', sought.technique] : [sought.technique];
  return (
    activation === sought.activation &&
    techniques.includes(technique) &&
    (sought.data === undefined || sought.data === data) &&
    Object.entries(KIND).every(([name, plain]) => [plain, wanted[name]].includes(settings[name] ?? plain))
  );
}

/** How far settings are from those wanted: 1 for each that differs, less for numbers that are near. */
function differenceBetween(wanted: Settings, settings: Settings): number {
  const differences = Object.entries(wanted).map(([name, wish]) => {
    const own = settings[name] ?? UNSAID[name];
    if (wish === undefined || wish === own) return 0;
    if (typeof wish === 'string' || typeof own !== 'number') return 1;
    // (0 is as far as can be from any other number)
    return Math.min(Math.abs(Math.log(own / wish)), 1);
  });
  return differences.reduce((sum, one) => sum + one, 0);
}

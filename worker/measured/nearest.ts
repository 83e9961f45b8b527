import { Family, type Nearest, type Sought } from '../../answers/measured/family.ts';
import type { MeasuredGrid } from '../../answers/measured/grid.ts';
import { ACTIVATION_NAMES } from '../../catalogue/activations.ts';
import type { Bindings } from '../environment.ts';
import { measuredGrids } from '../store/measured.ts';

/** The measured columns of all grids: those of an activation are read at most once a request. */
export class Measurements {
  readonly #env: Bindings;
  readonly #grids = new Map<string, readonly MeasuredGrid[]>();
  readonly #families = new Map<string, Family>();
  #looked = false;
  #failed = false;

  /** @param env the Worker's bindings */
  constructor(env: Bindings) {
    this.#env = env;
  }

  /** Whether anything was looked up, so that the answer depends on the current grids. */
  get looked(): boolean {
    return this.#looked;
  }

  /** Whether grids could not be read. */
  get failed(): boolean {
    return this.#failed;
  }

  /**
   * Reads the columns of some activations, unless that was done; {@link nearest} knows no others.
   *
   * @param activations by their names
   */
  async read(activations: readonly string[]): Promise<void> {
    for (const activation of new Set(activations)) {
      if (this.#grids.has(activation) || this.#failed || !isTrained(activation)) continue;
      try {
        this.#grids.set(activation, await measuredGrids(this.#env, activation));
      } catch (error) {
        console.error('measurements could not be read', error);
        this.#failed = true;
      }
    }
  }

  /**
   * The measured column nearest to a network, see `Family.nearest`.
   *
   * @param sought the network; settings that it does not say are those of the rule
   * @returns undefined where nothing like it was measured, null where the grids could not be read
   * @throws OutOfWork
   */
  nearest(sought: Sought): Nearest | undefined | null {
    const { activation } = sought;
    if (!isTrained(activation)) return undefined;
    this.#looked = true;
    const grids = this.#grids.get(activation);
    if (!grids) return null;
    const family = this.#families.get(activation) ?? new Family(grids);
    this.#families.set(activation, family);
    return family.nearest(sought);
  }
}

const isTrained = (activation: string) => (ACTIVATION_NAMES as readonly string[]).includes(activation);

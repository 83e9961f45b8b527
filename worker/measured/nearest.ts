import { TRAINED_ACTIVATIONS } from '../../schemas/names.ts';
import type { Bindings } from '../environment.ts';
import { measuredGrids } from '../store/measured.ts';
import { Family, type Nearest, type Sought } from './family.ts';

export type { Nearest, Sought } from './family.ts';

/** A database that is silent for longer is taken to be down, in milliseconds. */
const PATIENCE = 1000;

/** The measured columns of all grids: those of an activation are read when it is first asked for, at most once a request. */
export class Measurements {
  readonly #env: Bindings;
  readonly #watch: (columns: number) => void;
  readonly #families = new Map<string, Promise<Family>>();
  #looked = false;
  #failed = false;

  /**
   * @param env the Worker's bindings
   * @param watch is called with so many columns before they are compared
   */
  constructor(env: Bindings, watch: (columns: number) => void = () => {}) {
    this.#env = env;
    this.#watch = watch;
  }

  /** Whether anything was looked up, so that an answer depends on the grids of today. */
  get looked(): boolean {
    return this.#looked;
  }

  /** Whether the grids could not be read. */
  get failed(): boolean {
    return this.#failed;
  }

  /**
   * The measured column nearest to a network, see `Family.nearest`.
   *
   * @param sought the network; settings that it does not say are those of the rule
   * @returns undefined where nothing like it was measured, null where the grids could not be read
   */
  async nearest(sought: Sought): Promise<Nearest | undefined | null> {
    this.#looked = true;
    const { activation } = sought;
    if (!(TRAINED_ACTIVATIONS as readonly string[]).includes(activation)) return undefined;
    if (this.#failed) return null;
    const family = this.#families.get(activation) ?? this.#read(activation);
    this.#families.set(activation, family);
    try {
      return (await family).nearest(sought);
    } catch (error) {
      // (what `watch` throws is no failure of the store)
      if (!this.#failed) throw error;
      return null;
    }
  }

  async #read(activation: string): Promise<Family> {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE} ms`)), PATIENCE);
    });
    try {
      return new Family(await Promise.race([measuredGrids(this.#env, activation), late]), this.#watch);
    } catch (error) {
      console.error('measurements could not be read', error);
      this.#failed = true;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}

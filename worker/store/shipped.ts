import type { MeasuredColumn } from '../../figures/measured/columns.ts';
import type { GridEntry } from '../../figures/measured/entry.ts';
import type { GridTheory } from '../../figures/measured/theory.ts';
import type { GridSummary } from '../../schemas/grid.ts';
import { PartDown } from '../parts.ts';
import { ask } from './ask.ts';

/** The fitted columns of one version of a grid, and what the theory says of it, where that is kept. */
export type KeptFrontier = {
  readonly columns: readonly MeasuredColumn[];
  readonly theory?: GridTheory;
};

/**
 * The grids that ship with the repository, read from the static assets (scripts/assets.ts lays them out). They answer
 * when the store has nothing, so that a fresh clone serves real measurements.
 */
export class ShippedGrids {
  readonly #assets: Fetcher;

  /** @param assets the binding of the static assets */
  constructor(assets: Fetcher) {
    this.#assets = assets;
  }

  /** All shipped grids, with their current versions. */
  async list(): Promise<GridSummary[]> {
    return (await this.#json('grids/index.json')) ?? [];
  }

  /** The version of a grid that ships, or undefined. */
  async version(id: string): Promise<string | undefined> {
    return (await this.list()).find((entry) => entry.id === id)?.version;
  }

  /**
   * The shipped grids of one activation, with their columns.
   *
   * @param activation one of TRAINED_ACTIVATIONS
   */
  async measured(activation: string): Promise<GridEntry[]> {
    return (await this.#json(`measured/${activation}.json`)) ?? [];
  }

  /**
   * The frontier of one version, as it was fitted when the assets were built, or undefined.
   *
   * @param id a valid grid id
   * @param version a valid SHA-256, in hexadecimal
   */
  frontier(id: string, version: string): Promise<KeptFrontier | undefined> {
    return this.#json(`grids/${id}/${version}.frontier.json`);
  }

  /**
   * The bytes of one version, or undefined.
   *
   * @param id a valid grid id
   * @param version a valid SHA-256, in hexadecimal
   */
  async bytes(id: string, version: string): Promise<ArrayBuffer | undefined> {
    const response = await this.#fetch(`grids/${id}/${version}.json`);
    return response && ask('assets', () => response.arrayBuffer());
  }

  async #json<Value>(path: string): Promise<Value | undefined> {
    const response = await this.#fetch(path);
    return response && ask('assets', () => response.json<Value>());
  }

  async #fetch(path: string): Promise<Response | undefined> {
    const response = await ask('assets', () => this.#assets.fetch(`https://assets.local/${path}`));
    if (response.ok) return response;
    await response.body?.cancel();
    if (response.status === 404) return undefined;
    throw new PartDown('assets', `${path}: ${response.status}`);
  }
}

import type { GridEntry } from '../../figures/measured/entry.ts';
import { PartDown } from '../parts.ts';
import { ask } from './parts.ts';

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

  /** The entries of all shipped grids, with their current versions. */
  async list(): Promise<GridEntry[]> {
    const response = await this.#fetch('index.json');
    return response ? ask('assets', () => response.json()) : [];
  }

  /** The version of a grid that ships, or undefined. */
  async version(id: string): Promise<string | undefined> {
    return (await this.list()).find((entry) => entry.id === id)?.version;
  }

  /**
   * The bytes of one version, or undefined.
   *
   * @param id a valid grid id
   * @param version a valid SHA-256, in hexadecimal
   */
  async bytes(id: string, version: string): Promise<ArrayBuffer | undefined> {
    const response = await this.#fetch(`${id}/${version}.json`);
    return response && ask('assets', () => response.arrayBuffer());
  }

  async #fetch(path: string): Promise<Response | undefined> {
    const response = await ask('assets', () => this.#assets.fetch(`https://assets.local/grids/${path}`));
    if (response.ok) return response;
    await response.body?.cancel();
    if (response.status === 404) return undefined;
    throw new PartDown('assets', `${path}: ${response.status}`);
  }
}

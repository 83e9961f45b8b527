import { ask } from './ask.ts';

/** The bytes of grids in R2. What an object holds never changes; it is written again only to mend it. */
export class Objects {
  readonly #bucket: R2Bucket;

  /** @param bucket the binding of R2 */
  constructor(bucket: R2Bucket) {
    this.#bucket = bucket;
  }

  /** The bytes of an object as they are, or undefined. */
  get(key: string): Promise<ArrayBuffer | undefined> {
    return ask('objects', async () => (await this.#bucket.get(key))?.arrayBuffer());
  }

  /** Writes an object; R2 refuses bytes that do not have the SHA-256. */
  async put(key: string, bytes: ArrayBuffer, sha256: string): Promise<void> {
    const options = { sha256, httpMetadata: { contentType: 'application/json' } };
    await ask('objects', () => this.#bucket.put(key, bytes, options));
  }

  /** A page of all objects, by key. */
  list(limit: number, cursor?: string): Promise<R2Objects> {
    return ask('objects', () => this.#bucket.list({ prefix: 'grids/', limit, ...(cursor && { cursor }) }));
  }

  /** Deletes objects for good. */
  async remove(keys: string[]): Promise<void> {
    if (keys.length > 0) await ask('objects', () => this.#bucket.delete(keys));
  }
}

/**
 * The key of a new object. Each upload has its own, so that one which nothing refers to can be deleted: no other request will
 * ever refer to it.
 *
 * @param id of the grid
 * @param version SHA-256 of the bytes
 * @example isNewKey(newKey('tiny', sha256))
 */
export const newKey = (id: string, version: string) => `grids/${id}/${version}-${crypto.randomUUID()}.json`;

/**
 * The key of a version that was published before there was a history.
 *
 * @param id of the grid
 * @param version SHA-256 of the bytes
 * @example firstKey('tiny', 'ab12') // 'grids/tiny/ab12.json'
 */
export const firstKey = (id: string, version: string) => `grids/${id}/${version}.json`;

/**
 * Whether a key was made by {@link newKey}.
 *
 * @param key of an object
 * @example isNewKey(firstKey('tiny', 'ab12')) // false
 */
export const isNewKey = (key: string) => /\/[0-9a-f]{64}-[0-9a-f-]{36}\.json$/.test(key);

import { sha256 } from '../../../caching.ts';

/** What the bucket holds of an object; `order` counts the writes. */
export type Held = { bytes: Uint8Array<ArrayBuffer>; uploaded: number; readonly order: number };

/**
 * An R2 bucket in memory. It has what the grid store uses, with R2's check of the SHA-256 of a write.
 *
 * @param held the objects, by key; a test may look at them, and spoil them
 */
export function memoryBucket(held: Map<string, Held>): R2Bucket {
  let writes = 0;
  const bucket = {
    get: async (key: string) => {
      const object = held.get(key);
      return object ? { arrayBuffer: async () => object.bytes.slice().buffer } : null;
    },
    put: async (key: string, value: ArrayBuffer, options: { sha256: string }) => {
      const bytes = new Uint8Array(value);
      if ((await sha256(value)) !== options.sha256) throw new Error('checksum mismatch');
      held.set(key, { bytes: bytes.slice(), uploaded: Date.now(), order: ++writes });
    },
    delete: async (keys: string | string[]) => {
      for (const key of [keys].flat()) held.delete(key);
    },
    list: async () => ({
      objects: [...held].map(([key, { bytes, uploaded }]) => ({
        key,
        size: bytes.length,
        uploaded: new Date(uploaded),
      })),
      truncated: false,
    }),
  };
  return bucket as unknown as R2Bucket;
}

/** What wrangler.toml binds to the Worker. */
export type Bindings = {
  /** The bytes of grid versions, which never change. */
  GRIDS: R2Bucket;
  /** The history of each grid: which versions there are, and which one is current. */
  DB: D1Database;
  /** The grids that ship with the repository. */
  ASSETS: Fetcher;
  /** Whether an address may ask once more: see middleware.ts. Plain workerd has none; there nothing is limited. */
  RATE_LIMITER?: RateLimit;
  /** Needed to publish. A deployed Worker without it publishes nothing. */
  DROPLINE_TOKEN?: string;
};

/** The type argument of every Hono app here. */
export type Environment = { Bindings: Bindings };

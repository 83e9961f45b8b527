/** Requests of one address in a period of so many seconds: what wrangler.toml binds, and what every answer states. */
export const RATE_LIMIT = { limit: 100_000, period: 60 } as const;

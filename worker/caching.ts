/** What caches may do with answers: how long each may stand in for asking again. */
export const CACHING = {
  /** A pure function of the address and of the software. */
  pure: 'public, max-age=3600, stale-while-revalidate=86400',
  /** Rests on the grids that are current now: a minute after a grid is published or withdrawn no cache answers as before. */
  current: 'public, max-age=60',
  /** A version of a grid. */
  immutable: 'public, max-age=31536000, immutable',
  /** Lacks what could not be read. */
  incomplete: 'no-store',
} as const;

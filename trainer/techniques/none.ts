import type { Technique } from './technique.ts';

/**
 * No noise.
 *
 * @example none.layer(place)
 */
export const none: Technique = { name: 'none', layer: () => undefined };

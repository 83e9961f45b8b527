import type { Technique } from './technique.ts';

/**
 * No noise.
 *
 * @example none.noise(1) // undefined
 */
export const none: Technique = { name: 'none', noise: () => undefined };

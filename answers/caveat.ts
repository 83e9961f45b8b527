import type { Recommendation } from '../theory/index.ts';
import { shorten } from './shorten.ts';

/** By what the variance does in a recommended network; nothing where it stays. */
const CAVEATS: Record<Recommendation['variance'], (of: Recommendation) => string | null> = {
  stable: () => null,
  neutral: () => null,
  half_stable: ({ q_star }) =>
    `q is drawn to ${shorten(q_star, 5)} from one side only (half-stable), so let it start there`,
  collapses: () => 'q falls to 0, but slower than exponentially',
  grows: ({ sigma_b2 }) => `q grows by ${shorten(sigma_b2, 5)} a layer`,
};

/**
 * What is to be known of the variance in a recommended network before it is taken.
 *
 * @param recommended see `recommend`
 * @returns a clause, or null where q stays where it is
 * @example caveatOf(recommend(relu, noise, { sigma_b2: 0.05 }))
 */
export function caveatOf(recommended: Recommendation): string | null {
  return CAVEATS[recommended.variance](recommended);
}

/** What is compared by name, and what counts as trained: other networks than these follow other curves. */
const KINDS = ['data', 'optimiser', 'init', 'activation', 'technique', 'trained_at'];

/**
 * Whether a depth by the fitted rule is drawn beside what was measured: not where the networks are of another kind than those
 * that it was fitted to. Numbers beyond theirs stretch a curve; another kind has another one.
 *
 * @param outside what lies beyond the rule, see `FittedDepth`
 * @example isDrawn(['steps']) // true
 */
export const isDrawn = (outside: readonly string[]): boolean => !outside.some((name) => KINDS.includes(name));

/** What is compared by name, what counts as trained, and networks unlike all that were measured: they follow other curves. */
const KINDS = ['data', 'optimiser', 'init', 'technique', 'accuracy_threshold', 'network'];

/**
 * Whether a depth by the fitted rule is drawn beside what was measured: not where the networks are of another kind than those
 * that it was fitted to. Numbers beyond theirs stretch a curve; another kind has another one.
 *
 * @param outside what lies beyond the rule, see `FittedDepth`
 * @example isDrawn(['steps']) // true
 */
export const isDrawn = (outside: readonly string[]): boolean => !outside.some((name) => KINDS.includes(name));

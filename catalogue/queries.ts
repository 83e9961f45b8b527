/** Frameworks that advice can be written for. */
export const FRAMEWORK_ENTRIES = {
  pytorch: { synonyms: ['torch'] },
  keras: { synonyms: ['tensorflow', 'tf'] },
  jax: { synonyms: ['flax'] },
} as const satisfies Record<string, { synonyms: readonly string[] }>;

/** The name of a framework that advice can be written for. */
export type FrameworkName = keyof typeof FRAMEWORK_ENTRIES;

/** The names of these frameworks. */
export const FRAMEWORK_NAMES = Object.keys(FRAMEWORK_ENTRIES) as FrameworkName[];

/** What a plane can show. */
export const PLANE_MEASURES = ['q_star', 'c_star', 'chi_1', 'chi_aligned', 'chi_c', 'xi_1', 'xi_2'] as const;

/** One of {@link PLANE_MEASURES}. */
export type PlaneMeasure = (typeof PLANE_MEASURES)[number];

/** What else a plane can show: the trainable depth by the rule that was fitted to measured networks, and the ends of its interval. */
export const FITTED_MEASURES = ['fitted_depth', 'fitted_low', 'fitted_high'] as const;

/** One of {@link FITTED_MEASURES}. */
export type FittedMeasure = (typeof FITTED_MEASURES)[number];

/** What the gradients of a transformer come from: a loss at each token, or at the mean over the tokens. */
export const LOSSES = ['token', 'pooled'] as const;

/**
 * What can end the depth of the fitted rule: the first updates are too small beside the weights, as where gradients vanish
 * (`weak_updates`), too small beside their own noise, as where inputs become alike (`noisy_updates`), too large, as where gradients explode
 * (`unstable_updates`), or the network is too deep for its width (`width`).
 */
export const KERNEL_LIMITS = ['weak_updates', 'noisy_updates', 'unstable_updates', 'width'] as const;

/** One of {@link KERNEL_LIMITS}. */
export type KernelLimit = (typeof KERNEL_LIMITS)[number];

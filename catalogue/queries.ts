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

/** What the gradients of a transformer come from: a loss at each token, or at the mean over the tokens. */
export const LOSSES = ['token', 'pooled'] as const;

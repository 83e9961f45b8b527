import { checkPositive, ParameterError } from '../parameter-error.ts';

/** A published rule of thumb for the deepest trainable network: a multiple of a depth scale. */
export type DepthRule = {
  readonly name: string;
  readonly multiplier: number;
  readonly scale: 'xi_1' | 'xi_2';
  /** where it stands */
  readonly source: string;
  /** `drawn`: the authors' public code draws it over their measurements; `quoted`: others quote the authors with it;
   * `reproduction`: a reproduction of the experiments uses it */
  readonly attribution: 'drawn' | 'quoted' | 'reproduction';
  /** what is known, and what is not */
  readonly note: string;
};

const HUANG =
  'Huang et al. 2019, "Mean field theory for deep dropout networks", public code of the trainability figure';

/**
 * The rules in circulation. Which multiple holds depends on the optimiser, the learning rate, the number of steps and the
 * accuracy that counts as trained; calibrate it with `multiplier`.
 *
 * @example DEPTH_RULES.six_xi_2.multiplier // 6
 */
export const DEPTH_RULES = {
  six_xi_2: {
    name: 'six_xi_2',
    multiplier: 6,
    scale: 'xi_2',
    source: 'Schoenholz et al. 2017, "Deep information propagation"',
    attribution: 'quoted',
    note: 'Widely quoted from that paper; also drawn by the public code of Huang et al. 2019.',
  },
  twelve_xi_2: {
    name: 'twelve_xi_2',
    multiplier: 12,
    scale: 'xi_2',
    source: HUANG,
    attribution: 'drawn',
    note: 'One of three lines over the measured planes; which of them the text prefers is not established here.',
  },
  twelve_xi_1: {
    name: 'twelve_xi_1',
    multiplier: 12,
    scale: 'xi_1',
    source: HUANG,
    attribution: 'drawn',
    note: 'Cannot hold near chi_1 = 1, where xi_1 has no bound while noise still limits the depth.',
  },
  four_and_half_xi_c: {
    name: 'four_and_half_xi_c',
    multiplier: 4.5,
    scale: 'xi_2',
    source: 'Public reproduction mean-field-fcdnn (200 steps of SGD, without dropout)',
    attribution: 'reproduction',
    note: 'The multiple that fitted short training runs there.',
  },
} as const satisfies Record<string, DepthRule>;

/** The name of a rule. */
export type DepthRuleName = keyof typeof DEPTH_RULES;

/** A depth in layers, null where it has no bound, and what set it. */
export type DepthLimit = {
  readonly depth: number | null;
  readonly limited_by: 'xi_1' | 'xi_2' | 'float_range' | null;
};

/**
 * The depth that a rule allows.
 *
 * @param rule a name of {@link DEPTH_RULES}
 * @param scales depth scales in layers; null where they have no bound
 * @param options `multiplier` in place of the rule's own; `range`: the depth at which the variance leaves float32, null or
 * left out where it never does (see `rangeDepth`)
 * @throws ParameterError for an unknown rule or a multiplier that is not positive
 * @see the `source` of the rule
 * @example applyRule('six_xi_2', { xi_1: 47.689, xi_2: 4.473 }) // { depth: 26.838, limited_by: 'xi_2' }
 */
export function applyRule(
  rule: DepthRuleName,
  scales: { readonly xi_1: number | null; readonly xi_2: number | null },
  options: { readonly multiplier?: number; readonly range?: number | null } = {},
): DepthLimit {
  if (!Object.hasOwn(DEPTH_RULES, rule))
    throw new ParameterError(
      'rule',
      'unknown_name',
      `Unknown rule "${rule}". Known: ${Object.keys(DEPTH_RULES).join(', ')}.`,
    );
  const { scale, multiplier: own } = DEPTH_RULES[rule];
  const { multiplier = own, range = null } = options;
  checkPositive({ multiplier });
  const xi = scales[scale];
  const depth = xi === null ? Number.POSITIVE_INFINITY : multiplier * xi;
  if (range !== null && range < depth) return { depth: range, limited_by: 'float_range' };
  return xi === null ? { depth: null, limited_by: null } : { depth, limited_by: scale };
}

import { ACTIVATION_NAMES, type ActivationName } from '../../catalogue/activations.ts';
import type { BLOCK_KINDS, BLOCK_NORMS, NORM_PLACES } from '../../catalogue/architectures.ts';
import type { PlaneMeasure } from '../../catalogue/queries.ts';
import { TECHNIQUE_NAMES } from '../../catalogue/techniques.ts';

/** What the page shows of each measure, and whether its colours are those of the logarithm. */
export const MEASURES: Record<PlaneMeasure, { label: string; unit: string; scale: 'linear' | 'log' }> = {
  xi_2: { label: 'ξ₂, depth scale of correlations', unit: 'layers', scale: 'log' },
  xi_1: { label: 'ξ₁, depth scale of one input’s gradient', unit: 'layers', scale: 'log' },
  chi_1: { label: 'χ₁, gradient factor of one input', unit: 'per layer', scale: 'linear' },
  chi_aligned: { label: 'χ₁ without noise, slope at c = 1', unit: 'per layer', scale: 'linear' },
  chi_c: { label: 'χ₂, slope at c*', unit: 'per layer', scale: 'linear' },
  q_star: { label: 'q*, fixed variance', unit: '', scale: 'log' },
  c_star: { label: 'c*, fixed correlation', unit: '', scale: 'linear' },
};

/** Techniques that keep alone describes, and none. The others need parameters that this page has no controls for. */
export const TECHNIQUE_CHOICES = TECHNIQUE_NAMES.filter((name) => !['beta', 'advanced'].includes(name));

/** Frameworks that the advice has snippets for. */
export const FRAMEWORKS = ['pytorch', 'keras', 'jax'] as const;

/** The kinds of block, the norms, and where they stand. (The catalogue itself is the presets with their sources, which the page asks the API for.) */
export const BLOCK_CHOICES = {
  block: ['ffn', 'gated', 'tabular_resnet', 'transformer'],
  norm: ['layer', 'rms', 'batch', 'none'],
  norm_at: ['pre', 'post', 'sandwich', 'out'],
} as const satisfies {
  block: typeof BLOCK_KINDS;
  norm: typeof BLOCK_NORMS;
  norm_at: typeof NORM_PLACES;
};

/** The ranges of the numbers of a network of blocks. */
const BLOCK_RANGES = {
  drop: { min: 0, max: 0.5, step: 0.001 },
  blocks: { min: 1, max: 500, step: 1 },
  tokens: { min: 1, max: 65_536, step: 1 },
  sigma_w2_attention: { min: 0, max: 100, step: 0.001 },
  sigma_w2_hidden: { min: 0, max: 100, step: 0.001 },
  sigma_w2_output: { min: 0, max: 100, step: 0.001 },
} as const;

/** The ranges of the numbers, ends included, and how finely the page moves them. */
export const RANGES = {
  sigma_w2: { min: 0.05, max: 20, step: 0.01 },
  sigma_b2: { min: 0, max: 0.5, step: 0.001 },
  keep: { min: 0.5, max: 1, step: 0.001 },
  w_low: { min: 0.05, max: 19, step: 0.05 },
  w_high: { min: 0.1, max: 20, step: 0.05 },
  depth: { min: 2, max: 500, step: 1 },
  fan_in: { min: 1, max: 65_536, step: 1 },
  ...BLOCK_RANGES,
} as const;

/** What a network of blocks has in place of what its preset says. Empty: as the preset has it. */
export type BlockParts = {
  block_activation: ActivationName | '';
  norm: (typeof BLOCK_NORMS)[number] | '';
  norm_at: (typeof NORM_PLACES)[number] | '';
} & { [Name in keyof typeof BLOCK_RANGES]: number | '' };

/** Nothing in place of what the preset says. */
export const AS_THE_PRESET: BlockParts = {
  drop: '',
  blocks: '',
  norm_at: '',
  tokens: '',
  block_activation: '',
  norm: '',
  sigma_w2_attention: '',
  sigma_w2_hidden: '',
  sigma_w2_output: '',
};

/** Everything that decides what the page shows. */
export type State = {
  activation: ActivationName;
  technique: (typeof TECHNIQUE_CHOICES)[number];
  measure: PlaneMeasure;
  /** the parameter that runs upwards in the phase diagram */
  y: 'sigma_b2' | 'keep';
  /** the id of a measured grid; empty for the first there is */
  grid: string;
  framework: (typeof FRAMEWORKS)[number];
  /** the name of an architecture, or `none` for blocks of one's own */
  preset: string;
  /** without a preset: the kind of block */
  block: (typeof BLOCK_KINDS)[number];
} & BlockParts & { [Name in Exclude<keyof typeof RANGES, keyof BlockParts>]: number };

/** What the page shows where its address says nothing. */
export const DEFAULTS: State = {
  activation: 'tanh',
  technique: 'bernoulli',
  measure: 'xi_2',
  y: 'sigma_b2',
  sigma_w2: 1.8,
  sigma_b2: 0.05,
  keep: 0.95,
  w_low: 1,
  w_high: 4,
  depth: 50,
  grid: '',
  fan_in: 256,
  framework: 'pytorch',
  preset: 'bert_base',
  block: 'ffn',
  ...AS_THE_PRESET,
};

const CHOICES: Partial<Record<keyof State, readonly string[]>> = {
  activation: ACTIVATION_NAMES,
  technique: TECHNIQUE_CHOICES,
  measure: Object.keys(MEASURES),
  y: ['sigma_b2', 'keep'],
  framework: FRAMEWORKS,
  block_activation: ACTIVATION_NAMES,
  ...BLOCK_CHOICES,
};

/**
 * One value of the state from text, as an address or a form has it.
 *
 * @param name of the value
 * @param text any text
 * @returns undefined where the text is no such value, empty text where that is one; numbers are brought to their range and step
 * @example parseValue('keep', '1.7') // 1
 */
export function parseValue(name: string, text: string): string | number | undefined {
  if (text.trim() === '') return DEFAULTS[name as keyof State] === '' ? '' : undefined;
  const range = RANGES[name as keyof typeof RANGES];
  if (range) {
    const value = Number(text);
    if (!Number.isFinite(value)) return undefined;
    const stepped = Math.round(value / range.step) * range.step;
    return Number(Math.min(Math.max(stepped, range.min), range.max).toFixed(4));
  }
  if (name === 'grid') return /^[a-z0-9-]{0,63}$/.test(text) ? text : undefined;
  if (name === 'preset') return /^[a-z0-9_]{1,63}$/.test(text) ? text : undefined;
  return CHOICES[name as keyof State]?.find((choice) => choice === text);
}

/**
 * The state that an address tells of. What is missing or makes no sense there takes its default.
 *
 * @param search the query of an address
 * @example readState('?keep=0.9').keep // 0.9
 */
export function readState(search: string): State {
  const given = [...new URLSearchParams(search)].filter(([name]) => Object.hasOwn(DEFAULTS, name));
  const parsed = given.map(([name, text]) => [name, parseValue(name, text)] as const);
  return consistent({
    ...DEFAULTS,
    ...Object.fromEntries(parsed.filter(([, value]) => value !== undefined)),
  });
}

/**
 * The query of the address of a state: what differs from the defaults.
 *
 * @param state what is shown
 * @example writeState({ ...DEFAULTS, keep: 0.9 }) // '?keep=0.9'
 */
export function writeState(state: State): string {
  const names = (Object.keys(DEFAULTS) as (keyof State)[]).filter((name) => state[name] !== DEFAULTS[name]);
  const query = new URLSearchParams(names.map((name) => [name, String(state[name])]));
  return names.length > 0 ? `?${query}` : '';
}

/**
 * A state whose parts go together: an axis from low to high with the pointer within, and no axis of a keep where there is
 * none.
 *
 * @param state any
 * @example consistent({ ...DEFAULTS, technique: 'none', y: 'keep' }).y // 'sigma_b2'
 */
export function consistent(state: State): State {
  const w_high = Math.max(state.w_high, Number((state.w_low + RANGES.w_high.step).toFixed(4)));
  return {
    ...state,
    y: state.technique === 'none' ? 'sigma_b2' : state.y,
    w_high,
    sigma_w2: Math.min(Math.max(state.sigma_w2, state.w_low), w_high),
  };
}

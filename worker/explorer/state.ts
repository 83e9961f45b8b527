import { ACTIVATION_NAMES, type ActivationName } from '../../catalogue/activations.ts';
import { ARCHITECTURES, type ArchitectureName } from '../../catalogue/architectures.ts';
import { type InitAlias, PLAN_INITS } from '../../catalogue/inits.ts';
import {
  FITTED_MEASURES,
  type FittedMeasure,
  PLANE_MEASURES,
  type PlaneMeasure,
} from '../../catalogue/queries.ts';
import { TECHNIQUE_NAMES } from '../../catalogue/techniques.ts';
import {
  DATA_SET_NAMES,
  type DataSetName,
  OPTIMISER_NAMES,
  type OptimiserName,
} from '../../catalogue/training.ts';

/** Techniques that a drop rate alone describes, and none. */
export const TECHNIQUE_CHOICES = TECHNIQUE_NAMES.filter((name) => !['beta', 'advanced'].includes(name));

/** Frameworks that code is written for. */
export const FRAMEWORKS = ['pytorch', 'keras', 'jax'] as const;

/** Kinds of network that are no preset, and what `/v1/blocks` calls them; a plain stack has no blocks. */
export const KINDS = {
  plain: { title: 'Plain stack of layers', query: undefined },
  residual: { title: 'Residual blocks, no norm', query: { block: 'ffn', norm: 'none' } },
  pre_norm: { title: 'Residual blocks, pre-norm', query: { block: 'ffn', norm_at: 'pre' } },
  post_norm: { title: 'Residual blocks, post-norm', query: { block: 'ffn', norm_at: 'post' } },
  transformer_pre: { title: 'Transformer, pre-norm', query: { block: 'transformer', norm_at: 'pre' } },
  transformer_post: { title: 'Transformer, post-norm', query: { block: 'transformer', norm_at: 'post' } },
} as const;

/** A kind of network: one of {@link KINDS}, or a preset of `/v1/architectures`. */
export type Kind = keyof typeof KINDS | ArchitectureName;

/** Whether a kind is a preset, whose numbers stand for what the reader does not say. */
export const isPreset = (kind: Kind): kind is ArchitectureName => kind in ARCHITECTURES;

/** The numbers of the page: their ranges, ends included, whether they are whole, and the steps of their sliders. */
export const NUMBERS = {
  drop: { min: 0, max: 0.95, step: 0.01 },
  width: { min: 1, max: 65_536, whole: true },
  depth: { min: 1, max: 1000, whole: true, step: 1 },
  sigma_w2: { min: 0.001, max: 100 },
  sigma_b2: { min: 0, max: 10 },
  steps: { min: 1, max: 1e6, whole: true },
  batch: { min: 1, max: 10_000, whole: true },
  learning_rate: { min: 1e-9, max: 100 },
  tokens: { min: 2, max: 1e7, whole: true },
  w_low: { min: 0.001, max: 99 },
  w_high: { min: 0.01, max: 100 },
} as const satisfies Record<string, { min: number; max: number; whole?: boolean; step?: number }>;

/** The name of a number of the page. */
export type NumberName = keyof typeof NUMBERS;

/** Everything that decides what the page shows. Empty: as the preset, the initialiser or the fitted rule has it. */
export type State = {
  kind: Kind;
  activation: ActivationName | '';
  technique: (typeof TECHNIQUE_CHOICES)[number];
  drop: number | '';
  init: InitAlias | '';
  /** with an initialiser that has variances of its own these are empty */
  sigma_w2: number | '';
  sigma_b2: number | '';
  width: number | '';
  depth: number | '';
  optimiser: OptimiserName;
  data: DataSetName;
  steps: number | '';
  batch: number | '';
  learning_rate: number | '';
  tokens: number | '';
  /** what the plane shows */
  measure: PlaneMeasure | FittedMeasure;
  /** the parameter that runs upwards in the plane */
  y: 'sigma_b2' | 'drop';
  w_low: number;
  w_high: number;
  /** the id of a measured grid; empty for the nearest */
  grid: string;
  framework: (typeof FRAMEWORKS)[number];
};

/** What the page shows where its address says nothing: the network that people ask about. */
export const DEFAULTS: State = {
  kind: 'plain',
  activation: 'relu',
  technique: 'bernoulli',
  drop: 0.1,
  init: 'torch_default',
  sigma_w2: '',
  sigma_b2: '',
  width: 512,
  depth: 20,
  optimiser: 'adam',
  data: 'mnist',
  steps: '',
  batch: '',
  learning_rate: '',
  tokens: '',
  measure: 'fitted_depth',
  y: 'drop',
  w_low: 0.2,
  w_high: 4,
  grid: '',
  framework: 'pytorch',
};

/** What a preset says where the reader does not: picking one empties these. */
export const OF_PRESET = ['activation', 'drop', 'init', 'width', 'depth', 'tokens'] as const;

const CHOICES: Readonly<Partial<Record<keyof State, readonly string[]>>> = {
  kind: [...Object.keys(KINDS), ...Object.keys(ARCHITECTURES)],
  activation: ACTIVATION_NAMES,
  technique: TECHNIQUE_CHOICES,
  init: PLAN_INITS,
  optimiser: OPTIMISER_NAMES,
  data: DATA_SET_NAMES,
  measure: [...FITTED_MEASURES, ...PLANE_MEASURES],
  y: ['sigma_b2', 'drop'],
  framework: FRAMEWORKS,
};

/** The parts of the state that may be empty. */
const EMPTY: readonly (keyof State)[] = [
  ...OF_PRESET,
  ...(['sigma_w2', 'sigma_b2', 'steps', 'batch', 'learning_rate', 'grid'] as const),
];

/** A value that was read, or what is wrong with the text. */
export type Parsed = { readonly value: string | number } | { readonly wrong: string };

/**
 * One value of the state from text, as an address or a person writes it: a decimal comma and a percent sign are understood. Nothing is
 * brought into its range without a word.
 *
 * @param name of the value
 * @param text any text
 * @example parseValue('drop', '10 %') // { value: 0.1 }
 * @example parseValue('drop', '90') // { wrong: 'Between 0 and 0.95. (90 % is 0.9.)' }
 */
export function parseValue(name: keyof State, text: string): Parsed {
  const given = text.trim();
  if (given === '') return EMPTY.includes(name) ? { value: '' } : { wrong: 'A value is needed.' };
  const range = NUMBERS[name as NumberName];
  if (range) return parseNumber(name, given, range);
  if (name === 'grid')
    return /^[a-z0-9-]{0,63}$/.test(given) ? { value: given } : { wrong: 'There is no such grid.' };
  const choice = CHOICES[name]?.find((one) => one === given);
  return choice === undefined ? { wrong: `There is no "${given.slice(0, 40)}" here.` } : { value: choice };
}

function parseNumber(
  name: keyof State,
  given: string,
  range: { readonly min: number; readonly max: number; readonly whole?: boolean },
): Parsed {
  const percent = /^(.*\d)\s*%$/.exec(given);
  const plain = (percent?.[1] ?? given).replace(/^([+-]?\d*),(\d+)$/, '$1.$2');
  const number = /\d/.test(plain) ? Number(plain) : Number.NaN;
  const value = percent ? number / 100 : number;
  if (!Number.isFinite(value)) return { wrong: 'Not a number.' };
  if (range.whole && !Number.isInteger(value)) return { wrong: 'A whole number, please.' };
  if (value < range.min || value > range.max) {
    const meant = name === 'drop' && value > 1 && value < 100 ? ` (${value} % is ${value / 100}.)` : '';
    return { wrong: `Between ${range.min} and ${range.max}.${meant}` };
  }
  return { value: Number(value.toPrecision(12)) };
}

/**
 * The state that an address tells of. What is missing or makes no sense there takes its default.
 *
 * @param search the query of an address
 * @example readState('?drop=0.2').drop // 0.2
 */
export function readState(search: string): State {
  const given = [...new URLSearchParams(search)].flatMap(([name, text]) => {
    if (!Object.hasOwn(DEFAULTS, name)) return [];
    const parsed = parseValue(name as keyof State, text);
    return 'value' in parsed ? [[name, parsed.value] as const] : [];
  });
  const state = { ...DEFAULTS, ...Object.fromEntries(given) } as State;
  return consistent(isPreset(state.kind) ? { ...state, ...emptied(given.map(([name]) => name)) } : state);
}

/** The parts that a preset says, but for those that are given. */
const emptied = (given: readonly string[]): Partial<State> =>
  Object.fromEntries(OF_PRESET.filter((name) => !given.includes(name)).map((name) => [name, '']));

/**
 * The query of an address that tells of a state: what differs from the defaults.
 *
 * @param state of the page
 * @returns empty for the defaults
 * @example writeState({ ...DEFAULTS, drop: 0.2 }) // '?drop=0.2'
 */
export function writeState(state: State): string {
  const usual = { ...DEFAULTS, ...(isPreset(state.kind) && emptied([])) };
  const names = (Object.keys(DEFAULTS) as (keyof State)[]).filter((name) => state[name] !== usual[name]);
  const query = new URLSearchParams(names.map((name) => [name, String(state[name])]));
  return names.length > 0 ? `?${query}` : '';
}

/** Initialisers whose variances the reader gives. */
export const isOwn = (init: State['init']): boolean => init === 'gaussian' || init === 'orthogonal';

/**
 * A state whose parts fit together: what no preset says is there, variances are there where the initialiser has none of its own and only
 * there, and the plane reaches as far as the network.
 *
 * @param state of the page
 * @example consistent({ ...DEFAULTS, init: 'gaussian' }).sigma_w2 // 2
 */
export function consistent(state: State): State {
  const filled = isPreset(state.kind)
    ? state
    : {
        ...state,
        ...Object.fromEntries(
          OF_PRESET.filter((name) => state[name] === '' && name !== 'tokens').map((name) => [
            name,
            DEFAULTS[name],
          ]),
        ),
      };
  const own = isOwn(filled.init);
  const { sigma_w2, sigma_b2 } = filled;
  const next = {
    ...filled,
    sigma_w2: own ? (sigma_w2 === '' ? 2 : sigma_w2) : ('' as const),
    sigma_b2: own ? (sigma_b2 === '' ? 0 : sigma_b2) : ('' as const),
    y: filled.technique === 'none' ? ('sigma_b2' as const) : filled.y,
  };
  return { ...next, w_high: Math.max(next.w_high, 1.05 * next.w_low) };
}

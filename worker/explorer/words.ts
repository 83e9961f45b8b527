import type { DepthLimitName } from '../../answers/judge-depth.ts';
import type { Verdict } from '../../answers/verdict.ts';
import type { Answer } from './answer.ts';
import { shown } from './plot.ts';

const whole = (layers: number) => String(Math.floor(layers));

/** The verdict as a headline. */
const HEADLINES: Readonly<Record<Verdict, (what: string) => string>> = {
  trainable: (what) => `${what} can be trained`,
  doubtful: (what) => `${what} may not train`,
  not_trainable: (what) => `${what} are too deep to train`,
  unknown: (what) => `Whether ${what} can be trained is not known`,
};

/** What ends the depth, in a sentence; the noise makes the first of them. */
const LIMITS: Readonly<Record<DepthLimitName, string>> = {
  correlation:
    'Two inputs become alike on their way through the layers, so that there is nothing left to learn from.',
  float_range: 'The signal leaves the range of float32.',
  weak_updates: 'Gradients vanish: the first updates are too small beside the weights.',
  noisy_updates: 'The first updates are lost in their own noise.',
  unstable_updates: 'Gradients explode: the first updates are too large to be stable.',
  width: 'Layers so narrow make gradients stray from each other.',
};

const WITH_NOISE = 'Dropout makes all pairs of inputs look alike by then.';

/** What a verdict comes to, in words. */
export type VerdictWords = {
  readonly headline: string;
  /** the number that counts, with its interval: `6 – 9` */
  readonly number: string;
  /** what the number is */
  readonly of: string;
  /** what ends the depth; empty where nothing does */
  readonly limit: string;
  /** what the other of theory and measurement says; empty where it says nothing */
  readonly other: string;
  /** what must be known before it is believed; empty where there is nothing */
  readonly caveat: string;
};

/** Settings beyond what was measured, as the page names them. */
const NAMES: Readonly<Record<string, string>> = {
  network: 'the network as a whole',
  init: 'the initialiser',
  learning_rate: 'the learning rate',
  optimiser: 'the optimiser',
};

/**
 * A verdict in words.
 *
 * @param answer about the network of the page
 * @param noisy whether it has any dropout
 * @example verdictWords(answer(store.get()), true).headline
 */
export function verdictWords(
  { verdict, fitted, theory: limits, depth, unit, outside, note }: Answer,
  noisy: boolean,
): VerdictWords {
  const { verdict: name, limit, low, high, by, limited_by } = verdict;
  const one = unit.slice(0, -1);
  const what = `${depth} ${depth === 1 ? one : unit}`;
  const theory =
    unit === 'layers' ? 'by mean-field theory' : 'by the theory of blocks, at the start of training';
  const isGuess = by !== 'theory' && outside.length > 0;
  return {
    headline:
      depth === 1 && name === 'not_trainable' ? `1 ${one} is too deep to train` : HEADLINES[name](what),
    number: numberWords(by === 'theory', limit, low, high),
    of:
      limit === null
        ? name === 'unknown'
          ? `${unit}: no limit could be had`
          : `${unit}: nothing limits the depth within 2000, ${theory}`
        : by === 'theory'
          ? `${unit} is how deep such networks train, ${theory}`
          : `${unit} is how deep such networks train, by the rule fitted to measured networks`,
    limit: limited_by === null ? '' : limited_by === 'correlation' && noisy ? WITH_NOISE : LIMITS[limited_by],
    other: otherWords(by, fitted, limits, outside),
    caveat: [
      isGuess
        ? `A guess: ${listed(outside.map((setting) => NAMES[setting] ?? setting))} ${outside.length > 1 ? 'lie' : 'lies'} beyond what was measured.`
        : '',
      unit === 'blocks' && outside.length > 0
        ? 'The threshold is from a pilot with feed-forward blocks and layer norm; for other blocks it is extrapolated.'
        : '',
      note ?? '',
    ]
      .filter(Boolean)
      .join(' '),
  };
}

/** What the fitted rule says where the theory decides, and the other way round. */
function otherWords(
  by: Answer['verdict']['by'],
  fitted: Answer['fitted'],
  theory: Answer['theory'],
  outside: readonly string[],
): string {
  if (by === 'theory' && fitted && Number.isFinite(fitted.depth))
    return `The rule fitted to measured networks${outside.length > 0 ? ', a guess here,' : ''} says ${numberWords(false, fitted.depth, fitted.low, fitted.high)}.`;
  if (by !== 'theory' && theory && theory.low.depth !== null)
    return `By mean-field theory alone: ${numberWords(true, theory.low.depth, theory.low.depth, theory.high.depth)}.`;
  return '';
}

function numberWords(
  isTheory: boolean,
  limit: number | null,
  low: number | null,
  high: number | null,
): string {
  if (limit === null) return '∞';
  if (isTheory) return high === null ? `more than ${whole(low ?? limit)}` : range(low ?? limit, high);
  return `${whole(limit)} (${range(low ?? limit, high ?? limit)})`;
}

const range = (low: number, high: number) =>
  whole(low) === whole(high) ? whole(low) : `${whole(low)} – ${whole(high)}`;

const listed = (names: readonly string[]) =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** What the page derives from a network: symbol, name, unit, and what it means in a sentence or two. */
export type Term = {
  readonly symbol: string;
  readonly name: string;
  readonly unit: string;
  readonly meaning: string;
};

/** The terms of plain stacks and of blocks, by the columns of the API that hold them. */
export const TERMS = {
  sigma_w2: {
    symbol: 'σw²',
    name: 'weight variance',
    unit: '',
    meaning: 'Variance of the weights times the number of inputs of a layer. The initialiser sets it.',
  },
  sigma_b2: {
    symbol: 'σb²',
    name: 'bias variance',
    unit: '',
    meaning: 'Variance of the biases. The initialiser sets it; most frameworks start biases at 0.',
  },
  q_star: {
    symbol: 'q*',
    name: 'fixed variance',
    unit: '',
    meaning: 'The variance that the pre-activations settle at, whatever they start from.',
  },
  c_star: {
    symbol: 'c*',
    name: 'fixed correlation',
    unit: '',
    meaning:
      'The correlation that two inputs end at, deep in the network. With dropout it is below 1 even for two passes of one input.',
  },
  chi_1: {
    symbol: 'χ₁',
    name: 'gradient factor',
    unit: 'a layer',
    meaning:
      'By how much the squared gradient of one input changes from a layer to the one below. Below 1 gradients vanish, above 1 they explode.',
  },
  xi_1: {
    symbol: 'ξ₁',
    name: 'depth scale of gradients',
    unit: 'layers',
    meaning: 'After so many layers the squared gradient has changed by a factor of e.',
  },
  xi_2: {
    symbol: 'ξ₂',
    name: 'depth scale of correlations',
    unit: 'layers',
    meaning: 'After so many layers the difference between two inputs has shrunk by a factor of e.',
  },
  margin: {
    symbol: 'margin',
    name: 'margin at the end',
    unit: '',
    meaning:
      'How much more alike one input is under two dropout masks than two different inputs are. Networks were seen to train while it is above e⁻⁶.',
  },
  block_xi_2: {
    symbol: 'ξ₂',
    name: 'depth scale of the margin',
    unit: 'blocks',
    meaning: 'After many blocks the margin falls by a factor of e in so many.',
  },
  kappa: {
    symbol: 'κ',
    name: 'power of the margin',
    unit: '',
    meaning:
      'Where the stream grows from block to block, the margin falls as a power of its variance: this one.',
  },
  gradient_ratio: {
    symbol: 'first/last',
    name: 'gradient, first over last',
    unit: '',
    meaning: 'The squared gradient at the first block over that at the last one.',
  },
} as const satisfies Record<string, Term>;

/** A number with its unit; what has no bound is ∞, and what is not known a dash. */
export function valueWords(value: unknown, unit: string, isUnbounded: boolean): string {
  if (value === null || value === undefined) return isUnbounded ? '∞' : '–';
  return `${shown(value)}${unit && ` ${unit}`}`;
}

/** What the variance does where it does not settle at one place from everywhere. */
const STATUSES: Readonly<Record<string, string>> = {
  neutral: 'Every variance is kept.',
  bistable: 'From another start the variance settles elsewhere.',
  collapses: 'The variance falls to 0: the numbers are limits.',
  diverges: 'The variance grows without bound: the numbers are limits.',
  no_fixed_point: 'The variance neither settles nor grows.',
};

const PHASES: Readonly<Record<string, string>> = {
  noisy: 'Dropout gives each input noise of its own: there is no sharp transition between order and chaos.',
  ordered: 'Ordered phase: two inputs become alike.',
  chaotic: 'Chaotic phase: two inputs become different.',
  critical: 'On the critical line: neither correlation nor gradient limits the depth.',
};

/**
 * Phase, gradients and variance of a plain stack, in sentences.
 *
 * @param row of the depth scales
 */
export function scalesWords({ phase, gradient, status }: Readonly<Record<string, unknown>>): string {
  return [
    PHASES[String(phase)] ?? '',
    gradient ? `Gradients are ${gradient}.` : '',
    STATUSES[String(status)] ?? '',
  ]
    .filter(Boolean)
    .join(' ');
}

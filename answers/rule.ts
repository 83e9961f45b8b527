import type { Fitting } from '../figures/measured/predicted.ts';
import statistics from '../fixtures/data-statistics.json' with { type: 'json' };
import fixture from '../fixtures/depth-rule.json' with { type: 'json' };
import type { DepthRuleFile } from '../schemas/depth-rule.ts';
import type { Note } from '../schemas/endpoint.ts';
import {
  DEPTH_FORMS,
  type DepthScales,
  describeNetwork,
  type FittedDepth,
  fittedDepth,
  formScales,
  type KernelLimit,
  type Network,
  ParameterError,
  rangeLimit,
  readPlainLayer,
  type Setting,
} from '../theory/index.ts';

/** A test of the schema holds the file to it. */
const rule = fixture as unknown as DepthRuleFile;

/** The rule that answers are made from, and what it needs to know of data. */
export const FITTING = { rule, statistics } satisfies Fitting;

/** What a network is trained with. */
export type TrainingSettings = Readonly<Record<string, Setting | undefined>> & {
  readonly data?: keyof typeof statistics | undefined;
};

/** A depth by the fitted rule, which ends where the variance leaves float32. */
export type FittedAnswer = Omit<FittedDepth, 'limited_by'> & {
  readonly limited_by: KernelLimit | 'float_range' | null;
};

/**
 * The trainable depth of a network by the fitted rule, at most the depth at which its variance leaves float32.
 *
 * @param network of equal layers
 * @param settings what it is trained with, and its width; those left out are as in the rule's conditions
 * @param scales its depth scales
 * @returns null where the theory has no scales, or nothing like the network was measured
 * @example fittedFor(network, { optimiser: 'adam' }, depthScales(network))?.depth
 */
export function fittedFor(
  network: Network,
  settings: TrainingSettings,
  scales: DepthScales,
): FittedAnswer | null {
  const data = statistics[settings.data ?? rule.conditions.data];
  const known = formScales(network, data, scales);
  if (!known) return null;
  try {
    const fitted = fittedDepth(rule, known, { ...settings, ...describeNetwork(network) });
    return fitted && endAtRange(fitted, findFloatRange(network));
  } catch (error) {
    // (IC layers far along whose inputs share too much for the averages: nothing like that was measured)
    if (error instanceof ParameterError && readPlainLayer(network).batch_norm) return null;
    throw error;
  }
}

/** A depth that is at most `range`; null: no range. (The interval is moved with its middle: it is as wide there, in ln.) */
function endAtRange(fitted: FittedDepth, range: number | null): FittedAnswer {
  const { depth, low, high } = fitted;
  if (range === null || range >= depth || !Number.isFinite(depth)) return fitted;
  const cut = range / depth;
  return { ...fitted, depth: cut * depth, low: cut * low, high: cut * high, limited_by: 'float_range' };
}

/**
 * The depth at which q leaves float32, which ends every other depth.
 *
 * @param network of equal layers
 * @returns layers; null where it never does, and for layers that normalise
 * @example findFloatRange(network)
 */
export function findFloatRange(network: Network): number | null {
  const { activation, noise, batch_norm, sigma_w2, sigma_b2 } = readPlainLayer(network);
  return batch_norm ? null : rangeLimit(activation.phi, sigma_w2 * noise.noise.s2, sigma_b2, network.stem.q0);
}

/**
 * The columns of an answer by the rule, see `FITTED_COLUMNS`.
 *
 * @param fitted null where there is no answer
 * @returns nulls where nothing limits the depth, too
 * @example fittedColumns(null).fitted_depth // null
 */
export function fittedColumns(fitted: FittedAnswer | null) {
  const { depth = null, low = 0, high = 0, learning_rate = null, outside = [] } = fitted ?? {};
  const bounded = depth !== null && Number.isFinite(depth);
  return {
    fitted_depth: bounded ? depth : null,
    fitted_low: bounded ? low : null,
    fitted_high: bounded ? high : null,
    fitted_extrapolates: outside.join(', ') || null,
    fitted_learning_rate: bounded ? learning_rate : null,
  };
}

/** What rule it is: form, numbers, conditions, factors. */
export const RULE_NOTE: Note = {
  text: ruleNote(rule),
  columns: [...Object.keys(fittedColumns(null)), 'fitted_verdict', 'fitted'],
};

/**
 * A rule in words.
 *
 * @param file see `depthRuleSchema`
 * @example ruleNote(rule) // 'The fitted rule is …'
 */
export function ruleNote({
  form,
  parameters,
  intervals,
  columns,
  conditions,
  optimisers,
  ranges,
  factors,
}: DepthRuleFile): string {
  const { data, width, optimiser, steps, batch, init, accuracy_threshold } = conditions;
  const { formula } = DEPTH_FORMS[form];
  // (numbers with the digits of the file: rounded again they would be others than those of docs/atlas.md)
  const numbers = Object.entries(parameters).map(([name, value]) => {
    const [low, high] = intervals[name as keyof typeof parameters] ?? [];
    return `${name} ${value}${low === undefined ? '' : ` (${low} to ${high})`}`;
  });
  const each = (which: 'rates' | 'usual') =>
    Object.entries(optimisers).map(([name, effect]) => `${name} ${effect[which].join(' to ')}`);
  const reached = Object.entries(ranges).map(([name, range]) => `${name} ${range.join(' to ')}`);
  return [
    `The fitted rule is ${formula}: ${numbers.join(', ')}.`,
    `It was fitted to ${columns} measured frontiers: ${reached.join(', ')}, learning rates of ${each('rates').join(', ')}.`,
    `What a query leaves out is as follows: data ${data}, width ${width}, optimiser ${optimiser}, steps ${steps}, batch ${batch}, init ${init}, and the learning rate at which networks train deepest, of the usual ones (${each('usual').join(', ')}).`,
    `Networks count as trained with ${accuracy_threshold} of the training images right.`,
    ...(factors.length > 0 ? [`Other settings multiply it: ${factors.map(inWords).join(', ')}.`] : []),
    'See docs/atlas.md.',
  ].join(' ');
}

/** A factor, with what counts as trained where that goes with it. */
function inWords({ setting, value, factor, accuracy_threshold }: DepthRuleFile['factors'][number]): string {
  const trained =
    accuracy_threshold === undefined ? '' : ` (trained with ${accuracy_threshold} of its images right)`;
  return `${setting} ${value} ${factor}${trained}`;
}

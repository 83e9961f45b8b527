import type { Fitting } from '../figures/measured/predicted.ts';
import statistics from '../fixtures/data-statistics.json' with { type: 'json' };
import fixture from '../fixtures/depth-rule.json' with { type: 'json' };
import type { DepthRuleFile } from '../schemas/depth-rule.ts';
import type { Absent } from '../schemas/problem.ts';
import {
  type Activation,
  DEPTH_FORMS,
  type DepthScales,
  type DepthScalesInput,
  type FittedDepth,
  fittedDepth,
  formScales,
  networkSettings,
  type Setting,
} from '../theory/index.ts';
import { LAYER } from './prices.ts';
import { DEEPEST } from './work.ts';

/** A test of the schema holds the file to it. */
const rule = fixture as unknown as DepthRuleFile;

/** The rule that answers are made from, and what it needs to know of data. */
export const FITTING = { rule, statistics } satisfies Fitting;

/** What a network is trained with. */
type Settings = Readonly<Record<string, Setting | undefined>> & {
  readonly data?: keyof typeof statistics | undefined;
};

/** What an answer by it costs beside the depth scales, in microseconds: the trajectory, where it is made from that. */
export const FITTED_WORK = rule.form === 'trajectory' ? DEEPEST * LAYER : 0;

/**
 * The trainable depth of a network by the fitted rule.
 *
 * @param network as the theory takes it
 * @param settings what it is trained with, and its width; those left out are as in the rule's conditions
 * @param known its depth scales, and an activation whose averages are charged for
 * @returns null where the theory has no scales, or the rule is known not to hold (see `fittedDepth`)
 * @example fittedFor(network, { optimiser: 'adam' }, { scales, activation })?.depth // 31.4
 */
export function fittedFor(
  network: DepthScalesInput,
  settings: Settings,
  known: { readonly scales: DepthScales; readonly activation: Activation },
): FittedDepth | null {
  const scales = formScales(network, statistics[settings.data ?? rule.conditions.data], known);
  return scales && fittedDepth(rule, scales, { ...settings, ...networkSettings(network) });
}

/**
 * The columns of an answer by the rule, see `FITTED_COLUMNS`.
 *
 * @param fitted null where there is no answer
 * @param range layers after which the variance leaves float32, which ends every depth; null where it never does
 * @example fittedColumns(null).fitted_depth // null
 */
export function fittedColumns(fitted: FittedDepth | null, range: number | null = null) {
  const shown = (depth: number | undefined) => {
    const cut = Math.min(depth ?? Number.NaN, range ?? Number.POSITIVE_INFINITY);
    return Number.isFinite(cut) ? cut : null;
  };
  return {
    fitted_depth: shown(fitted?.depth),
    fitted_low: shown(fitted?.low),
    fitted_high: shown(fitted?.high),
    fitted_outside: fitted?.outside.join(', ') || null,
  };
}

const RATES =
  'is no parameter: the fitted rule has none. Each of its frontiers is the deepest of the learning rates tried, of sgd 0.003 to 0.03 (docs/atlas.md).';

/** What networks are trained with and the rule does not know: why there is no such parameter. */
export const NOT_IN_RULE: Absent = new Map([
  [
    'batch',
    `is no parameter: the fitted rule has none. Its networks were trained on batches of ${rule.conditions.batch}.`,
  ],
  ['learning_rate', RATES],
  ['lr', RATES],
]);

/** What rule it is: form, numbers, conditions, factors. */
export const RULE_NOTE = ruleNote(rule);

/**
 * A rule in words.
 *
 * @param file see `depthRuleSchema`
 * @example ruleNote(rule) // 'The fitted rule is m xi_2: m 9.03 (8.12 to 10.1). …'
 */
export function ruleNote({
  form,
  parameters,
  intervals,
  columns,
  conditions,
  ranges,
  factors,
}: DepthRuleFile): string {
  const { data, width, optimiser, steps, batch, init, trained_at } = conditions;
  const { formula } = DEPTH_FORMS[form];
  // (numbers with the digits of the file: rounded again they would be others than those of docs/atlas.md)
  const numbers = Object.entries(parameters).map(([name, value]) => {
    const [low, high] = intervals[name as keyof typeof parameters] ?? [];
    return `${name} ${value}${low === undefined ? '' : ` (${low} to ${high})`}`;
  });
  const { p, v } = parameters;
  // (of the width the rule has its own term then)
  const others = factors.filter(({ setting }) => !(v && setting === 'width'));
  const [narrowest, widest] = ranges.width;
  return [
    `The fitted rule is ${formula}${p ? ', the length to the power p' : ''}${v ? ', and 1/depth is v/width more' : ''}: ${numbers.join(', ')}.`,
    `Fitted to ${columns} frontiers of ${data}, width ${narrowest === widest ? width : `${narrowest} to ${widest}`}, ${steps} steps of ${optimiser} over batches of ${batch}, ${init} weights,`,
    'each at the best of the learning rates that were tried: a rate three times too high or too low takes up to a third off the depth.',
    `Trained is ${trained_at} of the training images right.`,
    ...(others.length > 0 ? [`Other settings multiply it: ${others.map(inWords).join(', ')}.`] : []),
    'See docs/atlas.md.',
  ].join(' ');
}

/** A factor, with what counts as trained where that goes with it. */
function inWords({ setting, value, factor, trained_at }: DepthRuleFile['factors'][number]): string {
  const trained = trained_at === undefined ? '' : ` (trained is ${trained_at} of its images right)`;
  return `${setting} ${value} ${factor}${trained}`;
}

import type { Fitting } from '../figures/measured/predicted.ts';
import statistics from '../fixtures/data-statistics.json' with { type: 'json' };
import fixture from '../fixtures/depth-rule.json' with { type: 'json' };
import type { DepthRuleFile } from '../schemas/depth-rule.ts';
import {
  type Activation,
  DEPTH_FORMS,
  type DepthScales,
  type DepthScalesInput,
  type FittedDepth,
  fittedDepth,
  formScales,
  type KernelWork,
  networkSettings,
  type Setting,
} from '../theory/index.ts';
import { charge } from './meter.ts';
import type { Budget } from './work.ts';

/** A test of the schema holds the file to it. */
const rule = fixture as unknown as DepthRuleFile;

/** The rule that answers are made from, and what it needs to know of data. */
export const FITTING = { rule, statistics } satisfies Fitting;

/** What a network is trained with. */
type Settings = Readonly<Record<string, Setting | undefined>> & {
  readonly data?: keyof typeof statistics | undefined;
};

/** What an answer by it costs beside the depth scales, and the layers that are followed for it, in microseconds. */
export const FITTED_WORK = 100;

/** What its layers cost beside their averages, in microseconds. */
const KERNEL_WORK: Readonly<Record<KernelWork, number>> = { layer: 3, quartics: 100 };

/**
 * The trainable depth of a network by the fitted rule.
 *
 * @param network as the theory takes it
 * @param settings what it is trained with, and its width; those left out are as in the rule's conditions
 * @param known its depth scales, and an activation whose averages are charged for
 * @returns null where the theory has no scales, or the rule is known not to hold (see `fittedDepth`)
 * @example fittedFor(network, { optimiser: 'adam' }, { scales, activation })?.depth
 */
export function fittedFor(
  network: DepthScalesInput,
  settings: Settings,
  {
    budget,
    ...known
  }: { readonly scales: DepthScales; readonly activation: Activation; readonly budget: Budget },
): FittedDepth | null {
  const watch = (work: KernelWork) => charge(KERNEL_WORK[work], budget);
  const data = statistics[settings.data ?? rule.conditions.data];
  const scales = formScales(network, data, { ...known, watch });
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

/** What rule it is: form, numbers, conditions, factors. */
export const RULE_NOTE = ruleNote(rule);

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
  factors,
}: DepthRuleFile): string {
  const { data, width, optimiser, steps, batch, init, trained_at } = conditions;
  const { formula } = DEPTH_FORMS[form];
  // (numbers with the digits of the file: rounded again they would be others than those of docs/atlas.md)
  const numbers = Object.entries(parameters).map(([name, value]) => {
    const [low, high] = intervals[name as keyof typeof parameters] ?? [];
    return `${name} ${value}${low === undefined ? '' : ` (${low} to ${high})`}`;
  });
  const rates = Object.entries(optimisers).map(
    ([
      name,
      {
        rates: [low, high],
      },
    ]) => `${name} ${low} to ${high}`,
  );
  return [
    `The fitted rule is ${formula}: ${numbers.join(', ')}.`,
    `Fitted to ${columns} frontiers. Where the query does not say otherwise it is for ${data}, width ${width}, ${steps} steps of ${optimiser} over batches of ${batch}, ${init} weights,`,
    `and the best learning rate of those measured (${rates.join(', ')}).`,
    `Trained is ${trained_at} of the training images right.`,
    ...(factors.length > 0 ? [`Other settings multiply it: ${factors.map(inWords).join(', ')}.`] : []),
    'See docs/atlas.md.',
  ].join(' ');
}

/** A factor, with what counts as trained where that goes with it. */
function inWords({ setting, value, factor, trained_at }: DepthRuleFile['factors'][number]): string {
  const trained = trained_at === undefined ? '' : ` (trained is ${trained_at} of its images right)`;
  return `${setting} ${value} ${factor}${trained}`;
}

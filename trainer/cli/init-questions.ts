import { ACTIVATION_NAMES } from '../../catalogue/activations.ts';
import { OWN_INITS, PLAN_INITS, resolveInit } from '../../catalogue/inits.ts';
import { TECHNIQUE_ENTRIES, TRAINED_TECHNIQUES } from '../../catalogue/techniques.ts';
import { DATA_SET_NAMES, OPTIMISER_NAMES } from '../../catalogue/training.ts';
import { RANGES } from '../../schemas/network.ts';
import { choice, number, numbers } from '../../schemas/parameters.ts';
import { gridId } from '../../schemas/plan.ts';
import { FITTING } from '../fitting.ts';

/** What a plan is made from. */
export type Answers = {
  readonly id: string;
  readonly data: (typeof DATA_SET_NAMES)[number];
  readonly activation: (typeof ACTIVATION_NAMES)[number];
  readonly technique: (typeof TRAINED_TECHNIQUES)[number];
  readonly keep: readonly number[];
  readonly init: (typeof PLAN_INITS)[number];
  readonly sigma_w2: readonly number[];
  readonly sigma_b2: number;
  readonly depth: readonly number[];
  readonly width: readonly number[];
  readonly optimiser: (typeof OPTIMISER_NAMES)[number];
  readonly learning_rate: readonly number[];
  readonly batch: number;
  readonly steps: number;
  readonly seeds: number;
  readonly networks: 'all' | 'frontier';
  readonly minutes: number;
};

/** The answers so far. */
export type Given = Partial<Answers>;

/** A schema that reads text. */
type Reader = {
  parse(text: string): unknown;
  safeParse(text: string):
    | { readonly success: true; readonly data: unknown }
    | {
        readonly success: false;
        readonly error: { readonly issues: readonly { readonly message: string }[] };
      };
};

/** A question about a plan. */
export type PlanQuestion = {
  readonly name: keyof Answers;
  readonly text: string;
  /** as it would be typed, with the answers so far */
  readonly usual: (given: Given) => string;
  readonly read: Reader;
  /** whether it is asked with the answers so far; always if left out */
  readonly asked?: (given: Given) => boolean;
};

/** The axes that may stand beside depth, in the order in which one is taken where none has several values. */
const OTHER_AXES = ['sigma_w2', 'keep', 'width', 'learning_rate'] as const;

/** Techniques with a keep, or without noise: the others have numbers of their own, which a plan gives. */
const TECHNIQUES = TRAINED_TECHNIQUES.filter(
  (name) => name === 'none' || TECHNIQUE_ENTRIES[name].keep !== 'refused',
);

const takesKeep = ({ technique }: Given) => technique !== 'none';
const drawsOwn = ({ init }: Given) =>
  (OWN_INITS as readonly string[]).includes(resolveInit(init ?? 'gaussian'));

/** Whether another axis than depth has several values already. */
const hasAxis = (given: Given) => OTHER_AXES.some((name) => (given[name]?.length ?? 0) > 1);

/** The largest of the learning rates that are usual for an optimiser. */
const usualRate = ({ optimiser = 'sgd' }: Given): string => {
  const alike: Readonly<Record<string, string>> = { nesterov: 'momentum', adamw: 'adam' };
  return String(FITTING.rule.optimisers[alike[optimiser] ?? optimiser]?.usual[1] ?? 0.01);
};

/** The questions, in order. */
export const QUESTIONS: readonly PlanQuestion[] = [
  {
    name: 'id',
    text: 'Name of the plan and its grid (a-z, 0-9, -)',
    usual: ({ id = 'my-plan' }) => id,
    read: gridId,
  },
  {
    name: 'data',
    text: `Data set (${DATA_SET_NAMES.join(', ')})`,
    usual: () => 'mnist',
    read: choice(DATA_SET_NAMES, ''),
  },
  {
    name: 'activation',
    text: 'Activation (tanh, relu, gelu, …)',
    usual: () => 'tanh',
    read: choice(ACTIVATION_NAMES, ''),
  },
  {
    name: 'technique',
    text: `Dropout (${TECHNIQUES.join(', ')})`,
    usual: () => 'bernoulli',
    read: choice(TECHNIQUES, ''),
  },
  {
    name: 'keep',
    text: 'Probability that a unit is kept; several: 0.9,0.95',
    usual: () => '0.95',
    read: numbers(RANGES.keep, ''),
    asked: takesKeep,
  },
  {
    name: 'init',
    text: 'Initial weights (gaussian, orthogonal, or as a framework draws them: torch_default, kaiming_normal, …)',
    usual: () => 'gaussian',
    read: choice(PLAN_INITS, ''),
  },
  {
    name: 'sigma_w2',
    text: 'Weight variances times fan_in; several: 1,1.5,2 or 1..2/3',
    usual: (given) => (hasAxis(given) ? '1.5' : '1,1.5,2'),
    read: numbers(RANGES.sigma_w2, ''),
    asked: drawsOwn,
  },
  {
    name: 'sigma_b2',
    text: 'Bias variance',
    usual: () => '0.05',
    read: number(RANGES.sigma_b2, ''),
    asked: drawsOwn,
  },
  {
    name: 'networks',
    text: 'Which networks are trained: all, or those that a search of the frontier chooses (all, frontier)',
    usual: () => 'all',
    read: choice(['all', 'frontier'], ''),
  },
  {
    name: 'depth',
    text: 'Hidden layers; several: 2,5,10 or 10..50/5',
    usual: ({ networks }) => (networks === 'frontier' ? '4..60/15' : '2,5,10,20'),
    read: numbers({ min: 1, max: 1000, whole: true }, ''),
  },
  {
    name: 'width',
    text: 'Units of a hidden layer',
    usual: () => '50',
    read: numbers({ min: 1, max: 4096, whole: true }, ''),
  },
  {
    name: 'optimiser',
    text: `Optimiser (${OPTIMISER_NAMES.join(', ')})`,
    usual: () => 'sgd',
    read: choice(OPTIMISER_NAMES, ''),
  },
  {
    name: 'learning_rate',
    text: 'Learning rate',
    usual: usualRate,
    read: numbers({ min: 1e-9, max: 100 }, ''),
  },
  {
    name: 'batch',
    text: 'Images a step',
    usual: () => '100',
    read: number({ min: 1, max: 10_000, whole: true }, ''),
  },
  {
    name: 'steps',
    text: 'Steps of training',
    usual: () => '300',
    read: number({ min: 1, max: 1_000_000, whole: true }, ''),
  },
  {
    name: 'seeds',
    text: 'Seeds: networks of a kind, of a search at most',
    usual: ({ networks }) => (networks === 'frontier' ? '10' : '2'),
    read: number({ min: 1, max: 100, whole: true }, ''),
  },
  {
    name: 'minutes',
    text: 'Minutes that it may take',
    usual: () => '30',
    read: number({ min: 1, max: 1_000_000 }, ''),
  },
];

/**
 * The plan that answers make. The axes are depth and the one other value that is a list; where none is, the first that was asked for.
 *
 * @returns what is to be a plan: it is still to be checked
 * @throws RangeError where two values beside depth are lists
 * @example makePlan(answers).axes
 */
export function makePlan(answers: Answers): unknown {
  const { id, data, activation, technique, init, sigma_b2, optimiser, batch, steps, seeds } = answers;
  const asked = OTHER_AXES.filter((name) => answers[name] !== undefined);
  const lists = asked.filter((name) => answers[name].length > 1);
  const [first] = lists;
  if (lists.length > 1)
    throw new RangeError(
      `A grid has two axes, depth and one more: of ${lists.join(' and ')} one alone can have several values.`,
    );
  const axis = first ?? (asked[0] as (typeof OTHER_AXES)[number]);
  const { learning_rate, ...fixed } = Object.fromEntries(
    asked.filter((name) => name !== axis).map((name) => [name, answers[name][0]]),
  );
  return {
    schema: 'dropline-plan/1',
    id,
    title: `${data}, ${activation}, ${technique}: depth and ${axis}`,
    data: { name: data, normalisation: 'standard' },
    axes: { depth: answers.depth, [axis]: answers[axis] },
    network: { activation, ...fixed, ...(sigma_b2 !== undefined && { sigma_b2 }), init, technique },
    training: { optimiser, ...(learning_rate !== undefined && { learning_rate }), batch, steps },
    evaluation: { train_images: 1000, test_images: 1000 },
    ...(answers.networks === 'frontier' && { search: {} }),
    seeds: Array.from({ length: seeds }, (_, i) => i + 1),
    backend: 'auto',
  };
}

import type { ClaimRow } from '../schemas/claims.ts';

/** How a claim is tried: by comparisons (plans in fixtures/plans/claims), by a check of this room, or not at all. */
export type Trial =
  | { readonly kind: 'comparisons'; readonly plans: readonly string[] }
  | {
      readonly kind: 'check';
      readonly check: string;
      /** exact: true by definition or not; measured: evidence with an interval */
      readonly of: 'exact' | 'measured';
    }
  | { readonly kind: 'none'; readonly why: string };

/** A claim of an abstract. */
export type Claim = Pick<ClaimRow, 'id' | 'method' | 'claim' | 'abstract_is_about'> & {
  readonly trial: Trial;
  readonly note?: string;
};

const comparisons = (...plans: string[]): Trial => ({ kind: 'comparisons', plans });
const exact = (name: string): Trial => ({ kind: 'check', check: name, of: 'exact' });
const measured = (name: string): Trial => ({ kind: 'check', check: name, of: 'measured' });

const ABOUT = {
  tabu: 'MNIST and Fashion-MNIST; networks not named',
  vsd: 'standard image benchmarks; fully connected and convolutional networks',
  ic: 'CIFAR-10, CIFAR-100 and ILSVRC2012; residual convolutional networks',
  novograd:
    'image classification, speech recognition, translation, language models; deep convolutional and recurrent networks, transformers',
  advanced: 'seven image data sets, small to ImageNet; convolutional networks with a fully connected head',
} as const;

const of = (method: keyof typeof ABOUT, rows: Readonly<Record<string, readonly [string, Trial, string?]>>) =>
  Object.entries(rows).map(
    ([id, [claim, trial, note]]): Claim => ({
      ...{ id, method, claim, abstract_is_about: ABOUT[method], trial },
      ...(note !== undefined && { note }),
    }),
  );

/**
 * Whether a claim rests on measurements, so that its p-value is adjusted over those of its method.
 *
 * @example isMeasured(CLAIMS[0]) // false
 */
export const isMeasured = ({ trial }: Claim): boolean =>
  trial.kind === 'comparisons' || (trial.kind === 'check' && trial.of === 'measured');

/** All claims, in the order of the page. */
export const CLAIMS: readonly Claim[] = [
  ...of('tabu', {
    T1: [
      'A unit that was dropped in the last pass is kept in this one; only the last pass marks.',
      exact('tabu_rule'),
    ],
    T2: ['A few passes go through more different sub-networks.', measured('tabu_diversity')],
    T3: ['There is no extra parameter.', exact('tabu_parameters')],
    T4: ['It is computationally cheap.', measured('tabu_time')],
    T5: ['It is better than standard dropout on MNIST.', comparisons('tabu-mnist')],
    T6: ['It is better than standard dropout on Fashion-MNIST.', comparisons('tabu-fashion-mnist')],
  }),
  ...of('vsd', {
    V1: [
      'An orthogonal transformation gives the noise a structure that is learned.',
      comparisons('vsd-structure'),
    ],
    V2: ['It mends the pathologies of factorised variational dropout.', comparisons('techniques-mnist')],
    V3: ['Its KL term adapts to the network.', comparisons('vsd-structure')],
    V4: ['Its predictions are more accurate.', comparisons('techniques-mnist', 'techniques-fashion-mnist')],
    V5: ['Its uncertainty is better.', comparisons('techniques-mnist', 'techniques-fashion-mnist')],
    V6: [
      'It is better at telling inputs that are out of distribution.',
      comparisons('techniques-mnist', 'techniques-fashion-mnist'),
    ],
  }),
  ...of('ic', {
    I1: ['Batch norm, then dropout, before each weight layer.', exact('ic_order')],
    I2: ['Dropout lowers the correlation of units in proportion to keep.', measured('ic_correlation')],
    I3: [
      'Dropout lowers the mutual information of units in proportion to keep squared.',
      measured('ic_information'),
      'What matters is whether a unit is often exactly 0 by itself: behind a batch norm no unit is, plain relu units are half of the time.',
    ],
    I4: ['Training converges faster.', comparisons('norms-mnist-8')],
    I5: ['Training is more stable.', comparisons('norms-mnist-8')],
    I6: [
      'The limit that it converges to is better.',
      comparisons('norms-cifar10-8'),
      'Five epochs of 40,000 CIFAR-10 images at a constant learning rate: the end of a short training, not a limit.',
    ],
    I7: ['Batch norm should not stand before relu.', comparisons('norms-mnist-8')],
  }),
  ...of('novograd', {
    N1: ['Gradients are normalised layer by layer, and weight decay is decoupled.', exact('novograd_rule')],
    N2: [
      'It is on par with, or better than, SGD with momentum, Adam and AdamW.',
      comparisons('optimisers-mnist', 'optimisers-fashion-mnist'),
    ],
    N3: ['It is robust to the choice of the learning rate.', comparisons('rates-mnist')],
    N4: ['It is robust to the initialisation of the weights.', comparisons('initialisations-mnist')],
    N5: ['It works well with large batches.', comparisons('batches-mnist')],
    N6: [
      'It needs half of the memory of Adam.',
      exact('novograd_memory'),
      'This is about the state of the optimiser alone; docs/cli.md has the resident set of whole runs.',
    ],
  }),
  ...of('advanced', {
    A1: [
      'A model-free distribution with a parametric prior is trained end to end.',
      exact('advanced_layer'),
      'How the prior enters is not in the published code; here it is a penalty that is off unless a plan asks for it.',
    ],
    A2: ['It adapts its dropout rate.', comparisons('techniques-mnist')],
    A3: [
      'It is better than nine other techniques on seven data sets.',
      comparisons('techniques-mnist', 'techniques-fashion-mnist'),
      'Two data sets and ten rivals stand for the seven and nine of the abstract, whose list could not be read.',
    ],
    A4: [
      'Its effectiveness ratio is the highest.',
      comparisons('techniques-mnist', 'techniques-fashion-mnist'),
      'The abstract does not say what the ratio is of. It is read as the share of networks that are better than the same network without noise.',
    ],
    A5: ['Its dropout rate converges; its distributions are learned.', comparisons('advanced-starts')],
    A6: [
      'It prevents overfitting.',
      comparisons('overfitting-mnist'),
      'The gap between training and test accuracy is in the table below.',
    ],
    A7: [
      'Its uncertainty is better.',
      comparisons('techniques-mnist', 'techniques-fashion-mnist'),
      'Beside Bernoulli dropout, by the NLL of the average of passes.',
    ],
    A8: ['Its networks can be pruned further.', comparisons('techniques-mnist')],
    A9: [
      'It helps in text classification.',
      { kind: 'none', why: 'The trainer has no text, and no layer for sequences.' },
    ],
    A10: [
      'It helps in regression.',
      comparisons('regression'),
      'The NLL is mostly about how well the variance of the likelihood fits; the root mean square errors of the arms hardly differ.',
    ],
  }),
];

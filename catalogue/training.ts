/** A number of an optimiser that a plan may give. */
export type OptimiserNumber = 'momentum' | 'beta1' | 'beta2' | 'epsilon';

/** What there is to know of an optimiser besides its update, which is in trainer/optimisers. */
export type OptimiserEntry = {
  /** the update of a parameter p with the gradient g, the learning rate η and the weight decay λ */
  readonly formula: string;
  readonly reference: string;
  readonly synonyms?: readonly string[];
  /** its own numbers, with their values where a plan gives none */
  readonly parameters: Readonly<Partial<Record<OptimiserNumber, number>>>;
};

const ADAM = 'm ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g²';

const ENTRIES = {
  sgd: {
    formula: 'p ← p − η (g + λ p)',
    reference: 'Robbins and Monro 1951, "A stochastic approximation method"',
    parameters: {},
  },
  momentum: {
    formula: 'v ← μ v + g + λ p, p ← p − η v',
    reference:
      'Polyak 1964, "Some methods of speeding up the convergence of iteration methods", in the form of PyTorch\'s SGD',
    synonyms: ['sgd momentum', 'heavy ball'],
    parameters: { momentum: 0.9 },
  },
  nesterov: {
    formula: 'v ← μ v + g + λ p, p ← p − η (g + λ p + μ v)',
    reference:
      'Sutskever et al. 2013, "On the importance of initialization and momentum in deep learning", in the form of PyTorch\'s SGD',
    synonyms: ['nag', 'nesterov momentum', 'sgd nesterov'],
    parameters: { momentum: 0.9 },
  },
  rmsprop: {
    formula: 'v ← β₂ v + (1 − β₂) g², p ← p − η g / (√v + ε), with g + λ p for g',
    reference: 'Tieleman and Hinton 2012, "Lecture 6.5 – RMSProp", in the form of PyTorch\'s RMSprop',
    parameters: { beta2: 0.99, epsilon: 1e-8 },
  },
  adam: {
    formula: `${ADAM}, p ← p − η m̂ / (√v̂ + ε), with g + λ p for g`,
    reference: 'Kingma and Ba 2015, "Adam: a method for stochastic optimization", algorithm 1',
    parameters: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  },
  adamw: {
    formula: `${ADAM}, p ← p − η (m̂ / (√v̂ + ε) + λ p)`,
    reference: 'Loshchilov and Hutter 2019, "Decoupled weight decay regularization", algorithm 2',
    parameters: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  },
  novograd: {
    formula: 'v ← β₂ v + (1 − β₂) |g|² (|g|² at the first step), m ← β₁ m + g / (√v + ε) + λ p, p ← p − η m',
    reference:
      'Ginsburg et al. 2019, "Stochastic gradient methods with layer-wise adaptive moments for training of deep networks", algorithm 1',
    parameters: { beta1: 0.95, beta2: 0.98, epsilon: 1e-8 },
  },
} as const satisfies Record<string, OptimiserEntry>;

/** The name of an optimiser. */
export type OptimiserName = keyof typeof ENTRIES;

/** The optimisers, in the order in which they are listed. */
export const OPTIMISER_ENTRIES: Readonly<Record<OptimiserName, OptimiserEntry>> = ENTRIES;

/** The names of the optimisers. */
export const OPTIMISER_NAMES = Object.keys(ENTRIES) as OptimiserName[];

/** How the learning rate goes over the steps: what is left of it after the share x of them. */
export const RATE_SCHEDULE_ENTRIES = {
  constant: { formula: '1' },
  cosine: {
    formula: '(1 + cos(π x)) / 2',
    reference: 'Loshchilov and Hutter 2017, "SGDR", without restarts',
  },
  poly: { formula: '(1 − x)^power', parameters: { power: 2 } },
} as const;

/** The name of a schedule of the learning rate. */
export type RateScheduleName = keyof typeof RATE_SCHEDULE_ENTRIES;

/** The names of the schedules of the learning rate. */
export const RATE_SCHEDULE_NAMES = Object.keys(RATE_SCHEDULE_ENTRIES) as RateScheduleName[];

/** The data sets of images and their classes: networks are trained on them, and a trajectory can start from their statistics. */
export const DATA_SET_ENTRIES = {
  mnist: {
    title: 'MNIST',
    reference: 'LeCun et al. 1998, "Gradient-based learning applied to document recognition"',
  },
  cifar10: {
    title: 'CIFAR-10',
    reference: 'Krizhevsky 2009, "Learning multiple layers of features from tiny images"',
  },
  fashion_mnist: {
    title: 'Fashion-MNIST',
    reference:
      'Xiao, Rasul and Vollgraf 2017, "Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms"',
  },
} as const;

/** The name of a data set. */
export type DataSetName = keyof typeof DATA_SET_ENTRIES;

/** The names of the data sets of images. */
export const DATA_SET_NAMES = Object.keys(DATA_SET_ENTRIES) as DataSetName[];

/** The data sets of rows of numbers, each with a number that is to be predicted: regression. The API answers nothing about them. */
export const ROW_SET_ENTRIES = {
  auto_mpg: {
    title: 'Auto MPG',
    reference:
      'Ramos and Donoho, cars data, ASA Data Exposition 1983; Quinlan 1993, "Combining instance-based and model-based learning"',
  },
} as const;

/** The name of a data set of rows. */
export type RowSetName = keyof typeof ROW_SET_ENTRIES;

/** The name of a data set that networks are trained on: of images, or of rows. */
export type TrainedDataName = DataSetName | RowSetName;

/** The names of all data sets that networks are trained on; those of images alone are in {@link DATA_SET_NAMES}. */
export const TRAINED_DATA_NAMES = [...DATA_SET_NAMES, ...Object.keys(ROW_SET_ENTRIES)] as TrainedDataName[];

/**
 * Whether what is predicted of a data set is a number, and not a class.
 *
 * @example isRowSet('auto_mpg') // true
 */
export const isRowSet = (name: TrainedDataName): name is RowSetName => name in ROW_SET_ENTRIES;

/** The training back ends by the name that a grid records, the fastest first. */
export const BACKEND_ENTRIES = {
  'ort-node': { title: 'ONNX Runtime, native' },
  'ort-web-training': { title: "ONNX Runtime's training back end in WebAssembly" },
} as const;

/** The name of a back end. */
export type BackendName = keyof typeof BACKEND_ENTRIES;

/** The names of the back ends. */
export const BACKEND_NAMES = Object.keys(BACKEND_ENTRIES) as BackendName[];

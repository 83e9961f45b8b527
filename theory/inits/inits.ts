/** The shape of a layer and the arguments of an initialiser. */
export type InitArguments = {
  readonly fan_in: number;
  readonly fan_out: number;
  /** multiplies the weights; 1 by default */
  readonly gain: number;
};

/** An initialiser as data: what it means for the theory. */
export type Init = {
  readonly name: string;
  /** how one writes it */
  readonly usage: string;
  readonly reference: string;
  /** which arguments change the answer, beside those that it ignores */
  readonly needs: readonly (keyof InitArguments)[];
  /** Var(W) · fan_in */
  readonly sigma_w2: (of: InitArguments) => number;
  /** Var(b); 0 where the framework starts biases at 0 or the initialiser leaves them to the user */
  readonly sigma_b2: (of: InitArguments) => number;
};

const noBias = () => 0;
const PYTORCH = 'PyTorch, torch/nn/init.py';
const KERAS = 'Keras, keras/src/initializers/random_initializers.py and layers/core/dense.py';

/** The variance of a standard normal cut off at ±2 standard deviations: 1 − 4 φ(2) / (2 Φ(2) − 1). */
export const TRUNCATED_VARIANCE = 0.7737413035499231;

const fanIn: Init['sigma_w2'] = ({ gain }) => gain * gain;
const fanAverage: Init['sigma_w2'] = ({ fan_in, fan_out, gain }) =>
  (2 * gain * gain * fan_in) / (fan_in + fan_out);
const fanOut: Init['sigma_w2'] = ({ fan_in, fan_out, gain }) => (gain * gain * fan_in) / fan_out;
const isometry: Init['sigma_w2'] = ({ fan_in, fan_out, gain }) =>
  (gain * gain * fan_in) / Math.max(fan_in, fan_out);

/** An initialiser without biases. */
const entry = (
  name: string,
  usage: string,
  reference: string,
  needs: Init['needs'],
  sigma_w2: Init['sigma_w2'],
): Init => ({ name, usage, reference, needs, sigma_w2, sigma_b2: noBias });

const uniformDefault = (name: string, usage: string, reference: string): Init => ({
  name,
  usage,
  reference,
  needs: ['fan_in'],
  sigma_w2: () => 1 / 3,
  sigma_b2: ({ fan_in }) => 1 / (3 * fan_in),
});

/**
 * Initialisers by name. The distribution does not matter to wide networks, only its variance does, so the normal and
 * uniform forms of one rule agree; orthogonal matrices have the same forward theory.
 *
 * @example INITS.pytorch_linear.sigma_b2({ fan_in: 100, fan_out: 100, gain: 1 }) // 1/300
 */
export const INITS = {
  pytorch_linear: uniformDefault(
    'pytorch_linear',
    'nn.Linear(…) as it comes: kaiming_uniform_(a=√5), bias U(±1/√fan_in)',
    'PyTorch, torch/nn/modules/linear.py',
  ),
  mlx_linear: uniformDefault(
    'mlx_linear',
    'nn.Linear(…) as it comes: U(±1/√fan_in) for both',
    'MLX, python/mlx/nn/layers/linear.py',
  ),
  kaiming_normal: entry(
    'kaiming_normal',
    "kaiming_normal_(mode='fan_in'), gain from calculate_gain",
    PYTORCH,
    ['gain'],
    fanIn,
  ),
  kaiming_uniform: entry(
    'kaiming_uniform',
    "kaiming_uniform_(mode='fan_in'), gain from calculate_gain",
    PYTORCH,
    ['gain'],
    fanIn,
  ),
  kaiming_fan_out: entry(
    'kaiming_fan_out',
    "kaiming_normal_(mode='fan_out')",
    PYTORCH,
    ['fan_in', 'fan_out', 'gain'],
    fanOut,
  ),
  xavier_normal: entry(
    'xavier_normal',
    'xavier_normal_(gain)',
    PYTORCH,
    ['fan_in', 'fan_out', 'gain'],
    fanAverage,
  ),
  xavier_uniform: entry(
    'xavier_uniform',
    'xavier_uniform_(gain)',
    PYTORCH,
    ['fan_in', 'fan_out', 'gain'],
    fanAverage,
  ),
  lecun_normal: entry(
    'lecun_normal',
    'variance 1 / fan_in',
    'LeCun et al. 1998, "Efficient BackProp"',
    ['gain'],
    fanIn,
  ),
  lecun_uniform: entry(
    'lecun_uniform',
    'variance 1 / fan_in',
    'LeCun et al. 1998, "Efficient BackProp"',
    ['gain'],
    fanIn,
  ),
  orthogonal: entry(
    'orthogonal',
    'orthogonal_(gain)',
    `${PYTORCH}; Saxe et al. 2014`,
    ['fan_in', 'fan_out', 'gain'],
    isometry,
  ),
  keras_dense: entry(
    'keras_dense',
    'Dense(…) as it comes: glorot_uniform, zeros',
    KERAS,
    ['fan_in', 'fan_out'],
    (of) => fanAverage({ ...of, gain: 1 }),
  ),
  keras_he_normal: entry('keras_he_normal', "kernel_initializer='he_normal'", KERAS, [], () => 2),
  keras_he_uniform: entry('keras_he_uniform', "kernel_initializer='he_uniform'", KERAS, [], () => 2),
  keras_lecun_normal: entry('keras_lecun_normal', "kernel_initializer='lecun_normal'", KERAS, [], () => 1),
  keras_orthogonal: entry(
    'keras_orthogonal',
    'Orthogonal(gain)',
    KERAS,
    ['fan_in', 'fan_out', 'gain'],
    isometry,
  ),
  keras_random_normal: entry(
    'keras_random_normal',
    'RandomNormal(): standard deviation 0.05',
    KERAS,
    ['fan_in'],
    ({ fan_in }) => 0.0025 * fan_in,
  ),
  keras_truncated_normal: entry(
    'keras_truncated_normal',
    'TruncatedNormal(): 0.05, cut off at two of them',
    KERAS,
    ['fan_in'],
    ({ fan_in }) => 0.0025 * TRUNCATED_VARIANCE * fan_in,
  ),
  flax_dense: entry(
    'flax_dense',
    'nn.Dense(…) as it comes: lecun_normal, zeros',
    'Flax, flax/linen/linear.py',
    [],
    () => 1,
  ),
} as const satisfies Record<string, Init>;

/** The name of an initialiser. */
export type InitName = keyof typeof INITS;

/**
 * What an initialiser means as (sigma_w2, sigma_b2): Var(W) · fan_in and Var(b).
 *
 * @param name a name of {@link INITS}
 * @param of the layer's shape and the gain (1 by default); only what `needs` lists is read, but may be left out only then
 * @throws RangeError for an unknown name, a missing or not positive fan, or a negative gain
 * @see the `reference` of the entry
 * @example initVariances('pytorch_linear', { fan_in: 300 }) // { sigma_w2: 0.3333333333333333, sigma_b2: 0.0011111111111111111 }
 */
export function initVariances(
  name: InitName,
  of: { fan_in?: number; fan_out?: number; gain?: number } = {},
): { sigma_w2: number; sigma_b2: number } {
  if (!Object.hasOwn(INITS, name))
    throw new RangeError(`Unknown init "${name}". Known: ${Object.keys(INITS).join(', ')}.`);
  const init: Init = INITS[name];
  const { gain = 1, fan_in = Number.NaN, fan_out = Number.NaN } = of;
  if (!(gain >= 0 && gain < Number.POSITIVE_INFINITY))
    throw new RangeError('gain must be a finite number, not negative.');
  for (const fan of ['fan_in', 'fan_out'] as const)
    if (init.needs.includes(fan) && !Number.isSafeInteger(of[fan]))
      throw new RangeError(`${name} needs ${fan}, a whole number.`);
    else if ((of[fan] ?? 1) < 1) throw new RangeError(`${fan} must be at least 1.`);
  const given = { gain, fan_in, fan_out };
  return { sigma_w2: init.sigma_w2(given), sigma_b2: init.sigma_b2(given) };
}

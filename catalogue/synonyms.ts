import { ACTIVATION_ENTRIES } from './activations.ts';
import { ARCHITECTURES } from './architectures.ts';
import { FRAMEWORK_ENTRIES } from './queries.ts';
import { TECHNIQUE_ENTRIES } from './techniques.ts';
import { OPTIMISER_ENTRIES } from './training.ts';

type Synonyms = readonly string[];

/** What columns were called before, by their present name: who asks for the former name is told the present one. */
export const FORMER_COLUMNS: Readonly<Record<string, Synonyms>> = {
  limit_low: ['estimate_low', 'signal_dies_at'],
  limit_high: ['estimate_high'],
  limited_by: ['dies_of'],
  layers_searched: ['looked_to'],
  chi_c: ['chi_2'],
  fitted_extrapolates: ['fitted_outside'],
  normalises: ['own_maps'],
};

/** The other names of entries, by the name that the contract has. Case, `-`, `_` and blanks do not count. */
export const SYNONYMS: Readonly<Record<string, Synonyms>> = Object.fromEntries(
  Object.entries<{ synonyms?: Synonyms }>({
    ...ACTIVATION_ENTRIES,
    ...TECHNIQUE_ENTRIES,
    ...OPTIMISER_ENTRIES,
    ...FRAMEWORK_ENTRIES,
    ...ARCHITECTURES,
  }).flatMap(([name, { synonyms }]) => (synonyms ? [[name, synonyms]] : [])),
);

/** Other names of parameters, and what the parameter is where the name alone does not tell. */
export const PARAMETER_SYNONYMS: Readonly<Record<string, { names: readonly string[]; about?: string }>> = {
  keep: {
    names: ['keep prob', 'keep probability', 'keep rate', 'keep ratio', 'p keep', 'retain', 'retain prob'],
    about: 'the probability that a unit is kept; drop is 1 - keep',
  },
  drop: {
    names: [
      'dropout rate',
      'dropout prob',
      'dropout probability',
      'dropout p',
      'drop rate',
      'drop prob',
      'drop probability',
      'drop ratio',
      'p drop',
    ],
    about: 'the probability that a unit is dropped; keep is 1 - drop',
  },
  sigma_w2: {
    names: ['weight variance', 'weights variance', 'weight var', 'var w', 'w var', 'sigma w squared', 'sw2'],
    about: 'weights are N(0, sigma_w2 / fan_in)',
  },
  sigma_b2: {
    names: ['bias variance', 'biases variance', 'bias var', 'var b', 'b var', 'sigma b squared', 'sb2'],
    about: 'biases are N(0, sigma_b2)',
  },
  activation: { names: ['act', 'act fn', 'activation function', 'nonlinearity', 'phi'] },
  technique: { names: ['noise', 'noise type', 'dropout type'] },
  preset: { names: ['architecture', 'arch', 'model'] },
  blocks: {
    names: ['num hidden layers', 'n layer', 'num blocks', 'n blocks', 'encoder layers', 'transformer layers'],
  },
  hidden_width: {
    names: [
      'd ff',
      'ffn dim',
      'dim feedforward',
      'intermediate size',
      'intermediate dim',
      'd hidden',
      'mlp dim',
      'n inner',
    ],
    about: 'units between the two matrices of a feed-forward part',
  },
  heads: { names: ['num heads', 'n heads', 'n head', 'num attention heads', 'attention heads'] },
  tokens: { names: ['seq len', 'sequence length', 'n ctx', 'context length', 'n tokens', 'num tokens'] },
  drop_attention: { names: ['attention dropout', 'attn drop', 'attn pdrop', 'attention probs dropout prob'] },
  drop_projection: { names: ['proj drop', 'projection dropout'] },
  drop_hidden: { names: ['activation dropout', 'relu dropout', 'ffn dropout'] },
  drop_output: { names: ['resid pdrop', 'residual dropout'] },
  drop_embedding: { names: ['embd pdrop', 'embedding dropout', 'pos drop'] },
  drop_path: { names: ['drop path rate', 'stochastic depth', 'stochastic depth prob'] },
  skip: { names: ['alpha2', 'a2'], about: 'a² of x → a x + b f(x)' },
  slope: { names: ['negative slope'] },
  threshold: { names: ['lambd', 'lambda'] },
  depth: { names: ['layers', 'num layers', 'n layers', 'hidden layers', 'n hidden layers'] },
  width: {
    names: [
      'units',
      'neurons',
      'hidden size',
      'hidden dim',
      'hidden units',
      'layer width',
      'd model',
      'embed dim',
      'embedding dim',
      'n embd',
      'd token',
    ],
  },
  steps: { names: ['iterations', 'n steps', 'num steps', 'training steps'] },
  batch: { names: ['batch size', 'minibatch', 'minibatch size', 'bs'], about: 'images a step' },
  learning_rate: { names: ['lr', 'rate', 'step size', 'eta'] },
  data: { names: ['data set'] },
  optimiser: { names: ['optimizer', 'opt'] },
  init: { names: ['initializer', 'initialiser', 'initialization', 'initialisation', 'kernel initializer'] },
  std: { names: ['stddev', 'standard deviation', 'weight std', 'init std', 'initializer range'] },
  fan_in: { names: ['in features', 'n in', 'inputs'] },
  fan_out: { names: ['out features', 'n out', 'outputs'] },
  c_batch: { names: ['c common'] },
  accuracy_threshold: { names: ['trained at'] },
  min_networks: { names: ['least'] },
  max_networks: { names: ['most'] },
  networks_per_round: { names: ['together'] },
  noise_published_init: { names: ['noise official init'] },
  field: { names: ['column', 'columns', 'fields', 'select'] },
};

/** What stands in place of a did-you-mean, where the name means something else than one may think, by the folded name. */
export const REMARKS: Readonly<Record<string, string>> = {
  sigmaw: 'is a standard deviation, and sigma_w2 its square. Did you mean "sigma_w2"?',
  sigmab: 'is a standard deviation, and sigma_b2 its square. Did you mean "sigma_b2"?',
  biasstd: 'is a standard deviation, and sigma_b2 its square. Did you mean "sigma_b2"?',
  gain: 'is the square root of sigma_w2: give sigma_w2 = gain².',
  normfirst: 'is norm_at here: norm_first=True is norm_at=pre, norm_first=False is norm_at=post.',
  layerscale: 'is a factor of the branch: give branch, its square.',
  hiddendropoutprob:
    'is the rate behind the embeddings, the attention and the feed-forward part: give drop_embedding, drop_projection and drop_output.',
  tiedweights: 'is not covered: the theory is of blocks that are independent.',
};

/** Names of frameworks that are not the same function there, by the folded name with its module. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  'jax.gelu': 'is gelu_tanh there, and gelu with approximate=False: give one of these.',
  'flax.gelu': 'is gelu_tanh there, and gelu with approximate=False: give one of these.',
  'nnx.gelu': 'is gelu_tanh there, and gelu with approximate=False: give one of these.',
  'tf.leakyrelu': 'has the slope 0.2 there: give leaky_relu with slope=0.2.',
  'keras.leakyrelu': 'has the slope 0.2 or 0.3 there: give leaky_relu with slope=0.2 or slope=0.3.',
  'tf.hardsigmoid':
    'is 0.2 x + 0.5 inside before Keras 3, and x/6 + 1/2 from then on: give hard_sigmoid for the latter, with input_scale=1.2 for the former.',
  'keras.hardsigmoid':
    'is 0.2 x + 0.5 inside before Keras 3, and x/6 + 1/2 from then on: give hard_sigmoid for the latter, with input_scale=1.2 for the former.',
};

/** Architectures that there is no preset for, and why: by the folded name. */
export const NOT_COVERED: Readonly<Record<string, string>> = {
  transformerencoder:
    'copies one layer, so that all start with the same weights, which the theory of independent layers does not describe. Draw the weights of each layer again, then preset=torch_transformer_encoder_layer does.',
  transformerdecoder:
    'copies one layer, and reads the encoder by cross-attention: neither is covered. preset=torch_transformer_encoder_layer is the layer of the encoder.',
  albert: 'ties the weights of its blocks, which are not independent then: not covered.',
  universaltransformer: 'ties the weights of its blocks, which are not independent then: not covered.',
  mlpmixer: 'mixes tokens by a matrix that all channels share: not covered.',
  resmlp: 'mixes tokens by a matrix that all channels share: not covered.',
  gmlp: 'gates tokens by other tokens: not covered.',
  resnet: 'has its activation after the sum, so that units are not Gaussian: not covered.',
  resnet18: 'has its activation after the sum, so that units are not Gaussian: not covered.',
  resnet50: 'has its activation after the sum, so that units are not Gaussian: not covered.',
  mixtral: 'routes tokens to experts: not covered.',
  switchtransformer: 'routes tokens to experts: not covered.',
};

/** What is no function of one unit's pre-activation, and why there is no answer about it. */
export const NO_FUNCTION =
  'is no function of one pre-activation alone, so that the averages of this theory do not exist for it.';
export const NO_FUNCTIONS = ['softmax', 'logsoftmax', 'glu', 'swiglu', 'geglu', 'reglu', 'maxout', 'crelu'];

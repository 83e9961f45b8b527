import type { ActivationName } from './activations.ts';
import type { Range } from './range.ts';

/** The kinds of block that a network may be made of. */
export const BLOCK_KINDS = ['ffn', 'gated', 'tabular_resnet', 'transformer'] as const;

/** The kinds of feed-forward part that a block of a transformer may have. */
export const FEED_FORWARD_KINDS = ['ffn', 'gated'] as const;

/** The norms that blocks may have. */
export const BLOCK_NORMS = ['layer', 'rms', 'batch', 'none'] as const;

/** Where they may stand: f(norm(x)), norm(x + f(x)), norm(f(norm(x))), norm(f(x)). */
export const NORM_PLACES = ['pre', 'post', 'sandwich', 'out'] as const;

/** How weights, or branches, depend on the number of blocks. */
export const DEPTH_SCALINGS = ['none', 'output_matrices', 'deepnorm', 'branches'] as const;

/** The places where an architecture may have dropout, in the order in which a token meets them. */
export const DROP_SITES = [
  'drop_embedding',
  'drop_attention',
  'drop_projection',
  'drop_hidden',
  'drop_output',
] as const;

/** One of {@link DROP_SITES}. */
export type DropSite = (typeof DROP_SITES)[number];

/** Fan_in times the variance of a weight, of each matrix of a block. */
export const MATRIX_VARIANCES = [
  'sigma_w2_query',
  'sigma_w2_key',
  'sigma_w2_value',
  'sigma_w2_projection',
  'sigma_w2_hidden',
  'sigma_w2_output',
] as const;

/** A parameter of blocks: its range, and whether only blocks with attention have it. */
type BlockParameter = Range & { readonly of?: 'attention' };

const VARIANCE = { min: 0, max: 1000 } as const;
const SIZE = { min: 1, max: 1e6, whole: true } as const;
const RATE = { min: 0, max: 0.999, smallest: 1e-30 } as const;

/** The parameters of blocks that are numbers, with their ranges. */
export const BLOCK_PARAMETERS = {
  eps: { min: 0, max: 1, about: 'What norms add to the variance before they divide (default 0).' },
  width: { ...SIZE, about: 'Units of the stream.' },
  hidden_width: {
    ...SIZE,
    about: 'Units between the two matrices of a feed-forward part (default: 4 times the width).',
  },
  heads: { ...SIZE, max: 1e4, of: 'attention', about: 'Heads of the attention; they divide the width.' },
  tokens: { ...SIZE, min: 2, max: 1e7, of: 'attention', about: 'Tokens of a sequence.' },
  blocks: { ...SIZE, max: 2000, about: 'Number of blocks.' },
  std: {
    min: 0,
    max: 100,
    about:
      'Standard deviation of the weights of all matrices: sigma_w2 is fan_in times its square, with width and hidden_width.',
  },
  sigma_w2_query: { ...VARIANCE, of: 'attention', about: 'The same of the queries alone.' },
  sigma_w2_key: { ...VARIANCE, of: 'attention', about: 'The same of the keys.' },
  sigma_w2_value: { ...VARIANCE, of: 'attention', about: 'The same of the values.' },
  sigma_w2_projection: { ...VARIANCE, of: 'attention', about: 'The same of the output of the attention.' },
  sigma_w2_hidden: {
    ...VARIANCE,
    about: 'The same of the first matrix of a feed-forward part, of both matrices of a gate.',
  },
  sigma_w2_output: { ...VARIANCE, about: 'The same of its last matrix.' },
  sigma_b2_hidden: { ...VARIANCE, about: 'Variance of the biases of the hidden units (default 0).' },
  sigma_b2_output: { ...VARIANCE, about: 'Variance of the biases of the last matrix (default 0).' },
  score_scale2: {
    min: 0,
    max: 1e6,
    of: 'attention',
    about:
      'd_head times the square of what scores are multiplied by: 1 (default) for 1/√d_head, d_head where they are not scaled, as in T5.',
  },
  qk_norm: {
    min: 0,
    max: 1e6,
    of: 'attention',
    about:
      'Queries and keys are normalised: the product of the squares of their gains (left out: they are not).',
  },
  skip: { min: 0, max: 1000, about: 'a² of x → a x + b f(x) (default 1).' },
  branch: { min: 0, max: 1000, about: 'b² of x → a x + b f(x) (default 1): the square of a LayerScale.' },
  drop_embedding: { ...RATE, about: 'Rate of the dropout before the first block.' },
  drop_attention: { ...RATE, of: 'attention', about: 'Rate of the dropout of attention weights.' },
  drop_projection: { ...RATE, of: 'attention', about: 'Rate of the dropout behind the attention.' },
  drop_hidden: { ...RATE, about: 'Rate of the dropout of hidden units.' },
  drop_output: { ...RATE, about: 'Rate of the dropout behind a feed-forward part.' },
  drop_path: {
    min: 0,
    max: 0.99,
    about:
      'Stochastic depth: the rate of the last block; that of block l of L is drop_path · (l − 1)/(L − 1), for all of its branches.',
  },
  q0: {
    min: 1e-12,
    max: 1e12,
    about:
      'Mean square of a unit where the blocks start, before a norm or dropout of the embeddings (default 1).',
  },
  c0: {
    min: -1,
    max: 1,
    about:
      'Correlation there of two tokens (default 0), or of two inputs where there is no attention (default .28, of two images of MNIST).',
  },
} as const satisfies Record<string, BlockParameter>;

/** The name of one of them. */
export type BlockParameterName = keyof typeof BLOCK_PARAMETERS;

/** The parameters of a network of blocks, by the names that queries give them. */
export type ArchitectureParameters = {
  readonly block: (typeof BLOCK_KINDS)[number];
  /** of a transformer */
  readonly feed_forward?: (typeof FEED_FORWARD_KINDS)[number];
  readonly activation: ActivationName;
  readonly norm: (typeof BLOCK_NORMS)[number];
  readonly norm_at: (typeof NORM_PLACES)[number];
  /** whether the very first branch has its norm; true by default */
  readonly first_norm?: boolean;
  /** whether a token looks at itself and earlier ones only; false by default */
  readonly causal?: boolean;
  /** `none` by default */
  readonly depth_scaling?: (typeof DEPTH_SCALINGS)[number];
  /** the norm of the embeddings, before their dropout; `none` by default */
  readonly embedding_norm?: 'layer' | 'none';
} & {
  readonly [name in BlockParameterName]?: number;
};

/** Where facts of a preset come from. */
export type ArchitectureSource = {
  /** which facts */
  readonly what: string;
  /** repository or package, and file */
  readonly where: string;
  /** `seen`: read there, in a stored copy or in the installed package; `recalled`: from memory */
  readonly checked: 'seen' | 'recalled';
};

/** An architecture in use, in the words of a query. */
export type ArchitectureEntry = {
  readonly title: string;
  /**
   * What stands for the parameters that a query leaves out. A site of dropout that is given, be its rate 0, is one that the
   * architecture has: `drop` sets these and no others.
   */
  readonly parameters: ArchitectureParameters;
  readonly sources: readonly ArchitectureSource[];
  /** where the blocks start, and what the theory cannot say of this architecture */
  readonly notes: readonly string[];
  readonly synonyms?: readonly string[];
};

const seen = (where: string, what: string): ArchitectureSource => ({ what, where, checked: 'seen' });
const recalled = (where: string, what: string): ArchitectureSource => ({ what, where, checked: 'recalled' });

const POSITIONS_ADD =
  'Two tokens start uncorrelated: a word that stands twice in a sequence is left out, which would share its embedding.';
const SIZES_CHOSEN =
  'The layer has no sizes of its own: width, heads, blocks and tokens are those of Vaswani et al. 2017, with 512 tokens.';
const GIVEN_START =
  'The layer has no embeddings of its own: the start is a stream of variance 1 whose tokens are uncorrelated.';
const ATTENTION_BIASES_LEFT_OUT = 'The biases of the attention are left out.';

const BERT = {
  block: 'transformer',
  feed_forward: 'ffn',
  activation: 'gelu',
  norm: 'layer',
  norm_at: 'post',
  eps: 1e-12,
  tokens: 512,
  std: 0.02,
  drop_embedding: 0.1,
  drop_attention: 0.1,
  drop_projection: 0.1,
  drop_output: 0.1,
  embedding_norm: 'layer',
  // (word, position and token type)
  q0: 3 * 0.02 ** 2,
  c0: 1 / 3,
} as const satisfies ArchitectureParameters;

const BERT_SOURCES = [
  seen(
    'transformers: src/transformers/models/bert/configuration_bert.py',
    'standard deviation .02, rates .1, eps 1e-12, gelu, 512 positions, sizes of the base model',
  ),
  seen(
    'transformers: src/transformers/models/bert/modeling_bert.py',
    'norm behind each sum, three embeddings and their norm, sites of dropout: none on the hidden units',
  ),
  seen(
    'transformers: src/transformers/modeling_utils.py',
    'weights are normal and not cut off, biases start at 0',
  ),
  seen('google-research/bert: README.md', 'layers, width and heads of the base and the large model'),
  seen(
    'google-research/bert: modeling.py',
    'weights by tf.truncated_normal_initializer, gelu by its tanh form in the version that was read',
  ),
] as const;

const BERT_NOTES = [
  'The start is the sum of three embeddings of standard deviation .02. All tokens of a segment share one of them, so that two tokens start with correlation 1/3.',
  "Google's code cuts the weights off at two standard deviations, which leaves .774 of the variance (give std=.0176), and versions of it have gelu by its tanh form. These are the weights of transformers, which are not cut off.",
] as const;

const VIT = {
  block: 'transformer',
  feed_forward: 'ffn',
  activation: 'gelu',
  norm: 'layer',
  norm_at: 'pre',
  eps: 1e-6,
  width: 768,
  hidden_width: 3072,
  heads: 12,
  // (14 × 14 patches and the class token)
  tokens: 197,
  blocks: 12,
  std: 0.02,
  drop_embedding: 0,
  drop_attention: 0,
  drop_projection: 0,
  drop_hidden: 0,
  drop_output: 0,
  // (patches of mean square 1, the biases of their convolution, and positions)
  q0: 1 / 3 + 1 / (3 * 16 * 16 * 3) + 0.02 ** 2,
  c0: 0,
} as const satisfies ArchitectureParameters;

const VIT_NOTES = [
  'The start is for patches whose pixels have mean square 1 after standardisation and that are uncorrelated. Patches of one image are alike: give the q0 and c0 of yours.',
  'The class token starts near 0, apart from the others. The theory takes all tokens to be alike, and has no gradients of a read-out from the class token.',
] as const;

const TIMM = 'timm: timm/models/vision_transformer.py';

const T5 = {
  block: 'transformer',
  norm: 'rms',
  norm_at: 'pre',
  eps: 1e-6,
  width: 768,
  heads: 12,
  tokens: 512,
  blocks: 12,
  sigma_w2_query: 1 / 64,
  sigma_w2_key: 1,
  sigma_w2_value: 1,
  sigma_w2_projection: 1,
  sigma_w2_hidden: 1,
  sigma_w2_output: 1,
  // (scores are not divided by √64: the queries' weights are)
  score_scale2: 64,
  drop_embedding: 0.1,
  drop_attention: 0.1,
  drop_projection: 0.1,
  drop_hidden: 0.1,
  drop_output: 0.1,
  q0: 1,
  c0: 0,
} as const satisfies Omit<ArchitectureParameters, 'activation'>;

const T5_SOURCES = [
  seen(
    'transformers: src/transformers/models/t5/modeling_t5.py',
    'variances of all matrices, no biases, scores without a scale, sites of dropout, embeddings of standard deviation 1',
  ),
  seen(
    'transformers: src/transformers/models/t5/configuration_t5.py',
    'rate .1, eps 1e-6, relu, or gelu by its tanh form where it is gated',
  ),
] as const;

const T5_NOTES = [
  'The encoder alone: the decoder reads it by cross-attention, which the theory does not have.',
  'The start is an embedding of standard deviation 1. Relative positions add a number to each score, which is left out: it has variance 1/768 at the start.',
  POSITIONS_ADD,
] as const;

const TORCH_LAYER = 'PyTorch: torch/nn/modules/transformer.py';
const TORCH_ATTENTION = 'PyTorch: torch/nn/modules/activation.py';

const TORCH = {
  block: 'transformer',
  feed_forward: 'ffn',
  activation: 'relu',
  norm: 'layer',
  norm_at: 'post',
  eps: 1e-5,
  width: 512,
  hidden_width: 2048,
  heads: 8,
  tokens: 512,
  blocks: 6,
  // (one matrix of 3 · 512 outputs, so that xavier_uniform counts three times the outputs)
  sigma_w2_query: 2 / (1 + 3),
  sigma_w2_key: 2 / (1 + 3),
  sigma_w2_value: 2 / (1 + 3),
  sigma_b2_hidden: 1 / (3 * 512),
  sigma_b2_output: 1 / (3 * 2048),
  drop_attention: 0.1,
  drop_projection: 0.1,
  drop_hidden: 0.1,
  drop_output: 0.1,
  q0: 1,
  c0: 0,
} as const satisfies ArchitectureParameters;

const KERAS = {
  block: 'transformer',
  feed_forward: 'ffn',
  activation: 'relu',
  norm: 'layer',
  norm_at: 'post',
  eps: 1e-5,
  width: 512,
  hidden_width: 2048,
  heads: 8,
  tokens: 512,
  blocks: 6,
  sigma_w2_hidden: (2 * 512) / (512 + 2048),
  sigma_w2_output: (2 * 2048) / (512 + 2048),
  drop_attention: 0,
  drop_projection: 0,
  drop_output: 0,
  q0: 1,
  c0: 0,
} as const satisfies ArchitectureParameters;

const KERAS_SOURCES = [
  seen(
    'keras-team/keras-hub: keras_hub/src/layers/modeling/transformer_encoder.py',
    'glorot_uniform, zero biases, rate 0 and its sites, none on the hidden units, relu, eps 1e-5, norm behind each sum',
  ),
] as const;

const KERAS_NOTES = [GIVEN_START, SIZES_CHOSEN] as const;

const RTDL =
  'yandex-research/rtdl-revisiting-models: package/rtdl_revisiting_models.py, by a copy of version 0.0.2';

const ENTRIES = {
  bert_base: {
    title: 'BERT-base',
    parameters: { ...BERT, width: 768, hidden_width: 3072, heads: 12, blocks: 12 },
    sources: BERT_SOURCES,
    notes: BERT_NOTES,
    synonyms: ['bert', 'bert base uncased', 'bert base cased'],
  },
  bert_large: {
    title: 'BERT-large',
    parameters: { ...BERT, width: 1024, hidden_width: 4096, heads: 16, blocks: 24 },
    sources: [...BERT_SOURCES, recalled('Devlin et al. 2018', 'the hidden layer is four times as wide')],
    notes: BERT_NOTES,
    synonyms: ['bert large uncased', 'bert large cased'],
  },
  gpt2_small: {
    title: 'GPT-2 small (124M)',
    parameters: {
      block: 'transformer',
      feed_forward: 'ffn',
      activation: 'gelu_tanh',
      norm: 'layer',
      norm_at: 'pre',
      eps: 1e-5,
      width: 768,
      hidden_width: 3072,
      heads: 12,
      tokens: 1024,
      blocks: 12,
      std: 0.02,
      depth_scaling: 'output_matrices',
      causal: true,
      drop_embedding: 0.1,
      drop_attention: 0.1,
      drop_projection: 0.1,
      drop_output: 0.1,
      // (word and position)
      q0: 2 * 0.02 ** 2,
      c0: 0,
    },
    sources: [
      seen(
        'transformers: src/transformers/models/gpt2/modeling_gpt2.py',
        'standard deviation .02, that of both output matrices divided by √(2 · blocks), sites of dropout: none on the hidden units',
      ),
      seen(
        'transformers: src/transformers/models/gpt2/configuration_gpt2.py',
        'rates .1, eps 1e-5, gelu by its tanh form, sizes',
      ),
      seen('karpathy/nanoGPT: model.py', 'the same division by √(2 · blocks)'),
      seen('openai/gpt-2: src/model.py', 'sizes, eps, gelu by its tanh form, positions of .01'),
    ],
    notes: [
      'The start is the sum of a word and a position of standard deviation .02 each: its mean square is 8e-4, and the first block alone makes most of the stream. Whether that costs anything in training was not measured.',
      "OpenAI's code has positions of standard deviation .01 (q0 5e-4), and does not show how output matrices were scaled: this is what transformers and nanoGPT do.",
      'Earlier tokens alone are seen: numbers are averages over the rows of a sequence, and single rows, above all the first ones, differ.',
      POSITIONS_ADD,
    ],
    synonyms: ['gpt2', 'gpt2 124m'],
  },
  vit_b: {
    title: 'ViT-B/16 as timm has it',
    parameters: { ...VIT, drop_path: 0 },
    sources: [
      seen(
        TIMM,
        'standard deviation .02, zero biases, one qkv matrix, all rates 0, eps 1e-6, sizes, a positions table of .02, drop path that grows linearly from 0',
      ),
      seen(
        'timm: timm/layers/mlp.py',
        'gelu, and the rate of proj_drop on hidden units and on the output alike',
      ),
      seen(
        'timm: timm/layers/weight_init.py',
        'trunc_normal_ cuts at the numbers ±2: nothing is cut off at .02',
      ),
      seen('timm: timm/layers/patch_embed.py', 'the convolution of patches keeps the weights of PyTorch'),
    ],
    notes: [
      ...VIT_NOTES,
      'timm has three rates: attn_drop_rate is drop_attention here, pos_drop_rate is drop_embedding, and proj_drop_rate is the other three.',
      'timm calls the rate of the last block drop_path_rate; that of block l of L is drop_path · (l − 1)/(L − 1), for both sub-layers.',
    ],
    synonyms: ['vit', 'vit base', 'vit b 16', 'vit base patch16 224'],
  },
  deit_b: {
    title: 'DeiT-B',
    parameters: { ...VIT, drop_path: 0.1 },
    sources: [
      seen('facebookresearch/deit: main.py', 'drop path .1, dropout 0'),
      seen('facebookresearch/deit: models.py', "sizes, eps 1e-6; all else is timm's vision transformer"),
      seen(TIMM, 'standard deviation .02, zero biases, sites of dropout'),
    ],
    notes: [
      ...VIT_NOTES,
      'The model without distillation: the distilled one has a second token of its own, 198 in all.',
    ],
    synonyms: ['deit', 'deit base', 'deit base patch16 224'],
  },
  t5_base: {
    title: 'T5 base, encoder (version 1.0)',
    parameters: { ...T5, feed_forward: 'ffn', activation: 'relu', hidden_width: 3072 },
    sources: [...T5_SOURCES, seen('google-research/t5x: t5x/examples/t5/t5_1_0/base.gin', 'sizes, relu')],
    notes: T5_NOTES,
    synonyms: ['t5', 't5 1.0 base', 't5 v1.0 base'],
  },
  t5_v1_1_base: {
    title: 'T5 base, encoder (version 1.1)',
    parameters: { ...T5, feed_forward: 'gated', activation: 'gelu_tanh', hidden_width: 2048 },
    sources: [
      ...T5_SOURCES,
      seen('google-research/t5x: t5x/examples/t5/t5_1_1/base.gin', 'sizes, gated gelu'),
      seen(
        'google-research/t5x: t5x/examples/t5/t5_1_1/examples/base_c4_pretrain.gin',
        'rate 0 while it was pretrained, 512 tokens',
      ),
    ],
    notes: [
      ...T5_NOTES,
      'Pretraining had no dropout: the rates are the defaults of transformers, for what comes afterwards.',
    ],
    synonyms: ['t5 1.1 base', 't5 v1.1', 'flan t5 base'],
  },
  llama_like: {
    title: 'LLaMA-like (the defaults of LlamaConfig, 7B)',
    parameters: {
      block: 'transformer',
      feed_forward: 'gated',
      activation: 'silu',
      norm: 'rms',
      norm_at: 'pre',
      eps: 1e-6,
      width: 4096,
      hidden_width: 11008,
      heads: 32,
      tokens: 2048,
      blocks: 32,
      std: 0.02,
      causal: true,
      drop_attention: 0,
      q0: 0.02 ** 2,
      c0: 0,
    },
    sources: [
      seen(
        'transformers: src/transformers/models/llama/configuration_llama.py',
        'standard deviation .02, silu, eps 1e-6, sizes, 2048 positions, no biases, attention dropout 0',
      ),
      seen(
        'transformers: src/transformers/models/llama/modeling_llama.py',
        'gate, norm before each branch, no dropout but on attention weights',
      ),
      seen('transformers: src/transformers/modeling_utils.py', 'weights are normal'),
    ],
    notes: [
      'The start is an embedding of standard deviation .02: its mean square is 4e-4, and the first block makes all of the stream.',
      'These are the weights of transformers. How Meta drew theirs is not in its public code.',
      'Rotary positions are left out: they make the covariance of scores depend on the distance of two tokens.',
      'Earlier tokens alone are seen: numbers are averages over the rows of a sequence.',
      'All heads have keys of their own. Heads that share keys and values have the same variances.',
      POSITIONS_ADD,
    ],
    synonyms: ['llama', 'llama 7b', 'llama 2 7b'],
  },
  torch_transformer_encoder_layer: {
    title: 'torch.nn.TransformerEncoderLayer, independent layers',
    parameters: {
      ...TORCH,
      sigma_w2_projection: 1 / 3,
      sigma_w2_hidden: 1 / 3,
      sigma_w2_output: 1 / 3,
    },
    sources: [
      seen(TORCH_ATTENTION, 'xavier_uniform on one matrix of queries, keys and values, zero biases'),
      seen(TORCH_LAYER, 'rate .1 and its sites, relu, 2048 hidden units, eps 1e-5, norm behind each sum'),
      seen(
        'PyTorch: torch/nn/modules/linear.py',
        'weights and biases of the other three matrices: 1/(3 fan_in)',
      ),
    ],
    notes: [
      GIVEN_START,
      SIZES_CHOSEN,
      'nn.TransformerEncoder copies one layer, so that all layers start with the same weights, as its documentation warns. The theory is of layers that are drawn independently: draw the weights of each layer again.',
      'With norm_first=True give norm_at=pre.',
    ],
    synonyms: [
      'torch encoder layer',
      'nn.TransformerEncoderLayer',
      'torch.nn.TransformerEncoderLayer',
      'pytorch transformer encoder layer',
    ],
  },
  nn_transformer: {
    title: 'torch.nn.Transformer, encoder',
    parameters: {
      ...TORCH,
      sigma_w2_projection: 1,
      sigma_w2_hidden: (2 * 512) / (512 + 2048),
      sigma_w2_output: (2 * 2048) / (512 + 2048),
    },
    sources: [
      seen(
        TORCH_LAYER,
        'xavier_uniform on every matrix, biases left as they were, rate .1 and its sites, 6 layers, 8 heads, width 512',
      ),
      seen(TORCH_ATTENTION, 'one matrix of queries, keys and values'),
    ],
    notes: [
      GIVEN_START,
      'Tokens are 512, since the module has no number of its own.',
      'The encoder alone: the decoder reads it by cross-attention, which the theory does not have.',
      'nn.Transformer copies one layer as well, but draws every matrix again afterwards: its layers are independent.',
    ],
    synonyms: ['torch.nn.Transformer', 'torch transformer', 'pytorch transformer'],
  },
  keras_transformer_encoder: {
    title: 'keras_hub.layers.TransformerEncoder, with Keras 3.15',
    parameters: {
      ...KERAS,
      sigma_w2_query: 1,
      sigma_w2_key: 1,
      sigma_w2_value: 1,
      sigma_w2_projection: 1,
    },
    sources: [
      ...KERAS_SOURCES,
      seen(
        'Keras 3.15.1: keras/src/initializers/random_initializers.py and keras/src/layers/core/einsum_dense.py',
        'fans of the kernels of attention by the axes that they sum over',
      ),
      seen('keras-team/keras: pull request 22789', 'since when'),
    ],
    notes: [
      ...KERAS_NOTES,
      'Before pull request 22789 of 2026 Keras counted the kernels of attention as convolutions, and drew much smaller weights: see keras_transformer_encoder_former_fans.',
    ],
    synonyms: ['keras hub transformer encoder', 'keras nlp transformer encoder'],
  },
  keras_transformer_encoder_former_fans: {
    title: 'keras_hub.layers.TransformerEncoder, with Keras before pull request 22789 of 2026',
    parameters: {
      ...KERAS,
      // (a kernel of 512 × 8 × 64 counted as a convolution of length 512 from 8 to 64 channels)
      sigma_w2_query: 2 / (8 + 64),
      sigma_w2_key: 2 / (8 + 64),
      sigma_w2_value: 2 / (8 + 64),
      // (one of 8 × 64 × 512 as one of length 8 from 64 to 512 channels)
      sigma_w2_projection: (2 * 64) / (64 + 512),
    },
    sources: [
      ...KERAS_SOURCES,
      seen('keras-team/keras: pull request 22789', 'how fans were counted before'),
      seen(
        'Keras 3.15.1: keras/src/initializers/random_initializers.py',
        'fans of kernels of more than two axes where no axes are given',
      ),
    ],
    notes: [
      ...KERAS_NOTES,
      'Its weights were computed and not measured: no such version was at hand.',
      'The variances of attention depend on the heads: another number of heads needs 2 / (heads + width / heads) for queries, keys and values, and 2 / (1 + heads) for the projection.',
    ],
  },
  deepnorm: {
    title: 'DeepNorm, encoder, as torchscale has it',
    parameters: {
      block: 'transformer',
      feed_forward: 'ffn',
      activation: 'gelu',
      norm: 'layer',
      norm_at: 'post',
      eps: 1e-5,
      width: 768,
      hidden_width: 3072,
      heads: 12,
      tokens: 512,
      blocks: 12,
      sigma_w2_query: 1 / 3,
      sigma_w2_key: 1 / 3,
      sigma_w2_value: 1 / 3,
      sigma_w2_projection: 1 / 3,
      sigma_w2_hidden: 1 / 3,
      sigma_w2_output: 1 / 3,
      sigma_b2_hidden: 1 / (3 * 768),
      sigma_b2_output: 1 / (3 * 3072),
      depth_scaling: 'deepnorm',
      drop_embedding: 0,
      drop_attention: 0,
      drop_projection: 0,
      drop_hidden: 0,
      drop_output: 0,
      drop_path: 0,
      q0: 1 + 1 / 768,
      c0: 0,
    },
    sources: [
      seen(
        'microsoft/torchscale: torchscale/architecture/encoder.py',
        'skip and division of weights and biases by the number of blocks, sites of dropout, no norm of the embeddings',
      ),
      seen('microsoft/torchscale: torchscale/architecture/config.py', 'rates 0, gelu, eps 1e-5, sizes'),
      seen(
        'microsoft/torchscale: torchscale/component/multihead_attention.py and feedforward_network.py',
        'all matrices keep the weights of torch.nn.Linear; reset_parameters is there and not called',
      ),
      seen('microsoft/torchscale: torchscale/component/embedding.py', 'embeddings of variance 1/width'),
      recalled(
        'PyTorch: torch/nn/modules/sparse.py',
        'positions are an nn.Embedding, of standard deviation 1',
      ),
    ],
    notes: [
      'The start is a word of variance 1/768 and a position of variance 1, which all sequences share: two sequences are nearly the same at one position.',
      'torchscale writes xavier_uniform for attention (queries, keys and values with gain 1/√2) in a method that its encoder does not call. The paper has xavier_normal on every matrix: give sigma_w2_* for either.',
      'An encoder with a decoder has other constants: give skip and sigma_w2_* with depth_scaling=none.',
      ATTENTION_BIASES_LEFT_OUT,
    ],
    synonyms: ['deepnet', 'torchscale deepnorm'],
  },
  tabular_resnet: {
    title: 'ResNet for tables (Gorishniy et al. 2021)',
    parameters: {
      block: 'tabular_resnet',
      activation: 'relu',
      norm: 'batch',
      norm_at: 'pre',
      eps: 1e-5,
      width: 192,
      hidden_width: 384,
      blocks: 2,
      sigma_w2_hidden: 1 / 3,
      sigma_w2_output: 1 / 3,
      sigma_b2_hidden: 1 / (3 * 192),
      sigma_b2_output: 1 / (3 * 384),
      drop_hidden: 0.3,
      drop_output: 0,
      // (20 features of mean square 1, and the biases of the first matrix)
      q0: 1 / 3 + 1 / (3 * 20),
      c0: 1 / 21,
    },
    sources: [
      seen(
        RTDL,
        'batch norm, matrix, relu, dropout, matrix, dropout; head of batch norm, relu, matrix; no rates of its own',
      ),
      seen('PyTorch: torch/nn/modules/linear.py', 'variance 1/(3 fan_in) of weights and biases'),
      seen('PyTorch: torch/nn/modules/batchnorm.py', 'eps 1e-5'),
      recalled(
        'yandex-research/rtdl-revisiting-models: package/README.md and its example (copies were seen)',
        'width 192, twice as many hidden units, 2 blocks, rates .3 and 0',
      ),
    ],
    notes: [
      'The start is a matrix with the weights of torch.nn.Linear over 20 standardised features of two unrelated rows: only its biases are common.',
      'Rates, sizes and the number of blocks were tuned for each data set in the paper: these are those of the example.',
      'Batch norms take the statistics of the batch, as in training, and batches must be large (above 32).',
      'The head normalises before it reads.',
    ],
    synonyms: ['rtdl resnet', 'tab resnet'],
  },
  ft_transformer: {
    title: 'FT-Transformer (Gorishniy et al. 2021)',
    parameters: {
      block: 'transformer',
      feed_forward: 'gated',
      activation: 'relu',
      norm: 'layer',
      norm_at: 'pre',
      eps: 1e-5,
      width: 192,
      hidden_width: 256,
      heads: 8,
      // (20 features and the class token)
      tokens: 21,
      blocks: 3,
      sigma_w2_query: 1 / 3,
      sigma_w2_key: 1 / 3,
      sigma_w2_value: 1 / 3,
      sigma_w2_projection: 1 / 3,
      sigma_w2_hidden: 1 / 3,
      sigma_w2_output: 1 / 3,
      sigma_b2_hidden: 1 / (3 * 192),
      sigma_b2_output: 1 / (3 * 256),
      drop_attention: 0.2,
      drop_projection: 0,
      drop_hidden: 0.1,
      drop_output: 0,
      first_norm: false,
      // (a weight and a bias of variance 1/(3 · 192) for each feature, of mean square 1)
      q0: 2 / (3 * 192),
      c0: 0,
    },
    sources: [
      seen(
        RTDL,
        'gated relu, rates and sizes of the default with 3 blocks, zero biases of the attention, tokens uniform between ±1/√width, norm before each branch but the first',
      ),
      seen('PyTorch: torch/nn/modules/linear.py', 'variance 1/(3 fan_in) of weights and biases'),
      seen('PyTorch: torch/nn/modules/normalization.py', 'eps 1e-5'),
    ],
    notes: [
      'The start is a token for each of 20 features of mean square 1: their mean square is .0035. The class token starts at half of that.',
      'The first attention reads the tokens without a norm (first_norm=false).',
      'The last block answers for the class token alone: numbers are those of all tokens.',
    ],
    synonyms: ['ftt', 'rtdl ft transformer'],
  },
} as const satisfies Record<string, ArchitectureEntry>;

/** The name of an architecture. */
export type ArchitectureName = keyof typeof ENTRIES;

/** The architectures, in the order in which they are listed. */
export const ARCHITECTURES: Readonly<Record<ArchitectureName, ArchitectureEntry>> = ENTRIES;

/** The names of the architectures. */
export const ARCHITECTURE_NAMES = Object.keys(ENTRIES) as ArchitectureName[];
